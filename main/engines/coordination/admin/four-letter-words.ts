// The four-letter words of the client port, answered as 3.9 does (server/command/*). A word stands in place of the first frame's length.
import { setImmediate } from 'node:timers/promises';
import { hostname, userInfo, homedir, tmpdir, release, arch, platform, totalmem } from 'node:os';
import { FOUR_LETTER_WORDS } from '../config/keys.ts';
import type { NodeConfig } from '../config/node-config.ts';
import { formatQuorum } from '../config/quorum-config.ts';
import { average, hexSession, javaDate, javaDouble } from './java-text.ts';
import { signed } from './digest-log.ts';
import { Double, monitorValues } from './monitor-values.ts';
import type { ConnectionView, NodeView } from './node-view.ts';
import { FULL_VERSION } from './version.ts';
import { watchers } from './watchers.ts';

const NOT_SERVING = 'This ZooKeeper instance is not currently serving requests';
/** IAC DO TIMING-MARK-like bytes that a telnet sends when it closes. */
const TELNET_CLOSE = 0xfff4_fffd;
const TRACE_MASK = 306;
/** Characters made at a time before others have their turn. */
const PIECE = 16_384;

const BY_HEAD = new Map<number, string>([...FOUR_LETTER_WORDS.map((word) => [Buffer.from(word, 'latin1').readUInt32BE(), word] as const), [TELNET_CLOSE, 'telnet close']]);

/** The word in the first four bytes of a connection; null when they are a length. */
export function wordOf(head: number): string | null {
  return BY_HEAD.get(head >>> 0) ?? null;
}

/** Bytes that must be read after the word before it can be answered: the mask of stmk. */
export function argumentBytes(word: string): number {
  return word === 'stmk' ? 8 : 0;
}

function isAllowed(word: string, config: NodeConfig): boolean {
  return config.fourLetterWords === 'all' ? true : config.fourLetterWords.has(word);
}

type Answer = (view: NodeView, argument: Buffer) => AsyncIterable<string> | Iterable<string>;

const ANSWERS: Readonly<Record<string, Answer>> = { conf, cons, crst, dirs, dump, envi, gtmk, hash, isro, mntr, ruok, srst, srvr, stat, stmk, wchc, wchp, wchs };
/** Answered even while nobody is served. */
const ALWAYS = new Set(['ruok', 'envi', 'gtmk', 'stmk', 'isro']);

/** The answer in pieces; after the last one the connection is closed. */
export async function* answerWord(word: string, view: NodeView, argument: Buffer = Buffer.alloc(0)): AsyncGenerator<string> {
  if (!isAllowed(word, view.config)) { yield `${word} is not executed because it is not in the whitelist.\n`; return; }
  const answer = ANSWERS[word];
  if (!answer) return;
  if (view.mode === null && !ALWAYS.has(word)) { yield word === 'hash' ? NOT_SERVING : `${NOT_SERVING}\n`; return; }
  let pending = '';
  for await (const piece of answer(view, argument)) {
    pending += piece;
    if (pending.length < PIECE) continue;
    yield pending;
    pending = '';
    await setImmediate();
  }
  if (pending !== '') yield pending;
}

/** The three as the client port takes them (server/four-letter-words.ts). */
export function wordsOf(view: NodeView): { wordOf: typeof wordOf; argumentBytes: typeof argumentBytes; answer(word: string, argument: Buffer): AsyncIterable<string> } {
  return { wordOf, argumentBytes, answer: (word, argument) => answerWord(word, view, argument) };
}

function* ruok(): Iterable<string> { yield 'imok'; }

function* gtmk(): Iterable<string> { yield String(TRACE_MASK); }

/** Nothing is traced here: the mask is read and given back. */
function* stmk(_view: NodeView, argument: Buffer): Iterable<string> {
  yield argument.length >= 8 ? argument.readBigInt64BE().toString() : '0';
}

function* isro(view: NodeView): Iterable<string> {
  yield view.mode === null ? 'null' : view.mode === 'read-only' ? 'ro' : 'rw';
}

function* crst(view: NodeView): Iterable<string> {
  view.resetConnectionStats();
  yield 'Connection stats reset.\n';
}

function* srst(view: NodeView): Iterable<string> {
  view.resetStats();
  yield 'Server stats reset.\n';
}

