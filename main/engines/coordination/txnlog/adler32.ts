// Adler-32 as it stands in logs and snapshots (RFC 1950); node:zlib does not show its own.

const MODULUS = 65_521;
/** Sums stay below 2^31 for this many bytes. */
const RUN = 3800;

export class Adler32 {
  #a = 1;
  #b = 0;

  update(bytes: Uint8Array, from = 0, to = bytes.length): this {
    let a = this.#a;
    let b = this.#b;
    for (let at = from; at < to;) {
      const end = Math.min(to, at + RUN);
      for (; at + 3 < end; at += 4) {
        a += bytes[at] as number; b += a;
        a += bytes[at + 1] as number; b += a;
        a += bytes[at + 2] as number; b += a;
        a += bytes[at + 3] as number; b += a;
      }
      for (; at < end; at++) { a += bytes[at] as number; b += a; }
      a %= MODULUS;
      b %= MODULUS;
    }
    this.#a = a;
    this.#b = b;
    return this;
  }

  /** Unsigned. */
  get value(): number {
    return ((this.#b << 16) | this.#a) >>> 0;
  }
}

export function adler32(bytes: Uint8Array, from = 0, to = bytes.length): number {
  return new Adler32().update(bytes, from, to).value;
}
