// `sluice coordination start` and `standalone`: a node in the foreground until SIGTERM. READY goes to standard output, what happens to standard error.
import { toErrorInfo } from '../../../preload/contract/sluice-error.ts';
import { onAbort } from '../../lib/async.ts';
import { bareKey } from '../../engines/coordination/config/keys.ts';
import { nodeConfigOf, readNodeConfig, type ReadConfig } from '../../engines/coordination/config/read-config.ts';
import { startNode, type CoordinationNode } from '../../engines/coordination/node.ts';
import type { NodeEvent } from '../../engines/coordination/parts.ts';
import { showSession, showZxid } from '../../engines/coordination/zxid.ts';
import { UsageError } from './args.ts';
import { parseWords } from './coordination-args.ts';
import { lintLine } from './coordination-lint.ts';
import type { Terminal } from './terminal.ts';
import { EXIT } from './exit-codes.ts';
import { errorText, words } from './words.ts';

const texts = words.coordination;
const START = 'start --config ZOO.CFG [--data-dir DIR] [-DKEY=VALUE...] [--json]';
const SERVING = new Set(['following', 'leading', 'observing', 'standalone', 'read-only']);

/** One line of what a node tells. */
function eventLine(event: NodeEvent): string {
  switch (event.type) {
    case 'state': return texts.stateLine({ state: texts.state[event.state], epoch: event.epoch, leader: event.leader === null ? '' : String(event.leader), zxid: showZxid(event.zxid) });
    case 'electionEnded': return texts.electionLine({ leader: event.leader, epoch: event.epoch, tookMs: Math.round(event.tookMs), reason: event.reason });
    case 'learnerSynced': return texts.learnerLine({ sid: event.sid, by: event.by, zxid: showZxid(event.zxid) });
    case 'sessionExpired': return texts.expiredLine({ session: showSession(event.sessionId), ephemerals: event.ephemerals });
    case 'snapshot': return texts.snapshotLine({ zxid: showZxid(event.zxid), bytes: event.bytes, tookMs: Math.round(event.tookMs) });
    case 'warning': case 'failed': return errorText(toErrorInfo(event.error));
  }
}

function jsonOf(event: NodeEvent): string {
  const plain = 'error' in event ? { ...event, error: toErrorInfo(event.error) } : event;
  return JSON.stringify({ ...plain, type: 'event', event: event.type }, (_key, value: unknown) => (typeof value === 'bigint' ? showSession(value) : value));
}

/** -D as a JVM takes them: what a real server is given beside its zoo.cfg. */
export async function start(rest: readonly string[], terminal: Terminal): Promise<number> {
  const args = parseWords(rest, { values: ['config', 'data-dir'], switches: ['json'], words: [0, 1000], usage: START });
  const file = args.value('config');
  const flags = args.words.map((word) => /^-D([^=]+)=(.*)$/s.exec(word));
  if (file === null || flags.includes(null)) throw new UsageError({ kind: 'usage', option: START });
  const dataDir = args.value('data-dir');
  const given = Object.fromEntries(flags.map((flag) => [bareKey(flag?.[1] ?? ''), flag?.[2] ?? '']));
  return serve(await readNodeConfig(file, dataDir === null ? given : { ...given, dataDir }), terminal, args.has('json'));
}

/** As `zkServer.sh` with a port and a folder (ServerConfig.parse). */
export function standalone(rest: readonly string[], terminal: Terminal): Promise<number> {
  const args = parseWords(rest, { values: [], switches: ['json'], words: [2, 2], usage: 'standalone PORT DATADIR [--json]' });
  return serve(nodeConfigOf({ clientPort: args.word(0), dataDir: args.word(1) }, null, `standalone ${args.words.join(' ')}`), terminal, args.has('json'));
}

async function serve({ config, lints }: ReadConfig, { out, err, signal }: Terminal, json: boolean): Promise<number> {
  for (const lint of lints) {
    const { myid: _, ...found } = lint;
    if (json) err.line(JSON.stringify({ type: 'lint', ...found }));
    else if (lint.severity !== 'note') err.line(lintLine(lint));
  }
  let node: CoordinationNode | null = null;
  let isReady = false;
  const over = Promise.withResolvers<number>();
  const ready = (): void => {
    if (isReady || !node || node.status().mode === null) return;
    isReady = true;
    out.line(readyLine(node, json));
    out.flush();
  };
  node = await startNode(config, {
    report: (event) => {
      err.line(json ? jsonOf(event) : `${new Date(event.at).toISOString()} ${eventLine(event)}`);
      err.flush();
      if (event.type === 'failed') over.resolve(EXIT.FILE_IO);
      if (event.type === 'state' && SERVING.has(event.state)) setImmediate(ready);
    },
  });
  ready();
  const undo = onAbort(signal, () => { over.resolve(EXIT.OK); });
  const code = await over.promise;
  undo();
  if (!json) err.line(texts.stopping);
  err.flush();
  await node.stop();
  return code;
}

function readyLine(node: CoordinationNode, json: boolean): string {
  const { config } = node;
  const address = config.clientPortAddress ?? '0.0.0.0';
  const facts = {
    mode: node.status().mode, myid: config.myid, connect: node.clientPort === null ? null : `${address}:${node.clientPort}`, port: node.clientPort, securePort: node.secureClientPort,
    adminPort: node.administration.adminPort, metricsPort: node.administration.metricsPort, pid: process.pid, dataDir: config.dataDir,
  };
  if (json) return JSON.stringify({ type: 'ready', ...facts });
  return `READY ${Object.entries(facts).filter(([, value]) => value !== null).map(([key, value]) => `${key}=${value}`).join(' ')}`;
}
