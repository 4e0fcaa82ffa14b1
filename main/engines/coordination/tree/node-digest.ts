// The digest of one znode: CRC32 over path, data and 60 bytes of its stat (DigestCalculator, version 2).
import { crc32 } from 'node:zlib';
import type { ZNode } from './znode.ts';

export const DIGEST_VERSION = 2;

export type Digested = Pick<ZNode, 'czxid' | 'mzxid' | 'pzxid' | 'ctime' | 'mtime' | 'version' | 'cversion' | 'aversion' | 'ephemeralOwner' | 'data' | 'dataLength' | 'putData'>;

const TWO_32 = 0x1_0000_0000;
/** High halves below this make an exact number. */
const EXACT = 0x20_0000;
const STAT_BYTES = 60;
/** Path, data and stat are joined here when they fit, for one call of crc32. */
const scratch = Buffer.allocUnsafe(2048);

/** Below /zookeeper nothing counts: quota statistics differ between servers. */
export function isDigested(path: string): boolean {
  return !path.startsWith('/zookeeper/');
}

function putLong(value: number, at: number): number {
  scratch.writeInt32BE(Math.floor(value / TWO_32), at);
  scratch.writeInt32BE(value | 0, at + 4);
  return at + 8;
}

/** czxid mzxid pzxid ctime mtime (longs) version cversion aversion (ints) ephemeralOwner (long). */
function putStat(node: Digested, begin: number): void {
  let at = putLong(node.czxid, begin);
  at = putLong(node.mzxid, at);
  at = putLong(node.pzxid, at);
  at = putLong(node.ctime, at);
  at = putLong(node.mtime, at);
  at = scratch.writeInt32BE(node.version, at);
  at = scratch.writeInt32BE(node.cversion, at);
  at = scratch.writeInt32BE(node.aversion, at);
  if (node.ephemeralOwner === 0n) {
    scratch.writeInt32BE(0, at);
    scratch.writeInt32BE(0, at + 4);
  } else {
    scratch.writeBigInt64BE(node.ephemeralOwner, at);
  }
}

/** 0 to 2^32 - 1; 0 for what does not count. The root is '' or '/'. */
export function nodeDigest(path: string, node: Digested): number {
  if (!isDigested(path)) return 0;
  const text = path === '/' ? '' : path;
  if (text.length * 3 + node.dataLength + STAT_BYTES <= scratch.length) {
    const at = node.putData(scratch, text.length === 0 ? 0 : scratch.write(text, 0, 'utf8'));
    putStat(node, at);
    return crc32(scratch.subarray(0, at + STAT_BYTES));
  }
  const { data } = node;
  let crc = crc32(text);
  if (data !== null) crc = crc32(data, crc);
  putStat(node, 0);
  return crc32(scratch.subarray(0, STAT_BYTES), crc);
}

/** The sum of all digests modulo 2^64 (AdHash), in two halves: no bigint until it is asked for. */
export class DigestSum {
  #high = 0;
  #low = 0;

  add(digest: number): void {
    this.#low += digest;
    if (this.#low >= TWO_32) {
      this.#low -= TWO_32;
      this.#high = (this.#high + 1) >>> 0;
    }
  }

  remove(digest: number): void {
    this.#low -= digest;
    if (this.#low < 0) {
      this.#low += TWO_32;
      this.#high = (this.#high - 1) >>> 0;
    }
  }

  clear(): void {
    this.#high = 0;
    this.#low = 0;
  }

  /** As a signed long. */
  get value(): bigint {
    return this.#high < EXACT ? BigInt(this.#high * TWO_32 + this.#low) : BigInt.asIntN(64, (BigInt(this.#high) << 32n) | BigInt(this.#low));
  }

  equals(value: bigint): boolean {
    return this.#high < EXACT ? Number(value) === this.#high * TWO_32 + this.#low : value === this.value;
  }
}
