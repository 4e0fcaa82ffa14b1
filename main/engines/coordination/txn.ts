// A txn: what the leader makes of a write, what the log holds, what a PROPOSAL carries, what every server applies.
import { JuteError, JuteReader } from './jute/reader.ts';
import { JuteWriter } from './jute/writer.ts';
import type { Infer } from './jute/record.ts';
import {
  CheckVersionTxn, CloseSessionTxn, CreateContainerTxn, CreateSessionTxn, CreateTTLTxn, CreateTxn, CreateTxnV0, DeleteTxn, ErrorTxn,
  MultiTxn, SetACLTxn, SetDataTxn, TxnDigest, TxnHeader,
} from './jute/records.ts';
import { OP } from './op-codes.ts';

/** Which record follows the header, by the header's type (SerializeUtils.deserializeTxn). */
const RECORDS = {
  [OP.create]: CreateTxn, [OP.create2]: CreateTxn, [OP.createTTL]: CreateTTLTxn, [OP.createContainer]: CreateContainerTxn,
  [OP.delete]: DeleteTxn, [OP.deleteContainer]: DeleteTxn, [OP.setData]: SetDataTxn, [OP.reconfig]: SetDataTxn, [OP.setACL]: SetACLTxn,
  [OP.check]: CheckVersionTxn, [OP.createSession]: CreateSessionTxn, [OP.closeSession]: CloseSessionTxn, [OP.error]: ErrorTxn, [OP.multi]: MultiTxn,
} as const;
type Records = typeof RECORDS;

/** A change by its type: `switch (change.type)` narrows `record`. */
export type Change = { readonly [T in keyof Records]: { readonly type: T; readonly record: Infer<Records[T]> } }[keyof Records];

export interface Txn {
  readonly header: TxnHeader;
  readonly change: Change;
  /** Header, record and digest as in the log and in a PROPOSAL; owned. */
  readonly bytes: Buffer;
  /** Of the tree after this txn, if whoever made it said so. */
  readonly digest: TxnDigest | null;
  /** What a multi holds, where whoever made it has it read already. */
  readonly parts?: readonly Change[] | null;
}

function isChangeType(type: number): type is keyof Records {
  return Object.hasOwn(RECORDS, type);
}

/** Its bytes are made here, once. */
export function makeTxn(header: TxnHeader, change: Change, digest: TxnDigest | null = null): Txn {
  const writer = new JuteWriter();
  TxnHeader.write(writer, header);
  writeChange(writer, change);
  if (digest) TxnDigest.write(writer, digest);
  return { header, change, bytes: writer.take(), digest };
}

/** The record alone, without header or digest. */
export function writeChange(writer: JuteWriter, { type, record }: Change): void {
  (RECORDS[type] as { write(writer: JuteWriter, value: unknown): void }).write(writer, record);
}

/** JuteError for a type that is no txn's, or a record cut short. `bytes` is borrowed by the buffers inside. */
export function decodeChange(type: number, bytes: Buffer): Change {
  return readChange(type, new JuteReader(bytes));
}

function readChange(type: number, reader: JuteReader): Change {
  if (!isChangeType(type)) throw new JuteError(`txn of type ${type}`);
  if (type === OP.closeSession && reader.left === 0) return { type, record: { paths2Delete: [] } };
  if (type === OP.create || type === OP.create2) return readCreate(type, reader);
  return { type, record: RECORDS[type].read(reader) } as Change;
}

/** Before 3.4 a create had no parentCVersion; it ends earlier then. */
function readCreate(type: typeof OP.create | typeof OP.create2, reader: JuteReader): Change {
  const rest = reader.rest();
  try {
    return { type, record: CreateTxn.read(reader) };
  } catch (error) {
    if (!(error instanceof JuteError)) throw error;
    return { type, record: { ...CreateTxnV0.decode(rest), parentCVersion: -1 } };
  }
}

/** JuteError when it is no whole txn. The txn keeps `bytes`, and its buffers are views of them. */
export function decodeTxn(bytes: Buffer): Txn {
  const reader = new JuteReader(bytes);
  const header = TxnHeader.read(reader);
  const change = readChange(header.type, reader);
  const digest = reader.left >= 12 ? TxnDigest.read(reader) : null;
  return { header, change, bytes, digest };
}
