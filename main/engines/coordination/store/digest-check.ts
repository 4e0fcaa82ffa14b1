// Compares the tree with the digests that txns and snapshots carry. A tree loaded from a fuzzy snapshot is right only once the
// txns applied while it was written have been applied again.
import type { DataTree } from '../tree/data-tree.ts';
import { DIGEST_VERSION } from '../tree/node-digest.ts';
import type { SnapshotDigest } from '../snapshot/snapshot-format.ts';
import type { Txn } from '../txn.ts';

/** After a snapshot that does not say how far its fuzzy part reaches: so many txns may differ before the first that fits. */
const UNSURE = 10_000;

export class DigestCheck {
  readonly #tree: DataTree;
  readonly #onMismatch: (zxid: number) => void;
  #awaited: SnapshotDigest | null = null;
  #unsure = 0;
  #mismatches = 0;
  #differs = false;

  constructor(tree: DataTree, onMismatch: (zxid: number) => void) {
    this.#tree = tree;
    this.#onMismatch = onMismatch;
  }

  /** Txns and snapshots whose digest was not the tree's. */
  get mismatches(): number { return this.#mismatches; }

  /** A snapshot named `zxid` is loaded; its digest counts from the txn it was taken at. Without one it was a leader's SNAP, or is old. */
  loaded(zxid: number, digest: SnapshotDigest | null): void {
    this.#awaited = digest !== null && digest.zxid > 0 && digest.zxid >= zxid ? digest : null;
    this.#unsure = this.#awaited === null && zxid > 0 ? UNSURE : 0;
    this.#reached(zxid);
  }

  /** A leader's SNAP is loaded: how far its fuzzy part reaches is not known. */
  received(): void {
    this.#awaited = null;
    this.#unsure = UNSURE;
  }

  /** After a txn is applied. */
  check(txn: Txn): void {
    if (!this.#tree.options.digestEnabled) return;
    if (this.#awaited !== null) {
      this.#reached(txn.header.zxid);
      return;
    }
    const { digest } = txn;
    if (digest === null || digest.version !== DIGEST_VERSION) return;
    if (this.#tree.hasDigest(digest.treeDigest)) {
      this.#unsure = 0;
      this.#differs = false;
    } else if (this.#unsure > 0) {
      this.#unsure -= 1;
    } else {
      this.#mismatch(txn.header.zxid);
    }
  }

  #reached(zxid: number): void {
    const awaited = this.#awaited;
    if (awaited === null || zxid < awaited.zxid) return;
    this.#awaited = null;
    if (zxid === awaited.zxid && awaited.version === DIGEST_VERSION && !this.#tree.hasDigest(awaited.treeDigest)) this.#mismatch(zxid);
  }

  #mismatch(zxid: number): void {
    this.#mismatches += 1;
    if (!this.#differs) this.#onMismatch(zxid); // the first of a row says it all
    this.#differs = true;
  }
}
