import { describe, expect, it } from 'vitest';
import { fold } from '../../../../renderer/data/topics.ts';

const a = { id: 'a', n: 1 };
const b = { id: 'b', n: 1 };

describe('folding a topic', () => {
  it('a snapshot replaces whatever was there', () => {
    expect(fold({ rev: 9, value: [a] }, { type: 'snapshot', rev: 3, items: [b] })).toEqual({ rev: 3, value: [b] });
    expect(fold(null, { type: 'snapshot', rev: 0, value: 'x' })).toEqual({ rev: 0, value: 'x' });
  });

  it('a patch of the next revision inserts, replaces and removes by id', () => {
    expect(fold({ rev: 3, value: [a, b] }, { type: 'patch', rev: 4, upsert: [{ id: 'a', n: 2 } as never, { id: 'c' }], remove: ['b'] })).toEqual({ rev: 4, value: [{ id: 'a', n: 2 }, { id: 'c' }] });
  });

  it('a gap in the revisions is a gap, not a guess', () => {
    expect(fold({ rev: 3, value: [a] }, { type: 'patch', rev: 5, upsert: [], remove: [] })).toBeNull();
    expect(fold({ rev: 3, value: 1 }, { type: 'value', rev: 3, value: 2 })).toBeNull();
    expect(fold(null, { type: 'value', rev: 1, value: 2 })).toBeNull();
  });
});
