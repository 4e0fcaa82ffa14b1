// `sluice agent channel verify|dump|repair|import`: looks into the folders of a durable channel that is not in use, mends them, and brings a channel of Flume over.
import { mkdirSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SluiceError } from '../../../preload/contract/sluice-error.ts';
import { CHECKPOINT } from '../../engines/agent/channels/file/checkpoint.ts';
import { lockDir, refuseBusy } from '../../engines/agent/channels/file/file-channel-config.ts';
import { eventsOfChannel, hasSegments, repairChannel, verifyChannel, type Damage } from '../../engines/agent/channels/file/integrity.ts';
import { keysInFile } from '../../engines/agent/channels/file/keys.ts';
import { NO_KEYS, type Keys } from '../../engines/agent/channels/file/segment-cipher.ts';
import { flumeEvents, flumeLogs, readFlumeChannel, type FlumeContents } from '../../engines/agent/channels/flume/flume-channel.ts';
import { importFlume } from '../../engines/agent/channels/flume/import-flume.ts';
import type { Event } from '../../engines/agent/event/event.ts';
import { codeOf } from '../../lib/errno.ts';
import { nodeDisk } from '../../lib/disk/node-disk.ts';
import { UsageError } from './args.ts';
import { parseWords, type Parsed } from './coordination-args.ts';
import { EXIT } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';
import { words } from './words.ts';

const texts = words.agentChannel;
const USAGE = 'channel verify DIR... [--json] | dump DIR... [--keys FILE] [--most N] | repair DIR... [--json] | import FLUME-DIR... --into DIR [--skip-damaged] [--json]';

export async function channel(rest: readonly string[], terminal: Terminal): Promise<number> {
  const args = parseWords(rest, { values: ['keys', 'most', 'into'], switches: ['json', 'skip-damaged'], words: [2, 100], usage: USAGE, of: 'agent' });
  const folders = await foldersIn(args.words.slice(1).map((dir) => resolve(dir)));
  const releases: (() => void)[] = [];
  try {
    for (const dir of folders.ours) releases.push(lockDir(dir));
    for (const dir of folders.flume) refuseBusy(dir);
    switch (args.word(0)) {
      case 'verify': return await verify(folders, args, terminal);
      case 'dump': return await dump(folders, args, terminal);
      case 'repair': return await repair(folders, args, terminal);
      case 'import': return await bringOver(folders, args, terminal);
      default: throw new UsageError({ kind: 'agentUsage', option: USAGE });
    }
  } finally {
    for (const release of releases) release();
  }
}

interface Folders { readonly data: readonly string[]; readonly checkpoints: readonly string[]; readonly flume: readonly string[]; readonly ours: readonly string[] }

/** The folders named, or those below them, by what they hold. AGENT_CHANNEL_FORMAT when it is nothing of the kind. */
async function foldersIn(dirs: readonly string[]): Promise<Folders> {
  const data: string[] = [];
  const checkpoints: string[] = [];
  const flume: string[] = [];
  const look = async (dir: string): Promise<boolean> => {
    const names = await nodeDisk.list(dir);
    if (await hasSegments(nodeDisk, dir)) data.push(dir);
    else if ((await flumeLogs(nodeDisk, [dir])).flat().length > 0) flume.push(dir);
    else if (names.includes(CHECKPOINT)) checkpoints.push(dir);
    else return false;
    return true;
  };
  for (const dir of dirs) if (!(await look(dir))) for (const entry of foldersBelow(dir)) await look(join(dir, entry));
  if (data.length === 0 && flume.length === 0) throw SluiceError.of('AGENT_CHANNEL_FORMAT', { dir: dirs.join(', '), reason: texts.none({ dir: dirs.join(', ') }) });
  return { data, checkpoints, flume: data.length === 0 ? flume : [], ours: [...data, ...checkpoints] };
}

function foldersBelow(dir: string): string[] {
  try {
    return readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    throw SluiceError.of('AGENT_DISK', { file: dir, reason: codeOf(error) }, error);
  }
}

async function verify({ data, checkpoints, flume }: Folders, args: Parsed, { out }: Terminal): Promise<number> {
  if (data.length === 0) return verifyFlume(await readFlumeChannel(nodeDisk, flume, true), args, out.line.bind(out));
  const report = await verifyChannel(nodeDisk, checkpoints[0] ?? null, data);
  const damaged = report.damage.some(({ torn }) => !torn);
  if (args.has('json')) out.line(JSON.stringify(report));
  else {
    for (const segment of report.segments) out.line(texts.segment({ ...segment, key: segment.key ?? '' }));
    for (const one of report.damage) out.line(damageLine(one));
    if (report.checkpoint === false) out.line(texts.checkpointBad);
    out.line(report.pending === null ? texts.unknown : texts.pending({ events: report.pending }));
    if (!damaged) out.line(texts.whole);
  }
  return damaged ? EXIT.FILE_IO : EXIT.OK;
}

