// A queue between processes, first in first out within a priority. Taking an item claims it with an ephemeral node: a consumer that dies gives it
// back, so every item is done at least once; done and claim end in one multi, so an item that is done is never handed out again.
import { randomUUID } from 'node:crypto';
import { cancelled, checkCancelled } from '../../../lib/async.ts';
import type { CoordinationClient } from '../client/client-types.ts';
import { allOf } from '../client/multi.ts';
import { childPath } from '../client/paths.ts';
import { CREATE } from '../op-codes.ts';
import { follow } from './follow.ts';
import { ensurePath, isKeeper, known, writesSettled } from './known.ts';
import { SessionGuard } from './session-guard.ts';

/** 0 is taken first, 999 last; one that comes while a long queue is worked on may wait for the next listing. */
const NORMAL_PRIORITY = 500;
const MOST_PRIORITY = 999;
const LISTING_SHARE = 20;

export interface Claim {
  readonly id: string;
  readonly priority: number;
  readonly data: Buffer | null;
  /** Aborts when another consumer may have it. */
  readonly lost: AbortSignal;
  /** The item is gone for good. COORD_SESSION_LOST when the claim was lost: then it is done again by someone. */
  done(): Promise<void>;
  /** Gives it back to the queue, to its place. */
  release(): Promise<void>;
}

export class WorkQueue {
  readonly #client: CoordinationClient;
  readonly #items: string;
  readonly #claims: string;
  /** What a listing found and was not tried yet, the next one last; used for so long that listing costs a twentieth of the time at most. */
  #candidates: string[] = [];
  #listedUntil = 0;

  constructor(client: CoordinationClient, path: string) {
    this.#client = client;
    this.#items = childPath(path, 'items');
    this.#claims = childPath(path, 'claims');
  }

