// The real zkCli of 3.8 and 3.9, and the npm client node-zookeeper-client, see the same on a real ZooKeeper and on our node.
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { runZkCli, toolProblem } from '../peers/zookeeper/tools.ts';
import { startOurs, type OurNode } from './support/coordination-node.ts';

const problem = toolProblem();

const COMMANDS = [
  'ls /', 'ls -s /', 'create /a data', 'create /a again', 'get /a', 'get -s /a', 'stat /a', 'set /a new', 'set -v 9 /a bad', 'set -s /a x', 'create -s /a/s- v', 'create -e /a/e v', 'create -c /c', 'create -c /c/x',
  'create -t 60000 /t v', 'create -t 0 /t0 v', 'create -s -t 60000 /a/t- v', 'ls /a', 'ls -s /a', 'ls -R /a', 'ls -w /a', 'get -w /a', 'stat -w /a/e', 'set /a watched', 'delete /a/e', 'getAcl /a', 'setAcl /a world:anyone:crwa', 'getAcl -s /a',
  'setAcl /a world:anyone:cdrwa', 'setAcl -v 9 /a world:anyone:r', 'addauth digest u:p', 'create /auth x auth:u:p:cdrwa', 'getAcl /auth', 'setquota -n 5 /a', 'setquota -b 100 /a', 'listquota /a', 'create /a/more 12345', 'listquota /a', 'delquota -n /a',
  'listquota /a', 'delquota /a', 'listquota /a', 'setquota -N 3 /a', 'listquota /a', 'delquota /a', 'setquota -n 5 /none', 'getEphemerals', 'create -e /a/e2 v', 'getEphemerals /a', 'getAllChildrenNumber /a', 'addWatch /a', 'set /a y', 'create /a/new z', 'removewatches /a',
  'removewatches /a', 'addWatch -m PERSISTENT /a', 'set /a z', 'delete /a', 'delete -v 9 /c', 'deleteall /a', 'get /none', 'create /x/y/z v', 'sync /c', 'whoami', 'config', 'delete /t', 'create /big/', 'create bad', 'delete /zookeeper', 'ls /zookeeper', 'reconfig -add 5=h:1:2;3',
];

