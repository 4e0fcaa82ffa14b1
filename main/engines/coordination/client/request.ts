// One call under way, and the queue in which calls wait for their replies in the order of the wire.
import type { JuteReader } from '../jute/reader.ts';
import type { JuteWriter } from '../jute/writer.ts';

export class Request {
  readonly type: number;
  /** As the caller named it, for errors. */
  readonly path: string | null;
  readonly write: ((writer: JuteWriter) => void) | null;
  /** Reads the reply's body; for an error too when `takesError` says so. Runs in the turn of the frame, before any later frame. */
  readonly read: (reader: JuteReader, err: number) => unknown;
  readonly takesError: number;
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  xid = 0;
  /** When it began to wait, monotonic ms; only set while it waits for a connection. */
  since = 0;

  constructor(type: number, path: string | null, write: ((writer: JuteWriter) => void) | null, read: (reader: JuteReader, err: number) => unknown, takesError: number, resolve: (value: never) => void, reject: (error: Error) => void) {
    this.type = type;
    this.path = path;
    this.write = write;
    this.read = read;
    this.takesError = takesError;
    this.resolve = resolve;
    this.reject = reject;
  }
}

const COMPACT = 4096;

/** First in, first out, without shifting an array for each. */
export class Fifo<T> {
  #items: T[] = [];
  #head = 0;

  get length(): number { return this.#items.length - this.#head; }

  push(item: T): void {
    this.#items.push(item);
  }

  peek(): T | undefined {
    return this.#items[this.#head];
  }

  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#head += 1;
    if (this.#head === this.#items.length) {
      this.#items = [];
      this.#head = 0;
    } else if (this.#head >= COMPACT && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** All of them, oldest first; none stays. */
  takeAll(): T[] {
    const items = this.#items.slice(this.#head);
    this.#items = [];
    this.#head = 0;
    return items;
  }
}
