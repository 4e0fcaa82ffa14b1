// The disk of this machine.
import fs from 'node:fs';
import { dirname, resolve } from 'node:path';
import { codeOf } from '../errno.ts';
import type { Disk, DiskFile, OpenMode } from './disk.ts';

const { O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_DSYNC } = fs.constants;

// Windows knows no O_DSYNC: there each write is followed by a sync.
const FLAGS: { readonly [M in OpenMode]: number } = {
  read: O_RDONLY, edit: O_RDWR, create: O_RDWR | O_CREAT | O_EXCL, 'create-durable': O_RDWR | O_CREAT | O_EXCL | (O_DSYNC ?? 0),
};

class NodeFile implements DiskFile {
  readonly #fd: number;
  readonly #syncEach: boolean;

  constructor(fd: number, mode: OpenMode) {
    this.#fd = fd;
    this.#syncEach = mode === 'create-durable' && O_DSYNC === undefined;
  }

  async size(): Promise<number> {
    return new Promise((resolve, reject) => { fs.fstat(this.#fd, (error, stats) => { if (error) reject(error); else resolve(stats.size); }); });
  }

  async read(into: Buffer, position: number): Promise<number> {
    let done = 0;
    while (done < into.length) {
      const got = await new Promise<number>((resolve, reject) => {
        fs.read(this.#fd, into, done, into.length - done, position + done, (error, read) => { if (error) reject(error); else resolve(read); });
      });
      if (got === 0) break;
      done += got;
    }
    return done;
  }

  write(bytes: Buffer, position: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const some = (from: number): void => {
        fs.write(this.#fd, bytes, from, bytes.length - from, position + from, (error, written) => {
          if (error) reject(error);
          else if (from + written < bytes.length) some(from + written);
          else if (this.#syncEach) this.sync().then(resolve, reject);
          else resolve();
        });
      };
      some(0);
    });
  }

  truncate(size: number): Promise<void> {
    return new Promise((resolve, reject) => { fs.ftruncate(this.#fd, size, (error) => { if (error) reject(error); else resolve(); }); });
  }

  sync(): Promise<void> {
    return new Promise((resolve, reject) => { fs.fsync(this.#fd, (error) => { if (error) reject(error); else resolve(); }); });
  }

  close(): Promise<void> {
    return new Promise((resolve, reject) => { fs.close(this.#fd, (error) => { if (error) reject(error); else resolve(); }); });
  }
}

async function syncDir(dir: string): Promise<void> {
  if (process.platform === 'win32') return; // a folder cannot be opened there
  const handle = await fs.promises.open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export const nodeDisk: Disk = {
  makeDir: async (dir) => {
    const first = await fs.promises.mkdir(dir, { recursive: true });
    if (first === undefined) return;
    for (let made = resolve(dir); ; made = dirname(made)) {
      await syncDir(dirname(made));
      if (made === resolve(first) || made === dirname(made)) return;
    }
  },
  list: async (dir) => {
    try {
      return await fs.promises.readdir(dir);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    }
  },
  stat: async (path) => {
    const stats = await fs.promises.stat(path);
    return { size: stats.size, allocated: stats.blocks ? Math.min(stats.size, stats.blocks * 512) : stats.size, modified: stats.mtimeMs };
  },
  open: (path, mode) => new Promise((resolve, reject) => {
    fs.open(path, FLAGS[mode], 0o644, (error, fd) => { if (error) reject(error); else resolve(new NodeFile(fd, mode)); });
  }),
  rename: (from, to) => fs.promises.rename(from, to),
  remove: (path) => fs.promises.rm(path, { force: true }),
  syncDir,
  free: async (path) => {
    const { bavail, bsize } = await fs.promises.statfs(path);
    return bavail * bsize;
  },
};
