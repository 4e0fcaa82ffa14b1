// A file list as columns: names in one arena, numbers in typed arrays, so that a million entries take some 100 MB.
// Entries are added, then `sort` fixes rsync's order; from then on an index is the ndx of the wire.
import { comparePaths } from './order.ts';
import { isDevice, isDir, isLink } from './mode.ts';

const EMPTY = Buffer.alloc(0);

export interface FileEntry {
  /** Relative path without a leading slash, `.` for the root itself; at most 4095 bytes. */
  readonly name: Uint8Array;
  readonly mode: number;
  readonly size: number;
  /** Seconds since 1970, and the nanoseconds within the second. */
  readonly mtime: number;
  readonly nsec: number;
  readonly uid: number;
  readonly gid: number;
  readonly link?: Uint8Array;
  readonly major?: number;
  readonly minor?: number;
  readonly digest?: Uint8Array;
  /** A folder listed without what is in it. */
  readonly noContent?: boolean;
}

interface Columns {
  start: Uint32Array;
  length: Uint16Array;
  mode: Uint32Array;
  size: Float64Array;
  mtime: Float64Array;
  nsec: Uint32Array;
  uid: Uint32Array;
  gid: Uint32Array;
}

function columns(capacity: number): Columns {
  return {
    start: new Uint32Array(capacity), length: new Uint16Array(capacity), mode: new Uint32Array(capacity), size: new Float64Array(capacity),
    mtime: new Float64Array(capacity), nsec: new Uint32Array(capacity), uid: new Uint32Array(capacity), gid: new Uint32Array(capacity),
  };
}

function grown(old: Columns, capacity: number): Columns {
  const next = columns(capacity);
  for (const key of Object.keys(next) as (keyof Columns)[]) next[key].set(old[key]);
  return next;
}

/** A list as it travels between threads: `buffers` may be transferred. */
export interface FileListChunk {
  readonly count: number;
  readonly names: Uint8Array;
  readonly columns: Columns;
  readonly links: ReadonlyMap<number, Uint8Array>;
  readonly devices: ReadonlyMap<number, readonly [number, number]>;
  readonly digests: ReadonlyMap<number, Uint8Array>;
  readonly noContent: ReadonlySet<number>;
}

export class FileList {
  private count = 0;
  private names = Buffer.allocUnsafeSlow(64 * 1024);
  private namesUsed = 0;
  private data = columns(1024);
  private order: Uint32Array | null = null;
  private readonly links = new Map<number, Uint8Array>();
  private readonly devices = new Map<number, readonly [number, number]>();
  private readonly digests = new Map<number, Uint8Array>();
  private readonly noContents = new Set<number>();
  private readonly holes = new Set<number>();

  get length(): number { return this.count; }

  add(entry: FileEntry): void {
    const at = this.count;
    if (at === this.data.mode.length) this.data = grown(this.data, at * 2);
    this.reserveName(entry.name.length);
    this.names.set(entry.name, this.namesUsed);
    const { data } = this;
    data.start[at] = this.namesUsed;
    data.length[at] = entry.name.length;
    this.namesUsed += entry.name.length;
    data.mode[at] = entry.mode;
    data.size[at] = entry.size;
    data.mtime[at] = entry.mtime;
    data.nsec[at] = entry.nsec;
    data.uid[at] = entry.uid;
    data.gid[at] = entry.gid;
    if (entry.link) this.links.set(at, Buffer.from(entry.link));
    if (isDevice(entry.mode)) this.devices.set(at, [entry.major ?? 0, entry.minor ?? 0]);
    if (entry.digest) this.digests.set(at, Buffer.from(entry.digest));
    if (entry.noContent) this.noContents.add(at);
    this.count += 1;
    this.order = null;
  }

  /** Puts entries in rsync's order; of several with one path the first added stays, the others become holes. */
  sort(): void {
    const order = new Uint32Array(this.count);
    for (let i = 0; i < order.length; i++) order[i] = i;
    const compare = (a: number, b: number): number => this.compareSlots(a, b);
    let sorted = true;
    for (let i = 1; sorted && i < order.length; i++) sorted = compare(i - 1, i) < 0;
    if (!sorted) {
      order.sort((a, b) => compare(a, b) || a - b);
      for (let i = 1; i < order.length; i++) {
        if (compare(order[i - 1] as number, order[i] as number) === 0) this.holes.add(order[i] as number);
      }
    }
    this.order = order;
  }

  /** A duplicate that was cleared: it has an index and nothing else. */
  isHole(i: number): boolean { return this.holes.size > 0 && this.holes.has(this.slot(i)); }

  /** The path; borrowed. */
  name(i: number): Buffer {
    const slot = this.slot(i);
    const start = this.data.start[slot] as number;
    return this.names.subarray(start, start + (this.data.length[slot] as number));
  }

