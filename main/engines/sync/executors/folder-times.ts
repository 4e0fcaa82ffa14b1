// Times of folders whose contents a run touches and whose own rows it does not carry out: given back when it is over.
import { utimesSync } from 'node:fs';
import { asBuffer, parentOf } from '../../../lib/bytes.ts';
import { secondsOf } from './attributes.ts';
import { lookAt } from './drift.ts';
import type { ConfinedRoot } from '../receiver/confined-root.ts';

const DOT = Buffer.from('.');

interface Kept {
  readonly tree: ConfinedRoot;
  readonly path: Buffer;
  readonly atime: number;
  readonly mtime: number;
}

export class FolderTimes {
  private readonly kept = new Map<ConfinedRoot, Map<string, Kept>>();

  /** Call it before something at `path` is made, changed or removed: the folder above it is remembered, once. */
  remember(tree: ConfinedRoot, path: Uint8Array): void {
    if (path.length === 1 && path[0] === 0x2e) return;
    const above = parentOf(path);
    const folder = above.length === 0 ? DOT : above;
    let ofTree = this.kept.get(tree);
    if (!ofTree) this.kept.set(tree, (ofTree = new Map()));
    const key = folder.toString('latin1');
    if (ofTree.has(key)) return;
    const stats = lookAt(tree.at(folder));
    if (stats) ofTree.set(key, { tree, path: Buffer.from(folder), atime: secondsOf(stats.atimeNs), mtime: secondsOf(stats.mtimeNs) });
  }

  /** A folder whose time is set by its own row. */
  forget(tree: ConfinedRoot, path: Uint8Array): void { this.kept.get(tree)?.delete(asBuffer(path).toString('latin1')); }

  giveBack(): void {
    for (const ofTree of this.kept.values()) {
      for (const { tree, path, atime, mtime } of ofTree.values()) {
        try {
          if (lookAt(tree.at(path))?.isDirectory()) utimesSync(tree.at(path), atime, mtime);
        } catch { /* it was removed since */ }
      }
    }
    this.kept.clear();
  }
}
