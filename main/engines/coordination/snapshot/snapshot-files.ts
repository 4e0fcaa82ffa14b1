// Snapshot files of a data directory: which there are, reading one with its seals checked, writing one so that it is there whole or not at all.
import { basename, join } from 'node:path';
import { createGzip } from 'node:zlib';
import { once } from 'node:events';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { JuteWriter } from '../jute/writer.ts';
import type { DataTree, TreeOptions } from '../tree/data-tree.ts';
import { Adler32 } from '../txnlog/adler32.ts';
import type { Disk } from '../../../lib/disk/disk.ts';
import { zxidOfName } from '../txnlog/log-format.ts';
import { hexZxid } from '../zxid.ts';
import { END_PATH, SNAP_HEADER, SNAP_MAGIC, type SnapshotDigest } from './snapshot-format.ts';
import { readState, type LoadedState } from './snapshot-reader.ts';
import { SnapshotSource } from './snapshot-source.ts';
import { serializeState, snapshotHeader } from './snapshot-writer.ts';

export interface SnapshotFile {
  readonly path: string;
  readonly zxid: number;
}

export interface LoadedSnapshot extends LoadedState {
  readonly digest: SnapshotDigest | null;
  /** As the file says (3.9), null when it does not. */
  readonly lastZxid: number | null;
}

/** Of a file that is being written; real servers do not take it for a snapshot. */
const UNFINISHED = 'tmp.snapshot.';
/** Digest, zxid and three seals take 67 bytes. */
const TRAILERS = 256;
/** The sealed zxid without a digest before it. */
const ZXID_TRAILER = 21;

/** Newest first. */
export async function listSnapshots(disk: Disk, dir: string): Promise<SnapshotFile[]> {
  const files = (await disk.list(dir)).filter((name) => !name.endsWith('.tmp')).map((name) => ({ path: join(dir, name), zxid: zxidOfName(name, 'snapshot') }));
  return files.filter((file) => file.zxid >= 0).sort((a, b) => b.zxid - a.zxid);
}

/** What a crash left of snapshots under way. */
export async function removeUnfinished(disk: Disk, dir: string): Promise<void> {
  for (const name of await disk.list(dir)) if (name.startsWith(UNFINISHED)) await disk.remove(join(dir, name));
}

/** COORD_SNAPSHOT_CORRUPT when it does not hold a whole, sealed tree. */
export async function readSnapshot(disk: Disk, file: SnapshotFile, options: TreeOptions): Promise<LoadedSnapshot> {
  const corrupt = (reason: string, cause?: unknown): SluiceError => SluiceError.of('COORD_SNAPSHOT_CORRUPT', { file: file.path, reason }, cause);
  if (basename(file.path).endsWith('.snappy')) throw corrupt('it is compressed with snappy, which is not read here');
  const source = await SnapshotSource.open(disk, file.path);
  try {
    if ((await source.pull(SNAP_HEADER)).readInt32BE(0) !== SNAP_MAGIC) throw new Error('it does not begin with ZKSN');
    const state = await readState(source, file.zxid, options);
    await checkSeal(source);
    return { ...state, ...(await readTrailers(source)) };
  } catch (error) {
    throw corrupt((error as Error).message, error);
  } finally {
    await source.close();
  }
}

async function checkSeal(source: SnapshotSource): Promise<void> {
  const { sum } = source;
  const seal = await source.pull(13);
  if (seal.readInt32BE(0) !== 0 || seal.readUInt32BE(4) !== sum) throw new Error('its checksum is wrong');
}

/** 3.5 and older: nothing more. Then a sealed digest (20 bytes), then a sealed zxid (8 bytes); with digests off, the zxid alone. */
async function readTrailers(source: SnapshotSource): Promise<{ readonly digest: SnapshotDigest | null; readonly lastZxid: number | null }> {
  const left = await source.left(TRAILERS);
  let digest: SnapshotDigest | null = null;
  let lastZxid: number | null = null;
  if (left !== 0 && left !== ZXID_TRAILER) {
    digest = await readDigest(source);
    await checkSeal(source);
  }
  if (left !== 0 && (await source.left(1)) > 0) {
    lastZxid = longOf(await source.pull(8));
    await checkSeal(source);
  }
  return { digest, lastZxid };
}

/** Version 1 had the sum as text of hexadecimal figures, which is not compared. */
async function readDigest(source: SnapshotSource): Promise<SnapshotDigest> {
  const head = await source.pull(12);
  const zxid = longOf(head);
  const version = head.readInt32BE(8);
  if (version >= 2) return { zxid, version, treeDigest: (await source.pull(8)).readBigInt64BE(0) };
  const length = (await source.pull(4)).readInt32BE(0);
  if (length > 0) await source.pull(Math.min(length, TRAILERS));
  return { zxid, version, treeDigest: 0n };
}

