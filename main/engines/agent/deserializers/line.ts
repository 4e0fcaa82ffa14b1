// One event a line (LineDeserializer). A line of more than maxLineLength characters becomes several events, one of exactly so many an empty one more, as in Flume.
import { isUtf8 } from 'node:buffer';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { Event } from '../event/event.ts';
import { BadText, indexOfLineFeed, markedCharset, type Charset } from '../text/charset.ts';
import type { ByteSource, Deserializer, DeserializerOptions, Place } from './deserializer.ts';
import { Window } from './window.ts';

/** Bytes of the longest character of any set. */
const WIDEST = 4;

export interface LineOptions extends DeserializerOptions {
  readonly component: string;
  readonly input: Charset;
  readonly output: Charset;
  /** UTF-16 units, as Java counts. */
  readonly maxLineLength: number;
  /** Told of a line that was cut. */
  note(text: string): void;
}

export async function openLines(source: ByteSource, options: LineOptions): Promise<Deserializer> {
  const { charset, mark } = markedCharset(options.charset, options.input, await headOf(source, options.input));
  const position = options.place.position === 0 ? mark : options.place.position;
  return new LineReader(new Window(source, position), { ...options, input: charset });
}

/** Where the mark of the byte order would be. */
async function headOf(source: ByteSource, charset: Charset): Promise<Buffer> {
  if (charset.unit === 1) return Buffer.alloc(0);
  const window = new Window(source, 0);
  await window.has(4);
  return window.rest.subarray(0, 4);
}

class LineReader implements Deserializer {
  private readonly window: Window;
  private readonly options: LineOptions;
  private end: number;
  /** Bytes are handed on as they are where both sets are UTF-8 and the line is well-formed. */
  private readonly asItIs: boolean;

  constructor(window: Window, options: LineOptions) {
    this.window = window;
    this.options = options;
    this.end = window.position;
    this.asItIs = options.input.name === 'UTF-8' && options.output.name === 'UTF-8';
  }

  get place(): Place { return { position: this.end, skip: 0 }; }

  async read(most: number): Promise<readonly Event[]> {
    const events: Event[] = [];
    while (events.length < most) {
      const line = await this.next();
      if (line === null) break;
      events.push(Event.of(null, line));
    }
    return events;
  }

  /** The next line, and the position after it; null at the end. */
  private async next(): Promise<Buffer | null> {
    const { window, options: { input, maxLineLength } } = this;
    const { unit } = input;
    const enough = maxLineLength * WIDEST;
    let looked = 0;
    for (;;) {
      const { rest } = window;
      const feed = indexOfLineFeed(rest, looked, input);
      if (feed >= 0 && feed / unit < maxLineLength) return this.take(rest.subarray(0, feed), feed + unit);
      if (feed >= 0 || rest.length > enough) return this.long(rest, feed);
      looked = rest.length - (rest.length % unit);
      if (!(await window.more())) break;
    }
    const { rest } = window;
    if (rest.length === 0) return null;
    if (rest.length / unit >= maxLineLength) {
      const size = this.cut(rest);
      if (size !== null) return this.take(rest.subarray(0, size), size);
    }
    return this.options.openEnd === 'event' ? this.take(rest, rest.length) : null;
  }

  /** A line that may have too many characters: cut where it has. */
  private long(rest: Buffer, feed: number): Buffer {
    const line = rest.subarray(0, Math.min(feed < 0 ? rest.length : feed, this.options.maxLineLength * WIDEST));
    const size = this.cut(line) ?? (line.length === feed ? null : line.length);
    if (size === null) return this.take(line, feed + this.options.input.unit);
    this.options.note(`${this.options.file}: a line of more than ${this.options.maxLineLength} characters was cut`);
    return this.take(rest.subarray(0, size), size);
  }

  private take(line: Buffer, size: number): Buffer {
    const body = this.body(line);
    this.window.skip(size);
    this.end = this.window.position;
    return body;
  }

  private body(line: Buffer): Buffer {
    const { input, output, onBadText } = this.options;
    if (this.asItIs && isUtf8(line)) return line;
    try {
      return output.encode(input.decode(line, onBadText));
    } catch (error) {
      if (!(error instanceof BadText)) throw error;
      const { component, file } = this.options;
      throw SluiceError.of('AGENT_DECODE', { component, file, position: this.end, reason: error.message });
    }
  }

  /** Bytes of the first maxLineLength characters, pairs kept whole; null when there are fewer. */
  private cut(line: Buffer): number | null {
    const { input, maxLineLength } = this.options;
    if (input.decode(line).length < maxLineLength) return null;
    let low = Math.floor(maxLineLength / 2); // a character of two units may be of few bytes
    let high = line.length;
    // the least number of bytes whose text has as many characters as are allowed, one more for half a pair
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (input.decode(line.subarray(0, middle), 'IGNORE').length >= maxLineLength) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
