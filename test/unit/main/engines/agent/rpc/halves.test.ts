import { expect, test } from 'vitest';
import { Halves, type Half } from '../../../../../../main/engines/agent/rpc/halves.ts';

function half(name: string, given: string[], isAwaited = true): Half {
  return { isAwaited, giveUp: () => { given.push(name); } };
}

test('X21 halves of messages beyond the bound: who was silent the longest is given up, never the one that just spoke', () => {
  const given: string[] = [];
  const halves = new Halves(100);
  const [a, b, c] = ['a', 'b', 'c'].map((name) => half(name, given)) as [Half, Half, Half];
  halves.grew(a, 40);
  halves.grew(b, 40);
  halves.grew(a, 50); // b is silent for longer now
  halves.grew(c, 11);
  expect(given).toEqual(['b']);
  halves.grew(c, 80);
  expect(given).toEqual(['b', 'a']);
  halves.grew(c, 1000); // alone it may have more than all together
  expect(given).toEqual(['b', 'a']);
});

test('X21 a message that became whole, or whose connection went, takes no room; a client that we do not read from is not silent', () => {
  const given: string[] = [];
  const halves = new Halves(100);
  const [whole, gone, held, last] = [half('whole', given), half('gone', given), half('held', given, false), half('last', given)];
  halves.grew(whole, 90);
  halves.grew(whole, 0);
  halves.grew(gone, 90);
  halves.forget(gone);
  halves.forget(gone);
  halves.grew(held, 60);
  halves.grew(last, 40);
  expect(given).toEqual([]);
  halves.grew(last, 41);
  expect(given).toEqual([]);
  halves.grew(half('more', given), 1);
  expect(given).toEqual(['last']);
});
