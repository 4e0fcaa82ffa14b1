// What worker threads do, and what they send back. Descriptors are the process's, so a worker reads the file its asker opened.
import type { BlockShape } from '../checksum/blocks.ts';
import type { ChecksumName } from '../checksum/digests.ts';
import type { FileListChunk } from '../flist/file-list.ts';
import type { ScanError } from '../flist/scan.ts';
import type { BlockSums } from '../match/sums.ts';

export interface DigestChoice {
  readonly name: ChecksumName;
  readonly seed: number;
  readonly seedInFront: boolean;
}

export interface Tasks {
  /** Lists a tree; `rules` are filter rules of the sender's side. */
  scan: {
    readonly input: { readonly root: Uint8Array; readonly recurse: boolean; readonly links: boolean; readonly devices: boolean; readonly specials: boolean; readonly rules: readonly Uint8Array[]; readonly digest: ChecksumName | null };
    readonly item: { readonly chunk: FileListChunk; readonly errors: readonly ScanError[] };
  };
  /** The tokens of an open file, then its digest. */
  search: {
    readonly input: { readonly fd: number; readonly sums: BlockSums; readonly digest: DigestChoice; readonly inplace: boolean };
    readonly item: { readonly literal: Uint8Array } | { readonly blocks: Int32Array } | { readonly digest: Uint8Array };
  };
  /** The block sums of an open file, as they travel: weak sum and strong sum of each block. */
  sums: {
    readonly input: { readonly fd: number; readonly shape: BlockShape; readonly digest: DigestChoice };
    readonly item: { readonly bytes: Uint8Array };
  };
}

export type TaskName = keyof Tasks;

export type ToWorker =
  | { readonly type: 'start'; readonly name: TaskName; readonly input: unknown }
  | { readonly type: 'taken' }
  | { readonly type: 'cancel' };

export type FromWorker =
  | { readonly type: 'item'; readonly item: unknown }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly error: unknown };

/** Items a worker sends ahead of what was taken. */
export const AHEAD = 8;
