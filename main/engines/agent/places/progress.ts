// How far a source came, kept in step with the channels behind it. Events and the place after them go into the channels as one commit (its mark), and into the store when no
// crash can take the events any more: so a restart goes on exactly behind what a durable channel has, and behind what left a channel of memory.
import type { Event } from '../event/event.ts';
import type { ChannelProcessor, Say } from '../parts.ts';
import { SluiceError, toErrorInfo } from '../../../../preload/contract/sluice-error.ts';
import { cancelled } from '../../../lib/async.ts';
import type { PlaceChanges, PlaceStore } from './place-store.ts';

/** How often it is looked whether events have left a channel of memory, ms. */
const LOOK_MS = 20;
/** Characters of a mark; one that would have more is made shorter by saving what can be saved. */
const MOST_MARK = 12_000;
/** Changes that are not in the store yet; a mark holds all of them. */
const MOST_UNSAVED = 200;

export interface ProgressOptions {
  readonly store: PlaceStore;
  /** "a1.r1". */
  readonly key: string;
  readonly processor: ChannelProcessor;
  readonly say: Say;
  /** At most so long after its commit a place is in the store, where the channels keep marks and are durable, ms. */
  readonly saveEveryMs: number;
}

interface Unsaved { readonly number: number; readonly changes: PlaceChanges }

export class Progress {
  private readonly options: ProgressOptions;
  private readonly entries = new Map<string, string>();
  private generation = '';
  private number = 0;
  private unsaved: Unsaved[] = [];
  private timer: NodeJS.Timeout | null = null;
  private saving: Promise<void> = Promise.resolve();
  private failure: unknown = null;
  private isClosed = false;

  private constructor(options: ProgressOptions) {
    this.options = options;
  }

  /** Loads the store, and what a channel knows beyond it. Rejects as the store does. */
  static async open(options: ProgressOptions, signal: AbortSignal): Promise<Progress> {
    const progress = new Progress(options);
    const { generation, number, entries } = await options.store.load(signal);
    progress.generation = generation;
    progress.number = number;
    for (const [key, value] of entries) progress.entries.set(key, value);
    const { marks } = options.processor;
    const mark = (marks?.resume ? marks.resume(progress.key) : marks?.latest(progress.key)) ?? null;
    if (mark && mark.number > number) {
      const changes = new Map(Object.entries(JSON.parse(mark.value) as Record<string, string | null>));
      progress.number = mark.number;
      progress.apply(changes);
      progress.unsaved.push({ number: mark.number, changes });
      progress.later();
    }
    return progress;
  }

  get(entry: string): string | undefined { return this.entries.get(entry); }
  all(): ReadonlyMap<string, string> { return this.entries; }

  /** Events of a source and where it stands behind them. Rejects as the processor does, and then nothing has changed. */
  async commit(events: readonly Event[], changes: PlaceChanges): Promise<void> {
    if (this.isClosed) throw cancelled();
    if (this.failure !== null) await this.flush(); // what could not be saved is saved first, so that little depends on marks
    const { processor } = this.options;
    if (events.length === 0) return this.note(changes);
    let value = processor.marks ? this.markValue(changes) : '';
    if (value.length > MOST_MARK) {
      await this.save();
      value = this.markValue(changes);
    }
    const number = this.number + 1;
    const mark = processor.marks ? { key: this.key, number, value } : undefined;
    await processor.process(events, mark);
    this.number = number;
    this.apply(changes);
    this.unsaved.push({ number, changes });
    if (!mark || this.unsaved.length >= MOST_UNSAVED) await this.save();
    else this.later();
  }

  /** Changes without events: a file that is gone, a new name. In the store with the next save. */
  note(changes: PlaceChanges): void {
    if (changes.size === 0) return;
    this.number += 1;
    this.apply(changes);
    this.unsaved.push({ number: this.number, changes });
    this.later();
  }

  /** All that is safe is in the store when it resolves. */
  async flush(): Promise<void> {
    this.failure = null;
    await this.save();
    if (this.failure !== null) throw this.failure;
  }

  /** Saves what it can; never rejects. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.timer) clearTimeout(this.timer);
    await this.save();
    await this.options.store.close();
  }

  private get key(): string { return `${this.options.key}.${this.generation}`; }

  private apply(changes: PlaceChanges): void {
    for (const [key, value] of changes) {
      if (value === null) this.entries.delete(key);
      else this.entries.set(key, value);
    }
  }

  private markValue(changes: PlaceChanges): string {
    const all = new Map<string, string | null>();
    for (const each of [...this.unsaved.map((unsaved) => unsaved.changes), changes]) for (const [key, value] of each) all.set(key, value);
    return JSON.stringify(Object.fromEntries(all));
  }

  private later(): void {
    const marks = this.options.processor.marks ?? null;
    const durable = marks === null || marks.safe(this.key)?.number === marks.latest(this.key)?.number;
    if (this.isClosed) return;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      void this.save().then(() => { if (this.unsaved.length > 0) this.later(); });
    }, durable ? this.options.saveEveryMs : Math.min(LOOK_MS, this.options.saveEveryMs)).unref();
  }

  private save(): Promise<void> {
    this.saving = this.saving.then(() => this.saveNow()).catch((error: unknown) => {
      this.failure = error;
      this.options.say.problem(error instanceof SluiceError ? error : SluiceError.from(toErrorInfo(error)));
    });
    return this.saving;
  }

  private async saveNow(): Promise<void> {
    const safe = this.safeNumber();
    const ready = this.unsaved.filter(({ number }) => number <= safe);
    const last = ready.at(-1);
    if (!last) return;
    const changes = new Map<string, string | null>();
    for (const each of ready) for (const [key, value] of each.changes) changes.set(key, value);
    await this.options.store.save(last.number, changes);
    this.unsaved = this.unsaved.filter(({ number }) => number > last.number);
    this.failure = null;
  }

  /** Of the last commit whose events are out of danger. */
  private safeNumber(): number {
    const { marks } = this.options.processor;
    if (!marks) return this.number;
    const latest = marks.latest(this.key)?.number ?? 0;
    const safe = marks.safe(this.key)?.number ?? 0;
    return safe >= latest ? this.number : safe;
  }
}