async function* conf(view: NodeView): AsyncGenerator<string> {
  const { config, quorum } = view;
  const sizes = await view.dirSizes();
  const lines = [
    ['clientPort', config.clientPort ?? -1], ['secureClientPort', config.secureClientPort ?? -1], ['dataDir', versionTwo(config.dataDir)], ['dataDirSize', sizes.data], ['dataLogDir', versionTwo(config.dataLogDir)], ['dataLogSize', sizes.log],
    ['tickTime', config.tickTime], ['maxClientCnxns', config.maxClientCnxns], ['minSessionTimeout', config.minSessionTimeout], ['maxSessionTimeout', config.maxSessionTimeout], ['clientPortListenBacklog', config.clientPortListenBacklog],
    ['serverId', config.myid ?? 0],
  ];
  yield lines.map(([key, value]) => `${key}=${value}\n`).join('');
  if (!quorum) return;
  const own = quorum.config.servers.get(quorum.myid);
  const ports = (of: 'electionPort' | 'quorumPort'): string => [...new Set(own?.addresses.map((address) => address[of]) ?? [])].join('|');
  yield `initLimit=${config.initLimit}\nsyncLimit=${config.syncLimit}\nelectionAlg=3\nelectionPort=${ports('electionPort')}\nquorumPort=${ports('quorumPort')}\npeerType=${own?.role === 'observer' ? 1 : 0}\nmembership: \n${formatQuorum(quorum.config)}`;
}

export function versionTwo(dir: string): string {
  return `${dir}${dir.endsWith('/') ? '' : '/'}version-2`;
}

async function* dirs(view: NodeView): AsyncGenerator<string> {
  const sizes = await view.dirSizes();
  yield `datadir_size: ${sizes.data}\nlogdir_size: ${sizes.log}\n`;
}

function connectionLine(at: ConnectionView, brief: boolean): string {
  const head = ` /${at.address}[1](queued=${at.outstanding},recved=${at.packetsReceived},sent=${at.packetsSent}`;
  if (brief || at.sessionId === 0n) return `${head})`;
  const { last, min, avg, max } = at.latency;
  const cxid = at.lastCxid >= 0 ? `,lcxid=0x${at.lastCxid.toString(16)}` : '';
  const zxid = at.lastZxid < 0 ? '0xffffffffffffffff' : `0x${at.lastZxid.toString(16)}`;
  return `${head},sid=${hexSession(at.sessionId)},lop=${at.lastOperation},est=${at.establishedAt},to=${at.sessionTimeout}${cxid},lzxid=${zxid},lresp=${Math.floor(at.lastResponseAt)},llat=${Math.round(last)},minlat=${Math.floor(min)},avglat=${Math.round(avg)},maxlat=${Math.ceil(max)})`;
}

function* cons(view: NodeView): Iterable<string> {
  for (const connection of view.connections()) yield `${connectionLine(connection, false)}\n`;
  yield '\n';
}

/** What srvr and stat have in common (ServerStats.toString). */
function statsText(view: NodeView): string {
  const { stats, tree } = view;
  const { min, avg, max } = stats.latency();
  const proposals = view.proposals();
  return `Latency min/avg/max: ${Math.floor(min)}/${javaDouble(average(avg))}/${Math.ceil(max)}\nReceived: ${stats.packetsReceived}\nSent: ${stats.packetsSent}\nConnections: ${view.connectionCount}\n`
    + `Outstanding: ${stats.outstanding}\nZxid: 0x${tree.lastZxid.toString(16)}\nMode: ${view.mode ?? 'null'}\nNode count: ${tree.count}\n`
    + (view.mode === 'leader' && proposals ? `Proposal sizes last/min/max: ${proposals.last}/${proposals.min}/${proposals.max}\n` : '');
}

function* head(view: NodeView): Iterable<string> {
  yield `Zookeeper version: ${FULL_VERSION}\n`;
  if (view.mode === 'read-only') yield 'READ-ONLY mode; serving only read-only clients\n';
}

function* srvr(view: NodeView): Iterable<string> {
  yield* head(view);
  yield statsText(view);
}

function* stat(view: NodeView): Iterable<string> {
  yield* head(view);
  yield 'Clients:\n';
  for (const connection of view.connections()) yield `${connectionLine(connection, true)}\n`;
  yield '\n';
  yield statsText(view);
}

function* mntr(view: NodeView): Iterable<string> {
  for (const [name, value] of monitorValues(view)) yield `zk_${name}\t${value instanceof Double ? javaDouble(value.value) : value}\n`;
}

