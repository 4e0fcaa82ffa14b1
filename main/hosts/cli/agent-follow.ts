// The configuration of a running agent, looked at for changes: what comes of each is always said.
import type { ConfigProvider } from '../../engines/agent/config/providers/provider.ts';
import type { RunningAgent } from '../../engines/agent/runner/agent.ts';
import { createHash } from 'node:crypto';
import type { AgentLint } from '../../../preload/contract/agent/lints.ts';
import { toErrorInfo } from '../../../preload/contract/sluice-error.ts';
import { delay } from '../../lib/async.ts';
import type { AgentArgs } from './agent-args.ts';
import { readConfiguration } from './agent-config.ts';
import { agentLintLine } from './agent-lints.ts';
import { errorText, words } from './words.ts';

const texts = words.agent;
const LOOK_MS = 200;
const MOST_LOOKS = 25;

/** At every change, and at once at SIGHUP. `lints` are those of what runs. The answer ends it. */
export function followConfiguration(args: AgentArgs, provider: ConfigProvider, agent: RunningAgent, lints: readonly AgentLint[], note: (text: string) => void): () => void {
  const end = new AbortController();
  let present = lints;
  let line: Promise<void> = accept(provider, note);
  const reload = (): void => { line = line.then(async () => { present = await reloadOnce(args, provider, agent, present, note); }); };
  process.on('SIGHUP', reload);
  if (args.reload) void (async () => { for await (const _ of provider.changes(end.signal)) reload(); })();
  return () => {
    process.off('SIGHUP', reload);
    end.abort();
  };
}

/** Answers the lints of what runs then. */
async function reloadOnce(args: AgentArgs, provider: ConfigProvider, agent: RunningAgent, present: readonly AgentLint[], note: (text: string) => void): Promise<readonly AgentLint[]> {
  if (agent.ending.aborted) return present;
  try {
    await settled(provider, args);
    const { config, lints } = await readConfiguration(provider, args);
    const worse = newErrors(present, lints);
    for (const lint of worse) note(agentLintLine(lint));
    // what cannot run would be left out: at a start the rest is better than nothing, here it is worse than what runs; in strict mode as Flume
    if (worse.length > 0 && !args.strict) { note(texts.reloadErrors({ errors: worse.length })); return present; }
    const { changes, refused } = await agent.reload(config);
    if (refused) { note(texts.reloadKept({ error: errorText(toErrorInfo(refused)) })); return present; }
    const done = changes.filter(({ change, restarts }) => change !== 'kept' || restarts).map(({ kind, name, change }) => `${texts.kind[kind]} ${name} ${texts.change[change]}`);
    note(done.length > 0 ? texts.reloadDone({ changes: done.join(', ') }) : texts.reloadSame);
    await accept(provider, note);
    return lints;
  } catch (error) {
    note(texts.reloadKept({ error: errorText(toErrorInfo(error)) }));
    return present;
  }
}

/** A file that is just being written is read again until it stays as it is. Addresses and znodes change at once. */
async function settled(provider: ConfigProvider, { uris, zookeeper }: AgentArgs): Promise<void> {
  if (zookeeper !== null || uris.some((uri) => !uri.startsWith('file:'))) return;
  const read = async (): Promise<string> => (await provider.read()).map(({ bytes }) => createHash('sha256').update(bytes).digest('hex')).join();
  let before = await read();
  for (let look = 0; look < MOST_LOOKS; look++) {
    await delay(LOOK_MS);
    const now = await read();
    if (now === before) return;
    before = now;
  }
}

function newErrors(present: readonly AgentLint[], lints: readonly AgentLint[]): readonly AgentLint[] {
  const keyOf = ({ code, node, params }: AgentLint): string => JSON.stringify([code, node, params]);
  const known = new Set(present.map(keyOf));
  return lints.filter((lint) => lint.severity === 'error' && !known.has(keyOf(lint)));
}

/** A backup that cannot be written is said, and keeps nothing from running. */
async function accept(provider: ConfigProvider, note: (text: string) => void): Promise<void> {
  await provider.accepted().catch((error: unknown) => { note(errorText(toErrorInfo(error))); });
}
