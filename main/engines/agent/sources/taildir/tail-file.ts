// One log that is open: its events from a position on, and what is remembered behind them.
import { crc32 } from 'node:zlib';
import { Window } from '../../deserializers/window.ts';
import { Event, type Headers } from '../../event/event.ts';
import { fingerprintOf, HEAD, readFully } from '../bytes/fingerprint.ts';
import { compare, type Content, type FileFacts } from './content.ts';
import { EventCutter, type CutterOptions } from './event-cutter.ts';
import { unread, type TailState } from './tail-state.ts';

/** Bytes before the position by which a file is known again. */
const TAIL = 256;
const LINE_FEED = 0x0a;

export interface TailFileOptions {
  readonly key: string;
  readonly content: Content;
  readonly state: TailState;
  readonly facts: FileFacts;
  readonly headers: ReadonlyMap<string, string>;
  readonly cutter: CutterOptions;
  /** Not among the files that are asked for any more: read to its end and left. */
  readonly leaving: boolean;
  /** Monotonic ms. */
  readonly now: number;
}

/** Of what has no end yet at the end of the file: nothing is an event, lines that are whole, or all. */
export type Flush = 'nothing' | 'lines' | 'all';

export interface TailBatch { readonly events: readonly Event[]; readonly state: TailState }

export class TailFile {
  readonly key: string;
  readonly content: Content;
  readonly headers: ReadonlyMap<string, string>;
  path: string;
  leaving: boolean;
  /** When it last had something new, monotonic ms. */
  changedAt: number;
  private readonly cutter: CutterOptions;
  private facts: FileFacts;
  private window: Window;
  private cut: EventCutter;
  private headBytes: Buffer = Buffer.alloc(0);
  private tail: TailState['tail'];

  private constructor(options: TailFileOptions) {
    this.key = options.key;
    this.content = options.content;
    this.headers = options.headers;
    this.path = options.state.path;
    this.leaving = options.leaving;
    this.changedAt = options.now;
    this.cutter = options.cutter;
    this.facts = options.facts;
    this.window = new Window(options.content, options.state.position);
    this.cut = new EventCutter(options.cutter);
    this.tail = options.state.tail;
  }

  /** `state` is that of this file; where it knows no fingerprints (of another program) they are taken from the file. */
  static async open(options: TailFileOptions): Promise<TailFile> {
    const file = new TailFile(options);
    const { position, tail } = options.state;
    file.headBytes = await readFully(options.content, 0, Math.min(HEAD, position));
    if (tail.size === 0 && position > 0) file.tail = tailOf(await readFully(options.content, Math.max(0, position - TAIL), Math.min(TAIL, position)));
    return file;
  }

  get position(): number { return this.window.position; }
  get state(): TailState { return { path: this.path, position: this.position, head: fingerprintOf(this.headBytes, this.position), tail: this.tail }; }
  /** As it was at the last look. */
  get seen(): FileFacts { return this.facts; }

  /** Whether it is still what was read. `cut`: it was emptied, or written anew; the position is then at its beginning. */
  async look(now: number): Promise<'same' | 'grown' | 'cut'> {
    const facts = await this.content.facts();
    if (facts.size === this.facts.size && facts.modified === this.facts.modified) return 'same';
    this.facts = facts;
    if (this.content.isGzip) return 'grown';
    this.changedAt = now;
    if (facts.size >= this.position && (this.position === 0 || (await compare(this.content, this.state)) === 'same')) return 'grown';
    return 'cut';
  }

  /** From the beginning again. */
  restart(): void {
    const { tail } = unread(this.path);
    this.window = new Window(this.content, 0);
    this.cut = new EventCutter(this.cutter);
    this.headBytes = Buffer.alloc(0);
    this.tail = tail;
  }

  /** Up to `most` events; none when there is none. `header` is asked for each. */
  async next(most: number, flush: Flush, header: (headers: Headers, position: number) => Headers): Promise<TailBatch> {
    const events: Event[] = [];
    let last: Buffer = Buffer.alloc(0);
    while (events.length < most) {
      const { rest } = this.window;
      let cut = this.cut.next(rest, false);
      if (cut === null) {
        if (await this.window.more()) continue;
        if (flush !== 'nothing') cut = this.cut.next(flush === 'all' ? rest : rest.subarray(0, rest.lastIndexOf(LINE_FEED) + 1), true);
        if (cut === null) break;
      }
      const bytes = this.window.rest;
      events.push(Event.of(header(this.headers, this.window.position), bytes.subarray(0, cut.body)));
      last = bytes.subarray(0, cut.size);
      if (this.headBytes.length < HEAD) this.headBytes = Buffer.concat([this.headBytes, last.subarray(0, HEAD - this.headBytes.length)]);
      this.window.skip(cut.size);
    }
    if (events.length > 0) this.tail = tailOf(last.subarray(-TAIL));
    return { events, state: this.state };
  }

  close(): Promise<void> { return this.content.close(); }
}

const tailOf = (bytes: Buffer): TailState['tail'] => ({ size: bytes.length, crc: crc32(bytes) });
