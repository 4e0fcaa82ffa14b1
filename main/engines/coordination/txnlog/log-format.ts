// The bytes of a txn log (FileTxnLog):
//   file    magic "ZKLG" int, version 2 int, dbid long; then records; then zeros up to the preallocated size
//   record  Adler-32 of the txn (long), its length (int), the txn (header, record, digest), 'B'
import { epochOf, hexZxid } from '../zxid.ts';
import { adler32 } from './adler32.ts';

const MAGIC = 0x5a4b4c47;
const VERSION = 2;
export const FILE_HEADER = 16;
/** Before the txn: checksum and length. */
export const RECORD_HEAD = 12;
const END_OF_RECORD = 0x42;

export function fileHeader(): Buffer {
  const header = Buffer.alloc(FILE_HEADER);
  header.writeInt32BE(MAGIC, 0);
  header.writeInt32BE(VERSION, 4);
  return header;
}

export function isLogHeader(bytes: Buffer): boolean {
  return bytes.length >= FILE_HEADER && bytes.readInt32BE(0) === MAGIC;
}

/** Writes one record; answers where it ends. There must be room for `recordSize(txn)`. */
export function putRecord(into: Buffer, at: number, txn: Buffer): number {
  into.writeInt32BE(0, at);
  into.writeUInt32BE(adler32(txn), at + 4);
  into.writeInt32BE(txn.length, at + 8);
  into.set(txn, at + RECORD_HEAD);
  into[at + RECORD_HEAD + txn.length] = END_OF_RECORD;
  return at + RECORD_HEAD + txn.length + 1;
}

export function recordSize(txn: Buffer): number {
  return RECORD_HEAD + txn.length + 1;
}

/** The size of the whole record at `at` if it is one, 0 if not. `end` is where the known bytes end. */
export function wholeRecordAt(bytes: Buffer, at: number, end: number): number {
  if (end - at < RECORD_HEAD) return 0;
  const length = bytes.readInt32BE(at + 8);
  if (length < 32 || length > end - at - RECORD_HEAD - 1) return 0; // a txn's header alone takes 32 bytes
  if (bytes[at + RECORD_HEAD + length] !== END_OF_RECORD || bytes.readInt32BE(at) !== 0) return 0;
  return adler32(bytes, at + RECORD_HEAD, at + RECORD_HEAD + length) === bytes.readUInt32BE(at + 4) ? RECORD_HEAD + length + 1 : 0;
}

/** The zxid of a txn, from its header: clientId long, cxid int, zxid long. */
export function zxidOfTxn(txn: Buffer): number {
  return txn.readInt32BE(12) * 0x1_0000_0000 + txn.readUInt32BE(16);
}

/** True when no txn can stand between the two: the next of the same epoch, or any of a later one. */
export function follows(before: number, next: number): boolean {
  return next <= before + 1 || epochOf(next) > epochOf(before);
}

export const logName = (zxid: number): string => `log.${hexZxid(zxid)}`;

/** The zxid of a file's name, `prefix.<hex>` with or without an extension; -1 for other names (Util.getZxidFromName). */
export function zxidOfName(name: string, prefix: 'log' | 'snapshot'): number {
  const parts = name.split('.');
  return parts[0] === prefix && parts.length >= 2 && /^[0-9a-f]{1,14}$/.test(parts[1] as string) ? Number.parseInt(parts[1] as string, 16) : -1;
}
