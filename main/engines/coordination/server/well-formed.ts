// Whether a write's body holds what its opcode asks for: looked at before it is handed on, so that one cut short costs no zxid.
import { OP } from '../op-codes.ts';

/** Skips over fields; `at` is -1 once one is cut short. */
class Skim {
  readonly #bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  fixed(size: number): this {
    if (this.at >= 0) this.at = this.at + size > this.#bytes.length ? -1 : this.at + size;
    return this;
  }

  /** Four bytes of length, -1 for null, and as many bytes. */
  sized(): this {
    const length = this.#int();
    return length < -1 ? this.#bad() : this.fixed(Math.max(0, length));
  }

  acl(): this {
    for (let left = this.#int(); left > 0 && this.at >= 0; left--) this.fixed(4).sized().sized();
    return this;
  }

  #int(): number {
    const from = this.at;
    this.fixed(4);
    return this.at < 0 ? 0 : this.#bytes.readInt32BE(from);
  }

  #bad(): this {
    this.at = -1;
    return this;
  }
}

/** True for what has no body, and for a multi: what is wrong inside one takes a zxid, as real servers have it. */
export function isWellFormed(type: number, body: Buffer): boolean {
  const skim = new Skim(body);
  switch (type) {
    case OP.create: case OP.create2: case OP.createContainer: return skim.sized().sized().acl().fixed(4).at >= 0;
    case OP.createTTL: return skim.sized().sized().acl().fixed(12).at >= 0;
    case OP.setData: return skim.sized().sized().fixed(4).at >= 0;
    case OP.delete: return skim.sized().fixed(4).at >= 0;
    case OP.setACL: return skim.sized().acl().fixed(4).at >= 0;
    case OP.reconfig: return skim.sized().sized().sized().fixed(8).at >= 0;
    default: return true;
  }
}
