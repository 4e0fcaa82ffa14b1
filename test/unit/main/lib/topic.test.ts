import { describe, expect, it } from 'vitest';
import { CollectionTopic, ValueTopic } from '../../../../main/lib/topic.ts';

async function take<T>(iterator: AsyncIterator<T>): Promise<T> {
  const result = await iterator.next();
  if (result.done === true) throw new Error('the watch ended');
  return result.value;
}

describe('ValueTopic', () => {
  it('opens with a snapshot and goes on with values one revision apart', async () => {
    const topic = new ValueTopic('a', { minIntervalMs: 0 });
    const watch = topic.watch()[Symbol.asyncIterator]();
    expect(await take(watch)).toEqual({ type: 'snapshot', rev: 0, value: 'a' });
    topic.set('b');
    expect(await take(watch)).toEqual({ type: 'value', rev: 1, value: 'b' });
    const next = take(watch);
    topic.set('c');
    expect(await next).toEqual({ type: 'value', rev: 2, value: 'c' });
  });

  it('a slow watcher skips to the newest value, as a snapshot', async () => {
    const topic = new ValueTopic(0, { minIntervalMs: 0 });
    const watch = topic.watch()[Symbol.asyncIterator]();
    await take(watch);
    for (let i = 1; i <= 1000; i += 1) topic.set(i);
    expect(await take(watch)).toEqual({ type: 'snapshot', rev: 1000, value: 1000 });
  });

  it('paces a fast producer and still delivers its last word', async () => {
    const topic = new ValueTopic(0, { minIntervalMs: 50 });
    const watch = topic.watch()[Symbol.asyncIterator]();
    await take(watch);
    let delivered = 0;
    const begun = performance.now();
    const producer = (async () => { for (let i = 1; i <= 400; i += 1) { topic.set(i); await new Promise((resolve) => { setImmediate(resolve); }); } })();
    for (;;) {
      const item = await take(watch);
      delivered += 1;
      if (item.value === 400) break;
    }
    await producer;
    expect(delivered).toBeLessThanOrEqual(Math.floor((performance.now() - begun) / 49) + 1);
  });

  it('ends on abort, on return while waiting, and on close after the newest value', async () => {
    const topic = new ValueTopic('a', { minIntervalMs: 0 });
    const abort = new AbortController();
    const one = topic.watch(abort.signal)[Symbol.asyncIterator]();
    const two = topic.watch()[Symbol.asyncIterator]();
    const three = topic.watch()[Symbol.asyncIterator]();
    for (const watch of [one, two, three]) await take(watch);
    const [ended, left] = [one.next(), two.next()];
    abort.abort();
    await two.return?.();
    expect((await ended).done).toBe(true);
    expect((await left).done).toBe(true);
    topic.set('last');
    topic.close();
    expect((await take(three)).value).toBe('last');
    expect((await three.next()).done).toBe(true);
    expect(topic.watched).toBe(false);
  });
});

describe('CollectionTopic', () => {
  it('opens with a snapshot and folds changes between two items into one patch without gaps', async () => {
    const topic = new CollectionTopic([{ id: 'a', n: 1 }, { id: 'b', n: 1 }], { minIntervalMs: 0 });
    const watch = topic.watch()[Symbol.asyncIterator]();
    expect(await take(watch)).toEqual({ type: 'snapshot', rev: 0, items: [{ id: 'a', n: 1 }, { id: 'b', n: 1 }] });
    topic.upsert({ id: 'a', n: 2 }, { id: 'c', n: 1 });
    topic.upsert({ id: 'a', n: 3 });
    topic.remove('b', 'never there');
    expect(await take(watch)).toEqual({ type: 'patch', rev: 1, upsert: [{ id: 'a', n: 3 }, { id: 'c', n: 1 }], remove: ['b'] });
    topic.remove('c');
    expect(await take(watch)).toEqual({ type: 'patch', rev: 2, upsert: [], remove: ['c'] });
  });

  it('a watcher that missed very much gets a new snapshot', async () => {
    const topic = new CollectionTopic<{ id: string }>([], { minIntervalMs: 0 });
    const watch = topic.watch()[Symbol.asyncIterator]();
    await take(watch);
    topic.upsert(...Array.from({ length: 6000 }, (_, i) => ({ id: String(i) })));
    const item = await take(watch);
    expect(item.type).toBe('snapshot');
    expect(item.type === 'snapshot' && item.items.length).toBe(6000);
  });

  it('replace drops what is not there any more', async () => {
    const topic = new CollectionTopic([{ id: 'a' }, { id: 'b' }], { minIntervalMs: 0 });
    const watch = topic.watch()[Symbol.asyncIterator]();
    await take(watch);
    topic.replace([{ id: 'b' }]);
    expect(await take(watch)).toEqual({ type: 'patch', rev: 1, upsert: [{ id: 'b' }], remove: ['a'] });
  });
});
