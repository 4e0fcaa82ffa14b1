// Which znodes weigh most: by data, by children, and by how often they were changed.
import type { CoordinationClient } from '../client/client-types.ts';
import type { Stat } from '../jute/records.ts';
import { walk } from './walk.ts';

export interface WeighedNode {
  readonly path: string;
  readonly stat: Stat;
}

export interface BigNodes {
  readonly nodes: number;
  readonly bytes: number;
  readonly byData: readonly WeighedNode[];
  readonly byChildren: readonly WeighedNode[];
  /** By versions of data and children: hot ones. */
  readonly byChanges: readonly WeighedNode[];
}

/** The `most` heaviest of each kind below `root`; no more than those are held. */
export async function bigNodes(client: CoordinationClient, root: string, most = 50, signal?: AbortSignal): Promise<BigNodes> {
  const data = new Top(most, (stat) => stat.dataLength);
  const children = new Top(most, (stat) => stat.numChildren);
  const changes = new Top(most, (stat) => stat.version + stat.cversion);
  let nodes = 0;
  let bytes = 0;
  for await (const { path, stat } of walk(client, root, signal ? { signal } : {})) {
    nodes += 1;
    bytes += stat.dataLength;
    for (const top of [data, children, changes]) top.add({ path, stat });
  }
  return { nodes, bytes, byData: data.items, byChildren: children.items, byChanges: changes.items };
}

/** The heaviest so far, the heaviest first. */
class Top {
  readonly items: WeighedNode[] = [];
  readonly #most: number;
  readonly #weight: (stat: Stat) => number;

  constructor(most: number, weight: (stat: Stat) => number) {
    this.#most = most;
    this.#weight = weight;
  }

  add(node: WeighedNode): void {
    const weight = this.#weight(node.stat);
    const last = this.items.at(-1);
    if (weight === 0 || (this.items.length >= this.#most && last && this.#weight(last.stat) >= weight)) return;
    const at = this.items.findIndex(({ stat }) => this.#weight(stat) < weight);
    this.items.splice(at < 0 ? this.items.length : at, 0, node);
    if (this.items.length > this.#most) this.items.pop();
  }
}
