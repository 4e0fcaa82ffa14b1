// A value of configuration that many follow and few change: every change is seen, through reconnects and expired sessions, and a save is bound to
// the version that was read.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { CoordinationClient } from '../client/client-types.ts';
import { parentPath } from '../client/paths.ts';
import { CREATE } from '../op-codes.ts';
import { follow } from './follow.ts';
import { ensurePath, isKeeper, known } from './known.ts';

export interface ConfigValue {
  readonly data: Buffer | null;
  /** For `saveConfig`; -1 while there is no node. */
  readonly version: number;
  /** Of the change that made it; -1 while there is no node. */
  readonly zxid: number;
}

const ABSENT: ConfigValue = { data: null, version: -1, zxid: -1 };

export async function readConfig(client: CoordinationClient, path: string): Promise<ConfigValue> {
  return await read(client, path, undefined);
}

/** The value at first and whenever it differs, until the signal aborts. Values in between may be left out, the last one never is. */
export async function* watchConfig(client: CoordinationClient, path: string, signal: AbortSignal): AsyncGenerator<ConfigValue, void, undefined> {
  let last: ConfigValue | null = null;
  for await (const value of follow(client, (changed) => read(client, path, changed), signal)) {
    if (last && last.zxid === value.zxid && last.version === value.version) continue;
    last = value;
    yield value;
  }
}

/**
 * Saves over the version that was read (-1: there was none). COORD_CHANGED with both versions when someone else was quicker. A ConnectionLoss is
 * looked into: the save is ours if the very next version holds our bytes.
 */
export async function saveConfig(client: CoordinationClient, path: string, data: Buffer | null, version: number): Promise<ConfigValue> {
  for (let unsure = false; ;) {
    try {
      if (version === -1) {
        const { stat } = await client.create(path, data, { flags: CREATE.persistent });
        return { data, version: stat.version, zxid: stat.mzxid };
      }
      const stat = await client.setData(path, data, version);
      return { data, version: stat.version, zxid: stat.mzxid };
    } catch (error) {
      if (isKeeper(error, 'ConnectionLoss')) { unsure = true; continue; }
      if (isKeeper(error, 'NoNode') && version === -1) { await ensurePath(client, parentPath(path), CREATE.persistent); continue; }
      if (!isKeeper(error, 'BadVersion', 'NodeExists', 'NoNode')) throw error;
    }
    const found = await readConfig(client, path);
    if (unsure && found.version === version + 1 && (data === null ? found.data === null || found.data.length === 0 : found.data?.equals(data))) return found;
    throw SluiceError.of('COORD_CHANGED', { path, expected: version, found: found.version });
  }
}

async function read(client: CoordinationClient, path: string, changed: (() => void) | undefined): Promise<ConfigValue> {
  for (;;) {
    try {
      const { data, stat } = await known(() => client.getData(path, changed));
      return { data, version: stat.version, zxid: stat.mzxid };
    } catch (error) {
      if (!isKeeper(error, 'NoNode')) throw error;
    }
    if (changed === undefined || !(await known(() => client.exists(path, changed)))) return ABSENT;
  }
}
