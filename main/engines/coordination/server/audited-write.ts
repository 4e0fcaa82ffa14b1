// What an audit log is told of a write.
import type { Id } from '../jute/records.ts';
import type { TxnResult } from '../parts.ts';

/** A write and what became of it, for an audit log. */
export interface AuditedWrite {
  readonly sessionId: bigint;
  readonly authInfo: readonly Id[];
  readonly ip: string;
  readonly type: number;
  /** The request's record; borrowed. */
  readonly payload: Buffer;
  readonly err: number;
  readonly result: TxnResult | null;
}

/** Called once a write, when it is answered. */
export type Audit = (write: AuditedWrite) => void;
