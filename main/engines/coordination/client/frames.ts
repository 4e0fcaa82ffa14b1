// Cuts a stream of bytes into frames: an int of length, then so many bytes. One allocation for a frame that came in pieces.

export class FrameError extends Error {
  override readonly name = 'FrameError';
}

export class FrameCutter {
  readonly #most: number;
  /** A frame (or its length) that came in part: `#have` of its bytes, the length's four included. */
  #part: Buffer = Buffer.allocUnsafe(4);
  #have = 0;

  /** `most`: the longest frame in bytes that is taken. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Calls `frame` for each that is complete; the view is borrowed until it returns. FrameError for a length that cannot be. */
  push(chunk: Buffer, frame: (bytes: Buffer) => void): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#have === 0 && chunk.length - at >= 4) {
        const length = this.#length(chunk, at);
        if (chunk.length - at - 4 >= length) {
          frame(chunk.subarray(at + 4, at + 4 + length));
          at += 4 + length;
          continue;
        }
        this.#part = Buffer.allocUnsafe(4 + length);
      }
      at += this.#keep(chunk, at);
      if (this.#have === this.#part.length) {
        const length = this.#length(this.#part, 0);
        if (this.#have === 4 + length) {
          const whole = this.#part;
          this.#part = Buffer.allocUnsafe(4);
          this.#have = 0;
          frame(whole.subarray(4));
        } else {
          const larger = Buffer.allocUnsafe(4 + length);
          this.#part.copy(larger);
          this.#part = larger;
        }
      }
    }
  }

  #keep(chunk: Buffer, at: number): number {
    const taken = chunk.copy(this.#part, this.#have, at, Math.min(chunk.length, at + this.#part.length - this.#have));
    this.#have += taken;
    return taken;
  }

  #length(bytes: Buffer, at: number): number {
    const length = bytes.readInt32BE(at);
    if (length < 0 || length > this.#most) throw new FrameError(`a frame of ${length} bytes, at most ${this.#most} are taken`);
    return length;
  }
}