function* hash(view: NodeView): Iterable<string> {
  for (const { zxid, digest } of view.digests.entries) yield `${zxid.toString(16)}: ${signed(digest)}\n`;
}

/** Sessions in buckets of a tick with the time they expire at (ExpiryQueue.dump). */
function* buckets<T>(items: Iterable<readonly [at: number, T]>, interval: number, text: (item: T) => string): Iterable<string> {
  const sets = new Map<number, T[]>();
  let count = 0;
  for (const [at, item] of items) {
    const bucket = (Math.floor(at / interval) + 1) * interval;
    const set = sets.get(bucket);
    if (set) set.push(item); else sets.set(bucket, [item]);
    count += 1;
  }
  yield `Sets (${sets.size})/(${count}):\n`;
  for (const [at, set] of [...sets].sort(([a], [b]) => a - b)) {
    yield `${set.length} expire at ${javaDate(at)}:\n`;
    for (const item of set) yield `\t${text(item)}\n`;
  }
}

/** When each session expires if nothing comes, on the clock that `now` is of. */
export function sessionExpiries(view: NodeView, now = Date.now()): [number, bigint][] {
  return [...view.sessionDeadlines()].map(({ sessionId, leftMs }) => [now + leftMs, sessionId]);
}

function* dump(view: NodeView): Iterable<string> {
  yield 'SessionTracker dump:\n';
  if (view.mode === 'follower' || view.mode === 'observer') {
    yield `Global Sessions(${view.sessions.size}):\n`;
    const ids = [...view.sessions.keys()].sort((a, b) => (BigInt.asIntN(64, a) < BigInt.asIntN(64, b) ? -1 : 1));
    for (const id of ids) yield `${hexSession(id)}\t${view.sessions.get(id) as number}ms\n`;
  } else {
    yield 'Session ';
    yield* buckets(sessionExpiries(view), view.config.tickTime, hexSession);
  }
  const owners = [...view.tree.sessionsWithEphemerals()];
  yield `ephemeral nodes dump:\nSessions with Ephemerals (${owners.length}):\n`;
  for (const [id, paths] of owners) {
    yield `${hexSession(id)}:\n`;
    for (const path of paths) yield `\t${path}\n`;
  }
  yield 'Connections dump:\nConnections ';
  const now = Date.now();
  const open = [...view.connections()].map((at): [number, ConnectionView] => [now + (at.sessionId === 0n ? view.config.sessionlessTimeoutMs : at.sessionTimeout), at]);
  yield* buckets(open, 10_000, (at) => `ip: /${at.address} sessionId: ${hexSession(at.sessionId)}`);
}

function* wchs(view: NodeView): Iterable<string> {
  const { paths, connections, total } = watchers(view);
  yield `${connections.size} connections watching ${paths.size} paths\nTotal watches:${total}\n`;
}

function* wchp(view: NodeView): Iterable<string> {
  for (const [path, ids] of watchers(view).paths) yield `${path}\n${[...ids].map((id) => `\t${hexSession(id)}\n`).join('')}`;
  yield '\n';
}

function* wchc(view: NodeView): Iterable<string> {
  for (const { id, paths } of watchers(view).connections.values()) yield `${hexSession(id)}\n${[...paths].map((path) => `\t${path}\n`).join('')}`;
  yield '\n';
}

/** What Environment.list names, as far as it is true of a program that is no JVM. */
export function environment(): readonly (readonly [string, string])[] {
  const memory = process.memoryUsage();
  const mb = (bytes: number): string => `${Math.floor(bytes / 1024 / 1024)}MB`;
  return [
    ['zookeeper.version', FULL_VERSION], ['host.name', hostname()], ['java.version', '<NA>'], ['java.vendor', '<NA>'], ['java.home', '<NA>'], ['java.class.path', '<NA>'], ['java.library.path', '<NA>'], ['java.io.tmpdir', tmpdir()],
    ['java.compiler', '<NA>'], ['os.name', platform() === 'linux' ? 'Linux' : platform()], ['os.arch', arch() === 'x64' ? 'amd64' : arch()], ['os.version', release()], ['user.name', userName()], ['user.home', homedir()], ['user.dir', process.cwd()],
    ['os.memory.free', mb(memory.heapTotal - memory.heapUsed)], ['os.memory.max', mb(totalmem())], ['os.memory.total', mb(memory.rss)],
  ];
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '<NA>';
  }
}

function* envi(): Iterable<string> {
  yield `Environment:\n${environment().map(([key, value]) => `${key}=${value}\n`).join('')}`;
}
