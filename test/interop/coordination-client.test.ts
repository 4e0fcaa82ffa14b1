// The client against real ZooKeeper 3.8 and 3.9 and our own node: every operation, and what happens to calls, watches and sessions when connections are cut.
import { expect, test } from 'vitest';
import { CREATE, EVENT, WATCH_TYPE } from '../../main/engines/coordination/op-codes.ts';
import { KeeperError } from '../../main/engines/coordination/keeper-errors.ts';
import { allOf } from '../../main/engines/coordination/client/multi.ts';
import type { ClientState, WatchEvent } from '../../main/engines/coordination/client/client-types.ts';
import { known } from '../../main/engines/coordination/recipes/known.ts';
import { onEveryServer, until } from './support/coordination-servers.ts';

const text = (value: string): Buffer => Buffer.from(value);
const codeOf = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'Ok', (error: unknown) => (error instanceof KeeperError ? error.message.split(' ')[0] ?? '' : String(error)));

onEveryServer({ superPassword: 'boss' }, (bench) => {
  test('K10 every operation answers as the protocol says', async () => {
    const client = bench.open();
    const at = bench.path();
    const made = await client.create(at, text('one'));
    expect(made).toMatchObject({ path: at, stat: { version: 0, dataLength: 3, ephemeralOwner: 0n } });
    expect((await client.getData(at)).data).toEqual(text('one'));
    expect((await client.setData(at, text('two'), 0)).version).toBe(1);
    expect(await codeOf(client.setData(at, text('x'), 0))).toBe('BadVersion');
    const eph = await client.create(`${at}/e-`, null, { flags: CREATE.ephemeralSequential });
    expect(eph.path).toBe(`${at}/e-0000000000`);
    expect(eph.stat.ephemeralOwner).toBe(client.sessionId);
    await client.create(`${at}/box`, text(''), { flags: CREATE.container });
    await client.create(`${at}/brief`, null, { flags: CREATE.ttl, ttl: 60_000 });
    expect((await client.getChildren(at)).children.sort()).toEqual(['box', 'brief', 'e-0000000000']);
    expect((await client.getChildNames(at)).length).toBe(3);
    expect(await client.getAllChildrenNumber(at)).toBe(3);
    expect(await client.getEphemerals(at)).toEqual([eph.path]);
    expect(await client.exists(`${at}/none`)).toBeNull();
    expect(await codeOf(client.getData(`${at}/none`))).toBe('NoNode');
    expect((await client.getACL(at)).acl).toEqual([{ perms: 31, id: { scheme: 'world', id: 'anyone' } }]);
    expect((await client.setACL(at, [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }], 0)).aversion).toBe(1);
    await client.sync(at);
    await client.delete(`${at}/box`);
    expect(await codeOf(client.delete(at))).toBe('NotEmpty');
    expect(await codeOf(client.create(`${at}/e-0000000000/child`, null))).toBe('NoChildrenForEphemerals');
    expect((await client.whoAmI()).map(({ authScheme }) => authScheme)).toContain('ip');
    expect(String((await client.getConfig()).data)).toBe('');
    expect(await codeOf(client.reconfig({ joining: 'server.9=127.0.0.1:1:2;3' }))).toBe('Unimplemented');
    expect(await codeOf(client.create('no/slash', null))).toBe('BadArguments');
  });

  test('K11 a multi is all or nothing, and tells of each part; multiRead tells of each part alone', async () => {
    const client = bench.open();
    const at = bench.path();
    const ops = [{ op: 'create', path: at, data: text('x') }, { op: 'create', path: `${at}/c-`, data: null, flags: CREATE.persistentSequential }, { op: 'setData', path: at, data: text('y'), version: 0 }, { op: 'check', path: at, version: 1 }] as const;
    // 3.8 has no Stat for what a multi creates
    expect(allOf(ops, await client.multi(ops)).map(({ path, stat }) => [path, path === undefined ? stat?.version : 0])).toEqual([[at, 0], [`${at}/c-0000000000`, 0], [undefined, 1], [undefined, undefined]]);
    const failing = [{ op: 'delete', path: `${at}/c-0000000000` }, { op: 'check', path: at, version: 7 }, { op: 'delete', path: at }] as const;
    const results = await client.multi(failing);
    expect(results.map(({ err }) => err)).toEqual([0, -103, -2]);
    expect(() => allOf(failing, results)).toThrow(new KeeperError('BadVersion', at));
    expect(await client.getChildNames(at)).toEqual(['c-0000000000']);
    const reads = await client.multiRead([{ op: 'getData', path: at }, { op: 'getData', path: `${at}/none` }, { op: 'getChildren', path: at }]);
    expect(reads.map(({ err, data, children }) => [err, data?.toString(), children])).toEqual([[0, 'y', undefined], [-101, undefined, undefined], [0, undefined, ['c-0000000000']]]);
  });

  test('K12 a chroot stands before every path on the wire and is in none that is told', async () => {
    const outside = bench.open();
    const at = bench.path();
    await outside.create(at, null);
    const client = bench.open({ connectString: `${bench.proxy.connect}${at}` });
    const events: WatchEvent[] = [];
    await client.addWatch('/', 'persistentRecursive', (event) => { events.push(event); });
    expect((await client.create('/a', text('1'))).path).toBe('/a');
    expect((await client.multi([{ op: 'create', path: '/a/b', data: null, flags: CREATE.ephemeral }]))[0]?.path).toBe('/a/b');
    expect(await client.getEphemerals('/')).toEqual(['/a/b']);
    await client.setData('/', text('root'));
    expect((await outside.getData(at)).data).toEqual(text('root'));
    expect((await outside.getChildNames(`${at}/a`))).toEqual(['b']);
    await until(() => events.length >= 3);
    expect(events.map(({ type, path }) => [type, path])).toEqual([[EVENT.created, '/a'], [EVENT.created, '/a/b'], [EVENT.dataChanged, '/']]);
    expect(await codeOf(client.getData('/none'))).toBe('NoNode');
  });

  test('K20 an event comes before anything that was read after its change, and after what was read before it', async () => {
    const reader = bench.open();
    const writer = bench.direct();
    const at = bench.path();
    await writer.create(at, text('0'));
    const seen: string[] = [];
    for (let round = 1; round <= 50; round++) {
      await reader.sync(at);
      await reader.getData(at, () => { seen.push('event'); });
      const reads = Array.from({ length: 40 }, () => reader.getData(at).then(({ data }) => { seen.push(String(data)); }));
      await Promise.all([...reads, writer.setData(at, text(String(round)))]);
      await reader.sync(at);
      seen.push(String((await reader.getData(at)).data));
      const event = seen.indexOf('event');
      expect(event).toBeGreaterThanOrEqual(0);
      expect(new Set(seen.slice(0, event))).toEqual(event === 0 ? new Set() : new Set([String(round - 1)]));
      expect(new Set(seen.slice(event + 1))).toEqual(new Set([String(round)]));
      seen.length = 0;
    }
  });

  test('K21 watches of all kinds are told what ZooKeeper tells, also after the connection was cut meanwhile', async () => {
    const client = bench.open();
    const other = bench.direct();
    const at = bench.path();
    const told: string[] = [];
    const tell = (name: string) => ({ type, path }: WatchEvent): void => { told.push(`${name} ${type} ${path.slice(at.length)}`); };
    await client.create(at, null);
    for (const name of ['data', 'gone', 'kept']) await client.create(`${at}/${name}`, null);
    await client.getData(`${at}/data`, tell('data'));
    await client.getData(`${at}/gone`, tell('data'));
    await client.getData(`${at}/kept`, tell('data'));
    await client.exists(`${at}/later`, tell('exist'));
    await client.getChildNames(at, tell('child'));
    await client.addWatch(`${at}/kept`, 'persistent', tell('persistent'));
    await client.addWatch(at, 'persistentRecursive', tell('recursive'));
    bench.proxy.shut();
    await until(() => client.state === 'connecting');
    await other.setData(`${at}/data`, text('1'));
    await other.delete(`${at}/gone`);
    await other.create(`${at}/later`, null);
    bench.proxy.open();
    await client.sync(at);
    // set again with the last zxid seen: what changed meanwhile is told at once, but to one-shot watches only
    await until(() => told.length >= 6);
    expect([...told].sort()).toEqual(['child 4 ', 'data 2 /gone', 'data 3 /data', 'exist 1 /later', 'recursive 1 /later', 'recursive 2 /gone', 'recursive 3 /data'].filter((line) => told.includes(line) || !line.startsWith('recursive')).sort());
    told.length = 0;
    await other.setData(`${at}/kept`, text('1'));
    await other.setData(`${at}/kept`, text('2'));
    await other.create(`${at}/kept/c`, null);
    await until(() => told.length >= 7);
    expect([...told].sort()).toEqual(['data 3 /kept', 'persistent 3 /kept', 'persistent 3 /kept', 'persistent 4 /kept', 'recursive 1 /kept/c', 'recursive 3 /kept', 'recursive 3 /kept']);
  });

  test('K22 more watches than one setWatches may carry are all set again', async () => {
    const client = bench.open();
    const other = bench.direct();
    const at = bench.path();
    const long = 'x'.repeat(400);
    await client.create(at, null);
    const names = Array.from({ length: 1000 }, (_, i) => `${at}/${long}${i}`);
    await Promise.all(names.map((name) => client.create(name, null)));
    let told = 0;
    await Promise.all(names.map((name) => client.getData(name, () => { told += 1; })));
    await bench.cut(client);
    await client.sync(at);
    await Promise.all(names.map((name) => other.setData(name, text('1'))));
    await until(() => told === names.length);
    expect(told).toBe(names.length);
  });

  test('K23 removed watches are told so and hear nothing more', async () => {
    const client = bench.open();
    const at = bench.path();
    await client.create(at, null);
    const told: number[] = [];
    await client.getData(at, ({ type }) => { told.push(type); });
    await client.getChildNames(at, ({ type }) => { told.push(type); });
    await client.addWatch(at, 'persistent', ({ type }) => { told.push(type); });
    expect(await client.checkWatches(at, WATCH_TYPE.data)).toBe(true);
    await client.removeWatches(at, WATCH_TYPE.any);
    expect(await client.checkWatches(at, WATCH_TYPE.data)).toBe(false);
    expect(await codeOf(client.removeWatches(at, WATCH_TYPE.any))).toBe('NoWatcher');
    await client.setData(at, text('x'));
    await client.sync(at);
    expect(told.sort()).toEqual([EVENT.dataWatchRemoved, EVENT.childWatchRemoved, EVENT.persistentWatchRemoved]);
  });

  test('K30 a cut connection: what was under way is ConnectionLoss, the session and its ephemerals stay', async () => {
    const client = bench.open();
    const states: ClientState[] = [];
    await client.connected();
    const session = client.sessionId;
    const at = bench.path();
    await client.create(at, null, { flags: CREATE.ephemeral });
    client.onState((state) => { states.push(state); });
    bench.proxy.stall('toClient');
    const lost = Array.from({ length: 5 }, () => codeOf(client.getData(at)));
    await until(() => client.outstanding >= 5);
    await new Promise((resolve) => { setTimeout(resolve, 50); });
    bench.proxy.flow();
    bench.proxy.cut();
    expect(await Promise.all(lost)).toEqual(Array.from({ length: 5 }, () => 'ConnectionLoss'));
    expect((await client.exists(at))?.ephemeralOwner).toBe(session);
    expect(client.sessionId).toBe(session);
    expect(states).toEqual(['connecting', 'connected']);
    expect(client.problem).toBeNull();
  });

  test('K31 a server that falls silent is left after two thirds of the timeout, idle or not', async () => {
    const client = bench.open();
    const at = bench.path();
    await client.create(at, null, { flags: CREATE.ephemeral });
    const session = client.sessionId;
    bench.proxy.stall('toClient');
    await until(() => client.state === 'connecting');
    expect(client.problem?.message).toBeDefined();
    bench.proxy.flow();
    await client.connected();
    expect(client.sessionId).toBe(session);
    expect((await client.exists(at))?.ephemeralOwner).toBe(session);
  });

  test('K32 an idle session is kept alive by pings', async () => {
    const client = bench.open({ sessionTimeoutMs: 1500 });
    const at = bench.path();
    await client.create(at, null, { flags: CREATE.ephemeral });
    const states: ClientState[] = [];
    client.onState((state) => { states.push(state); });
    await new Promise((resolve) => { setTimeout(resolve, client.sessionTimeoutMs * 3); });
    expect(await client.exists(at)).not.toBeNull();
    expect(states).toEqual([]);
  });

  test('K33 an expired session: told, a new one is opened, watches go on; ephemerals are gone', async () => {
    const client = bench.open();
    const at = bench.path();
    await client.create(at, null);
    await client.create(`${at}/e`, null, { flags: CREATE.ephemeral });
    const told: WatchEvent[] = [];
    await client.getData(`${at}/e`, (event) => { told.push(event); });
    const states: ClientState[] = [];
    client.onState((state) => { states.push(state); });
    const session = client.sessionId;
    bench.proxy.shut();
    await bench.expire(client);
    bench.proxy.open();
    await until(() => states.includes('expired') && client.state === 'connected');
    expect(client.sessionId).not.toBe(session);
    expect(states.filter((state) => state !== 'connecting')).toEqual(['expired', 'connected']);
    expect(await client.exists(`${at}/e`)).toBeNull();
    await until(() => told.length === 1);
    expect(told[0]).toMatchObject({ type: EVENT.deleted, path: `${at}/e` });
  });

  test('K34 with renewSession off an expired client stays expired, and every call says so', async () => {
    const client = bench.open({ renewSession: false });
    await client.connected();
    bench.proxy.shut();
    await bench.expire(client);
    const waiting = codeOf(client.getData('/'));
    bench.proxy.open();
    expect(['SessionExpired', 'ConnectionLoss']).toContain(await waiting);
    await until(() => client.state === 'expired');
    expect(await codeOf(client.getData('/'))).toBe('SessionExpired');
    await expect(client.connected()).rejects.toThrow(new KeeperError('SessionExpired'));
  });

  test('K35 a session of before is gone on with, by its id and password; a wrong password is an expired session', async () => {
    const first = bench.open();
    const at = bench.path();
    await first.create(at, null, { flags: CREATE.ephemeral });
    bench.proxy.shut(); // two clients of one session would take it from each other for ever
    const second = bench.direct({ session: { id: first.sessionId, password: first.sessionPassword } });
    await second.connected();
    expect(second.sessionId).toBe(first.sessionId);
    const wrong = bench.direct({ renewSession: false, session: { id: first.sessionId, password: Buffer.alloc(16, 1) } });
    await expect(wrong.connected()).rejects.toThrow(new KeeperError('SessionExpired'));
    // a real server ends the connection of the session before it looks at the password
    expect(await known(() => second.exists(at))).not.toBeNull();
    await second.close();
    bench.proxy.open();
    const third = bench.direct();
    expect(await third.exists(at)).toBeNull();
  });

  test('K36 close ends the session at once: its ephemerals are gone when it resolves', async () => {
    const client = bench.open();
    const at = bench.path();
    await client.create(at, null, { flags: CREATE.ephemeral });
    const other = bench.direct();
    await client.close();
    expect(client.state).toBe('closed');
    await other.sync(at);
    expect(await other.exists(at)).toBeNull();
    expect(await codeOf(client.getData('/'))).toBe('SessionExpired');
  });

  test('K40 credentials are given again on every new connection; refused ones end the client in words', async () => {
    const client = bench.open({ auth: [{ scheme: 'digest', auth: text('bob:secret') }] });
    await client.addAuth('digest', text('eve:other'));
    const at = bench.path();
    await client.create(at, text('x'), { acl: [{ perms: 31, id: { scheme: 'auth', id: '' } }] });
    expect((await client.getACL(at)).acl.map(({ id }) => id.id.split(':')[0]).sort()).toEqual(['bob', 'eve']);
    await bench.cut(client);
    await client.sync('/');
    expect((await client.getData(at)).data).toEqual(text('x'));
    expect((await client.whoAmI()).filter(({ authScheme }) => authScheme === 'digest').map(({ user }) => user).sort()).toEqual(['bob', 'eve']);
    expect(await codeOf(bench.direct().getData(at))).toBe('NoAuth');
    const refused = bench.open();
    await expect(refused.addAuth('nosuch', text('x'))).rejects.toMatchObject({ code: 'COORD_AUTH' });
    await until(() => refused.state === 'authFailed');
    await expect(refused.getData('/')).rejects.toMatchObject({ code: 'COORD_AUTH' });
  });

  test('K50 ten thousand calls under way at once are answered in order', async () => {
    const client = bench.open({ sessionTimeoutMs: 60_000 });
    const at = bench.path();
    await client.create(at, null);
    const order: number[] = [];
    const versions = await Promise.all(Array.from({ length: 10_000 }, (_, i) => client.setData(at, text(String(i))).then(({ version }) => { order.push(i); return version; })));
    expect(versions).toEqual(Array.from({ length: 10_000 }, (_, i) => i + 1));
    expect(order).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
  });

  test('K51 a value of a megabyte less a little, and tens of thousands of children in one reply', async () => {
    const client = bench.open({ sessionTimeoutMs: 60_000 }); // a busy machine takes its time for these; a silent server is K31's matter
    const at = bench.path();
    const big = Buffer.alloc(1_000_000, 'z');
    await client.create(at, big);
    expect((await client.getData(at)).data?.equals(big)).toBe(true);
    const name = 'n'.repeat(60);
    for (let i = 0; i < 20_000; i += 2000) await Promise.all(Array.from({ length: 2000 }, (_, j) => client.create(`${at}/${name}${i + j}`, null)));
    expect((await client.getChildNames(at)).length).toBe(20_000);
  });
});
