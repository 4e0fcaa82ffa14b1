// A znode's Stat as the screens have it: what kind it is, whose it is, whether it was numbered.
import { gunzip, gzip } from 'node:zlib';
import { promisify } from 'node:util';
import type { ZnodeStat } from '../../../../preload/contract/cluster.ts';
import type { Stat } from '../jute/records.ts';
import { ephemeralKind, ttlOf } from '../tree/ephemeral-type.ts';
import { looksSequential } from '../trees/node-kind.ts';
import { hexId } from './keeper-words.ts';

/** Unpacked bytes beyond which packed data are shown as they are. */
const UNPACKED_LIMIT = 32 * 1024 * 1024;
const MARKS = { none: 'persistent', session: 'ephemeral', container: 'container', ttl: 'ttl' } as const;
const unpack = promisify(gunzip);
const pack = promisify(gzip);

/** `owner` where more is known of it than a server tells. */
export function statOf(path: string, stat: Stat, owner: bigint | null = null): ZnodeStat {
  const real = owner ?? stat.ephemeralOwner;
  const kind = ephemeralKind(real, true);
  return {
    czxid: stat.czxid, mzxid: stat.mzxid, pzxid: stat.pzxid, ctime: stat.ctime, mtime: stat.mtime, version: stat.version, cversion: stat.cversion, aversion: stat.aversion,
    owner: hexId(kind === 'session' ? real : 0n), size: stat.dataLength, children: stat.numChildren,
    mark: MARKS[kind], ttlMs: kind === 'ttl' ? ttlOf(real) : null, sequential: looksSequential(path),
  };
}

/** Data as they are read: unpacked where they are gzip and whole. */
export async function shownData(data: Buffer | null): Promise<{ readonly data: Uint8Array | null; readonly gzip: boolean }> {
  if (data === null || data.length < 3 || data[0] !== 0x1f || data[1] !== 0x8b || data[2] !== 8) return { data, gzip: false };
  try {
    return { data: await unpack(data, { maxOutputLength: UNPACKED_LIMIT }), gzip: true };
  } catch {
    return { data, gzip: false };
  }
}

export async function storedData(data: Uint8Array, packed: boolean): Promise<Buffer> {
  const bytes = Buffer.from(data);
  return packed ? pack(bytes) : bytes;
}
