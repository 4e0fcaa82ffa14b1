// The recipes over real ZooKeeper 3.8 and 3.9 and our own node, with connections that are cut at the worst moment and sessions that expire.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { passBarrier, lowerBarrier, raiseBarrier } from '../../main/engines/coordination/recipes/barrier.ts';
import { readConfig, saveConfig, watchConfig } from '../../main/engines/coordination/recipes/config-value.ts';
import { addTo, countOf, watchCount } from '../../main/engines/coordination/recipes/counter.ts';
import { enterDoubleBarrier } from '../../main/engines/coordination/recipes/double-barrier.ts';
import { leaderOf, standForElection } from '../../main/engines/coordination/recipes/election.ts';
import { holderOf, holders } from '../../main/engines/coordination/recipes/holder.ts';
import { acquireLock, lockLine, tryLock, withLock } from '../../main/engines/coordination/recipes/lock.ts';
import { joinGroup, watchGroup } from '../../main/engines/coordination/recipes/membership.ts';
import { keepSchedule, runOnce } from '../../main/engines/coordination/recipes/once.ts';
import { WorkQueue } from '../../main/engines/coordination/recipes/queue.ts';
import { acquireRead, acquireWrite } from '../../main/engines/coordination/recipes/read-write-lock.ts';
import { OP } from '../../main/engines/coordination/op-codes.ts';
import { onEveryServer, until } from './support/coordination-servers.ts';

const text = (value: string): Buffer => Buffer.from(value);
const codeOf = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => 'Ok', (error: unknown) => (error as { code?: unknown }).code);

/** True for a chunk that holds a create of a path with `part` in it. */
const holdsCreate = (part: string) => (chunk: Buffer): boolean => chunk.includes(part) && [OP.create, OP.create2].some((type) => chunk.readInt32BE(8) === type);

