// A folder tree of this machine as HDFS is used: for file:// and for tests of what is built on HdfsClient.
import { constants } from 'node:fs';
import { access, mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../lib/errno.ts';
import type { HdfsClient, HdfsEntry, HdfsWriter } from '../ports.ts';

const CHUNK = 256 * 1024;
/** Entries that are asked for at a time. */
const AT_ONCE = 16;

export class LocalFiles implements HdfsClient {
  async list(path: string): Promise<readonly HdfsEntry[] | null> {
    const names = await orNull(path, readdir(path), 'ENOENT');
    if (names === null) return null;
    names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const entries: HdfsEntry[] = [];
    for (let at = 0; at < names.length; at += AT_ONCE) {
      const some = await Promise.all(names.slice(at, at + AT_ONCE).map((name) => this.stat(`${path === '/' ? '' : path}/${name}`)));
      for (const entry of some) if (entry) entries.push(entry);
    }
    return entries;
  }

  async stat(path: string): Promise<HdfsEntry | null> {
    const stats = await orNull(path, stat(path, { bigint: true }), 'ENOENT', 'ENOTDIR');
    if (stats === null) return null;
    return { name: path.slice(path.lastIndexOf('/') + 1), path, isFolder: stats.isDirectory(), size: Number(stats.size), modified: Number(stats.mtimeMs), id: `${stats.dev}:${stats.ino}` };
  }

  async *read(path: string, position: number, length: number | null, signal: AbortSignal): AsyncIterable<Buffer> {
    const file = await worded(path, 'AGENT_READ', open(path, 'r'));
    try {
      let at = position;
      const end = length === null ? Infinity : position + length;
      while (at < end) {
        signal.throwIfAborted();
        const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(Math.min(CHUNK, end - at)), 0, Math.min(CHUNK, end - at), at);
        if (bytesRead === 0) return;
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }

  async create(path: string, { overwrite }: { readonly overwrite: boolean }): Promise<HdfsWriter> {
    await worded(path, 'AGENT_DELIVERY', mkdir(dirname(path), { recursive: true }));
    return writerOf(path, await worded(path, 'AGENT_DELIVERY', open(path, overwrite ? 'w' : 'wx')), 0);
  }

  async append(path: string): Promise<HdfsWriter> {
    const entry = await this.stat(path);
    if (entry === null) throw SluiceError.of('AGENT_DELIVERY', { component: 'hdfs', target: path, reason: 'it is not there' });
    return writerOf(path, await worded(path, 'AGENT_DELIVERY', open(path, 'r+')), entry.size);
  }

  async rename(from: string, to: string): Promise<boolean> {
    if ((await orNull(from, access(from, constants.F_OK).then(() => true), 'ENOENT')) === null) return false;
    if ((await this.stat(to)) !== null) throw SluiceError.of('AGENT_DELIVERY', { component: 'hdfs', target: from, reason: `${to} is there already` });
    await worded(from, 'AGENT_DELIVERY', rename(from, to));
    return true;
  }

  async remove(path: string): Promise<void> {
    await worded(path, 'AGENT_DELIVERY', rm(path, { force: true }));
  }

  async close(): Promise<void> {}
}

function writerOf(path: string, file: FileHandle, start: number): HdfsWriter {
  let size = start;
  return {
    get size() { return size; },
    write: async (bytes) => {
      for (let at = 0; at < bytes.length;) at += (await worded(path, 'AGENT_DELIVERY', file.write(bytes, at, bytes.length - at, size + at))).bytesWritten;
      size += bytes.length;
    },
    flush: async () => { await worded(path, 'AGENT_DELIVERY', file.datasync()); },
    close: async () => {
      try {
        await worded(path, 'AGENT_DELIVERY', file.sync());
      } finally {
        await file.close();
      }
    },
  };
}

/** Null for an error that has one of the codes. */
async function orNull<T>(path: string, work: Promise<T>, ...codes: string[]): Promise<T | null> {
  return worded(path, 'AGENT_READ', work.catch((error: unknown) => {
    if (codes.includes(codeOf(error))) return null;
    throw error;
  }));
}

async function worded<T>(path: string, code: 'AGENT_READ' | 'AGENT_DELIVERY', work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (code === 'AGENT_READ') throw SluiceError.of('AGENT_READ', { component: 'hdfs', file: path, reason: codeOf(error) });
    throw SluiceError.of('AGENT_DELIVERY', { component: 'hdfs', target: path, reason: codeOf(error) });
  }
}
