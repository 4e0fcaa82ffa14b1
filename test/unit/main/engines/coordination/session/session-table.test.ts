import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { KeeperError } from '../../../../../../main/engines/coordination/keeper-errors.ts';
import { RunningClock } from '../../../../../../main/engines/coordination/session/running-clock.ts';
import { SessionIds } from '../../../../../../main/engines/coordination/session/session-ids.ts';
import { Sessions } from '../../../../../../main/engines/coordination/session/session-table.ts';

const TICK = 1000;
let now = 0;
let expired: bigint[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  now = 50_000;
  expired = [];
});
afterEach(() => { vi.useRealTimers(); });

function table(known: readonly (readonly [bigint, number])[] = []): Sessions {
  return new Sessions({ tickTime: TICK, clock: { monotonic: () => now }, ids: new SessionIds(1, 0), known: () => known });
}

function started(known: readonly (readonly [bigint, number])[] = []): Sessions {
  const sessions = table(known);
  sessions.start((id) => { expired.push(id); });
  return sessions;
}

/** Time goes on for clock and timers alike. */
function pass(ms: number): void {
  for (let left = ms; left > 0; left -= 100) {
    now += Math.min(100, left);
    vi.advanceTimersByTime(Math.min(100, left));
  }
}

const code = (check: () => void): string => {
  try {
    check();
    return 'Ok';
  } catch (error) {
    return (error as KeeperError).message;
  }
};

test('N4 a session expires once, at the end of the tick in which its timeout is over', () => {
  const sessions = started();
  sessions.add(1n, 4000);
  pass(3900);
  expect(expired).toEqual([]);
  pass(2000);
  expect(expired).toEqual([1n]);
  pass(20_000);
  expect(expired).toEqual([1n]);
});

test('N4 a touch gives it a whole timeout from now, and may shorten it', () => {
  const sessions = started();
  sessions.add(1n, 4000);
  sessions.add(2n, 40_000);
  for (let times = 0; times < 10; times++) {
    pass(3000);
    expect(sessions.touch(1n, 4000)).toBe(true);
  }
  expect(expired).toEqual([]);
  sessions.touch(2n, 2000);
  pass(3500);
  expect(expired).toEqual([2n]);
});

test('N4 a thousand sessions expire with theirs, and only theirs', () => {
  const sessions = started();
  for (let id = 1; id <= 1000; id++) sessions.add(BigInt(id), id % 2 === 0 ? 3000 : 30_000);
  pass(5000);
  expect(expired).toHaveLength(500);
  expect(expired.every((id) => id % 2n === 0n)).toBe(true);
});

test('N5 a leader gives every session it takes over a whole timeout', () => {
  started([[7n, 5000], [8n, 60_000]]);
  pass(4900);
  expect(expired).toEqual([]);
  pass(2000);
  expect(expired).toEqual([7n]);
});

test('N6 what takes the process out of the race takes no session with it', () => {
  const sessions = started();
  sessions.add(1n, 4000);
  pass(1000);
  now += 60_000; // stopped: no timer fires
  pass(1000);
  expect(expired).toEqual([]);
  expect(sessions.touch(1n, 4000)).toBe(true);
  pass(3000);
  expect(expired).toEqual([]);
  pass(3000);
  expect(expired).toEqual([1n]);
});

test('N6 the running clock leaves out a stop and nothing else', () => {
  const clock = new RunningClock({ monotonic: () => now }, 500);
  for (let beats = 0; beats < 10; beats++) {
    now += 600;
    clock.beat();
  }
  expect(clock.now()).toBe(56_000);
  now += 30_000;
  expect(clock.beat()).toBe(56_500);
  now += 500;
  expect(clock.beat()).toBe(57_000);
});

test('N7 a check says expired for an unknown or closing session, and moved for another owner', () => {
  const sessions = started();
  const here = {};
  const there = {};
  expect(code(() => { sessions.check(1n, here); })).toBe('SessionExpired');
  sessions.add(1n, 4000);
  expect(code(() => { sessions.check(1n, here); })).toBe('Ok');
  expect(code(() => { sessions.check(1n, there); })).toBe('SessionMoved');
  expect(code(() => { sessions.check(1n, null); })).toBe('Ok');
  sessions.setOwner(1n, there);
  expect(code(() => { sessions.check(1n, here); })).toBe('SessionMoved');
  sessions.close(1n);
  expect(code(() => { sessions.check(1n, there); })).toBe('SessionExpired');
  expect(code(() => { sessions.setOwner(1n, here); })).toBe('SessionExpired');
  expect(sessions.touch(1n, 4000)).toBe(false);
});

test('N8 a learner only notes who was touched, for the next ping', () => {
  const sessions = table();
  sessions.touch(1n, 4000);
  sessions.touch(2n, 6000);
  sessions.touch(1n, 5000);
  expect(sessions.takeTouched()).toEqual(new Map([[1n, 5000], [2n, 6000]]));
  expect(sessions.takeTouched()).toEqual(new Map());
});