function verifyFlume(contents: FlumeContents, args: Parsed, print: (line: string) => void): number {
  const { logs, records, puts, takes, torn, damage, places } = contents;
  if (args.has('json')) print(JSON.stringify({ flume: true, logs: logs.map(({ path }) => path), records, puts, takes, torn, damage, pending: places.length }));
  else {
    print(texts.flumeLogs({ logs: logs.length, records, puts, takes }));
    for (const { path, offset } of damage) print(texts.damaged({ path, offset, bytes: 1 }));
    for (const { path, offset } of torn) print(texts.torn({ path, offset, bytes: 1 }));
    print(texts.pending({ events: places.length }));
    if (damage.length === 0) print(texts.whole);
  }
  return damage.length === 0 ? EXIT.OK : EXIT.FILE_IO;
}

const damageLine = ({ path, offset, bytes, torn }: Damage): string => (torn ? texts.torn : texts.damaged)({ path, offset, bytes });

/** One JSON object a line: number, place, headers, body as text where it is UTF-8, and in base64. */
async function dump({ data, flume }: Folders, args: Parsed, { out, signal }: Terminal): Promise<number> {
  const most = Number(args.value('most') ?? Infinity);
  if (Number.isNaN(most)) throw new UsageError({ kind: 'agentUsage', option: USAGE });
  let count = 0;
  const print = (event: Event, place: object): boolean => {
    if (count >= most || signal.aborted) return false;
    count += 1;
    out.line(JSON.stringify({ ...place, headers: Object.fromEntries(event.headers), body: event.body.toString('utf8'), base64: event.body.toString('base64') }));
    return true;
  };
  if (data.length === 0) {
    for await (const events of flumeEvents(nodeDisk, await readFlumeChannel(nodeDisk, flume, true))) for (const event of events) if (!print(event, {})) return EXIT.OK;
    return EXIT.OK;
  }
  for await (const { seq, path, offset, event } of eventsOfChannel(nodeDisk, data, await keysOf(args))) if (!print(event, { number: seq, file: path, offset })) break;
  return EXIT.OK;
}

async function keysOf(args: Parsed): Promise<Keys> {
  const file = args.value('keys');
  if (file === null) return NO_KEYS;
  const bytes = await readFile(file).catch((error: unknown) => { throw SluiceError.of('AGENT_STORE', { file, reason: codeOf(error) }, error); });
  return keysInFile(file, bytes);
}

async function repair({ data, checkpoints }: Folders, args: Parsed, { out, err }: Terminal): Promise<number> {
  if (data.length === 0) {
    err.line(texts.flumeRepair);
    return EXIT.UNSUPPORTED;
  }
  const { damage, kept, pending } = await repairChannel(nodeDisk, checkpoints, data);
  if (args.has('json')) out.line(JSON.stringify({ damage, kept, pending }));
  else {
    for (const one of damage) out.line(damageLine(one));
    out.line(damage.length === 0 ? texts.nothingToRepair : texts.repaired({ stretches: damage.length }));
    for (const path of kept) out.line(texts.kept({ path }));
    out.line(texts.pending({ events: pending }));
  }
  return EXIT.OK;
}

async function bringOver({ flume }: Folders, args: Parsed, { out, err }: Terminal): Promise<number> {
  const into = args.value('into');
  if (into === null || flume.length === 0) throw new UsageError({ kind: 'agentUsage', option: USAGE });
  const dir = resolve(into);
  mkdirSync(dir, { recursive: true });
  const { events, damage } = await importFlume({ disk: nodeDisk, from: flume, checkpointDir: join(dir, 'checkpoint'), dataDir: join(dir, 'data'), skipDamage: args.has('skip-damaged'), lock: lockDir, note: (text) => { err.line(text); } });
  if (args.has('json')) out.line(JSON.stringify({ events, damage }));
  else {
    for (const { path, offset } of damage) out.line(texts.damaged({ path, offset, bytes: 1 }));
    out.line(texts.imported({ events, dir }));
  }
  return EXIT.OK;
}
