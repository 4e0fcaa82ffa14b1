// Session passwords. With a secret they are an HMAC of the id, which no one can guess; without one they follow ZooKeeper's rule, so that
// a session can move between real servers and ours.
import { createHmac, timingSafeEqual } from 'node:crypto';

const LENGTH = 16;
const SUPER_SECRET = 0xB341_5C00n; // ZooKeeperServer.superSecret
const MULTIPLIER = 0x5_DEEC_E66Dn; // java.util.Random
const MASK = (1n << 48n) - 1n;

/** 16 bytes of `new java.util.Random(sessionId ^ superSecret)` (ZooKeeperServer.generatePasswd). */
function javaPassword(sessionId: bigint): Buffer {
  const bytes = Buffer.alloc(LENGTH);
  let seed = (BigInt.asUintN(64, sessionId ^ SUPER_SECRET) ^ MULTIPLIER) & MASK;
  for (let at = 0; at < LENGTH; at += 4) {
    seed = (seed * MULTIPLIER + 0xBn) & MASK;
    bytes.writeInt32LE(Number(BigInt.asIntN(32, seed >> 16n)), at);
  }
  return bytes;
}

export class SessionPasswords {
  readonly #secret: Buffer | null;

  /** Null for ZooKeeper's own rule. */
  constructor(secret: Buffer | null) {
    this.#secret = secret;
  }

  of(sessionId: bigint): Buffer {
    if (!this.#secret) return javaPassword(sessionId);
    const id = Buffer.alloc(8);
    id.writeBigInt64BE(sessionId);
    return createHmac('sha256', this.#secret).update(id).digest().subarray(0, LENGTH);
  }

  check(sessionId: bigint, password: Buffer | null): boolean {
    return sessionId !== 0n && password?.length === LENGTH && timingSafeEqual(password, this.of(sessionId));
  }
}