/** Times, and what belongs to the server's own start. */
const masked = (text: string): string => text.replace(/[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC 20\d\d/g, 'TIME').replace(/ephemeralOwner = 0x[0-9a-f]{9,}/g, 'ephemeralOwner = SESSION').replace(/^Connecting to .*$/m, '');
/** Outputs come from two threads; which line of stdout an event lands on is chance. */
function parts(text: string): { readonly events: string[]; readonly rest: string } {
  const events = [...text.matchAll(/^WatchedEvent .*$/gm)].map(([line]) => line).filter((line) => !line.includes('state:Closed')); // printed only if the JVM lives long enough
  return { events, rest: masked(text).replace(/\n*WATCHER::\n\nWatchedEvent .*\n/g, '\n').replace(/\n+/g, '\n') };
}

interface Stat { readonly version: number; readonly dataLength: number; readonly numChildren: number }
type Callback = (error: { name: string; code: number } | null, ...results: unknown[]) => void;
/** As much of node-zookeeper-client as is used here. */
interface NodeClient {
  connect(): void;
  close(): void;
  once(event: string, listener: () => void): void;
  transaction(): { create(path: string, data?: Buffer): unknown; setData(path: string, data: Buffer): unknown; check(path: string, version: number): unknown; remove(path: string): unknown; commit(callback: Callback): void };
  [method: string]: unknown;
}
const library = createRequire(import.meta.url)('node-zookeeper-client') as { createClient(connect: string, options: object): NodeClient; CreateMode: Record<string, number>; ACL: { OPEN_ACL_UNSAFE: unknown } };

async function nodeClient(connect: string): Promise<string[]> {
  const lines: string[] = [];
  const client = library.createClient(connect, { sessionTimeout: 10_000, retries: 0 });
  const call = (name: string, ...args: unknown[]): Promise<void> => new Promise((done) => {
    const callback: Callback = (error, ...results) => {
      const told = results.map((result) => (Buffer.isBuffer(result) ? result.toString() : typeof result === 'object' && result !== null && 'numChildren' in result ? (({ version, dataLength, numChildren }: Stat) => ({ version, dataLength, numChildren }))(result as unknown as Stat) : Array.isArray(result) ? [...result].sort() : result));
      lines.push(`${name} ${args.filter((arg) => typeof arg === 'string').join(' ')}: ${error ? error.name : JSON.stringify(told)}`);
      done();
    };
    (client[name] as (...words: unknown[]) => void).apply(client, [...args, callback]);
  });
  const watch = (event: { toString(): string }): void => { lines.push(`event ${event.toString()}`); };
  await new Promise<void>((done) => { client.once('connected', done); client.connect(); });
  await call('mkdirp', '/n/a/b');
  await call('create', '/n/x', Buffer.from('one'));
  await call('create', '/n/x', Buffer.from('one'));
  await call('create', '/n/e', Buffer.from(''), library.ACL.OPEN_ACL_UNSAFE, library.CreateMode['EPHEMERAL']);
  await call('create', '/n/s-', Buffer.from(''), library.ACL.OPEN_ACL_UNSAFE, library.CreateMode['PERSISTENT_SEQUENTIAL']);
  await call('getData', '/n/x', watch);
  await call('getChildren', '/n', watch);
  await call('exists', '/n/later', watch);
  await call('setData', '/n/x', Buffer.from('two'), 0);
  await call('setData', '/n/x', Buffer.from('two'), 0);
  await call('create', '/n/later', null);
  await call('getData', '/n/x');
  await call('getACL', '/n/x');
  await call('remove', '/n', -1);
  await call('remove', '/n/later', 3);
  await call('getChildren', '/n');
  await call('getData', '/none');
  await new Promise<void>((done) => {
    const transaction = client.transaction();
    transaction.create('/n/t');
    transaction.setData('/n/t', Buffer.from('x'));
    transaction.check('/n/x', 1);
    transaction.remove('/n/x');
    transaction.commit((error, results) => { lines.push(`transaction ${error?.name} ${JSON.stringify((results as { type: number }[]).map(({ type }) => type))}`); done(); });
  });
  await new Promise<void>((done) => {
    const transaction = client.transaction();
    transaction.create('/n/u');
    transaction.check('/n/none', 1);
    transaction.commit((error) => { lines.push(`transaction ${error?.name}`); done(); });
  });
  await call('removeRecursive', '/n');
  await call('exists', '/n');
  client.close();
  return lines;
}

describe.skipIf(problem)(`clients as they are${problem ? ` (${problem})` : ''}`, () => {
  let theirs: RunningPeer<'zookeeper'>;
  let ours: OurNode;
  beforeAll(async () => { [theirs, ours] = await Promise.all([startPeer('zookeeper'), startOurs()]); });
  afterAll(async () => { await Promise.all([theirs?.stop(), ours?.stop()]); });

  test.for(['3.8', '3.9'] as const)('X8 zkCli of %s prints the same', async (release) => {
    const [wanted, got] = await Promise.all([theirs, ours].map((node) => runZkCli(release, node.connect, COMMANDS)));
    expect(wanted?.stdout).toContain('numChildren');
    expect(masked(got?.stderr ?? '')).toEqual(masked(wanted?.stderr ?? ''));
    expect(parts(got?.stdout ?? '')).toEqual(parts(wanted?.stdout ?? ''));
  });

  test('X9 node-zookeeper-client sees the same', async () => {
    const [wanted, got] = await Promise.all([nodeClient(theirs.connect), nodeClient(ours.connect)]);
    expect(wanted.length).toBeGreaterThan(20);
    expect(got).toEqual(wanted);
  });
});
