// Deletes containers that have emptied or were never used, and TTL nodes whose time is over (ContainerManager). Run by who orders writes.
import type { NodeConfig } from '../config/node-config.ts';
import { PathRequest } from '../jute/records.ts';
import { OP } from '../op-codes.ts';
import type { Clock, Role, Tree } from '../parts.ts';
import { ttlOf } from '../tree/ephemeral-type.ts';

export class ContainerManager {
  readonly #config: NodeConfig['container'];
  readonly #tree: Tree;
  readonly #role: Pick<Role, 'submit'>;
  readonly #clock: Pick<Clock, 'now'>;
  #timer: NodeJS.Timeout | null = null;
  #left: string[] = [];

  constructor(config: NodeConfig['container'], tree: Tree, role: Pick<Role, 'submit'>, clock: Pick<Clock, 'now'>) {
    this.#config = config;
    this.#tree = tree;
    this.#role = role;
    this.#clock = clock;
  }

  start(): void {
    this.stop();
    this.#timer = setTimeout(() => { this.#round(); }, this.#config.checkIntervalMs);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#left = [];
  }

  /** Paths that may go now. */
  candidates(): string[] {
    const now = this.#clock.now();
    const { maxNeverUsedIntervalMs } = this.#config;
    const paths: string[] = [];
    for (const path of this.#tree.containers) {
      const node = this.#tree.get(path);
      if (!node || (node.children?.size ?? 0) > 0) continue;
      // one that never had a child is given time to get its first
      if (node.cversion > 0 || (maxNeverUsedIntervalMs > 0 && now - node.mtime > maxNeverUsedIntervalMs)) paths.push(path);
    }
    for (const path of this.#tree.ttls) {
      const node = this.#tree.get(path);
      if (node && (node.children?.size ?? 0) === 0 && now - node.mtime > ttlOf(node.ephemeralOwner)) paths.push(path);
    }
    return paths;
  }

  #round(): void {
    this.#left = this.candidates();
    this.#some();
  }

  /** At most `maxPerMinute`, spread in batches of a tenth of a second. */
  #some(): void {
    const batch = this.#left.splice(0, Math.max(1, Math.floor(this.#config.maxPerMinute / 600)));
    for (const path of batch) {
      this.#role.submit({ sessionId: 0n, cxid: 0, type: OP.deleteContainer, payload: PathRequest.encode({ path }), authInfo: [], owner: null });
    }
    this.#timer = setTimeout(() => { if (this.#left.length > 0) this.#some(); else this.#round(); }, this.#left.length > 0 ? 100 : this.#config.checkIntervalMs);
    this.#timer.unref();
  }
}
