// The states of a transaction, and what may be done in which (BasicTransactionSemantics). A channel's own transaction says only what happens then.
import type { Event } from '../event/event.ts';
import type { Mark, Transaction, TransactionState } from '../parts.ts';

/** A call in the wrong state: a bug of the caller. */
export class IllegalTransaction extends Error {}

export abstract class BasicTransaction implements Transaction {
  private now: TransactionState = 'new';
  private use: 'put' | 'take' | null = null;

  get state(): TransactionState { return this.now; }

  begin(): void {
    this.expect('begin', 'new');
    this.now = 'open';
  }

  put(events: readonly Event[]): void {
    this.expect('put', 'open');
    this.useFor('put');
    this.doPut(events);
  }

  mark(mark: Mark): void {
    this.expect('mark', 'open');
    this.doMark(mark);
  }

  take(most: number, signal?: AbortSignal): Promise<readonly Event[]> {
    this.expect('take', 'open');
    this.useFor('take');
    return this.doTake(most, signal);
  }

  prepare(group: string | null): Promise<void> {
    this.expect('prepare', 'open');
    this.useFor('put');
    return this.doPrepare(group);
  }

  commit(): Promise<void> {
    this.expect('commit', 'open');
    this.now = 'completed';
    return this.doCommit().catch((error: unknown) => {
      this.now = 'open';
      throw error;
    });
  }

  rollback(): Promise<void> {
    this.expect('rollback', 'open');
    this.now = 'completed';
    return this.doRollback();
  }

  close(): void {
    if (this.now !== 'new' && this.now !== 'completed') throw new IllegalTransaction(`close of a transaction that is ${this.now}`);
    this.now = 'closed';
  }

  protected abstract doPut(events: readonly Event[]): void;
  protected abstract doTake(most: number, signal: AbortSignal | undefined): Promise<readonly Event[]>;
  protected abstract doPrepare(group: string | null): Promise<void>;
  protected abstract doCommit(): Promise<void>;
  protected abstract doRollback(): Promise<void>;

  /** Of a channel without marks: nothing. */
  protected doMark(_mark: Mark): void {}

  private expect(verb: string, state: TransactionState): void {
    if (this.now !== state) throw new IllegalTransaction(`${verb} in a transaction that is ${this.now}, not ${state}`);
  }

  private useFor(use: 'put' | 'take'): void {
    if (this.use !== null && this.use !== use) throw new IllegalTransaction(`${use} in a transaction that did a ${this.use}`);
    this.use = use;
  }
}
