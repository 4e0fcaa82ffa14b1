// Judges what came out at the end against what the producers know: what was acknowledged is there, what is there twice has a reason, each producer's order was kept.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until, type ChaosAgent } from './chaos-agent.ts';
import { readLine } from './chaos-producer.ts';

/** What is known of the events of one run. */
export interface Witness {
  readonly run: string;
  /** So many were made, numbered from 0. */
  readonly events: number;
  /** It must be there. */
  isAcknowledged(seq: number): boolean;
  /** How often it may be there. */
  triesOf(seq: number): number;
}

/** The whole lines of one life of a file_roll sink; what a kill cut off is left away, and comes again. */
export type Life = readonly string[];

/** Of a file_roll sink with `rollInterval = 0`, in the order in which its files were begun. */
export function livesOf(dir: string): Life[] {
  const begun = (name: string): readonly [number, number] => name.split('-').map(Number) as [number, number];
  return readdirSync(dir).sort((a, b) => begun(a)[0] - begun(b)[0] || begun(a)[1] - begun(b)[1])
    .map((name) => readFileSync(join(dir, name), 'utf8').split('\n').slice(0, -1));
}

export interface Delivered {
  /** What is left when the batches that a killed sink had written and not committed are there once. */
  readonly lines: readonly string[];
  /** Lines of such batches. */
  readonly redelivered: number;
}

/** A life that begins with what the one before ended with, a sink's batch at most, has delivered this again. */
export function joinLives(lives: readonly Life[], sinkBatch: number): Delivered {
  const lines: string[] = [];
  let redelivered = 0;
  for (const life of lives) {
    let again = Math.min(sinkBatch, lines.length, life.length);
    while (again > 0 && !life.slice(0, again).every((line, i) => line === lines[lines.length - again + i])) again -= 1;
    redelivered += again;
    for (const line of life.slice(again)) lines.push(line);
  }
  return { lines, redelivered };
}

export interface Account {
  readonly lost: readonly string[];
  readonly alien: readonly string[];
  /** Events that came more often than their batch may have arrived. */
  readonly unexplained: readonly string[];
  /** Events whose first copy came behind one of a higher number. */
  readonly outOfOrder: readonly string[];
  /** Copies beyond the first. */
  readonly duplicates: number;
  /** Times that a number was followed by one that is not higher, of the same run. */
  readonly stepsBack: number;
  readonly distinct: number;
}

const MOST_TOLD = 5;

export function account(lines: readonly string[], producers: readonly Witness[]): Account {
  const byRun = new Map(producers.map((producer) => [producer.run, { producer, copies: new Map<number, number>(), highest: -1, last: -1 }]));
  const found = { lost: [] as string[], alien: [] as string[], unexplained: [] as string[], outOfOrder: [] as string[] };
  const tell = (list: string[], what: string): void => { if (list.length < MOST_TOLD) list.push(what); };
  let duplicates = 0;
  let stepsBack = 0;
  for (const line of lines) {
    const read = readLine(line);
    const run = read && byRun.get(read.run);
    if (!read || !run || run.producer.triesOf(read.seq) === 0) { tell(found.alien, line.slice(0, 200)); continue; }
    const copies = (run.copies.get(read.seq) ?? 0) + 1;
    run.copies.set(read.seq, copies);
    if (copies > 1) duplicates += 1;
    else if (read.seq < run.highest) tell(found.outOfOrder, `${read.run} ${read.seq} behind ${run.highest}`);
    if (copies > run.producer.triesOf(read.seq)) tell(found.unexplained, `${read.run} ${read.seq}: ${copies} copies, sent ${run.producer.triesOf(read.seq)} times`);
    if (read.seq <= run.last) stepsBack += 1;
    run.last = read.seq;
    run.highest = Math.max(run.highest, read.seq);
  }
  let distinct = 0;
  for (const [name, { producer, copies }] of byRun) {
    distinct += copies.size;
    for (let seq = 0; seq < producer.events; seq++) if (producer.isAcknowledged(seq) && !copies.has(seq)) tell(found.lost, `${name} ${seq}`);
  }
  return { ...found, duplicates, stepsBack, distinct };
}

/** What every run must come to; duplicates apart. */
export const SOUND = { lost: [], alien: [], outOfOrder: [] } as const;

/** Resolves when all that must be in the files of a sink is; else it says what is missing, and what the agents said. */
export async function untilDelivered(out: string, witnesses: readonly Witness[], agents: readonly ChaosAgent[]): Promise<void> {
  const now = (): Account => account(existsSync(out) ? livesOf(out).flat() : [], witnesses);
  await until(() => `all of ${witnesses.map(({ run, events }) => `${run} ${events}`).join(', ')} in ${out}: ${JSON.stringify(now())}\n${agents.map(({ tail }) => tail).join('\n')}`, () => now().lost.length === 0);
}
