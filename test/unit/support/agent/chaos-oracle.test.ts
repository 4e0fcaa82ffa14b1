import { expect, test } from 'vitest';
import { account, joinLives, type Witness } from '../../../support/agent/chaos-oracle.ts';
import { numberedLine } from '../../../support/agent/chaos-producer.ts';

const line = (seq: number, run = 'p'): string => numberedLine(run, seq);
const lines = (...seqs: number[]): string[] => seqs.map((seq) => line(seq));

/** Sent twice: those of `again`; never answered: those of `open`. */
const witness = (events: number, again: readonly number[] = [], open: readonly number[] = []): Witness => ({
  run: 'p', events, isAcknowledged: (seq) => !open.includes(seq), triesOf: (seq) => (seq >= events ? 0 : again.includes(seq) ? 2 : 1),
});

test('X0 the oracle sees what is missing, and does not miss what nobody acknowledged', () => {
  expect(account(lines(0, 1, 3), [witness(4)]).lost).toEqual(['p 2']);
  expect(account(lines(0, 1, 3), [witness(4, [], [2])]).lost).toEqual([]);
});

test('X0 it sees what nobody sent: another run, a number beyond, a line that was changed', () => {
  expect(account([line(0, 'q'), line(4), line(1).replace('p 1', 'p 2'), 'x', line(0)], [witness(4, [], [1, 2, 3])]).alien).toHaveLength(4);
});

test('X0 copies need a batch that was sent so often', () => {
  expect(account(lines(0, 1, 1, 2), [witness(3)]).unexplained).toEqual(['p 1: 2 copies, sent 1 times']);
  expect(account(lines(0, 1, 1, 2), [witness(3, [1])])).toMatchObject({ unexplained: [], duplicates: 1, stepsBack: 1, distinct: 3 });
  expect(account(lines(1, 1, 1), [witness(3, [1])]).unexplained).toHaveLength(1);
});

test('X0 a first copy behind a higher number is out of order, a second one is not', () => {
  expect(account(lines(0, 2, 1), [witness(3)]).outOfOrder).toEqual(['p 1 behind 2']);
  expect(account(lines(0, 1, 2, 1), [witness(3, [1])]).outOfOrder).toEqual([]);
});

test('X0 what a killed sink delivers again stands at the end of one life and at the beginning of the next, and is a batch at most', () => {
  expect(joinLives([lines(0, 1, 2), lines(1, 2, 3), lines(1, 2, 3, 4)], 3)).toEqual({ lines: lines(0, 1, 2, 3, 4), redelivered: 5 });
  expect(joinLives([lines(0, 1, 2), lines(1, 2, 3)], 1).lines).toEqual(lines(0, 1, 2, 1, 2, 3));
  expect(joinLives([lines(0, 1, 2), [], lines(0, 3)], 3).lines).toEqual(lines(0, 1, 2, 0, 3));
});
