// What the node asks of a file system: few verbs, so that tests can put one in their place that fails, or forgets what was not synced.

export interface DiskFile {
  size(): Promise<number>;
  /** Fills `into` from `position`; answers how many bytes there were, fewer only at the end of the file. */
  read(into: Buffer, position: number): Promise<number>;
  /** All of `bytes`; on disk when it resolves if the file was opened `durable`. */
  write(bytes: Buffer, position: number): Promise<void>;
  /** Cuts or grows with zeros. */
  truncate(size: number): Promise<void>;
  /** All that was written, and the size, are on disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export type OpenMode =
  | 'read'
  /** An existing file, to read and change. */
  | 'edit'
  /** A new file; EEXIST when it is there. */
  | 'create'
  /** A new file of which each write is on disk when it resolves (O_DSYNC): one trip to the thread pool for write and sync. */
  | 'create-durable';

export interface Disk {
  /** Makes the folder and those above it, on disk when it resolves. */
  makeDir(dir: string): Promise<void>;
  /** Names in the folder; none when it is not there. */
  list(dir: string): Promise<string[]>;
  /** Bytes of the file, and those it takes on disk (a preallocated file takes fewer); ms of its last change. */
  stat(path: string): Promise<{ readonly size: number; readonly allocated: number; readonly modified: number }>;
  open(path: string, mode: OpenMode): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  /** Nothing happens when it is not there. */
  remove(path: string): Promise<void>;
  /** Names made, changed and taken away in the folder are on disk. */
  syncDir(dir: string): Promise<void>;
  /** Bytes that this user may still write to the file system of `path`, which is there. */
  free(path: string): Promise<number>;
}
