// A receiver over bytes a test wrote, in a folder of its own.
import { openDigests, type Digests } from '../../../../../../main/engines/sync/checksum/digests.ts';
import type { FileEntry } from '../../../../../../main/engines/sync/flist/file-list.ts';
import { FileList } from '../../../../../../main/engines/sync/flist/file-list.ts';
import type { ErrorInfo } from '../../../../../../preload/contract/errors.ts';
import { ConfinedRoot } from '../../../../../../main/engines/sync/receiver/confined-root.ts';
import { attributesFor } from '../../../../../../main/engines/sync/receiver/id-map.ts';
import { Outstanding } from '../../../../../../main/engines/sync/receiver/outstanding.ts';
import type { ReceiverParts } from '../../../../../../main/engines/sync/receiver/receive-files.ts';
import { plainTokenReader } from '../../../../../../main/engines/sync/receiver/tokens.ts';
import { OPEN_GATE } from '../../../../../../main/engines/sync/sessions/events.ts';
import { DEFAULT_OPTIONS, type TransferOptions } from '../../../../../../main/engines/sync/sessions/options.ts';
import { readerOf } from '../wire/support.ts';

export const FILE = 0o100644;
export const DIR = 0o40755;
export const LINK = 0o120777;

export function entry(name: string | Buffer, mode: number, more: Partial<FileEntry> = {}): FileEntry {
  return { name: Buffer.from(name), mode, size: 0, mtime: 1_600_000_000, nsec: 0, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, ...more };
}

export function listOf(...entries: readonly FileEntry[]): FileList {
  const list = new FileList();
  for (const one of entries) list.add(one);
  list.sort();
  return list;
}

export interface Rig {
  readonly parts: ReceiverParts;
  readonly digests: Digests;
  readonly done: number[];
  readonly failed: { readonly ndx: number; readonly error: ErrorInfo }[];
}

export async function rig(folder: string, list: FileList, wire: Uint8Array, options: Partial<TransferOptions> = {}, step?: number): Promise<Rig> {
  const { reader } = readerOf(wire, step);
  const digests = await openDigests('md5', 1);
  const all = { ...DEFAULT_OPTIONS, ...options };
  const done: number[] = [];
  const failed: { ndx: number; error: ErrorInfo }[] = [];
  return {
    digests, done, failed,
    parts: {
      reader, list, root: new ConfinedRoot(Buffer.from(folder)), digests, newTokens: (blocks) => plainTokenReader(reader, blocks), outstanding: new Outstanding(),
      attributes: attributesFor(all, { users: new Map(), groups: new Map() }), inplace: all.inplace, partial: all.partial, fsync: all.fsync, gate: OPEN_GATE,
      events: { fileDone: (ndx) => { done.push(ndx); }, fileFailed: (ndx, error) => { failed.push({ ndx, error }); } },
      totals: { sent: 0, received: 0, literal: 0, matched: 0, exitCode: 0, ioError: 0 },
    },
  };
}
