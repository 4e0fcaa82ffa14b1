// The start of a session as the client (compat.c setup_protocol): versions, compatibility flags, negotiated names, the seed.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { showName } from '../../../lib/bytes.ts';
import { CHECKSUM_NAMES, type ChecksumName } from '../checksum/digests.ts';
import { violation, type WireReader } from '../wire/reader.ts';
import type { WireWriter } from '../wire/writer.ts';

export const COMPAT = {
  INC_RECURSE: 0x01, SYMLINK_TIMES: 0x02, SYMLINK_ICONV: 0x04, SAFE_FLIST: 0x08, AVOID_XATTR_OPTIM: 0x10,
  CHKSUM_SEED_FIX: 0x20, INPLACE_PARTIAL: 0x40, VARINT_FLIST_FLAGS: 0x80, ID0_NAMES: 0x100,
} as const;

export const COMPRESS_NAMES = ['zlibx'] as const;
export type CompressName = (typeof COMPRESS_NAMES)[number] | 'none';

export interface Agreed {
  readonly protocol: number;
  readonly compat: number;
  readonly checksum: ChecksumName;
  readonly compress: CompressName;
  readonly seed: number;
}

export interface Offer {
  /** 31 without negotiation, or 32 with it. */
  readonly protocol: 31 | 32;
  readonly compress: boolean;
}

const OLDEST = 30;
const NEWEST_SEEN = 40;

/** Speaks first, as rsync's client; `host` names the far side in errors. RSYNC_NOISE, RSYNC_VERSION, RSYNC_PROTOCOL. */
export async function shakeHands(from: WireReader, to: WireWriter, offer: Offer, host: string): Promise<Agreed> {
  to.int(offer.protocol);
  to.flush();
  const remote = await readVersion(from, host);
  const protocol = Math.min(offer.protocol, remote);
  if (protocol < OLDEST) throw SluiceError.of('RSYNC_VERSION', { got: remote, want: OLDEST });
  const compat = await from.atomically(() => from.varint());
  if (compat & COMPAT.INC_RECURSE) throw violation('incremental recursion that was not offered');
  let checksum: ChecksumName = 'md5';
  let compress: CompressName = offer.compress ? 'zlibx' : 'none';
  if (compat & COMPAT.VARINT_FLIST_FLAGS) {
    to.vstring(Buffer.from(CHECKSUM_NAMES.join(' ')));
    if (offer.compress) to.vstring(Buffer.from(COMPRESS_NAMES.join(' ')));
    to.flush();
    checksum = choose(CHECKSUM_NAMES, await readNames(from), 'checksum');
    if (offer.compress) compress = choose(COMPRESS_NAMES, await readNames(from), 'compression');
  }
  const seed = await from.atomically(() => from.int());
  return { protocol, compat, checksum, compress, seed };
}

export async function readNames(from: WireReader): Promise<string[]> {
  const text = await from.atomically(() => from.vstring(1024));
  return text.toString('latin1').toLowerCase().split(' ').map((name) => (name === 'xxhash' ? 'xxh64' : name));
}

/** Both sides take their own best name that the other has too; ours are in rsync's order, so both take the same. */
export function choose<N extends string>(ours: readonly N[], theirs: readonly string[], what: string): N {
  const name = ours.find((candidate) => theirs.includes(candidate));
  if (name === undefined) throw violation(`failed to negotiate a ${what}: got ${theirs.join(' ')}, want one of ${ours.join(' ')}`);
  return name;
}

async function readVersion(from: WireReader, host: string): Promise<number> {
  const raw = await from.atomically(() => from.bytes(4));
  const version = raw.readInt32LE(0);
  if (version >= 20 && version <= NEWEST_SEEN) return version;
  const noise = Buffer.concat([raw, from.some(256)]);
  throw SluiceError.of('RSYNC_NOISE', { host, text: showName(noise) });
}
