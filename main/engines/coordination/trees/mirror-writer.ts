// The writing half of a mirror: makes one node of the target as it is at the source, or takes it away.
import { KeeperError } from '../keeper-errors.ts';
import { isKeeper, known } from '../recipes/known.ts';
import type { TreeEnd } from './compare.ts';
import { absolutePath, relativePath } from './export.ts';
import { sameAcl, sameBytes } from './import.ts';
import { deleteTree, listDelete } from './delete.ts';
import { flagsOf, kindOf } from './node-kind.ts';
import { unmasked, type TreeNode } from './walk.ts';

/** What is done about a node that stood at the target before the mirror and differs: it is made alike, or kept and told as a conflict. */
export type MirrorRule = 'overwrite' | 'keep';

export interface MirrorCounts {
  created: number;
  updated: number;
  deleted: number;
  conflicts: number;
}

export class MirrorWriter {
  readonly counts: MirrorCounts = { created: 0, updated: 0, deleted: 0, conflicts: 0 };
  readonly #from: TreeEnd;
  readonly #to: TreeEnd;
  readonly #rule: MirrorRule;
  /** Paths (relative) that were kept by the rule: they stay as they are for good. */
  readonly #kept = new Set<string>();

  constructor(from: TreeEnd, to: TreeEnd, rule: MirrorRule) {
    this.#from = from;
    this.#to = to;
    this.#rule = rule;
  }

  get kept(): ReadonlySet<string> { return this.#kept; }

  /** Reads the node at the source and brings it over; what is not there (any more) goes. `first`: in the first scan the rule decides. */
  async bring(path: string): Promise<void> {
    try {
      const [{ data, stat }, { acl }] = await Promise.all([known(() => this.#from.client.getData(path)), known(() => this.#from.client.getACL(path)).then((reply) => ({ acl: unmasked(path, reply.acl) }))]);
      await this.put({ path, data, stat, acl }, false);
    } catch (error) {
      if (!isKeeper(error, 'NoNode') || (error.path !== null && error.path !== path)) throw error;
      await this.take(absolutePath(this.#to.path, relativePath(this.#from.path, path)));
    }
  }

  async put(node: TreeNode, first: boolean): Promise<void> {
    const relative = relativePath(this.#from.path, node.path);
    const path = absolutePath(this.#to.path, relative);
    const { kind, ttl } = kindOf(node.stat);
    const { client } = this.#to;
    if (kind === 'ephemeral' || this.#kept.has(relative)) return;
    if (path !== '/') {
      try {
        await known(() => client.create(path, node.data, { flags: flagsOf(kind), ttl, ...(node.acl ? { acl: node.acl } : {}) }));
        this.counts.created += 1;
        return;
      } catch (error) {
        if (isKeeper(error, 'NoNode')) throw new KeeperError('NoNode', null); // its parent: brought over by an event of its own
        if (!isKeeper(error, 'NodeExists')) throw error;
      }
    }
    const [now, { acl }] = await Promise.all([known(() => client.getData(path)), known(() => client.getACL(path))]);
    const [sameData, sameList] = [sameBytes(now.data, node.data), node.acl === null || sameAcl(acl, node.acl)];
    if (sameData && sameList) return;
    if (first && this.#rule === 'keep') {
      this.#kept.add(relative);
      this.counts.conflicts += 1;
      return;
    }
    if (!sameData) await known(() => client.setData(path, node.data));
    if (!sameList && node.acl) await known(() => client.setACL(path, node.acl ?? []));
    this.counts.updated += 1;
  }

  /** Takes a node and all below it away from the target. */
  async take(path: string): Promise<void> {
    if (this.#kept.has(relativePath(this.#to.path, path))) return;
    try {
      await known(() => this.#to.client.delete(path));
      this.counts.deleted += 1;
    } catch (error) {
      if (isKeeper(error, 'NoNode')) return;
      if (!isKeeper(error, 'NotEmpty')) throw error;
      this.counts.deleted += await deleteTree(this.#to.client, path, (await listDelete(this.#to.client, path)).guard).catch((failed: unknown) => { if (isKeeper(failed, 'NoNode')) return 0; throw failed; });
    }
  }
}