  /** Resolves when the item is in; after a lost connection it is looked for, not put twice. Answers its id. */
  async put(data: Buffer | null, priority = NORMAL_PRIORITY): Promise<string> {
    const prefix = `item-${String(Math.max(0, Math.min(MOST_PRIORITY, Math.trunc(priority)))).padStart(3, '0')}-${randomUUID()}-`;
    for (let unsure = false; ;) {
      try {
        if (unsure) {
          await writesSettled(this.#client, this.#items + '/' + prefix.slice(0, -1));
          const found = (await known(() => this.#client.getChildNames(this.#items))).find((name) => name.startsWith(prefix));
          if (found !== undefined) return found;
        }
        const { path } = await this.#client.create(this.#items + '/' + prefix, data, { flags: CREATE.persistentSequential });
        return path.slice(this.#items.length + 1);
      } catch (error) {
        // persistent parents: a container could go in the moment before the item comes
        if (isKeeper(error, 'NoNode')) await ensurePath(this.#client, this.#items, CREATE.persistent);
        else if (!isKeeper(error, 'ConnectionLoss')) throw error;
        unsure = isKeeper(error, 'ConnectionLoss');
      }
    }
  }

  /** Items that are in, claimed or not. */
  async length(): Promise<number> {
    try {
      return (await known(() => this.#client.exists(this.#items)))?.numChildren ?? 0;
    } catch (error) {
      if (isKeeper(error, 'NoNode')) return 0;
      throw error;
    }
  }

  /** The first item nobody has; waits for one. APP_CANCELLED on abort, COORD_SESSION_LOST when the session ends meanwhile. */
  async take(signal: AbortSignal = new AbortController().signal): Promise<Claim> {
    const found = await this.tryTake();
    if (found) return found;
    for await (const _ of follow(this.#client, (changed) => this.#watchBoth(changed), signal)) {
      const claim = await this.tryTake();
      if (claim) return claim;
    }
    throw cancelled();
  }

  /** Null when there is none now. */
  async tryTake(signal?: AbortSignal): Promise<Claim | null> {
    await this.#client.connected(signal);
    for (const fresh of [performance.now() >= this.#listedUntil, true]) {
      if (fresh) {
        const began = performance.now();
        this.#candidates = await this.#list();
        const ended = performance.now();
        this.#listedUntil = ended + (ended - began) * LISTING_SHARE;
      }
      for (let name = this.#candidates.pop(); name !== undefined; name = this.#candidates.pop()) {
        checkCancelled(signal);
        const claim = await this.#claim(name);
        if (claim) return claim;
      }
    }
    return null;
  }

  async #watchBoth(changed: () => void): Promise<void> {
    await ensurePath(this.#client, this.#items, CREATE.persistent);
    await ensurePath(this.#client, this.#claims, CREATE.persistent);
    await this.#client.getChildNames(this.#items, changed);
    await this.#client.getChildNames(this.#claims, changed);
  }

  async #list(): Promise<string[]> {
    try {
      const [items, claimed] = await Promise.all([known(() => this.#client.getChildNames(this.#items)), known(() => this.#client.getChildNames(this.#claims)).catch(noNode)]);
      const taken = new Set(claimed);
      return items.filter((name) => !taken.has(name)).sort((a, b) => (order(a) < order(b) ? 1 : -1));
    } catch (error) {
      return noNode(error);
    }
  }

  async #claim(name: string): Promise<Claim | null> {
    const item = childPath(this.#items, name);
    const claim = childPath(this.#claims, name);
    const guard = new SessionGuard(this.#client);
    if (!(await this.#createClaim(claim, guard))) {
      guard.end();
      return null;
    }
    try {
      const { data } = await known(() => this.#client.getData(item));
      return this.#claimed(name, data, item, claim, guard);
    } catch (error) {
      guard.end();
      await known(() => this.#client.delete(claim)).catch(noNode);
      if (isKeeper(error, 'NoNode')) return null;
      throw error;
    }
  }

  async #createClaim(claim: string, guard: SessionGuard): Promise<boolean> {
    const id = Buffer.from(randomUUID());
    for (let unsure = false; ;) {
      guard.check();
      try {
        const { stat } = await this.#client.create(claim, id, { flags: CREATE.ephemeral });
        return stat.ephemeralOwner === guard.sessionId;
      } catch (error) {
        if (isKeeper(error, 'NodeExists')) return unsure && await this.#isClaimedBy(claim, id);
        if (isKeeper(error, 'NoNode')) await ensurePath(this.#client, this.#claims, CREATE.persistent);
        else if (!isKeeper(error, 'ConnectionLoss')) throw error;
        unsure ||= isKeeper(error, 'ConnectionLoss');
      }
    }
  }

  /** Whether a create whose answer was lost has made it. */
  async #isClaimedBy(claim: string, id: Buffer): Promise<boolean> {
    try {
      return (await known(() => this.#client.getData(claim))).data?.equals(id) === true;
    } catch (error) {
      if (isKeeper(error, 'NoNode')) return false;
      throw error;
    }
  }

  #claimed(name: string, data: Buffer | null, item: string, claim: string, guard: SessionGuard): Claim {
    return {
      id: name, data, lost: guard.lost, priority: Number(name.slice(5, 8)),
      done: async () => {
        const ops = [{ op: 'delete', path: claim }, { op: 'delete', path: item }] as const;
        let unsure = false;
        try {
          for (;;) {
            guard.check();
            try {
              allOf(ops, await this.#client.multi(ops));
              return;
            } catch (error) {
              if (unsure && isKeeper(error, 'NoNode') && !(await known(() => this.#client.exists(item)))) return;
              if (isKeeper(error, 'NoNode')) guard.lose();
              else if (!isKeeper(error, 'ConnectionLoss')) throw error;
              unsure = true;
            }
          }
        } finally {
          guard.end();
        }
      },
      release: async () => {
        guard.end();
        this.#listedUntil = 0;
        await known(() => this.#client.delete(claim)).catch(noNode);
      },
    };
  }
}

/** Priority, then the number the server gave. */
const order = (name: string): string => name.slice(5, 8) + name.slice(-10);

function noNode(error: unknown): string[] {
  if (isKeeper(error, 'NoNode')) return [];
  throw error;
}
