// A disk in memory that forgets, at a power cut, what was not synced: sectors of writes under way reach it or not, each for itself.
// It can be told to fail, as a full or broken one does.
import { dirname, basename } from 'node:path';
import type { Disk, DiskFile, OpenMode } from '../../main/lib/disk/disk.ts';

const SECTOR = 512;

interface Inode {
  live: Buffer;
  /** As on the platter. */
  kept: Buffer;
  /** Not synced yet, in order: bytes at a position, or a size. */
  pending: ({ readonly at: number; readonly bytes: Buffer } | { readonly size: number })[];
}

function put(into: Buffer, at: number, bytes: Buffer): Buffer {
  const grown = at + bytes.length > into.length ? sized(into, at + bytes.length) : into;
  bytes.copy(grown, at);
  return grown;
}

function sized(bytes: Buffer, size: number): Buffer {
  const next = Buffer.alloc(size);
  bytes.copy(next, 0, 0, Math.min(size, bytes.length));
  return next;
}

const failure = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code });

export class MemoryDisk implements Disk {
  names = new Map<string, Inode>();
  #keptNames = new Map<string, Inode>();
  /** Asked before each write; the code to fail with, or null. */
  fails: (path: string, bytes: number) => string | null = () => null;
  /** The same before each sync, of a file or a folder. What a failed sync was for is not on disk, and a later sync does not bring it there. */
  failsSync: (path: string) => string | null = () => null;
  failsRead: (path: string) => string | null = () => null;
  space = Number.MAX_SAFE_INTEGER;
  writes = 0;
  syncs = 0;

  async makeDir(): Promise<void> {}

  async list(dir: string): Promise<string[]> {
    return [...this.names.keys()].filter((path) => dirname(path) === dir).map((path) => basename(path));
  }

  async stat(path: string): Promise<{ size: number; allocated: number; modified: number }> {
    const { live } = this.#inode(path);
    return { size: live.length, allocated: live.length, modified: 0 };
  }

  async open(path: string, mode: OpenMode): Promise<DiskFile> {
    if (mode === 'create' || mode === 'create-durable') {
      if (this.names.has(path)) throw failure('EEXIST');
      this.names.set(path, { live: Buffer.alloc(0), kept: Buffer.alloc(0), pending: [] });
    }
    return this.#file(path, this.#inode(path), mode === 'create-durable');
  }

  async rename(from: string, to: string): Promise<void> {
    this.names.set(to, this.#inode(from));
    this.names.delete(from);
  }

  async remove(path: string): Promise<void> {
    this.names.delete(path);
  }

  async free(): Promise<number> {
    return this.space;
  }

  async syncDir(dir: string): Promise<void> {
    const code = this.failsSync(dir);
    if (code !== null) throw failure(code);
    for (const path of [...this.#keptNames.keys()]) if (dirname(path) === dir && !this.names.has(path)) this.#keptNames.delete(path);
    for (const [path, inode] of this.names) if (dirname(path) === dir) this.#keptNames.set(path, inode);
  }

  /** Puts a file there as if it had been there for long. */
  place(path: string, bytes: Buffer): void {
    const inode: Inode = { live: Buffer.from(bytes), kept: Buffer.from(bytes), pending: [] };
    this.names.set(path, inode);
    this.#keptNames.set(path, inode);
  }

  bytesOf(path: string): Buffer {
    return this.#inode(path).live;
  }

  /** What the next start finds. `random` decides what of the unsynced had reached the platter. */
  powerCut(random: () => number): MemoryDisk {
    const after = new MemoryDisk();
    const paths = new Set([...this.names.keys(), ...this.#keptNames.keys()]);
    for (const path of paths) {
      const inode = random() < 0.5 ? this.names.get(path) : this.#keptNames.get(path);
      const kept = this.names.get(path) === this.#keptNames.get(path) ? this.#keptNames.get(path) : inode;
      if (kept) after.place(path, survivors(kept, random));
    }
    return after;
  }

  #inode(path: string): Inode {
    const inode = this.names.get(path);
    if (!inode) throw failure('ENOENT');
    return inode;
  }

  #file(path: string, inode: Inode, durable: boolean): DiskFile {
    const flush = (): void => {
      const code = this.failsSync(path);
      if (code !== null) {
        inode.pending = [];
        throw failure(code);
      }
      inode.kept = Buffer.from(inode.live);
      inode.pending = [];
    };
    return {
      size: async () => inode.live.length,
      read: async (into, position) => {
        const code = this.failsRead(path);
        if (code !== null) throw failure(code);
        return inode.live.copy(into, 0, position);
      },
      write: async (bytes, position) => {
        this.writes += 1;
        const code = this.fails(path, bytes.length);
        if (code !== null) throw failure(code);
        const copy = Buffer.from(bytes);
        inode.live = put(inode.live, position, copy);
        inode.pending.push({ at: position, bytes: copy });
        await new Promise((resolve) => { setImmediate(resolve); });
        if (durable) flush();
      },
      truncate: async (size) => {
        inode.live = sized(inode.live, size);
        inode.pending.push({ size });
      },
      sync: async () => {
        this.syncs += 1;
        await new Promise((resolve) => { setImmediate(resolve); });
        flush();
      },
      close: async () => {},
    };
  }
}

function survivors(inode: Inode, random: () => number): Buffer {
  let bytes: Buffer = Buffer.from(inode.kept);
  for (const change of inode.pending) {
    if ('size' in change) {
      if (random() < 0.5) bytes = sized(bytes, Math.max(change.size, 0));
      continue;
    }
    for (let at = change.at; at < change.at + change.bytes.length;) {
      const end = Math.min(change.at + change.bytes.length, at - (at % SECTOR) + SECTOR);
      if (random() < 0.5) bytes = put(bytes, at, change.bytes.subarray(at - change.at, end - change.at));
      at = end;
    }
  }
  return bytes;
}

/** Numbers below 1 that a seed decides. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}