onEveryServer({}, (bench) => {
  test('R1 a lock is held by one at a time, in the order of asking, with growing tokens', async () => {
    const path = bench.path();
    const clients = [bench.open(), bench.open(), bench.direct()];
    let inside = 0;
    const tokens: number[] = [];
    await Promise.all(Array.from({ length: 30 }, (_, i) => withLock(clients[i % 3] as (typeof clients)[0], path, async ({ token }) => {
      inside += 1;
      expect(inside).toBe(1);
      tokens.push(token);
      await new Promise((resolve) => { setTimeout(resolve, 2); });
      inside -= 1;
    })));
    expect(tokens).toEqual([...tokens].sort((a, b) => a - b));
    expect(new Set(tokens).size).toBe(30);
    expect(await lockLine(clients[0] as (typeof clients)[0], path)).toEqual([]);
  });

  test('R2 a try does not wait; who holds and who waits can be asked', async () => {
    const path = bench.path();
    const [one, two] = [bench.open(), bench.open()];
    const held = await acquireLock(one, path, { data: text('first') });
    expect(await tryLock(two, path)).toBeNull();
    const waiting = acquireLock(two, path, { data: text('second') });
    await until(async () => (await lockLine(one, path)).length === 2);
    expect((await lockLine(one, path)).map(({ data, sessionId }) => [String(data), sessionId])).toEqual([['first', one.sessionId], ['second', two.sessionId]]);
    await held.release();
    const second = await waiting;
    expect(second.token).toBeGreaterThan(held.token);
    await second.release();
  });

  test('R3 a create whose answer is lost leaves one node, not two', async () => {
    const path = bench.path();
    const client = bench.open();
    await (await acquireLock(client, path)).release();
    const cut0 = bench.proxy.cutAfter(holdsCreate('lock-'));
    const asked = acquireLock(client, path);
    await cut0;
    const held = await asked;
    expect((await lockLine(client, path)).length).toBe(1);
    await held.release();
    expect((await lockLine(client, path)).length).toBe(0);
  });

  test('R4 one who stops waiting leaves the line', async () => {
    const path = bench.path();
    const [one, two] = [bench.open(), bench.open()];
    const held = await acquireLock(one, path);
    const stop = new AbortController();
    const waiting = codeOf(acquireLock(two, path, { signal: stop.signal }));
    await until(async () => (await lockLine(one, path)).length === 2);
    stop.abort();
    expect(await waiting).toBe('APP_CANCELLED');
    await until(async () => (await lockLine(one, path)).length === 1);
    expect(held.lost.aborted).toBe(false);
    await held.release();
  });

  test('R5 an expired session: its holder is told, the next one gets the lock with a greater token', async () => {
    const path = bench.path();
    const [one, two] = [bench.open(), bench.direct()];
    const held = await acquireLock(one, path);
    const waiting = acquireLock(two, path);
    await until(async () => (await lockLine(two, path)).length === 2);
    await bench.expire(one);
    const next = await waiting;
    await until(() => held.lost.aborted);
    expect(held.lost.reason).toMatchObject({ code: 'COORD_SESSION_LOST' });
    expect(next.token).toBeGreaterThan(held.token);
    await held.release();
    expect((await lockLine(two, path)).length).toBe(1);
    await next.release();
  });

  test('R6 a holder that reaches no server for a session timeout knows that it may have lost the lock', async () => {
    const path = bench.path();
    const [one, two] = [bench.open({ sessionTimeoutMs: 2500 }), bench.direct()];
    const held = await acquireLock(one, path);
    const waiting = acquireLock(two, path);
    await until(async () => (await lockLine(two, path)).length === 2);
    bench.proxy.shut();
    const next = await waiting;
    await until(() => held.lost.aborted);
    await held.release(); // no server is needed for it
    bench.proxy.open();
    await one.connected();
    await until(async () => (await lockLine(one, path)).length === 1);
    await next.release();
  });

  test('R7 a holder whose node somebody deletes is told', async () => {
    const path = bench.path();
    const [one, two] = [bench.open(), bench.open()];
    const held = await acquireLock(one, path);
    await two.delete(held.path);
    await until(() => held.lost.aborted);
  });

  test('R10 readers share, a writer is alone, and nobody overtakes', async () => {
    const path = bench.path();
    const client = bench.open();
    const order: string[] = [];
    const [first, second] = await Promise.all([acquireRead(client, path), acquireRead(client, path)]);
    const writer = acquireWrite(client, path).then((held) => { order.push('writer'); return held; });
    await until(async () => (await lockLine(client, path)).length === 3);
    const late = acquireRead(client, path).then((held) => { order.push('late reader'); return held; });
    await until(async () => (await lockLine(client, path)).length === 4);
    expect(order).toEqual([]);
    await first.release();
    await second.release();
    await (await writer).release();
    await (await late).release();
    expect(order).toEqual(['writer', 'late reader']);
  });

  test('R20 one leads at a time; the next leads when the leader gives up, or its session ends', async () => {
    const path = bench.path();
    const clients = [bench.open(), bench.open(), bench.direct()];
    const stop = new AbortController();
    const led: { readonly name: string; readonly token: number }[] = [];
    let leading = 0;
    const candidates = clients.map((client, i) => standForElection(client, path, {
      data: text(`n${i}`), signal: stop.signal,
      lead: async ({ token, lost }) => {
        led.push({ name: `n${i}`, token });
        leading += 1;
        await new Promise<void>((resolve) => { lost.addEventListener('abort', () => { resolve(); }, { once: true }); });
        leading -= 1;
      },
    }));
    await until(async () => led.length === 1 && (await lockLine(bench.direct(), path)).length === 3);
    expect(String((await leaderOf(clients[2] as (typeof clients)[0], path))?.data)).toBe(led[0]?.name);
    const leader = clients[Number(led[0]?.name.slice(1))] as (typeof clients)[0];
    await bench.expire(leader);
    await until(() => led.length === 2 && leading === 1);
    expect(led[1]?.name).not.toBe(led[0]?.name);
    expect(led[1]?.token).toBeGreaterThan(led[0]?.token ?? 0);
    stop.abort();
    await Promise.all(candidates);
    expect(leading).toBe(0);
    expect(await leaderOf(clients[2] as (typeof clients)[0], path)).toBeNull();
  });

  test('R30 members are seen with their data, come back after expiry, and go when they leave', async () => {
    const path = bench.path();
    const [one, two, three] = [bench.open(), bench.open(), bench.direct()];
    const stop = new AbortController();
    let seen: Record<string, string> = {};
    const watching = (async () => { for await (const members of watchGroup(three, path, stop.signal)) seen = Object.fromEntries([...members].map(([name, data]) => [name, String(data)])); })();
    const a = await joinGroup(one, path, 'a', text('1'));
    const b = await joinGroup(two, path, 'b', text('2'));
    await until(() => JSON.stringify(seen) === '{"a":"1","b":"2"}');
    await a.update(text('3'));
    await until(() => seen['a'] === '3');
    const session = one.sessionId;
    await bench.expire(one);
    await until(() => one.sessionId !== session && one.state === 'connected');
    await until(async () => (await three.exists(`${path}/a`))?.ephemeralOwner === one.sessionId);
    await until(() => JSON.stringify(seen) === '{"a":"3","b":"2"}');
    await b.leave();
    await until(() => JSON.stringify(seen) === '{"a":"3"}');
    stop.abort();
    await watching;
    await a.leave();
  });

  test('R40 a barrier holds everyone until it is lowered', async () => {
    const path = bench.path();
    const [one, two] = [bench.open(), bench.open()];
    await raiseBarrier(one, path);
    let passed = 0;
    const waiting = [one, two, two].map((client) => passBarrier(client, path).then(() => { passed += 1; }));
    await one.sync(path);
    await two.sync(path);
    expect(passed).toBe(0);
    await lowerBarrier(one, path);
    await Promise.all(waiting);
    await passBarrier(one, path);
    expect(passed).toBe(3);
  });

  test('R41 a double barrier lets them in and out together, round after round', async () => {
    const path = bench.path();
    const clients = [bench.open(), bench.open(), bench.direct()];
    const events: string[] = [];
    await Promise.all(clients.map(async (client, i) => {
      for (let round = 0; round < 4; round++) {
        if (i === round % 3) await new Promise((resolve) => { setTimeout(resolve, 40); });
        events.push(`come ${round}`);
        const inside = await enterDoubleBarrier(client, path, 3);
        events.push(`in ${round}`);
        await inside.leave();
        events.push(`out ${round}`);
      }
    }));
    for (let round = 0; round < 4; round++) {
      expect(events.indexOf(`in ${round}`)).toBeGreaterThan(events.lastIndexOf(`come ${round}`));
      expect(events.indexOf(`out ${round}`)).toBeGreaterThan(events.indexOf(`in ${round}`));
    }
    expect((await clients[0]?.getChildNames(path))?.filter((name) => name.includes('member')) ?? []).toEqual([]);
  });

  test('R50 a queue gives each item to one consumer, in order; what a dead one had is given again', async () => {
    const path = bench.path();
    const [producer, one, two] = [bench.direct(), bench.open(), bench.direct()];
    const queue = new WorkQueue(producer, path);
    for (let i = 0; i < 20; i++) await queue.put(text(String(i)));
    expect(await queue.length()).toBe(20);
    const [a, b] = [new WorkQueue(one, path), new WorkQueue(two, path)];
    const dropped = await a.take();
    expect(String(dropped.data)).toBe('0');
    const released = await a.take();
    expect(String(released.data)).toBe('1');
    await bench.expire(one);
    await until(() => dropped.lost.aborted && one.state === 'connected');
    expect(await codeOf(dropped.done())).toBe('COORD_SESSION_LOST');
    const done: string[] = [];
    await Promise.all([a, b, b].map(async (consumer) => {
      for (let claim = await consumer.tryTake(); claim; claim = await consumer.tryTake()) {
        await claim.done();
        done.push(String(claim.data));
      }
    }));
    expect(done.map(Number).sort((x, y) => x - y)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(await queue.length()).toBe(0);
    const waiting = b.take();
    await queue.put(text('late'));
    expect(String((await waiting).data)).toBe('late');
  });

  test('R51 priorities come first, then the order of coming; what is given back keeps its place', async () => {
    const path = bench.path();
    const queue = new WorkQueue(bench.open(), path);
    for (const [name, priority] of [['c', 500], ['d', 500], ['e', 900], ['a', 1], ['b', 10]] as const) await queue.put(text(name), priority);
    const first = await queue.take();
    await first.release();
    const order: string[] = [];
    for (let claim = await queue.tryTake(); claim; claim = await queue.tryTake()) {
      order.push(String(claim.data));
      await claim.done();
    }
    expect(order).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('R52 a put, and a done, whose answer is lost are done once', async () => {
    const path = bench.path();
    const client = bench.open();
    const queue = new WorkQueue(client, path);
    await (await queue.put(text('first')), await queue.take()).done();
    for (let i = 1; i <= 25; i++) {
      const cut1 = bench.proxy.cutAfter(holdsCreate('/items/item-'));
      await Promise.all([queue.put(text(String(i))), cut1]);
      expect(await queue.length()).toBe(i);
    }
    for (let i = 1; i < 25; i++) await (await queue.take()).done();
    const claim = await queue.take();
    const cut2 = bench.proxy.cutAfter((chunk) => chunk.readInt32BE(8) === OP.multi);
    const done = claim.done();
    await cut2;
    await done;
    expect(await queue.length()).toBe(0);
  });

  test('R60 additions of many are all counted, once each, also when an answer is lost', async () => {
    const path = bench.path();
    const clients = [bench.open(), bench.direct()];
    expect(await countOf(clients[0] as (typeof clients)[0], path)).toBe(0);
    await Promise.all(Array.from({ length: 20 }, (_, i) => addTo(clients[i % 2] as (typeof clients)[0], path, i)));
    expect(await countOf(clients[0] as (typeof clients)[0], path)).toBe(190);
    const [cut] = clients as [(typeof clients)[0]];
    const cut3 = bench.proxy.cutAfter((chunk) => chunk.readInt32BE(8) === OP.setData);
    const adding = addTo(cut, path, 10);
    await cut3;
    expect(await adding).toBe(200);
    const stop = new AbortController();
    for await (const value of watchCount(cut, path, stop.signal)) if (value === 200) stop.abort();
    expect(await countOf(cut, path)).toBe(200);
  });

  test('R70 configuration is followed through cuts and expiry; a save is bound to the version that was read', async () => {
    const path = `${bench.path()}/app/settings`;
    const [reader, writer] = [bench.open(), bench.direct()];
    const stop = new AbortController();
    const seen: string[] = [];
    const watching = (async () => { for await (const value of watchConfig(reader, path, stop.signal)) seen.push(`${value.version} ${String(value.data)}`); })();
    await until(() => seen.length === 1);
    let now = await saveConfig(writer, path, text('a'), -1);
    await until(() => seen.at(-1) === '0 a');
    bench.proxy.cut();
    now = await saveConfig(writer, path, text('b'), now.version);
    await until(() => seen.at(-1) === '1 b');
    await bench.expire(reader);
    await saveConfig(writer, path, text('c'), now.version);
    await until(() => seen.at(-1) === '2 c');
    await expect(saveConfig(reader, path, text('d'), 1)).rejects.toMatchObject({ code: 'COORD_CHANGED', params: { expected: 1, found: 2 } });
    await writer.delete(path);
    await until(() => seen.at(-1) === '-1 null');
    stop.abort();
    await watching;
    expect((await readConfig(writer, path)).version).toBe(-1);
  });

  test('R80 work runs once across processes; failed work is run by the next one', async () => {
    const path = bench.path();
    const clients = [bench.open(), bench.open(), bench.direct()];
    let runs = 0;
    const outcomes = await Promise.all(clients.map((client) => runOnce(client, path, 'job/1', async () => { runs += 1; await new Promise((resolve) => { setTimeout(resolve, 20); }); })));
    expect([runs, outcomes.sort()]).toEqual([1, ['already', 'already', 'done']]);
    await expect(runOnce(clients[0] as (typeof clients)[0], path, 'job/2', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await runOnce(clients[1] as (typeof clients)[0], path, 'job/2', () => Promise.resolve())).toBe('done');
    const lost = runOnce(clients[0] as (typeof clients)[0], path, 'job/3', async ({ lost: gone }) => {
      await bench.expire(clients[0] as (typeof clients)[0]);
      await until(() => gone.aborted);
    });
    expect(await codeOf(lost)).toBe('COORD_SESSION_LOST');
    expect(await runOnce(clients[1] as (typeof clients)[0], path, 'job/3', () => Promise.resolve())).toBe('done');
  });

  test('R81 a schedule runs each slot once, whoever keeps it', async () => {
    const path = bench.path();
    const clients = [bench.open(), bench.direct()];
    const stop = new AbortController();
    let runs = 0;
    const errors: unknown[] = [];
    await Promise.all(clients.map((client) => keepSchedule(client, path, 'tick', () => {
      runs += 1;
      if (runs === 4) stop.abort();
      return Promise.resolve();
    }, { everyMs: 400, signal: stop.signal, onError: (error) => { errors.push(error); } })));
    // each run leaves the mark of its slot, which on a busy machine may be over by the time it runs
    expect([(await bench.direct().getChildNames(`${path}/tick/done`)).length, runs]).toEqual([4, 4]);
    expect(errors).toEqual([]);
  });

  test('R90 the work of a holder that is killed is taken over by the next one', async () => {
    const path = bench.path();
    const observer = bench.direct();
    const start = async (): Promise<{ readonly child: ChildProcess; readonly said: string[] }> => {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'support/holder-process.ts'), bench.connect, path, 'pipe/line.1', '2000'], { stdio: ['ignore', 'pipe', 'inherit'] });
      const said: string[] = [];
      createInterface({ input: child.stdout }).on('line', (line) => said.push(line));
      await once(child, 'spawn');
      return { child, said };
    };
    const all = [await start(), await start()];
    try {
      await until(async () => all.some(({ said }) => said.length > 0) && (await lockLine(observer, `${path}/pipe%2Fline%2E1`)).length === 2);
      const first = all.find(({ said }) => said.length > 0) as (typeof all)[0];
      const other = all.find((one) => one !== first) as (typeof all)[0];
      expect((await holderOf(observer, path, 'pipe/line.1'))?.pid).toBe(first.child.pid);
      first.child.kill('SIGKILL');
      await until(() => other.said.length > 0);
      const found = [];
      for await (const holder of holders(observer, path)) found.push([holder.key, holder.pid]);
      expect(found).toEqual([['pipe/line.1', other.child.pid]]);
      expect(Number(other.said[0]?.slice(6))).toBeGreaterThan(Number(first.said[0]?.slice(6)));
    } finally {
      for (const { child } of all) child.kill('SIGKILL');
    }
  });
});
