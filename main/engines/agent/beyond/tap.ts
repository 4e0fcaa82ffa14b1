// A look at what passes an edge, which never holds anything up: some of the events are kept until they are asked for, and what comes too fast is counted and let go.
import type { Event } from '../event/event.ts';
import type { Watcher } from '../runner/edge.ts';

export interface TapOptions {
  /** One event in so many is looked at. */
  readonly oneIn?: number;
  /** Events that wait to be asked for. */
  readonly most?: number;
  /** Bytes of these together. */
  readonly mostBytes?: number;
  /** Which events are looked at; a throw counts as false. */
  readonly filter?: (event: Event) => boolean;
  readonly now: () => number;
}

export interface Tapped { readonly at: number; readonly event: Event }

export interface TapTaken {
  readonly events: readonly Tapped[];
  /** Since the tap was opened. */
  readonly seen: number;
  /** Of the ones to look at, those that came too fast. */
  readonly dropped: number;
}

/** Looks at events in a second: a filter that wants none must not cost more than this. */
const RATE = 20_000;

export class Tap {
  private readonly options: Required<TapOptions>;
  private readonly undo: () => void;
  private waiting: Tapped[] = [];
  private bytes = 0;
  private seen = 0;
  private dropped = 0;
  private wake: (() => void) | null = null;
  private isClosed = false;
  private looks = RATE;
  private looksFrom = 0;

  /** @param watch makes the edge tell its argument what passes, and answers what ends it (`RunningAgent.watch`, `Edge.watch`). */
  constructor(watch: (watcher: Watcher) => () => void, options: TapOptions) {
    this.options = { oneIn: 1, most: 500, mostBytes: 2 ** 20, filter: () => true, ...options };
    this.undo = watch((events) => { this.look(events); });
  }

  /** What waits, at once where there is something, else with the next event; null when the tap was closed. */
  async take(): Promise<TapTaken | null> {
    while (this.waiting.length === 0 && !this.isClosed) await new Promise<void>((resolve) => { this.wake = resolve; });
    if (this.isClosed) return null;
    const events = this.waiting;
    this.waiting = [];
    this.bytes = 0;
    return { events, seen: this.seen, dropped: this.dropped };
  }

  close(): void {
    this.isClosed = true;
    this.undo();
    this.wake?.();
  }

  private look(events: readonly Event[]): void {
    const { oneIn, most, mostBytes, now } = this.options;
    const at = now();
    this.looks = Math.min(RATE, this.looks + Math.abs(at - this.looksFrom) * RATE / 1000);
    this.looksFrom = at;
    const first = (oneIn - this.seen % oneIn) % oneIn;
    this.seen += events.length;
    for (let i = first; i < events.length; i += oneIn) {
      const event = events[i] as Event;
      if (this.waiting.length >= most || this.bytes >= mostBytes || this.looks < 1) {
        this.dropped += Math.ceil((events.length - i) / oneIn);
        break;
      }
      this.looks -= 1;
      if (!this.isWanted(event)) continue;
      const kept = event.detached();
      this.bytes += kept.size;
      this.waiting.push({ at, event: kept });
    }
    if (this.waiting.length > 0) {
      this.wake?.();
      this.wake = null;
    }
  }

  private isWanted(event: Event): boolean {
    try {
      return this.options.filter(event);
    } catch {
      return false;
    }
  }
}
