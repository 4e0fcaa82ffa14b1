// A sequential create whose outcome is never in doubt: the name carries a guid, so that after a ConnectionLoss the node is found
// again instead of made twice. Names are those of Apache Curator (`_c_<guid>-lock-0000000001`), so both may stand in one line.
import { randomUUID } from 'node:crypto';
import type { CoordinationClient } from '../client/client-types.ts';
import { childPath } from '../client/paths.ts';
import { checkCancelled } from '../../../lib/async.ts';
import { CREATE } from '../op-codes.ts';
import { ensurePath, isKeeper, known, writesSettled } from './known.ts';
import type { SessionGuard } from './session-guard.ts';

export interface ProtectedNode {
  readonly name: string;
  readonly path: string;
  /** The fencing token of whoever stands in line with it: grows with every node made after it. */
  readonly czxid: number;
}

/** The reason of the loss when the guard's session goes; APP_CANCELLED on abort: then no node of it stays (or it goes with its session). */
export async function createProtected(client: CoordinationClient, parent: string, prefix: string, data: Buffer | null, guard: SessionGuard, signal?: AbortSignal): Promise<ProtectedNode> {
  const guid = randomUUID();
  for (;;) {
    guard.check();
    checkCancelled(signal);
    try {
      const { path, stat } = await client.create(childPath(parent, `_c_${guid}-${prefix}`), data, { flags: CREATE.ephemeralSequential });
      // made by a session that came after the guard's: it would stand in line for nobody
      if (stat.ephemeralOwner !== guard.sessionId) {
        await client.delete(path).catch(() => undefined);
        guard.lose();
        continue;
      }
      return { name: path.slice(path.lastIndexOf('/') + 1), path, czxid: stat.czxid };
    } catch (error) {
      if (isKeeper(error, 'NoNode')) { await ensurePath(client, parent); continue; }
      if (!isKeeper(error, 'ConnectionLoss')) throw error;
    }
    await writesSettled(client, childPath(parent, `_c_${guid}`), signal);
    const found = await find(client, parent, guid);
    if (found) return found;
  }
}

async function find(client: CoordinationClient, parent: string, guid: string): Promise<ProtectedNode | null> {
  try {
    const name = (await known(() => client.getChildNames(parent))).find((child) => child.startsWith(`_c_${guid}-`));
    if (name === undefined) return null;
    const path = childPath(parent, name);
    const stat = await known(() => client.exists(path));
    return stat ? { name, path, czxid: stat.czxid } : null;
  } catch (error) {
    if (isKeeper(error, 'NoNode')) return null;
    throw error;
  }
}
