import { describe, expect, it } from 'vitest';
import { filterGently, inParallel, placeIn, sortGently } from '../../../../../../main/engines/coordination/desk/gently.ts';
import { shownData, storedData } from '../../../../../../main/engines/coordination/desk/znode-facts.ts';

describe('long lists', () => {
  const shuffled = Array.from({ length: 100_000 }, (_, i) => `n-${String((i * 48_271) % 100_000).padStart(6, '0')}`);

  it('D1 are sorted as sort does it, and others get their turns meanwhile', async () => {
    let turns = 0;
    let over = false;
    const count = (): void => { turns += 1; if (!over) setImmediate(count); };
    setImmediate(count);
    const sorted = await sortGently(shuffled);
    over = true;
    expect(sorted).toEqual([...shuffled].sort());
    expect(turns).toBeGreaterThan(2);
    expect(await sortGently(['b', 'B', 'a', '中'])).toEqual(['B', 'a', 'b', '中']);
    expect(await sortGently([])).toEqual([]);
  });

  it('D1 are filtered whatever the case, and found in by name', async () => {
    const sorted = await sortGently(shuffled);
    expect(await filterGently(sorted, 'N-09999')).toEqual(sorted.slice(99_990));
    expect(sorted.map((name) => placeIn(sorted, name)).every((at, i) => at === i)).toBe(true);
    expect([placeIn(sorted, 'a'), placeIn(sorted, 'zz'), placeIn(sorted, 'n-000000x'), placeIn([], 'x')]).toEqual([-1, -1, -1, -1]);
  });

  it('D1 work runs side by side within its bound and answers in order; what fails is thrown', async () => {
    let now = 0;
    let most = 0;
    const answers = await inParallel([5, 1, 3, 2, 4], 2, async (n) => { most = Math.max(most, ++now); await new Promise((done) => setTimeout(done, n)); now -= 1; return n * 2; });
    expect(answers).toEqual([10, 2, 6, 4, 8]);
    expect(most).toBe(2);
    await expect(inParallel([1], 2, async () => { throw new Error('no'); })).rejects.toThrow('no');
  });
});

describe('packed data', () => {
  it('D4 come back as they were; what only begins like gzip is shown as it is', async () => {
    const packed = await storedData(Buffer.from('hello'), true);
    expect(await shownData(packed)).toEqual({ data: Buffer.from('hello'), gzip: true });
    for (const data of [null, Buffer.from('plain'), Buffer.from([0x1f, 0x8b, 8, 1, 2, 3]), packed.subarray(0, packed.length - 3)]) expect(await shownData(data)).toEqual({ data, gzip: false });
  });
});
