import { describe, expect, it } from 'vitest';
import { scaledScroll, scrollFor, TALLEST } from '../../../../renderer/features/plan/row-window.ts';

describe('scrolling a list of any length', () => {
  it('a list that fits the browser scrolls pixel by pixel', () => {
    expect(scaledScroll(280, 600, 1000, 28)).toEqual({ height: 28_000, first: 10 });
  });

  it('a higher one is scaled: its ends are reached exactly, and every row can be brought to the top', () => {
    const total = 5_000_000;
    expect(scaledScroll(0, 600, total, 28)).toEqual({ height: TALLEST, first: 0 });
    expect(scaledScroll(TALLEST - 600, 600, total, 28).first).toBeCloseTo(total - 600 / 28, 6);
    for (const row of [0, 1, 12_345, 4_000_000]) expect(scaledScroll(scrollFor(row, 600, total, 28), 600, total, 28).first).toBeCloseTo(row, 3);
  });
});
