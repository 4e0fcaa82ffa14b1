// What kind of node a Stat tells of: ephemeralOwner is a session, or a mark (EphemeralType).
import type { Stat } from '../jute/records.ts';
import { CREATE } from '../op-codes.ts';

export type NodeKind = 'persistent' | 'ephemeral' | 'container' | 'ttl';

const CONTAINER = -0x8000_0000_0000_0000n;
const TTL_MASK = 0xff00_0000_0000_0000n;
const TTL_VALUE = 0xff_ffff_ffffn;

/** TTLs are told from session ids by the top byte; a server without extended types has no TTL nodes, and no session ids of server 255. */
export function kindOf(stat: Stat): { readonly kind: NodeKind; readonly ttl: number } {
  const owner = stat.ephemeralOwner;
  if (owner === 0n) return { kind: 'persistent', ttl: 0 };
  if (owner === CONTAINER) return { kind: 'container', ttl: 0 };
  if ((BigInt.asUintN(64, owner) & TTL_MASK) === TTL_MASK) return { kind: 'ttl', ttl: Number(owner & TTL_VALUE) };
  return { kind: 'ephemeral', ttl: 0 };
}

export function flagsOf(kind: NodeKind): number {
  return { persistent: CREATE.persistent, ephemeral: CREATE.ephemeral, container: CREATE.container, ttl: CREATE.ttl }[kind];
}

/** Whether the name ends as a sequential create would end it. */
export function looksSequential(path: string): boolean {
  return /\d{10}$/.test(path);
}
