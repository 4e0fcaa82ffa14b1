// What comes in on a socket between servers, taken piece by piece: by a parser as it arrives, or awaited by number of bytes.
import type { Socket } from 'node:net';

/** More than this waits in the kernel while nobody takes it. */
const MOST_WAITING = 4 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);

export class ByteStream {
  readonly socket: Socket;
  #bytes: Buffer = NOTHING;
  #at = 0;
  #wanted = 0;
  #wake: (() => void) | null = null;
  #listener: (() => void) | null = null;
  #ended: Error | null = null;
  #onEnd: ((error: Error) => void) | null = null;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => { this.#push(chunk); });
    socket.on('error', (error) => { this.#end(error); });
    socket.on('close', () => { this.#end(new Error('the connection was closed')); });
    socket.on('end', () => { this.#end(new Error('the other side closed the connection')); });
  }

  #push(chunk: Buffer): void {
    const left = this.#bytes.length - this.#at;
    this.#bytes = left === 0 ? chunk : Buffer.concat([this.#bytes.subarray(this.#at), chunk]);
    this.#at = 0;
    if (this.#listener) this.#listener();
    else if (this.#wake && this.buffered >= this.#wanted) this.#rouse();
    else if (this.buffered > Math.max(MOST_WAITING, this.#wanted)) this.socket.pause();
  }

  #end(error: Error): void {
    if (this.#ended) return;
    this.#ended = error;
    this.#rouse();
    this.#onEnd?.(error);
  }

  #rouse(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }

  get buffered(): number { return this.#bytes.length - this.#at; }
  /** Why nothing more will come; null while it may. */
  get ended(): Error | null { return this.#ended; }

  /** What is here begins at `at` of these bytes; for parsers that make no views. */
  get bytes(): Buffer { return this.#bytes; }
  get at(): number { return this.#at; }

  /** All that is here, as a view that stays valid. */
  peek(): Buffer {
    return this.#at === 0 ? this.#bytes : this.#bytes.subarray(this.#at);
  }

  skip(size: number): void {
    this.#at += size;
    if (this.#at >= this.#bytes.length) { this.#bytes = NOTHING; this.#at = 0; }
  }

  /** Exactly `size` bytes, once they are here. Rejects with why the stream ended before. One caller at a time. */
  async pull(size: number): Promise<Buffer> {
    while (this.buffered < size) {
      if (this.#ended) throw this.#ended;
      this.#wanted = size;
      this.socket.resume();
      await new Promise<void>((resolve) => { this.#wake = resolve; });
    }
    const taken = this.#bytes.subarray(this.#at, this.#at + size);
    this.skip(size);
    return taken;
  }

  /** Settles when there is more than `than` bytes. Rejects with why the stream ended before. */
  async more(than: number): Promise<void> {
    while (this.buffered <= than) {
      if (this.#ended) throw this.#ended;
      this.#wanted = than + 1;
      this.socket.resume();
      await new Promise<void>((resolve) => { this.#wake = resolve; });
    }
  }

  /** Called whenever bytes came, and once now if some are here; takes the place of awaiting. */
  listen(listener: () => void): void {
    this.#listener = listener;
    this.socket.resume();
    if (this.buffered > 0) listener();
  }

  /** Called once when nothing more will come, at once if that is so. */
  onEnd(listener: (error: Error) => void): void {
    this.#onEnd = listener;
    if (this.#ended) listener(this.#ended);
  }

  destroy(): void {
    this.#end(new Error('this side closed the connection'));
    this.socket.destroy();
  }
}
