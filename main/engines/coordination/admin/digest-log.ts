// Digests of the tree at every 128th zxid (DataTree.logZxidDigest): what members can compare with one another. The last 1024 are kept.

const INTERVAL = 128;
const LIMIT = 1024;

export interface ZxidDigest {
  readonly zxid: number;
  readonly version: number;
  readonly digest: bigint;
}

export class DigestLog {
  readonly #entries: ZxidDigest[] = [];
  #last: ZxidDigest | null = null;

  /** Is the digest at this zxid worth computing? */
  wants(zxid: number): boolean { return zxid % INTERVAL === 0; }

  /** Called after the txn of `zxid` was applied, when it is wanted. */
  add(zxid: number, version: number, digest: bigint): void {
    if (this.#last !== null && zxid <= this.#last.zxid) return;
    this.#last = { zxid, version, digest };
    this.#entries.push(this.#last);
    if (this.#entries.length > LIMIT) this.#entries.shift();
  }

  /** After a truncation: what is later than `zxid` is forgotten. */
  truncate(zxid: number): void {
    while ((this.#entries.at(-1)?.zxid ?? -1) > zxid) this.#entries.pop();
    this.#last = this.#entries.at(-1) ?? null;
  }

  /** Oldest first. */
  get entries(): readonly ZxidDigest[] { return this.#entries; }
}

/** A Java long: digests are printed signed. */
export function signed(digest: bigint): string {
  return BigInt.asIntN(64, digest).toString();
}
