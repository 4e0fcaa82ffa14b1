// A snapshot file that comes over HTTP: put on disk beside the others under a name that a start would clear away, verified, and only then taken over.
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { NodeConfig } from '../config/node-config.ts';
import { SNAP_HEADER } from '../snapshot/snapshot-format.ts';
import { readSnapshot } from '../snapshot/snapshot-files.ts';
import { SnapshotSource } from '../snapshot/snapshot-source.ts';
import { nodeDisk } from '../../../lib/disk/node-disk.ts';

/** Puts a state in the place of all that the node has; `pull` gives what a snapshot file holds behind its header. */
export type ReplaceData = (zxid: number, pull: (size: number) => Promise<Buffer>) => Promise<void>;

/** COORD_ARCHIVE, COORD_SNAPSHOT_CORRUPT, COORD_DISK: the node's data are then as they were. Answers the zxid. */
export async function restoreFromUpload(config: NodeConfig, body: AsyncIterable<Buffer>, replace: ReplaceData): Promise<number> {
  const path = await spool(join(config.dataDir, 'version-2', `tmp.snapshot.upload-${process.pid}-${Date.now()}`), body);
  try {
    const { lastZxid } = await readSnapshot(nodeDisk, { path, zxid: 0 }, { digestEnabled: config.digestEnabled, extendedTypes: config.extendedTypesEnabled });
    if (lastZxid === null) throw SluiceError.of('COORD_ARCHIVE', { file: 'snapshot', reason: 'it does not say its last zxid: only snapshots of 3.9 and later do' });
    const source = await SnapshotSource.open(nodeDisk, path);
    try {
      await source.pull(SNAP_HEADER);
      await replace(lastZxid, async (size) => source.pull(size));
    } finally {
      await source.close();
    }
    return lastZxid;
  } finally {
    await rm(path, { force: true });
  }
}

/** Answers the name, which tells how it is packed. */
async function spool(base: string, body: AsyncIterable<Buffer>): Promise<string> {
  const iterator = body[Symbol.asyncIterator]();
  const first = await iterator.next();
  const head = first.done ? Buffer.alloc(0) : first.value;
  const path = head[0] === 0x1f && head[1] === 0x8b ? `${base}.gz` : base;
  const file = createWriteStream(path, { mode: 0o600 });
  const failed = once(file, 'error').then(([error]) => { throw error as Error; });
  failed.catch(() => {}); // told by the race below
  try {
    for (let part: IteratorResult<Buffer> = first; !part.done; part = await iterator.next()) {
      if (!file.write(part.value)) await Promise.race([once(file, 'drain'), failed]);
    }
    file.end();
    await Promise.race([once(file, 'close'), failed]);
    return path;
  } catch (error) {
    file.destroy();
    await rm(path, { force: true });
    throw error;
  }
}
