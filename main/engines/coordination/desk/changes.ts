// What moved in a cluster of that which the screens have read: one-shot watches collected and told at a pace.
import type { ZnodeChange } from '../../../../preload/contract/cluster.ts';
import { AsyncQueue, onAbort } from '../../../lib/async.ts';
import type { WatchEvent } from '../client/client-types.ts';
import { EVENT } from '../op-codes.ts';

const PACE_MS = 100;

export class Changes {
  readonly #listeners = new Set<(change: ZnodeChange) => void>();
  #all = false;
  #children = new Set<string>();
  #data = new Set<string>();
  #gone = new Set<string>();
  #timer: NodeJS.Timeout | null = null;

  /** One function for every watch: the client tells the same one once a path. */
  readonly onWatch = ({ type, path }: WatchEvent): void => {
    if (type === EVENT.childrenChanged) this.#children.add(path);
    else if (type === EVENT.deleted) this.#gone.add(path);
    else if (type === EVENT.dataChanged || type === EVENT.created) this.#data.add(path);
    else return;
    this.#soon();
  };

  /** A session was lost: no watch of it will fire any more. */
  everything(): void {
    this.#all = true;
    this.#soon();
  }

  async *follow(signal: AbortSignal): AsyncGenerator<ZnodeChange, void, undefined> {
    const queue = new AsyncQueue<ZnodeChange>();
    const listener = (change: ZnodeChange): void => { queue.push(change); };
    this.#listeners.add(listener);
    const undo = onAbort(signal, () => { queue.end(); });
    try {
      yield* queue;
    } finally {
      undo();
      this.#listeners.delete(listener);
    }
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => { this.#tell(); }, PACE_MS);
  }

  #tell(): void {
    this.#timer = null;
    const change: ZnodeChange = { all: this.#all, children: [...this.#children], data: [...this.#data], gone: [...this.#gone] };
    this.#all = false;
    this.#children = new Set();
    this.#data = new Set();
    this.#gone = new Set();
    for (const listener of this.#listeners) listener(change);
  }
}
