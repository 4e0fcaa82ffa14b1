// Makes a txn's bytes and hands out records whose buffers are views of them: one copy of the data, owned by the txn.
import { JuteWriter } from '../jute/writer.ts';
import { TxnHeader } from '../jute/records.ts';
import type { TxnDigest } from '../jute/records.ts';
import { OP } from '../op-codes.ts';
import { writeChange, type Change, type Txn } from '../txn.ts';

/** DigestCalculator.DIGEST_VERSION */
const DIGEST_VERSION = 2;
/** clientId, cxid, zxid, time, type. */
const HEADER_LENGTH = 32;

const scratch = new JuteWriter(65_536);
const partScratch = new JuteWriter(65_536);

/** The digest's bigint is made only for who asks for it. */
class WrittenTxn implements Txn {
  readonly header: TxnHeader;
  readonly change: Change;
  readonly bytes: Buffer;
  readonly parts: readonly Change[] | null;
  readonly #high: number;
  readonly #low: number;

  constructor(header: TxnHeader, change: Change, bytes: Buffer, parts: readonly Change[] | null, high: number, low: number) {
    this.header = header;
    this.change = change;
    this.bytes = bytes;
    this.parts = parts;
    this.#high = high;
    this.#low = low;
  }

  get digest(): TxnDigest | null {
    if (this.#high < 0) return null;
    return { version: DIGEST_VERSION, treeDigest: BigInt.asIntN(64, (BigInt(this.#high) << 32n) | BigInt(this.#low)) };
  }
}

/** The records of a multi's parts, as views that the next call changes: `writeTxn` points them into the txn. */
export function encodeParts(changes: readonly Change[]): { type: number; data: Buffer }[] {
  partScratch.cut(0);
  const ends = changes.map((change) => {
    writeChange(partScratch, change);
    return partScratch.length;
  });
  const bytes = partScratch.view();
  return changes.map(({ type }, at) => ({ type, data: bytes.subarray(ends[at - 1] ?? 0, ends[at]) }));
}

/** @param parts what a multi holds, with data that the caller owns, so that it need not be read from its bytes again.
 *  @param digestHigh and `digestLow`: the tree's digest after the txn in two halves, or -1 for a txn without one. */
export function writeTxn(header: TxnHeader, change: Change, digestHigh: number, digestLow: number, parts: readonly Change[] | null): Txn {
  scratch.cut(0);
  TxnHeader.write(scratch, header);
  writeChange(scratch, change);
  if (digestHigh >= 0) {
    scratch.int(DIGEST_VERSION);
    scratch.int(digestHigh | 0);
    scratch.int(digestLow | 0);
  }
  const bytes = Buffer.allocUnsafe(scratch.length);
  scratch.view().copy(bytes);
  own(change, bytes);
  return new WrittenTxn(header, change, bytes, parts, digestHigh, digestLow);
}

/** Points the record's borrowed buffers into the txn's own bytes. */
function own(change: Change, bytes: Buffer): void {
  switch (change.type) {
    case OP.create: case OP.create2: case OP.createTTL: case OP.createContainer: case OP.setData: case OP.reconfig: {
      const { data } = change.record;
      if (data === null) return;
      const at = HEADER_LENGTH + 8 + bytes.readInt32BE(HEADER_LENGTH); // path and two lengths
      change.record.data = bytes.subarray(at, at + data.length);
      return;
    }
    case OP.multi: {
      let at = HEADER_LENGTH + 4;
      for (const part of change.record.txns) {
        at += 8; // type and length
        const length = part.data?.length ?? 0;
        part.data = bytes.subarray(at, at + length);
        at += length;
      }
      return;
    }
    default:
  }
}
