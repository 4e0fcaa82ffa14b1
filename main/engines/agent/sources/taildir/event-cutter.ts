// Where the next event of a log ends: at the end of a line, or before the next line that begins an event where lines are grouped.

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

export interface CutterOptions {
  /** Bytes after which a line is cut. */
  readonly maxBytes: number;
  /** Whether a line begins an event; null: each does. */
  readonly begins: ((line: string) => boolean) | null;
  readonly maxLines: number;
}

export interface Cut {
  /** Of the event's bytes that are its body. */
  readonly body: number;
  /** With the end of its last line. */
  readonly size: number;
}

/**
 * The next event in `bytes`; null when its end is not there yet. `flush`: what is there is all that will come.
 * Looks on from where an earlier call with fewer of the same bytes stopped.
 */
export class EventCutter {
  private readonly options: CutterOptions;
  private looked = 0;

  constructor(options: CutterOptions) {
    this.options = options;
  }

  next(bytes: Buffer, flush: boolean): Cut | null {
    const cut = this.options.begins === null ? this.line(bytes, flush) : this.group(bytes, flush, this.options.begins);
    if (cut) this.looked = 0;
    return cut;
  }

  private line(bytes: Buffer, flush: boolean): Cut | null {
    const end = bytes.indexOf(LINE_FEED, this.looked);
    if (end >= 0 && end <= this.options.maxBytes) return lineCut(bytes, end);
    if (bytes.length > this.options.maxBytes) return tooLong(bytes, this.options.maxBytes);
    this.looked = bytes.length;
    return flush && bytes.length > 0 ? { body: bytes.length, size: bytes.length } : null;
  }

  /** The first line belongs to the event whatever it is. */
  private group(bytes: Buffer, flush: boolean, begins: (line: string) => boolean): Cut | null {
    const { maxBytes, maxLines } = this.options;
    let last: Cut | null = null;
    for (let at = 0, lines = 0; ; lines++) {
      const end = bytes.indexOf(LINE_FEED, at);
      const stop = end < 0 ? bytes.length : end;
      if (stop > maxBytes) return last ?? tooLong(bytes, maxBytes);
      const isWhole = end >= 0 || (flush && at < bytes.length);
      if (!isWhole) return flush ? last : null;
      if (last !== null && (lines >= maxLines || begins(lineText(bytes, at, stop)))) return last;
      last = end >= 0 ? lineCut(bytes, end) : { body: stop, size: stop };
      at = last.size;
    }
  }
}

function lineCut(bytes: Buffer, end: number): Cut {
  return { body: end > 0 && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end, size: end + 1 };
}

function lineText(bytes: Buffer, from: number, to: number): string {
  return bytes.toString('utf8', from, to > from && bytes[to - 1] === CARRIAGE_RETURN ? to - 1 : to);
}

/** No character of UTF-8 is cut in two. */
function tooLong(bytes: Buffer, most: number): Cut {
  let size = most;
  while (size > most - 4 && size > 1 && ((bytes[size] as number) & 0xc0) === 0x80) size -= 1;
  if (((bytes[size] as number) & 0xc0) === 0x80) size = most;
  return { body: size, size };
}
