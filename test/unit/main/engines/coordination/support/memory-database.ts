// A database without a disk: the tree is the real one, and the test says when what was appended is durable.
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import { OP } from '../../../../../../main/engines/coordination/op-codes.ts';
import type { Database, TxnResult } from '../../../../../../main/engines/coordination/parts.ts';
import { applyTxn } from '../../../../../../main/engines/coordination/tree/apply-txn.ts';
import { DataTree } from '../../../../../../main/engines/coordination/tree/data-tree.ts';
import type { Txn } from '../../../../../../main/engines/coordination/txn.ts';

const never = (): never => { throw SluiceError.of('COORD_DISK', { file: 'memory', reason: 'not for this test' }); };

export class MemoryDatabase implements Database {
  readonly tree = new DataTree({ digestEnabled: true, extendedTypes: true });
  readonly sessions = new Map<bigint, number>();
  readonly appended: Txn[] = [];
  readonly epochs = { current: -1, accepted: -1, setCurrent: never, setAccepted: never, settle: never };
  lastLoggedZxid = 0;
  #durable: ((zxid: number) => void) | null = null;
  #waiting: (() => void)[] = [];

  apply(txn: Txn): TxnResult {
    const { header, change } = txn;
    if (change.type === OP.createSession) this.sessions.set(header.clientId, change.record.timeOut);
    if (change.type === OP.closeSession) this.sessions.delete(header.clientId);
    return applyTxn(this.tree, txn);
  }

  append(txn: Txn): void {
    this.appended.push(txn);
    this.lastLoggedZxid = txn.header.zxid;
  }

  onDurable(listener: ((zxid: number) => void) | null): void {
    this.#durable = listener;
  }

  /** All that was appended is on disk now. */
  sync(): void {
    this.#durable?.(this.lastLoggedZxid);
    for (const done of this.#waiting.splice(0)) done();
  }

  flushed(): Promise<void> {
    return new Promise((done) => { this.#waiting.push(done); });
  }

  onFailure(): void { /* nothing fails here */ }
  close(): Promise<void> { return Promise.resolve(); }
  purge(): Promise<void> { return Promise.resolve(); }
  committedLog(): readonly Txn[] { return this.appended; }
  logSince = never;
  lastZxidUpTo = never;
  truncate = never;
  snapshot = never;
  serialize = never;
  restore = never;
}
