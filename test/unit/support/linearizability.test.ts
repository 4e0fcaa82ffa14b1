import { describe, expect, test } from 'vitest';
import { checkHistory, type HistoryOp } from '../../support/linearizability.ts';

let clock = 0;
const op = (kind: HistoryOp['kind'], value: string, version: number, start: number, end: number, more: Partial<HistoryOp> = {}): HistoryOp => ({
  key: '/k', session: `s${++clock}`, kind, value, version, zxid: 100 + version, start, end, outcome: 'ok', ...more,
});
const lost = (kind: 'set' | 'cas', value: string, start: number, more: Partial<HistoryOp> = {}): HistoryOp => op(kind, value, -1, start, Infinity, { outcome: 'unknown', zxid: -1, ...more });
const failed = (expected: number, start: number, end: number): HistoryOp => op('cas', 'no', -1, start, end, { outcome: 'badVersion', expected, zxid: -1 });
const rules = (...ops: HistoryOp[]): string[] => checkHistory(ops).map(({ rule }) => rule);

describe('good histories', () => {
  test.for<[string, HistoryOp[]]>([
    ['one after the other', [op('set', 'a', 1, 0, 1), op('read', 'a', 1, 2, 3), op('set', 'b', 2, 4, 5), op('read', 'b', 2, 6, 7)]],
    ['reads beside a write see either', [op('set', 'a', 1, 0, 10), op('read', '', 0, 1, 2, { zxid: 0 }), op('read', 'a', 1, 3, 4)]],
    ['two writes at once in either order', [op('set', 'a', 2, 0, 10), op('set', 'b', 1, 1, 9), op('read', 'a', 2, 11, 12)]],
    ['a lost write seen later', [lost('set', 'x', 0), op('read', '', 0, 1, 2, { zxid: 0 }), op('read', 'x', 1, 50, 51)]],
    ['a lost write never seen', [lost('set', 'x', 0), op('set', 'a', 1, 1, 2), op('read', 'a', 1, 3, 4)]],
    ['a lost write between two', [op('set', 'a', 1, 0, 1), lost('set', 'x', 2), op('set', 'b', 3, 3, 4)]],
    ['a lost cas between two', [op('set', 'a', 1, 0, 1), lost('cas', 'x', 2, { expected: 1 }), op('set', 'b', 3, 3, 4)]],
    ['a cas that failed since another came', [op('set', 'a', 1, 0, 5), failed(0, 2, 6)]],
    ['a cas that failed before the version came', [op('set', 'a', 1, 3, 5), failed(1, 2, 4)]],
    ['a cas that failed by a lost write', [lost('set', 'x', 0), failed(0, 2, 3)]],
    ['an old plain read of another session', [op('set', 'a', 1, 0, 1), op('plainRead', '', 0, 5, 6, { zxid: 0 })]],
    ['two znodes', [op('set', 'a', 1, 0, 1), op('set', 'a', 1, 2, 3, { key: '/other', zxid: 105 })]],
  ])('%s', ([, ops]) => { expect(checkHistory(ops)).toEqual([]); });
});

