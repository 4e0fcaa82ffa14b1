// Cuts what a socket delivers into frames: four bytes of length, then the packet. Nothing is copied but what a chunk's end cuts through.

/** Told of the packet in `bytes` from `begin` to `end`; the memory is never written again. */
export type OnFrame = (bytes: Buffer, begin: number, end: number) => void;

export class FrameSplitter {
  readonly #takes: (length: number) => boolean;
  readonly #onFrame: OnFrame;
  readonly #blocked: () => boolean;
  #rest: Buffer[] = [];
  #length = 0;
  /** Bytes that must be there before a look is worth it. */
  #wanted = 4;

  /** @param takes whether a packet so long is taken. @param blocked asked after each frame: what is left waits for `resume`. */
  constructor(takes: (length: number) => boolean, onFrame: OnFrame, blocked: () => boolean) {
    this.#takes = takes;
    this.#onFrame = onFrame;
    this.#blocked = blocked;
  }

  /** False when a length is negative or not taken. */
  push(chunk: Buffer): boolean {
    if (this.#length === 0 && !this.#blocked()) return this.#cut(chunk);
    this.#rest.push(chunk);
    this.#length += chunk.length;
    return this.#length < this.#wanted || this.#blocked() || this.#cut(Buffer.concat(this.#rest, this.#length));
  }

  /** Goes on where it was blocked. */
  resume(): boolean {
    return this.#length < this.#wanted || this.#cut(Buffer.concat(this.#rest, this.#length));
  }

  #cut(bytes: Buffer): boolean {
    const total = bytes.length;
    let at = 0;
    this.#wanted = 4;
    while (total - at >= 4) {
      const length = bytes.readInt32BE(at);
      if (length < 0 || !this.#takes(length)) return false;
      const end = at + 4 + length;
      if (end > total) {
        this.#wanted = 4 + length;
        break;
      }
      this.#onFrame(bytes, at + 4, end);
      at = end;
      if (this.#blocked()) break;
    }
    this.#rest = at === total ? [] : [bytes.subarray(at)];
    this.#length = total - at;
    return true;
  }
}
