// What the agent needs of others, as small interfaces: whoever runs it (the command line, the engine's process, a test) fills them.
import type { Disk } from '../../lib/disk/disk.ts';
import type { Clock, Report } from './parts.ts';

/** A file or folder of a distributed file system. `name` is its last part. */
export interface HdfsEntry {
  readonly name: string;
  readonly path: string;
  readonly isFolder: boolean;
  readonly size: number;
  /** ms since 1970. */
  readonly modified: number;
  /** Stays with it when it is renamed, and is never used again; null where the file system tells none. */
  readonly id?: string | null;
}

export interface HdfsWriter {
  /** Kept until `flush` at the latest. */
  write(bytes: Buffer): Promise<void>;
  /** What was written is with the data nodes and visible to readers (hflush). */
  flush(): Promise<void>;
  /** Bytes so far, with those that were there before an append. */
  readonly size: number;
  close(): Promise<void>;
}

/** HDFS as the hdfs source and sink use it: over its own RPC (the hdfs engine), WebHDFS, or a folder of this machine (file://). Paths are absolute and without scheme. Errors are AGENT_*. */
export interface HdfsClient {
  /** In name order by their bytes; null when the path is not there. */
  list(path: string): Promise<readonly HdfsEntry[] | null>;
  stat(path: string): Promise<HdfsEntry | null>;
  /** Bytes from `position`, to the end of the file or `length`. A file that is being written gives what is visible now. */
  read(path: string, position: number, length: number | null, signal: AbortSignal): AsyncIterable<Buffer>;
  /** Makes missing folders. The path must not be there unless `overwrite`. */
  create(path: string, options: { readonly overwrite: boolean }): Promise<HdfsWriter>;
  append(path: string): Promise<HdfsWriter>;
  /** False when `from` is not there. AGENT_DELIVERY when `to` is. */
  rename(from: string, to: string): Promise<boolean>;
  remove(path: string): Promise<void>;
  close(): Promise<void>;
}

export interface HdfsTarget {
  /** hdfs://namenode:9000/data, webhdfs://..., file:///... ; '' for the default file system. */
  readonly uri: string;
  readonly user: string | null;
  /** An HTTP address that answers WebHDFS for it, where it is named. */
  readonly httpUri: string | null;
}

/** A small value under a path, kept by an ensemble (or a test): read with its version, written only over the version that was read. */
export interface CoordinationClient {
  get(path: string): Promise<{ readonly data: Buffer; readonly version: number } | null>;
  /** Makes missing parents. `version` null makes the znode. False when someone else was quicker. */
  set(path: string, data: Buffer, version: number | null): Promise<boolean>;
  children(path: string): Promise<readonly string[]>;
  /** Calls `changed` after every change of the znode at `path`, until the answer is called. */
  watch(path: string, changed: () => void): () => void;
  /** Resolves once this process holds the lock `path`; `lost` is called when it no longer does. The answer gives it back. */
  hold(path: string, lost: () => void, signal: AbortSignal): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** SQLite for the jdbc channel: statements run in order, `transaction` all or nothing and on disk when it returns. */
export interface SqlDatabase {
  run(sql: string, ...values: readonly SqlValue[]): void;
  all(sql: string, ...values: readonly SqlValue[]): readonly Readonly<Record<string, SqlValue>>[];
  transaction<T>(work: () => T): T;
  close(): void;
}
export type SqlValue = string | number | bigint | Buffer | null;

export interface HbaseCell { readonly row: Buffer; readonly family: Buffer; readonly qualifier: Buffer; readonly value: Buffer }
export interface HbaseIncrement { readonly row: Buffer; readonly family: Buffer; readonly qualifier: Buffer; readonly amount: bigint }
export interface HbaseTarget { readonly quorum: string; readonly znodeParent: string; readonly table: string }
export interface HbaseTable {
  /** All of it, or a rejection; may be tried again as a whole. */
  write(puts: readonly HbaseCell[], increments: readonly HbaseIncrement[]): Promise<void>;
  close(): Promise<void>;
}

export interface AgentPorts {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly report: Report;
  /** A line of the logger sink, without its end. */
  print(line: string): void;
  /** A folder of this agent alone: places, dead letters, provenance, decisions. Made when it is missing. */
  readonly stateDir: string;
  /** Null where such a connection cannot be had: the component says AGENT_NOT_HERE. */
  readonly openHdfs: ((target: HdfsTarget) => Promise<HdfsClient>) | null;
  readonly openCoordination: ((connectString: string) => Promise<CoordinationClient>) | null;
  readonly openHbase: ((target: HbaseTarget) => Promise<HbaseTable>) | null;
  readonly openSql: ((file: string) => SqlDatabase) | null;
  /** What holds for all components where they say nothing themselves: -Dname=value, and the environment. Null: not given. */
  readonly javaProperty?: (name: string) => string | null;
  readonly environment?: (name: string) => string | null;
}
