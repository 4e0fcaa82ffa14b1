// The strong checksums of a session: of blocks (seeded) and of whole files (unseeded), by their names on the wire (checksum.c).
import { createHash, hash } from 'node:crypto';
import { createXXHash128, createXXHash64, type IHasher } from 'hash-wasm';

export const CHECKSUM_NAMES = ['xxh128', 'xxh64', 'md5'] as const;
export type ChecksumName = (typeof CHECKSUM_NAMES)[number];

export interface FileDigest {
  update(bytes: Uint8Array): void;
  /** Ends it; owned by the caller. */
  digest(): Buffer;
}

export interface Digests {
  readonly name: ChecksumName;
  readonly length: number;
  /** The digest of one block under the session's seed; owned by the caller. */
  block(data: Uint8Array): Buffer;
  /** A whole-file digest. One at a time: starting another ends the one before. */
  file(): FileDigest;
}

/** Seeds of 0 add nothing; md5 takes the seed's four bytes in front (CHKSUM_SEED_FIX) or behind, xxh a sign-extended 64-bit seed. */
export async function openDigests(name: ChecksumName, seed: number, seedInFront = true): Promise<Digests> {
  if (name === 'md5') return md5Digests(seed, seedInFront);
  const low = seed >>> 0;
  const high = seed < 0 ? 0xffffffff : 0;
  const create = name === 'xxh128' ? createXXHash128 : createXXHash64;
  const [blocks, files] = await Promise.all([create(low, high), create(0, 0)]);
  return {
    name,
    length: name === 'xxh128' ? 16 : 8,
    block: (data) => littleEndian(blocks.init().update(data)),
    file: () => {
      files.init();
      return { update: (bytes) => { files.update(bytes); }, digest: () => littleEndian(files) };
    },
  };
}

/** hash-wasm answers in canonical big-endian order; the wire wants the low half first, little-endian. */
function littleEndian(hasher: IHasher): Buffer {
  return Buffer.from(hasher.digest('binary')).reverse();
}

function md5Digests(seed: number, seedInFront: boolean): Digests {
  const salt = Buffer.alloc(4);
  salt.writeInt32LE(seed | 0);
  const block = seed === 0
    ? (data: Uint8Array): Buffer => hash('md5', data, 'buffer')
    : (data: Uint8Array): Buffer => {
      const digest = createHash('md5');
      return (seedInFront ? digest.update(salt).update(data) : digest.update(data).update(salt)).digest();
    };
  return {
    name: 'md5',
    length: 16,
    block,
    file: () => {
      const digest = createHash('md5');
      return { update: (bytes) => { digest.update(bytes); }, digest: () => digest.digest() };
    },
  };
}
