// How a log ends where no whole record follows: with zeros, with the torn rest of a write that was never acknowledged, or damaged.
// A write that a power cut tears leaves bytes missing, or whole sectors of zeros; it never leaves bytes changed. So one changed
// bit is told from a tear even in the last record, and nothing that was acknowledged is taken for a tear.
import type { DiskFile } from '../../../lib/disk/disk.ts';
import { adler32 } from './adler32.ts';
import { FILE_HEADER, RECORD_HEAD, fileHeader, wholeRecordAt } from './log-format.ts';

export interface LogEnd {
  /** `clean`: only zeros follow. `torn`: the rest may be cut. `corrupt`: what was acknowledged may be lost. */
  readonly kind: 'clean' | 'torn' | 'corrupt';
  /** Where the last whole record ends. */
  readonly offset: number;
  readonly reason: string;
}

/** The most one write may hold beside its last txn; holes that a tear leaves are nearer than this to the end. */
export const MAX_BATCH = 4_194_304;
const CHUNK = 1_048_576;
const SECTOR = 512;
/** The first bytes of any record. */
const ALWAYS_ZERO = 4;
const MODULUS = 65_521;
const ZEROS = Buffer.alloc(CHUNK);
const END_OF_RECORD = 0x42;
/** More than this after a bad record is not looked into: no tear is that long. */
const LOOK = 64 * 1_048_576;

/** What stands from `offset` on, where the next record should begin. */
export async function judgeEnd(file: DiskFile, offset: number, size: number): Promise<LogEnd> {
  const end = await lastByte(file, offset, size);
  if (end <= offset) return { kind: 'clean', offset, reason: '' };
  if (end - offset > LOOK) return { kind: 'corrupt', offset, reason: `no whole record, and ${end - offset} bytes after it` };
  const rest = Buffer.allocUnsafeSlow(end - offset);
  await file.read(rest, offset);
  return { offset, ...judge(rest, offset) };
}

/** What a file that does not begin with its whole header is: made but not written yet, as far as the disk has it, or no log. */
export async function judgeHeader(file: DiskFile, size: number): Promise<LogEnd> {
  const end = await lastByte(file, 0, size);
  const begin = Buffer.alloc(Math.min(SECTOR, size));
  await file.read(begin, 0);
  const header = fileHeader();
  const unwritten = end <= FILE_HEADER && begin.every((byte, at) => byte === 0 || byte === header[at]);
  const missing = end <= MAX_BATCH * 2 && begin.length === SECTOR && begin.equals(ZEROS.subarray(0, SECTOR));
  return unwritten || missing ? { kind: 'torn', offset: 0, reason: 'its header was never written' } : { kind: 'corrupt', offset: 0, reason: 'it does not begin with ZKLG' };
}

/** Where the last byte that is not zero ends. */
async function lastByte(file: DiskFile, offset: number, size: number): Promise<number> {
  const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK, Math.max(1, size - offset)));
  let end = offset;
  for (let at = offset; at < size;) {
    const got = await file.read(chunk.subarray(0, Math.min(chunk.length, size - at)), at);
    if (got === 0) break;
    if (!chunk.subarray(0, got).equals(ZEROS.subarray(0, got))) {
      let last = got;
      while (chunk[last - 1] === 0) last--;
      end = at + last;
    }
    at += got;
  }
  return end;
}

function judge(rest: Buffer, offset: number): { readonly kind: 'torn' | 'corrupt'; readonly reason: string } {
  const next = nextWhole(rest);
  const changed = rest.length > RECORD_HEAD ? changedBit(rest, next) : null;
  if (changed !== null) return { kind: 'corrupt', reason: changed };
  const end = next > 0 ? next : rest.length;
  if (rest.length <= MAX_BATCH * 2 && hasZeroSector(rest, offset, end)) return { kind: 'torn', reason: 'sectors of the last write are missing' };
  if (next > 0) return { kind: 'corrupt', reason: `a damaged record, and whole records ${next} bytes after it` };
  const length = rest.length >= RECORD_HEAD ? rest.readInt32BE(8) : 0;
  if (length > 0 && rest[RECORD_HEAD + length] === END_OF_RECORD) return { kind: 'corrupt', reason: 'the checksum of the last record is wrong' };
  return { kind: 'torn', reason: `the last ${rest.length} bytes are no whole record` };
}

/** What a single changed bit in the record would explain, null when it explains nothing. `next`: where the next one begins, 0 for none. */
function changedBit(rest: Buffer, next: number): string | null {
  const sum = rest.readUInt32BE(4);
  const length = rest.readInt32BE(8);
  const own = RECORD_HEAD + length;
  if (length > 0 && own < rest.length) {
    const found = adler32(rest, RECORD_HEAD, own);
    const mark = rest[own];
    if (found === sum && mark !== 0) return mark === END_OF_RECORD ? 'the checksum of a record is too long' : 'a record does not end with its mark';
    if (mark === END_OF_RECORD && isOneBitOff(found, sum, length)) return 'one bit of a record, or of its checksum, is wrong';
  }
  const last = (next > 0 ? next : rest.length) - 1;
  if (last > RECORD_HEAD && rest[last] === END_OF_RECORD && adler32(rest, RECORD_HEAD, last) === sum) return 'the length of a record is wrong';
  return null;
}

const isPowerOfTwo = (value: number): boolean => value !== 0 && (value & (value - 1)) === 0;

/** Whether one bit of the checksum, or one of `length` bytes summed, makes the one sum of the other. */
function isOneBitOff(found: number, sum: number, length: number): boolean {
  if (isPowerOfTwo(found ^ sum)) return true;
  const low = ((sum & 0xffff) - (found & 0xffff) + MODULUS) % MODULUS;
  const high = ((sum >>> 16) - (found >>> 16) + MODULUS) % MODULUS;
  const change = low > 128 ? low - MODULUS : low;
  if (change < -128 || !isPowerOfTwo(Math.abs(change))) return false;
  // a byte that `n` bytes from the end changes by `change` moves the high half by n * change
  for (let n = 1; n <= Math.min(length, MODULUS); n++) if ((((n * change) % MODULUS) + MODULUS) % MODULUS === high) return true;
  return false;
}

/** Where a whole record begins after the first byte, 0 for none. */
function nextWhole(rest: Buffer): number {
  for (let at = 1; at + RECORD_HEAD + 32 < rest.length; at++) {
    if (rest[at] === 0 && rest[at + 8] === 0 && wholeRecordAt(rest, at, rest.length) > 0) return at;
  }
  return 0;
}

/**
 * Whether a sector of the write is missing: a whole one that begins before `to` is zero (a record that follows begins with
 * zeros itself), or all that the first one has of it, which follows bytes of an earlier write.
 */
function hasZeroSector(rest: Buffer, offset: number, to: number): boolean {
  const begin = (SECTOR - (offset % SECTOR)) % SECTOR;
  if (begin > ALWAYS_ZERO && begin <= rest.length && rest.subarray(0, begin).equals(ZEROS.subarray(0, begin))) return true;
  for (let at = begin; at < to && at + SECTOR <= rest.length; at += SECTOR) {
    if (rest.subarray(at, at + SECTOR).equals(ZEROS.subarray(0, SECTOR))) return true;
  }
  return false;
}
