// A subtree as a file and back: one JSON line a znode, parents first, data as base64, paths below the subtree's root.
import { z } from 'zod';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { decodeJson } from './json-lines.ts';
import type { CoordinationClient } from '../client/client-types.ts';
import { CREATE } from '../op-codes.ts';
import { ephemeralKind, ttlOf } from '../tree/ephemeral-type.ts';
import { inParallel } from './gently.ts';
import { isKeeper } from './keeper-words.ts';
import { walk } from './walk.ts';

const MOST = 500_000;
const PARALLEL = 64;

const Line = z.object({
  path: z.string(), data: z.string().nullable(), kind: z.enum(['persistent', 'container', 'ttl']), ttlMs: z.number().nullable(),
  acl: z.array(z.object({ scheme: z.string(), id: z.string(), perms: z.number().int() })).nullable(),
});
type Line = z.output<typeof Line>;

const below = (root: string, path: string): string => (path === root ? '/' : root === '/' ? path : path.slice(root.length));
const under = (root: string, path: string): string => (path === '/' ? root : root === '/' ? path : root + path);

/** Ephemerals are left out: they belong to a session. `ownerOf` knows containers and TTL nodes, which servers do not show. COORD_KEEPER past 500,000 znodes. */
export async function exportTree(client: CoordinationClient, root: string, ownerOf: (path: string) => bigint | null): Promise<{ data: Uint8Array; count: number }> {
  const { found, all } = await walk(client, root, MOST);
  if (!all) throw SluiceError.of('COORD_KEEPER', { error: `more than ${MOST} znodes`, path: root });
  const kept = found.filter(({ stat }) => ephemeralKind(stat.ephemeralOwner, true) !== 'session');
  const lines = await inParallel(kept, PARALLEL, async ({ path, stat }): Promise<string | null> => {
    try {
      const [{ data }, acl] = await Promise.all([client.getData(path), client.getACL(path).then((answer) => answer.acl, () => null)]);
      const owner = ownerOf(path) ?? stat.ephemeralOwner;
      const kind = ephemeralKind(owner, true);
      const line: Line = {
        path: below(root, path), data: data === null ? null : data.toString('base64'), kind: kind === 'container' || kind === 'ttl' ? kind : 'persistent', ttlMs: kind === 'ttl' ? ttlOf(owner) : null,
        acl: acl && acl.map(({ perms, id }) => ({ scheme: id.scheme, id: id.id, perms })),
      };
      return `${JSON.stringify(line)}\n`;
    } catch (thrown) {
      if (isKeeper(thrown, 'NoNode')) return null;
      throw thrown;
    }
  });
  const present = lines.filter((line) => line !== null);
  return { data: Buffer.from(present.join('')), count: present.length };
}

/** Parents are made before their children. COORD_ARCHIVE, with its line, for what is no such file; nothing is done then. */
export async function importTree(client: CoordinationClient, root: string, file: Buffer, overwrite: boolean): Promise<{ created: number; updated: number; skipped: number }> {
  const lines = decodeJson(file, root).map((value, index): Line => {
    const line = Line.safeParse(value);
    if (!line.success || (line.data.path !== '/' && !/^(\/[^/\0]+)+$/.test(line.data.path))) throw SluiceError.of('COORD_ARCHIVE', { file: root, reason: `line ${index + 1}` });
    return line.data;
  });
  const done = { created: 0, updated: 0, skipped: 0 };
  for (const line of lines) {
    const path = under(root, line.path);
    const data = line.data === null ? null : Buffer.from(line.data, 'base64');
    if (path !== '/' && (await made(client, path, data, line))) done.created += 1;
    else if (!overwrite) done.skipped += 1;
    else {
      await client.setData(path, data);
      done.updated += 1;
    }
  }
  return done;
}

/** False when it is there already. */
async function made(client: CoordinationClient, path: string, data: Buffer | null, { kind, ttlMs, acl }: Line): Promise<boolean> {
  const flags = kind === 'container' ? CREATE.container : kind === 'ttl' ? CREATE.ttl : CREATE.persistent;
  try {
    await client.create(path, data, { flags, ...(ttlMs === null ? {} : { ttl: ttlMs }), ...(acl === null ? {} : { acl: acl.map(({ scheme, id, perms }) => ({ perms, id: { scheme, id } })) }) });
    return true;
  } catch (thrown) {
    if (isKeeper(thrown, 'NodeExists')) return false;
    throw thrown;
  }
}
