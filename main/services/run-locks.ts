// One run of a sync at a time, also across workstations: a run takes a lock in the coordination tree that the settings name, and holds it to its end.
import { createHash } from 'node:crypto';
import type { Settings } from '../../preload/contract/domain.ts';
import { SluiceError } from '../../preload/contract/sluice-error.ts';
import { openClient } from '../engines/coordination/client/client.ts';
import type { CoordinationClient } from '../engines/coordination/client/client-types.ts';
import { lockLine, tryLock } from '../engines/coordination/recipes/lock.ts';
import { parseHolder, type HolderInfo } from '../engines/coordination/recipes/holder.ts';
import { KeeperError } from '../engines/coordination/keeper-errors.ts';
import type { Endpoint } from '../engines/sync/api.ts';

export interface RunLock {
  /** Aborts when another workstation may have the lock: the run is to be stopped. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

export interface RunLocks {
  /** Null when no ensemble is named. COORD_LOCK_HELD with its holder; COORD_CONNECT, COORD_CONFIG: then no run may begin. */
  take(run: { readonly name: string; readonly left: Endpoint; readonly right: Endpoint }): Promise<RunLock | null>;
  /** Gives back what is held. */
  close(): Promise<void>;
}

const ROOT = '/sluice/locks/sync';
const SESSION_MS = 15_000;
const WAIT_MS = 10_000;

/** The client in use and how many locks it holds; a session costs a server something, so it ends with the last lock. */
interface Shared {
  readonly connect: string;
  readonly client: CoordinationClient;
  users: number;
}

export class SyncLocks implements RunLocks {
  readonly #settings: () => Settings['coordination'];
  readonly #info: HolderInfo;
  readonly #waitMs: number;
  #shared: Shared | null = null;

  /** `waitMs`: how long a server is looked for before a run is refused. */
  constructor(deps: { readonly settings: () => Settings['coordination']; readonly info: HolderInfo; readonly waitMs?: number }) {
    this.#settings = deps.settings;
    this.#info = deps.info;
    this.#waitMs = deps.waitMs ?? WAIT_MS;
  }

  async take(run: { readonly name: string; readonly left: Endpoint; readonly right: Endpoint }): Promise<RunLock | null> {
    const connect = this.#settings()?.connect;
    if (connect === undefined) return null;
    const shared = this.#use(connect);
    const path = `${ROOT}/${lockKey(run.left, run.right, this.#info.machine)}`;
    try {
      const held = await tryLock(shared.client, path, { data: Buffer.from(JSON.stringify({ ...this.#info, sync: run.name })), signal: AbortSignal.timeout(this.#waitMs) });
      if (!held) throw SluiceError.of('COORD_LOCK_HELD', { what: run.name, holder: await this.#holder(shared.client, path) });
      let released: Promise<void> | null = null;
      return { lost: held.lost, release: () => (released ??= held.release().finally(() => this.#leave(shared))) };
    } catch (error) {
      await this.#leave(shared);
      if (error instanceof KeeperError) throw SluiceError.of('COORD_KEEPER', { error: error.message, path });
      if (error instanceof SluiceError && error.code === 'APP_CANCELLED') throw shared.client.problem ?? SluiceError.of('COORD_CONNECT', { hosts: connect, reason: 'no answer in time' });
      throw error;
    }
  }

  async close(): Promise<void> {
    const shared = this.#shared;
    this.#shared = null;
    await shared?.client.close();
  }

  #use(connect: string): Shared {
    if (this.#shared?.connect !== connect) this.#shared = { connect, client: openClient({ connectString: connect, sessionTimeoutMs: SESSION_MS, patienceMs: this.#waitMs }), users: 0 };
    this.#shared.users += 1;
    return this.#shared;
  }

  async #leave(shared: Shared): Promise<void> {
    shared.users -= 1;
    if (shared.users > 0) return;
    if (this.#shared === shared) this.#shared = null;
    await shared.client.close();
  }

  async #holder(client: CoordinationClient, path: string): Promise<string> {
    const first = (await lockLine(client, path, 1))[0];
    if (!first) return 'someone who has just finished';
    const { user, machine, pid } = parseHolder(first.data);
    return `${user}@${machine} (${pid})`;
  }
}

/**
 * The same on every workstation for a sync that writes to the same place from the same path: a local target is this machine's own, a server is its
 * address and user.
 */
export function lockKey(source: Endpoint, target: Endpoint, machine: string): string {
  const far = target.place.kind === 'ssh';
  const parts = [endOf(source, far ? 'here' : machine), endOf(target, machine)];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 40);
}

function endOf({ place, path }: Endpoint, machine: string): string {
  const at = place.kind === 'ssh' ? `${place.access.user}@${place.access.host.toLowerCase()}:${place.access.port}` : machine;
  return `${at}\0${Buffer.from(path).toString('hex')}`;
}