  mode(i: number): number { return this.data.mode[this.slot(i)] as number; }
  size(i: number): number { return this.data.size[this.slot(i)] as number; }
  mtime(i: number): number { return this.data.mtime[this.slot(i)] as number; }
  nsec(i: number): number { return this.data.nsec[this.slot(i)] as number; }
  uid(i: number): number { return this.data.uid[this.slot(i)] as number; }
  gid(i: number): number { return this.data.gid[this.slot(i)] as number; }
  /** Milliseconds since 1970, for showing. */
  mtimeMs(i: number): number { return this.mtime(i) * 1000 + Math.floor(this.nsec(i) / 1e6); }
  isDir(i: number): boolean { return isDir(this.mode(i)); }
  isLink(i: number): boolean { return isLink(this.mode(i)); }
  link(i: number): Uint8Array { return this.links.get(this.slot(i)) ?? EMPTY; }
  /** Major and minor number of a device. */
  device(i: number): readonly [number, number] { return this.devices.get(this.slot(i)) ?? [0, 0]; }
  digest(i: number): Uint8Array | null { return this.digests.get(this.slot(i)) ?? null; }
  hasContent(i: number): boolean { return this.isDir(i) && !this.noContents.has(this.slot(i)); }

  setDigest(i: number, digest: Uint8Array): void { this.digests.set(this.slot(i), digest); }

  /** The whole entry; its bytes are borrowed. */
  entry(i: number): FileEntry {
    const mode = this.mode(i);
    const [major, minor] = this.device(i);
    const digest = this.digest(i);
    return {
      name: this.name(i), mode, size: this.size(i), mtime: this.mtime(i), nsec: this.nsec(i), uid: this.uid(i), gid: this.gid(i),
      ...(isLink(mode) ? { link: this.link(i) } : {}), ...(isDevice(mode) ? { major, minor } : {}),
      ...(digest ? { digest } : {}), ...(isDir(mode) && !this.hasContent(i) ? { noContent: true } : {}),
    };
  }

  /** A new, sorted list of these entries. `indices` ascend. */
  subset(indices: Iterable<number>): FileList {
    const list = new FileList();
    for (const i of indices) list.add(this.entry(i));
    list.sort();
    return list;
  }

  /** Where `path` stands in a sorted list, or -1. */
  find(path: Uint8Array, dir: boolean): number {
    let low = 0;
    let high = this.count - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const slot = this.slot(middle);
      const start = this.data.start[slot] as number;
      const order = comparePaths(path, 0, path.length, dir, this.names, start, start + (this.data.length[slot] as number), isDir(this.data.mode[slot] as number));
      if (order === 0) return middle;
      if (order < 0) high = middle - 1;
      else low = middle + 1;
    }
    return -1;
  }

  /** The order of entry `i` of this list and entry `j` of `other`; 0 for the same path and both or neither a folder. */
  compare(i: number, other: FileList, j: number): number {
    const a = this.slot(i);
    const b = other.slot(j);
    const a0 = this.data.start[a] as number;
    const b0 = other.data.start[b] as number;
    return comparePaths(
      this.names, a0, a0 + (this.data.length[a] as number), isDir(this.data.mode[a] as number),
      other.names, b0, b0 + (other.data.length[b] as number), isDir(other.data.mode[b] as number),
    );
  }

  /** The entries added so far, for another thread; the list itself must not be used afterwards. */
  toChunk(): FileListChunk {
    const { count } = this;
    const names = this.names.subarray(0, this.namesUsed);
    const data = Object.fromEntries(Object.entries(this.data).map(([key, column]) => [key, column.slice(0, count)])) as unknown as Columns;
    return { count, names: new Uint8Array(names), columns: data, links: this.links, devices: this.devices, digests: this.digests, noContent: this.noContents };
  }

  /** Adds a chunk of another thread. */
  append(chunk: FileListChunk): void {
    const base = this.count;
    const total = base + chunk.count;
    if (total > this.data.mode.length) this.data = grown(this.data, Math.max(total, this.data.mode.length * 2));
    this.reserveName(chunk.names.length);
    this.names.set(chunk.names, this.namesUsed);
    for (const key of Object.keys(this.data) as (keyof Columns)[]) this.data[key].set(chunk.columns[key], base);
    for (let i = base; i < total; i++) this.data.start[i] = (this.data.start[i] as number) + this.namesUsed;
    this.namesUsed += chunk.names.length;
    for (const [i, link] of chunk.links) this.links.set(base + i, link);
    for (const [i, device] of chunk.devices) this.devices.set(base + i, device);
    for (const [i, digest] of chunk.digests) this.digests.set(base + i, digest);
    for (const i of chunk.noContent) this.noContents.add(base + i);
    this.count = total;
    this.order = null;
  }

  private slot(i: number): number {
    if (i < 0 || i >= this.count) throw new RangeError(`file index ${i} of ${this.count}`);
    return this.order ? (this.order[i] as number) : i;
  }

  private compareSlots(a: number, b: number): number {
    const { start, length, mode } = this.data;
    const a0 = start[a] as number;
    const b0 = start[b] as number;
    return comparePaths(
      this.names, a0, a0 + (length[a] as number), isDir(mode[a] as number),
      this.names, b0, b0 + (length[b] as number), isDir(mode[b] as number),
    );
  }

  private reserveName(extra: number): void {
    const needed = this.namesUsed + extra;
    if (needed > 0xffffffff) throw new RangeError('file names of more than 4 GiB in one list');
    if (needed <= this.names.length) return;
    const names = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(this.names.length * 2, 0xffffffff)));
    this.names.copy(names, 0, 0, this.namesUsed);
    this.names = names;
  }
}
