import { expect, test } from 'vitest';
import { SharedPlaces } from '../../../../../../main/engines/agent/places/shared-places.ts';
import type { CoordinationClient } from '../../../../../../main/engines/agent/ports.ts';
import type { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';

/** A tree for several clients, each of which may be cut off. */
class Tree {
  readonly nodes = new Map<string, { data: Buffer; version: number }>();
  private holder: { readonly lost: () => void } | null = null;
  private waiting: (() => void)[] = [];
  sets = 0;
  /** Asked before a set takes effect, and after. */
  before: () => void = () => {};
  after: () => void = () => {};

  client(): CoordinationClient {
    return {
      get: (path) => Promise.resolve(this.nodes.get(path) ?? null),
      set: async (path, data, version) => {
        await Promise.resolve();
        this.before();
        const node = this.nodes.get(path);
        if ((node?.version ?? null) !== version) return false;
        this.nodes.set(path, { data, version: (version ?? -1) + 1 });
        this.sets += 1;
        this.after();
        return true;
      },
      children: () => Promise.resolve([]),
      watch: () => () => {},
      hold: async (_path, lost, signal) => {
        for (signal.throwIfAborted(); this.holder; signal.throwIfAborted()) await new Promise<void>((resolve, reject) => { this.waiting.push(resolve); signal.addEventListener('abort', () => { reject(signal.reason as Error); }); });
        const mine = { lost };
        this.holder = mine;
        return () => { if (this.holder === mine) this.free(); return Promise.resolve(); };
      },
      close: () => Promise.resolve(),
    };
  }

  /** As when the session of the holder is over. */
  expire(): void {
    const { holder } = this;
    this.free();
    holder?.lost();
  }

  private free(): void {
    this.holder = null;
    for (const wake of this.waiting.splice(0)) wake();
  }
}

const never = new AbortController().signal;
const open = (tree: Tree, lost: (error: SluiceError) => void = () => {}): SharedPlaces => new SharedPlaces({ component: 'a1.sources.r1', path: '/p/a1/r1', connect: () => Promise.resolve(tree.client()), lost });

test('F15 what one agent saved the next one finds, in the same generation', async () => {
  const tree = new Tree();
  const first = open(tree);
  const { generation } = await first.load(never);
  await first.save(1, new Map([['id:1', 'a'], ['id:2', 'b']]));
  await first.save(2, new Map([['id:1', null], ['id:3', 'c']]));
  await first.close();
  const second = await open(tree).load(never);
  expect(second).toEqual({ generation, number: 2, entries: new Map([['id:2', 'b'], ['id:3', 'c']]) });
});

test('F15 a second agent waits until the first is gone, and stops waiting when it is ended', async () => {
  const tree = new Tree();
  const first = open(tree);
  await first.load(never);
  const ended = new AbortController();
  const impatient = open(tree).load(ended.signal);
  ended.abort(new Error('ended'));
  await expect(impatient).rejects.toThrow();
  let there = false;
  const second = open(tree).load(never).then((places) => { there = true; return places; });
  await first.save(1, new Map([['k', 'v']]));
  expect(there).toBe(false);
  await first.close();
  expect((await second).entries.get('k')).toBe('v');
});

test('F15 an agent that lost the lock is told and cannot advance the place, though it does not know it yet', async () => {
  const tree = new Tree();
  const told: string[] = [];
  const first = open(tree, ({ code }) => { told.push(code); });
  await first.load(never);
  await first.save(1, new Map([['k', 'first']]));
  tree.expire();
  expect(told).toEqual(['AGENT_PLACE']);
  await expect(first.save(2, new Map([['k', 'late']]))).rejects.toMatchObject({ code: 'AGENT_PLACE' });
  const second = open(tree);
  await second.load(never);
  await second.save(2, new Map([['k', 'second']]));
  const slow = open(tree);
  const blind = tree.client();
  Object.assign(tree, { client: () => ({ ...blind, hold: () => Promise.resolve(() => Promise.resolve()) }) }); // one that was not told that it lost
  await slow.load(never);
  await second.save(3, new Map([['k', 'third']]));
  await expect(slow.save(3, new Map([['k', 'stale']]))).rejects.toMatchObject({ code: 'AGENT_PLACE', params: { reason: 'another agent changed it' } });
  expect((await open(tree).load(never)).entries.get('k')).toBe('third');
});

test('F15 a save whose answer was lost is known to have taken place', async () => {
  const tree = new Tree();
  const places = open(tree);
  await places.load(never);
  let lose = true;
  tree.after = () => { if (lose) { lose = false; throw new Error('connection lost'); } };
  await places.save(1, new Map([['k', '1']]));
  await places.save(2, new Map([['k', '2']]));
  tree.before = () => { throw new Error('connection lost'); };
  await expect(places.save(3, new Map([['k', '3']]))).rejects.toMatchObject({ code: 'AGENT_PLACE' });
  tree.before = () => {};
  await places.save(4, new Map([['k', '4']]));
  await places.close();
  expect(await open(tree).load(never)).toMatchObject({ number: 4, entries: new Map([['k', '4']]) });
});

test('F15 a change of many files that is cut off in the middle has not the new number', async () => {
  const many = new Map(Array.from({ length: 40 }, (_, i) => [`id:${i}`, 'new']));
  for (let cut = 0; cut < 30; cut += 3) {
    const tree = new Tree();
    const places = open(tree);
    await places.load(never);
    await places.save(1, new Map([...many.keys()].map((key) => [key, 'old'])));
    const until = tree.sets + cut;
    tree.before = () => { if (tree.sets >= until) throw new Error('gone'); };
    await expect(places.save(2, many)).rejects.toMatchObject({ code: 'AGENT_PLACE' });
    tree.before = () => {};
    await places.close();
    expect((await open(tree).load(never)).number).toBe(1);
  }
});

test('F15 what is no place of ours is refused', async () => {
  const tree = new Tree();
  tree.nodes.set('/p/a1/r1/head', { data: Buffer.from('what?'), version: 0 });
  await expect(open(tree).load(never)).rejects.toMatchObject({ code: 'AGENT_PLACE', params: { place: '/p/a1/r1' } });
});
