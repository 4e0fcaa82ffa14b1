// Archives as files: `.zip` is a ZIP with the JSON in it, anything else the JSON itself. A file is there whole or not at all.
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { checkCancelled } from '../../../lib/async.ts';
import { archiveLines, readArchive, type ArchiveHead, type ArchiveNode } from './archive.ts';
import { unzipOne, zipOne } from './zip.ts';

const INNER = 'znodes.json';
const BATCH = 256 * 1024;

/** COORD_ARCHIVE with the system's reason when it cannot be written; then what was there before is still there. Answers its bytes. */
export async function writeArchiveFile(file: string, head: ArchiveHead, nodes: AsyncIterable<ArchiveNode>, signal?: AbortSignal): Promise<number> {
  const lines = archiveLines(head, nodes);
  const temporary = `${file}.${process.pid}.part`;
  let size = 0;
  try {
    const handle = await open(temporary, 'w', 0o600);
    try {
      for await (const batch of batches(file.endsWith('.zip') ? zipOne(INNER, lines) : lines)) {
        checkCancelled(signal);
        await handle.writeFile(batch);
        size += batch.length;
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    const folder = await open(dirname(file), 'r');
    await folder.sync().finally(() => folder.close());
    return size;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw asArchiveError(file, error);
  }
}

/** The head first, then the nodes. COORD_ARCHIVE when it cannot be read or is no archive. */
export async function* readArchiveFile(file: string): AsyncGenerator<ArchiveHead | ArchiveNode, void, undefined> {
  try {
    yield* readArchive(file, file.endsWith('.zip') ? unzipOne(file, INNER) : createReadStream(file) as AsyncIterable<Buffer>);
  } catch (error) {
    throw asArchiveError(file, error);
  }
}

function asArchiveError(file: string, error: unknown): unknown {
  return error instanceof Error && 'code' in error && 'syscall' in error ? SluiceError.of('COORD_ARCHIVE', { file, reason: error.message }) : error;
}

async function* batches(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    size += chunk.length;
    if (size < BATCH) continue;
    yield Buffer.concat(parts);
    parts = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(parts);
}
