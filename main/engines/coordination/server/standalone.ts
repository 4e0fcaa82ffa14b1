// The role of a server on its own: every write becomes a txn, waits for its batch to be on disk, is applied and answered.
import type { Database, Role, ServerCore, WriteRequest } from '../parts.ts';
import { OP } from '../op-codes.ts';
import type { Txn } from '../txn.ts';

const NO_PAYLOAD = Buffer.alloc(0);
/** Txns applied and answered in one turn of the loop: some 4 ms. */
const SLICE = 500;

export class Standalone implements Role {
  readonly mode = 'standalone';
  readonly #core: ServerCore;
  readonly #db: Database;
  readonly #onExpired: (sessionId: bigint) => void;
  #under: Txn[] = [];
  #head = 0;
  #syncs: { readonly zxid: number; readonly done: (err: number) => void }[] = [];
  #lastZxid = 0;
  #durableZxid = 0;
  #slicing = false;
  #stopped = false;

  /** @param onExpired told before a session is closed because its client fell silent. */
  constructor(core: ServerCore, onExpired: (sessionId: bigint) => void) {
    this.#core = core;
    this.#db = core.db;
    this.#onExpired = onExpired;
  }

  start(): void {
    this.#lastZxid = this.#db.tree.lastZxid;
    this.#core.setLastPreparedZxid(this.#lastZxid);
    this.#db.onDurable((zxid) => { this.#durable(zxid); });
    this.#core.sessions.start((sessionId) => { this.#expire(sessionId); });
    this.#core.serve(this);
  }

  /** Takes no more; what was taken is on disk and answered when it resolves. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#core.sessions.stop();
    await this.#db.flushed();
    this.#db.onDurable(null);
    this.#commitSome(Number.POSITIVE_INFINITY);
  }

  submit(request: WriteRequest): void {
    if (this.#stopped) return;
    const txn = this.#core.prepare(request);
    this.#lastZxid = txn.header.zxid;
    this.#under.push(txn);
    this.#db.append(txn);
  }

  #durable(zxid: number): void {
    this.#durableZxid = zxid;
    if (!this.#slicing) this.#commitSome(SLICE);
  }

  /** At most `most` of those that are on disk; the rest in the turns that follow. */
  #commitSome(most: number): void {
    this.#slicing = false;
    for (let left = most; left > 0; left--) {
      const txn = this.#under[this.#head];
      if (!txn || txn.header.zxid > this.#durableZxid) break;
      this.#head += 1; // first: what is answered may ask again
      this.#core.commit(txn);
    }
    this.#forget();
    this.#release();
    const next = this.#under[this.#head];
    if (!next || next.header.zxid > this.#durableZxid) return;
    this.#slicing = true;
    setImmediate(() => { if (this.#slicing) this.#commitSome(SLICE); });
  }

  #forget(): void {
    if (this.#head === this.#under.length) {
      this.#under = [];
      this.#head = 0;
    } else if (this.#head > 4096) {
      this.#under = this.#under.slice(this.#head);
      this.#head = 0;
    }
  }

  #release(): void {
    const { lastZxid } = this.#db.tree;
    while (this.#syncs[0] && this.#syncs[0].zxid <= lastZxid) this.#syncs.shift()?.done(0);
  }

  /** Nobody else acknowledges anything: what was taken before it is all there is to wait for. */
  sync(_request: WriteRequest, done: (err: number) => void): void {
    this.#synced(done);
  }

  #synced(done: (err: number) => void): void {
    if (this.#lastZxid <= this.#db.tree.lastZxid) done(0);
    else this.#syncs.push({ zxid: this.#lastZxid, done });
  }

  revalidate(sessionId: bigint, timeoutMs: number, owner: object): Promise<boolean> {
    if (this.#core.sessions.touch(sessionId, timeoutMs)) {
      this.#core.sessions.setOwner(sessionId, owner);
      return Promise.resolve(true);
    }
    return new Promise((resolve) => { this.#synced(() => { resolve(false); }); }); // not before its close is on disk
  }

  touch(sessionId: bigint, timeoutMs: number): void {
    this.#core.sessions.touch(sessionId, timeoutMs);
  }

  #expire(sessionId: bigint): void {
    this.#onExpired(sessionId);
    this.submit({ sessionId, cxid: 0, type: OP.closeSession, payload: NO_PAYLOAD, authInfo: [], owner: null });
  }
}
