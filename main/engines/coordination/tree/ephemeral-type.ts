// What an ephemeralOwner means: a session's id, or the mark of a container or TTL node (EphemeralType).

/** Of a container: the high bit alone. */
export const CONTAINER_OWNER = -0x8000_0000_0000_0000n;
/** The longest TTL, ms: five bytes. */
export const MAX_TTL = 0xff_ffff_ffff;

const TTL_MARK = 0xff00_0000_0000_0000n;
const NO_TTL_BITS = 0xffff_ff00_0000_0000n;

export type EphemeralKind = 'none' | 'session' | 'container' | 'ttl';

/** With extended types, 0xff in the top byte marks what is no session; without them such an owner is taken for a session, as real servers do. */
export function ephemeralKind(owner: bigint, extendedTypes: boolean): EphemeralKind {
  if (owner === 0n) return 'none';
  if (owner === CONTAINER_OWNER) return 'container';
  return extendedTypes && (BigInt.asUintN(64, owner) & NO_TTL_BITS) === TTL_MARK ? 'ttl' : 'session';
}

/** RangeError unless 0 < ttl <= MAX_TTL. */
export function ttlOwner(ttl: number): bigint {
  if (!(ttl > 0 && ttl <= MAX_TTL)) throw new RangeError(`ttl ${ttl}`);
  return BigInt.asIntN(64, TTL_MARK | BigInt(ttl));
}

/** The time to live of a TTL node's owner, ms. */
export function ttlOf(owner: bigint): number {
  return Number(owner & 0xff_ffff_ffffn);
}
