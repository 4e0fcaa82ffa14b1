// A recursive delete in two steps: the list of all that goes, and the deletion of exactly that list, deepest first.
import { createHash } from 'node:crypto';
import type { DeletePlan } from '../../../../preload/contract/cluster.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { CoordinationClient } from '../client/client-types.ts';
import { KEEPER_ERROR } from '../keeper-errors.ts';
import { ephemeralKind } from '../tree/ephemeral-type.ts';
import { walk, type Found } from './walk.ts';

/** Znodes one plan may hold, and how many of them are shown. */
const MOST = 500_000;
const SHOWN = 1000;
/** Deletes of one multi: the first batch that fails leaves the rest as it is. */
const BATCH = 500;

/** The list, parents before children. COORD_CHANGED when it goes away meanwhile. */
export async function deletePlan(client: CoordinationClient, path: string): Promise<DeletePlan> {
  const found = await listed(client, path);
  return {
    path, count: found.length, ephemerals: found.filter(({ stat }) => ephemeralKind(stat.ephemeralOwner, true) === 'session').length,
    bytes: found.reduce((sum, { stat }) => sum + stat.dataLength, 0), paths: found.slice(0, SHOWN).map((one) => one.path), token: tokenOf(found),
  };
}

/** COORD_CHANGED when the subtree is no longer what the token was made of; what was created since stays, with everything above it. */
export async function deleteTree(client: CoordinationClient, path: string, token: string): Promise<{ deleted: number }> {
  const found = await listed(client, path);
  if (tokenOf(found) !== token) throw SluiceError.of('COORD_CHANGED', { path, expected: 'the list', found: found.length });
  let deleted = 0;
  for (let end = found.length; end > 0; end -= BATCH) {
    const part = found.slice(Math.max(0, end - BATCH), end).reverse();
    const results = await client.multi(part.map((one) => ({ op: 'delete', path: one.path, version: one.stat.version })));
    const at = results.findIndex(({ err }) => err !== 0 && err !== KEEPER_ERROR.RuntimeInconsistency);
    if (at >= 0) throw SluiceError.of('COORD_CHANGED', { path: part[at]?.path ?? path, expected: part[at]?.stat.version ?? 0, found: results[at]?.err ?? 0 });
    deleted += part.length;
  }
  return { deleted };
}

async function listed(client: CoordinationClient, path: string): Promise<readonly Found[]> {
  const { found, all } = await walk(client, path, MOST);
  if (!all) throw SluiceError.of('COORD_KEEPER', { error: `more than ${MOST} znodes`, path });
  return found;
}

/** Paths with when they were made and last changed. */
function tokenOf(found: readonly Found[]): string {
  const hash = createHash('sha256');
  for (const { path, stat } of found) hash.update(`${path}\0${stat.czxid} ${stat.mzxid}\n`);
  return hash.digest('base64url');
}