describe('bad histories', () => {
  test('a stale read after an acknowledged write', () => {
    expect(rules(op('set', 'a', 1, 0, 1), op('read', '', 0, 2, 3, { zxid: 0 }))).toEqual(['stale read']);
  });
  test('a stale read after another read saw the new value', () => {
    expect(rules(op('set', 'a', 1, 0, 100), op('read', 'a', 1, 2, 3), op('read', '', 0, 4, 5, { zxid: 0 }))).toEqual(['stale read']);
  });
  test('a stale read after a lost write was seen', () => {
    expect(rules(lost('set', 'a', 0), op('read', 'a', 1, 2, 3), op('read', '', 0, 4, 5, { zxid: 0 }))).toEqual(['stale read']);
  });
  test('a read of a value before it was written', () => {
    expect(rules(op('read', 'a', 1, 0, 1), op('set', 'a', 1, 2, 3))).toEqual(['read of the future']);
    expect(rules(op('plainRead', 'a', 1, 0, 1), op('set', 'a', 1, 2, 3))).toEqual(['read of the future']);
  });
  test('a lost update: two writes got one version', () => {
    expect(rules(op('set', 'a', 1, 0, 5), op('set', 'b', 1, 1, 6, { zxid: 102 }))).toContain('one write a version');
  });
  test('a lost update: an acknowledged write is gone', () => {
    expect(rules(op('set', 'a', 1, 0, 1), op('set', 'b', 2, 2, 3), op('read', 'a', 1, 4, 5))).toEqual(['stale read']);
  });
  test('a write whose version another value has', () => {
    expect(rules(op('set', 'a', 1, 0, 1), op('read', 'b', 1, 2, 3))).toEqual(['one value a version']);
  });
  test('a write done twice leaves a version nobody made', () => {
    expect(rules(op('set', 'a', 1, 0, 1), op('read', 'a', 2, 2, 3))).toEqual(['unexplained version']);
    expect(rules(op('set', 'a', 1, 0, 1), op('set', 'b', 3, 2, 3))).toEqual(['unexplained version']);
  });
  test('a lost write done twice', () => {
    expect(rules(lost('set', 'x', 0), op('read', 'x', 1, 2, 3), op('read', 'x', 2, 4, 5))).toEqual(['unexplained version']);
  });
  test('a lost write before it was sent', () => {
    expect(rules(op('set', 'a', 2, 0, 1), lost('set', 'x', 5))).toEqual(['unexplained version']);
  });
  test('a lost cas in a version it did not ask for', () => {
    expect(rules(lost('cas', 'x', 0, { expected: 5 }), op('read', 'x', 1, 2, 3))).toEqual(['unexplained version']);
  });
  test('a cas that succeeded on another version', () => {
    expect(rules(op('set', 'a', 1, 0, 1), op('cas', 'b', 2, 2, 3, { expected: 0 }))).toContain('cas');
  });
  test('a cas that failed though its version was there all the time', () => {
    expect(rules(op('set', 'a', 1, 0, 1), failed(1, 2, 3))).toEqual(['failed cas']);
    expect(rules(op('set', 'a', 1, 0, 1), failed(1, 2, 3), op('set', 'b', 2, 4, 5))).toEqual(['failed cas']);
    expect(rules(failed(0, 2, 3))).toEqual(['failed cas']);
  });
  test('writes in an order that time forbids', () => {
    expect(rules(op('set', 'b', 2, 0, 1), op('set', 'a', 1, 2, 3))).toContain('real time');
  });
  test('zxids against time, on two znodes', () => {
    expect(rules(op('set', 'a', 1, 0, 1, { zxid: 9 }), op('set', 'a', 1, 2, 3, { key: '/other', zxid: 8 }))).toEqual(['zxid order']);
  });
  test('a session that reads back in time', () => {
    expect(rules(op('set', 'a', 1, 0, 1), op('plainRead', 'a', 1, 2, 3, { session: 'x' }), op('plainRead', '', 0, 4, 5, { session: 'x', zxid: 0 }))).toEqual(['session']);
  });
  test('a session that does not read its own write', () => {
    expect(rules(op('set', 'a', 1, 0, 1, { session: 'x' }), op('plainRead', '', 0, 2, 3, { session: 'x', zxid: 0 }))).toEqual(['session']);
  });
});

/** A register as it should be, used by many at random: every history it makes is good, and one that is spoilt is found out. */
function simulate(seed: number, spoil: boolean): HistoryOp[] {
  let state = seed;
  const random = (below: number): number => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return Math.floor((state / 2 ** 32) * below); };
  const ops: HistoryOp[] = [];
  let [value, version, zxid] = ['', 0, 0];
  const clients = Array.from({ length: 6 }, () => 0);
  for (let n = 0; n < 400; n++) {
    const client = random(clients.length);
    const moment = n * 10 + 5;
    const start = Math.max(clients[client] ?? 0, moment - random(40));
    const end = moment + random(40);
    if (start > moment) continue;
    clients[client] = end + 0.001;
    const base = { key: '/k', session: `c${client}`, start, end };
    const what = random(10);
    if (what < 4) ops.push({ ...base, kind: 'read', outcome: 'ok', value, version, zxid });
    else if (what < 5) ops.push({ ...base, session: `lost${n}`, kind: 'set', outcome: 'unknown', value: `v${n}`, version: -1, zxid: -1, end: Infinity });
    else if (what < 6) {
      version++; zxid = n + 1; value = `v${n}`;
      ops.push({ ...base, session: `lost${n}`, kind: 'set', outcome: 'unknown', value, version: -1, zxid: -1, end: Infinity });
    } else if (what < 8) {
      version++; zxid = n + 1; value = `v${n}`;
      ops.push({ ...base, kind: 'set', outcome: 'ok', value, version, zxid });
    } else {
      const expected = version - random(2);
      if (expected === version) {
        version++; zxid = n + 1; value = `v${n}`;
        ops.push({ ...base, kind: 'cas', expected, outcome: 'ok', value, version, zxid });
      } else ops.push({ ...base, kind: 'cas', expected, outcome: 'badVersion', value: `v${n}`, version: -1, zxid: -1 });
    }
  }
  if (spoil) {
    const reads = ops.filter((one) => one.kind === 'read' && one.start > 2000);
    const late = reads[random(reads.length)] as HistoryOp;
    const old = ops.filter((one) => one.kind === 'set' && one.outcome === 'ok' && one.version < late.version).findLast((one) => ops.some((next) => next.kind !== 'read' && next.outcome === 'ok' && next.version > one.version && next.end < late.start)) as HistoryOp;
    ops[ops.indexOf(late)] = { ...late, value: old.value, version: old.version, zxid: old.zxid, session: 'spoilt' };
  }
  return ops;
}

test('200 histories of a register at random are good, and spoilt by one stale read none is', () => {
  for (let seed = 1; seed <= 200; seed++) {
    expect(checkHistory(simulate(seed, false)), `seed ${seed}`).toEqual([]);
    expect(checkHistory(simulate(seed, true)).length, `seed ${seed}, spoilt`).toBeGreaterThan(0);
  }
});
