// One holder for each piece of work (an agent's pipeline) among many processes: taken over within the session timeout of the holder's end.
import type { CoordinationClient } from '../client/client-types.ts';
import { childPath } from '../client/paths.ts';
import { standForElection } from './election.ts';
import { isKeeper, known } from './known.ts';
import { lockLine } from './lock.ts';

export interface HolderInfo {
  readonly machine: string;
  readonly user: string;
  readonly pid: number;
}

export interface HoldOptions {
  readonly info: HolderInfo;
  /** Gives the work up. */
  readonly signal: AbortSignal;
  /** Runs the work until `lost` aborts; `token` grows with every holder, so that what it writes to can refuse a holder of before. */
  run(held: { readonly token: number; readonly lost: AbortSignal }): Promise<void>;
}

/** Stands for the work `key` under `root` until the signal aborts. */
export function holdWork(client: CoordinationClient, root: string, key: string, options: HoldOptions): Promise<void> {
  return standForElection(client, workPath(root, key), {
    data: Buffer.from(JSON.stringify(options.info)), signal: options.signal,
    lead: (held) => options.run({ token: held.token, lost: held.lost }),
  });
}

/** Who holds the work now, with the fencing token; null when nobody does. */
export async function holderOf(client: CoordinationClient, root: string, key: string): Promise<(HolderInfo & { readonly token: number }) | null> {
  const first = (await lockLine(client, workPath(root, key), 1))[0];
  return first ? { ...parseHolder(first.data), token: first.token } : null;
}

/** Every key somebody stands for, with its holder. */
export async function* holders(client: CoordinationClient, root: string): AsyncGenerator<HolderInfo & { readonly key: string; readonly token: number }, void, undefined> {
  let keys: string[];
  try {
    keys = await known(() => client.getChildNames(root));
  } catch (error) {
    if (isKeeper(error, 'NoNode')) return;
    throw error;
  }
  for (const name of keys.sort()) {
    const key = decodeURIComponent(name);
    const holder = await holderOf(client, root, key);
    if (holder) yield { key, ...holder };
  }
}

/** A key may hold anything; its znode's name holds no slash and no dots alone. */
function workPath(root: string, key: string): string {
  return childPath(root, encodeURIComponent(key).replaceAll('.', '%2E'));
}

/** What other programs wrote there is shown as far as it can be read. */
export function parseHolder(data: Buffer | null): HolderInfo {
  const unknown = { machine: '?', user: '?', pid: 0 };
  if (!data) return unknown;
  try {
    const value: unknown = JSON.parse(data.toString('utf8'));
    if (typeof value !== 'object' || value === null) return unknown;
    const { machine, user, pid } = value as Partial<Record<keyof HolderInfo, unknown>>;
    return { machine: typeof machine === 'string' ? machine : '?', user: typeof user === 'string' ? user : '?', pid: typeof pid === 'number' ? pid : 0 };
  } catch {
    return { ...unknown, machine: data.toString('utf8').slice(0, 200) };
  }
}
