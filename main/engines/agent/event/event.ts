// One event: headers and a body. It stays a slice of the frame it came in, and is decoded only where someone looks at it.
import { encodedSize, putEvent, readHeaders } from './avro-event.ts';

export type Headers = ReadonlyMap<string, string>;

const NONE: Headers = new Map();

/** Immutable: an interceptor that changes an event makes another one. Its bytes are borrowed from the frame and live as long as the event. */
export class Event {
  private readonly frame: Buffer;
  private readonly start: number;
  private readonly bodyStart: number;
  private readonly end: number;
  private readonly own: Headers | null;
  private read: Headers | null;

  private constructor(frame: Buffer, start: number, bodyStart: number, end: number, own: Headers | null) {
    this.frame = frame;
    this.start = start;
    this.bodyStart = bodyStart;
    this.end = end;
    this.own = own;
    this.read = own;
  }

  /** Takes `body` over: it must not be written to any more. */
  static of(headers: Headers | null, body: Buffer): Event {
    return new Event(body, 0, 0, body.length, headers ?? NONE);
  }

  /** An AvroFlumeEvent that stands in `frame` from `start` to `end`, its body from `bodyStart` on; the bounds are checked already (`scanEvent`). */
  static encoded(frame: Buffer, start: number, bodyStart: number, end: number): Event {
    return new Event(frame, start, bodyStart, end, null);
  }

  get headers(): Headers { return (this.read ??= readHeaders(this.frame, this.start, this.end)); }
  get body(): Buffer { return this.frame.subarray(this.bodyStart, this.end); }
  get bodySize(): number { return this.end - this.bodyStart; }

  /** Bytes of the Avro form (AvroFlumeEvent). */
  get size(): number { return this.own === null ? this.end - this.start : encodedSize(this.own, this.bodySize); }

  /** The same body with other headers. */
  withHeaders(headers: Headers): Event {
    return new Event(this.frame, this.bodyStart, this.bodyStart, this.end, headers);
  }

  /** The same headers with another body, which is taken over. */
  withBody(body: Buffer): Event {
    return Event.of(this.headers, body);
  }

  /** Writes the Avro form (AvroFlumeEvent) into `into` from `at`, where `size` bytes have room; answers where it ends. */
  put(into: Buffer, at: number): number {
    if (this.own === null) return at + this.frame.copy(into, at, this.start, this.end);
    return putEvent(into, at, this.own, this.frame, this.bodyStart, this.end);
  }

  /** The Avro form, borrowed where it stands as one piece already. */
  toAvro(): Buffer {
    if (this.own === null) return this.frame.subarray(this.start, this.end);
    const bytes = Buffer.allocUnsafe(this.size);
    this.put(bytes, 0);
    return bytes;
  }

  /** The event with bytes of its own, so that it no longer keeps the frame it came in. */
  detached(): Event {
    if (this.own === null) return Event.encoded(Buffer.from(this.frame.subarray(this.start, this.end)), 0, this.bodyStart - this.start, this.end - this.start);
    return Event.of(this.own, Buffer.from(this.body));
  }
}
