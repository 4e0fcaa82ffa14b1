// Bytes that come in pieces, read in place: whoever reads asks for as many as the next thing takes, and waits only when they are not there.

export interface Cursor {
  /** What is at hand; what has been read ends at `at`, which the reader moves. */
  readonly bytes: Buffer;
  at: number;
  /** Null when `size` bytes from `at` on are at hand; otherwise they are when it resolves, in another `bytes`. Rejects when there are no more. */
  need(size: number): Promise<void> | null;
}

/** Over what answers exactly as many bytes as it is asked for, borrowed until it is asked again: nothing is taken that was not needed. */
export class PullCursor implements Cursor {
  readonly #pull: (size: number) => Promise<Buffer>;
  bytes: Buffer = Buffer.alloc(0);
  at = 0;

  constructor(pull: (size: number) => Promise<Buffer>) {
    this.#pull = pull;
  }

  need(size: number): Promise<void> | null {
    const missing = this.at + size - this.bytes.length;
    return missing <= 0 ? null : this.#take(missing);
  }

  async #take(missing: number): Promise<void> {
    const rest = Buffer.from(this.bytes.subarray(this.at));
    const more = await this.#pull(missing);
    this.bytes = rest.length === 0 ? more : Buffer.concat([rest, more]);
    this.at = 0;
  }
}
