// What a mirror leaves on its target: a marker that says where the subtree comes from, and a lock so that one mirror writes there at a time. The
// marker is how a mirror in the opposite direction is known and refused.
import { createHash } from 'node:crypto';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { CoordinationClient } from '../client/client-types.ts';
import { parseConnectString, showHost } from '../client/connect-string.ts';
import { childPath } from '../client/paths.ts';
import { CREATE } from '../op-codes.ts';
import { ensurePath, isKeeper, known } from '../recipes/known.ts';
import { tryLock } from '../recipes/lock.ts';
import type { Held } from '../recipes/line.ts';

const ROOT = '/sluice/mirrors';

export interface MirrorEnd {
  readonly client: CoordinationClient;
  /** As the client was opened; a chroot is part of the place. */
  readonly connect: string;
  readonly path: string;
}

interface Marker {
  readonly hosts: readonly string[];
  readonly from: string;
  readonly to: string;
  /** ms since 1970; null while it mirrors. */
  readonly handedOver: number | null;
}

/** Where an end is in its ensemble: chroot and path. */
function place(end: MirrorEnd): { readonly hosts: readonly string[]; readonly path: string } {
  const { hosts, chroot } = parseConnectString(end.connect);
  return { hosts: hosts.map(showHost), path: chroot === '' ? end.path : end.path === '/' ? chroot : chroot + end.path };
}

const within = (a: string, b: string): boolean => a === b || b === '/' || a.startsWith(`${b}/`);
const overlap = (a: string, b: string): boolean => within(a, b) || within(b, a);
const meet = (a: readonly string[], b: readonly string[]): boolean => a.some((host) => b.includes(host));

/** COORD_MIRROR in words when the two ends are one tree, or the source is itself a mirror of the target. */
export async function refuseTwoWay(from: MirrorEnd, to: MirrorEnd): Promise<void> {
  const [source, target] = [place(from), place(to)];
  const refuse = (reason: string): SluiceError => SluiceError.of('COORD_MIRROR', { path: from.path, reason });
  if (meet(source.hosts, target.hosts) && overlap(source.path, target.path)) throw refuse(`${target.path} lies in the same tree of the same ensemble: it would mirror itself`);
  let markers: string[];
  try {
    markers = await known(() => from.client.getChildNames(ROOT));
  } catch (error) {
    if (isKeeper(error, 'NoNode', 'NoAuth')) return;
    throw error;
  }
  for (const name of markers) {
    const marker = await readMarker(from.client, childPath(ROOT, name));
    if (marker?.handedOver === null && overlap(marker.to, source.path) && meet(marker.hosts, target.hosts) && overlap(marker.from, target.path)) {
      throw refuse(`${marker.to} is itself kept as a mirror of ${marker.from} on ${marker.hosts.join(',')}: two ways at once would never come to rest. End that mirror, or hand over first`);
    }
  }
}

/** The one writer of this target. COORD_LOCK_HELD while another mirror has it. */
export async function claimTarget(from: MirrorEnd, to: MirrorEnd): Promise<{ readonly held: Held; readonly known: boolean; handedOver(): Promise<void> }> {
  const source = place(from);
  const path = markerPath(to);
  const held = await tryLock(to.client, `${path}/running`);
  if (!held) throw SluiceError.of('COORD_LOCK_HELD', { what: `the mirror into ${to.path}`, holder: 'another mirror' });
  const marker: Marker = { hosts: source.hosts, from: source.path, to: place(to).path, handedOver: null };
  const before = await readMarker(to.client, path);
  await writeMarker(to.client, path, marker);
  return {
    held, known: before !== null && before.from === marker.from && before.handedOver === null,
    handedOver: () => writeMarker(to.client, path, { ...marker, handedOver: Date.now() }),
  };
}

/** Of one target; the same whichever source feeds it. */
function markerPath(to: MirrorEnd): string {
  return childPath(ROOT, createHash('sha256').update(place(to).path).digest('hex').slice(0, 24));
}

async function writeMarker(client: CoordinationClient, path: string, marker: Marker): Promise<void> {
  await ensurePath(client, path, CREATE.persistent);
  await known(() => client.setData(path, Buffer.from(JSON.stringify(marker))));
}

async function readMarker(client: CoordinationClient, path: string): Promise<Marker | null> {
  try {
    const marker = JSON.parse((await known(() => client.getData(path))).data?.toString('utf8') ?? '') as Partial<Marker>;
    if (!Array.isArray(marker.hosts) || typeof marker.from !== 'string' || typeof marker.to !== 'string') return null;
    return { hosts: marker.hosts, from: marker.from, to: marker.to, handedOver: typeof marker.handedOver === 'number' ? marker.handedOver : null };
  } catch (error) {
    if (error instanceof SyntaxError || isKeeper(error, 'NoNode', 'NoAuth')) return null;
    throw error;
  }
}
