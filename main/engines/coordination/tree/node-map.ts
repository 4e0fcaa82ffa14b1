// Znodes by path, in many small maps: one large map stops the event loop for tens of milliseconds whenever it doubles.
import type { ZNode } from './znode.ts';

const SHARDS = 64;

/** From the length and the last letters, which differ between siblings. */
function shardOf(path: string): number {
  const { length } = path;
  let hash = length;
  for (let at = Math.max(0, length - 4); at < length; at++) hash = Math.imul(hash ^ path.charCodeAt(at), 0x0100_0193); // FNV-1a
  return (hash ^ (hash >>> 15)) & (SHARDS - 1);
}

export class NodeMap {
  readonly #shards: Map<string, ZNode>[] = Array.from({ length: SHARDS }, () => new Map<string, ZNode>());
  #size = 0;

  get size(): number { return this.#size; }

  get(path: string): ZNode | undefined {
    return (this.#shards[shardOf(path)] as Map<string, ZNode>).get(path);
  }

  has(path: string): boolean {
    return (this.#shards[shardOf(path)] as Map<string, ZNode>).has(path);
  }

  set(path: string, node: ZNode): void {
    const shard = this.#shards[shardOf(path)] as Map<string, ZNode>;
    const before = shard.size;
    shard.set(path, node);
    this.#size += shard.size - before;
  }

  delete(path: string): void {
    if ((this.#shards[shardOf(path)] as Map<string, ZNode>).delete(path)) this.#size -= 1;
  }

  clear(): void {
    for (const shard of this.#shards) shard.clear();
    this.#size = 0;
  }
}
