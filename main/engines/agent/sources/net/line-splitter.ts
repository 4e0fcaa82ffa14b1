// Lines out of the pieces of a stream, in bounded memory.
import { indexOfLineFeed, type Charset } from '../../text/charset.ts';

export class LineSplitter {
  private readonly charset: Pick<Charset, 'unit' | 'bigEndian'>;
  private rest: Buffer = Buffer.alloc(0);
  private looked = 0;

  constructor(charset: Pick<Charset, 'unit' | 'bigEndian'>) {
    this.charset = charset;
  }

  /** Bytes behind the last line. */
  get pending(): number { return this.rest.length; }

  add(piece: Buffer): void {
    this.rest = this.rest.length === 0 ? piece : Buffer.concat([this.rest, piece]);
  }

  /** Where the next line ends, in bytes from its beginning; -1 when its end has not come yet. */
  feed(): number {
    const feed = indexOfLineFeed(this.rest, this.looked, this.charset);
    this.looked = feed < 0 ? this.rest.length - (this.rest.length % this.charset.unit) : feed;
    return feed;
  }

  /** The next whole line without its end; null when there is none yet. */
  next(): Buffer | null {
    const { unit } = this.charset;
    const feed = this.feed();
    if (feed < 0) return null;
    const line = this.rest.subarray(0, feed);
    this.rest = this.rest.subarray(feed + unit);
    this.looked = 0;
    return line;
  }

  /** What is left. */
  peek(): Buffer { return this.rest; }

  /** What is left, which is taken away. */
  take(most = this.rest.length): Buffer {
    const taken = this.rest.subarray(0, most);
    this.rest = this.rest.subarray(most);
    this.looked = 0;
    return taken;
  }
}
