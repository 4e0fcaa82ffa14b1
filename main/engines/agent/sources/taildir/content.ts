// The bytes of one file of a log, plain or in gzip, by an open handle: a new name, or none, changes nothing.
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { ByteSource } from '../../deserializers/deserializer.ts';
import { matches, readFully } from '../bytes/fingerprint.ts';
import { gunzipped, isGzip } from '../bytes/gunzip.ts';
import { StreamSource } from '../bytes/stream-source.ts';
import type { TailState } from './tail-state.ts';

export interface FileFacts {
  /** Device and inode; stays with the file under every name, and may be used again when it is gone. */
  readonly key: string;
  readonly inode: bigint;
  readonly size: number;
  /** ns since 1970. */
  readonly modified: bigint;
  /** Names it has. */
  readonly links: number;
}

export interface Content extends ByteSource {
  readonly isGzip: boolean;
  facts(): Promise<FileFacts>;
  close(): Promise<void>;
}

/** Rejects with the system's error. */
export async function openContent(path: string): Promise<Content> {
  const handle = await open(path, 'r');
  const facts = async (): Promise<FileFacts> => factsOf(await handle.stat({ bigint: true }));
  if (!isGzip(path)) return { isGzip: false, facts, close: () => handle.close(), read: (position, most) => readAt(handle, position, most) };
  const unpacked = new StreamSource(gunzipped(() => createReadStream(path)));
  return {
    isGzip: true, facts, read: (position, most) => unpacked.read(position, most),
    close: async () => {
      await unpacked.close();
      await handle.close();
    },
  };
}

export function factsOf(stats: { readonly dev: bigint; readonly ino: bigint; readonly size: bigint; readonly mtimeNs: bigint; readonly nlink: bigint }): FileFacts {
  return { key: `${stats.dev}:${stats.ino}`, inode: stats.ino, size: Number(stats.size), modified: stats.mtimeNs, links: Number(stats.nlink) };
}

async function readAt(handle: FileHandle, position: number, most: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(most), 0, most, position);
  return buffer.subarray(0, bytesRead);
}

/**
 * Whether the content is what was read up to a state: `same`; `shorter` than that, and so far alike as it goes; or another file's.
 */
export async function compare(content: ByteSource, { position, head, tail }: TailState): Promise<'same' | 'shorter' | 'other'> {
  const begin = await readFully(content, 0, head.size);
  if (begin.length < head.size) return 'shorter';
  if (!matches(head, begin)) return 'other';
  const end = await readFully(content, position - tail.size, tail.size);
  if (end.length < tail.size) return 'shorter';
  return crc32(end) === tail.crc ? 'same' : 'other';
}

const CHUNK = 256 * 1024;

/** How many bytes `copy` has, all of which `original` begins with; null when it has others. */
export async function commonPrefix(copy: ByteSource, original: ByteSource): Promise<number | null> {
  for (let at = 0; ;) {
    const bytes = await copy.read(at, CHUNK);
    if (bytes.length === 0) return at;
    if (!bytes.equals(await readFully(original, at, bytes.length))) return null;
    at += bytes.length;
  }
}