function longOf(bytes: Buffer): number {
  return bytes.readInt32BE(0) * 0x1_0000_0000 + bytes.readUInt32BE(4);
}

// --- writing ---------------------------------------------------------------------------------------------------------

export interface SnapshotOptions {
  readonly compression: 'none' | 'gz';
  /** Awaited before the file gets its name: the log must reach as far as the tree did when the last node was written. */
  readonly logged: () => Promise<void>;
  /** Of a leader's SNAP: it may hold more than its zxid says, so that its digest is that of no zxid. */
  readonly isFuzzy?: boolean;
}

/** A chain of bytes into a file, with the checksum of what went in. */
interface Sink {
  write(bytes: Buffer): Promise<void>;
  end(): Promise<void>;
}

/**
 * Writes the tree under a temporary name while changes go on, then gives it its name: `snapshot.<zxid>`, the zxid being that
 * of the last txn applied when it began. Answers zxid and size. Rejects with the system's error; nothing is left then.
 */
export async function writeSnapshot(disk: Disk, dir: string, tree: DataTree, sessions: ReadonlyMap<bigint, number>, options: SnapshotOptions): Promise<{ readonly zxid: number; readonly bytes: number }> {
  const zxid = tree.lastZxid;
  const name = `${hexZxid(zxid)}${options.compression === 'gz' ? '.gz' : ''}`;
  const temporary = join(dir, `${UNFINISHED}${name}`);
  const state = serializeState(tree, sessions);
  const first = state.next(); // sessions and ACL lists as of now
  try {
    await disk.remove(temporary);
    const bytes = await writeFile(disk, temporary, options.compression, async (sink) => {
      await sink.write(snapshotHeader());
      for (let part = first; !part.done; part = state.next()) await sink.write(part.value);
    }, tree, options.isFuzzy ?? false);
    await options.logged();
    await disk.rename(temporary, join(dir, `snapshot.${name}`));
    await disk.syncDir(dir);
    return { zxid, bytes };
  } catch (error) {
    await disk.remove(temporary).catch(() => {});
    throw error;
  } finally {
    state.return();
  }
}

async function writeFile(disk: Disk, path: string, compression: 'none' | 'gz', body: (sink: Sink) => Promise<void>, tree: DataTree, isFuzzy: boolean): Promise<number> {
  const file = await disk.open(path, 'create');
  const sum = new Adler32();
  let position = 0;
  try {
    const plain: Sink = {
      write: async (bytes) => {
        await file.write(bytes, position);
        position += bytes.length;
      },
      end: async () => {},
    };
    const packed = compression === 'gz' ? gzipSink(plain) : plain;
    const sink: Sink = {
      write: (bytes) => {
        sum.update(bytes);
        return packed.write(bytes);
      },
      end: () => packed.end(),
    };
    await body(sink);
    await seal(sink, sum);
    if (tree.options.digestEnabled) {
      await sink.write(digestBlock(tree, isFuzzy));
      await seal(sink, sum);
    }
    await sink.write(longBytes(tree.lastZxid));
    await seal(sink, sum);
    await sink.end();
    await file.sync();
    return position;
  } finally {
    await file.close();
  }
}

async function seal(sink: Sink, sum: Adler32): Promise<void> {
  const writer = new JuteWriter(16);
  writer.long(sum.value);
  writer.ustring(END_PATH);
  await sink.write(writer.take());
}

/** With zxid 0 a loader compares nothing (DataTree.deserializeZxidDigest). */
function digestBlock(tree: DataTree, isFuzzy: boolean): Buffer {
  const writer = new JuteWriter(32);
  const { version, treeDigest } = tree.digest();
  writer.long(isFuzzy ? 0 : tree.lastZxid);
  writer.int(version);
  writer.id(treeDigest);
  return writer.take();
}

function longBytes(value: number): Buffer {
  const writer = new JuteWriter(8);
  writer.long(value);
  return writer.take();
}

function gzipSink(plain: Sink): Sink {
  const gzip = createGzip();
  const drained = (async () => { for await (const chunk of gzip as AsyncIterable<Buffer>) await plain.write(chunk); })();
  drained.catch(() => {}); // told by write or end
  return {
    write: async (bytes) => { if (!gzip.write(bytes)) await Promise.race([once(gzip, 'drain'), drained]); },
    end: async () => {
      gzip.end();
      await drained;
    },
  };
}
