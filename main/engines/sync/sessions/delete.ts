// Deletes exactly the named paths in a far folder: a push of nothing but the folders they are in, with rules that put just
// these paths at risk and protect every other name. A file that appeared meanwhile survives, and so does its folder.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { ErrorInfo } from '../../../../preload/contract/errors.ts';
import { parentOf, showName } from '../../../lib/bytes.ts';
import { FileList } from '../flist/file-list.ts';
import type { RemoteShell } from '../transport/remote-process.ts';
import { DEFAULT_OPTIONS } from './options.ts';
import { push } from './push.ts';

const RULES_AT_ONCE = 500;
const FOLDER_MODE = 0o040755;

export interface DeleteRequest {
  readonly target: Uint8Array;
  /** Below the target; a folder comes with all that is to go in it. */
  readonly paths: readonly { readonly path: Buffer; readonly dir: boolean }[];
  readonly host: string;
  readonly program?: readonly (string | Uint8Array)[];
  readonly protocol?: 31 | 32;
  readonly deleted: (path: Buffer) => void;
  readonly failed: (path: Buffer, error: ErrorInfo) => void;
}

/** Runs as many sessions as the rules need, files before the folders they are in. */
export async function deleteRemote(shell: RemoteShell, request: DeleteRequest, signal?: AbortSignal): Promise<{ sent: number; received: number }> {
  const deepestFirst = [...request.paths].sort((a, b) => depth(b.path) - depth(a.path) || a.path.compare(b.path));
  const totals = { sent: 0, received: 0 };
  for (let at = 0; at < deepestFirst.length; at += RULES_AT_ONCE) {
    const result = await deleteChunk(shell, request, deepestFirst.slice(at, at + RULES_AT_ONCE), signal);
    totals.sent += result.sent;
    totals.received += result.received;
  }
  return totals;
}

async function deleteChunk(shell: RemoteShell, request: DeleteRequest, chunk: DeleteRequest['paths'], signal?: AbortSignal): Promise<{ sent: number; received: number }> {
  const waiting = new Map(chunk.map(({ path }) => [path.toString('latin1'), path]));
  const said: string[] = [];
  const totals = await push(shell, {
    list: foldersOf(chunk), root: Buffer.from('/'), target: request.target, host: request.host,
    options: { ...DEFAULT_OPTIONS, links: false, perms: false, times: false, owner: false, group: false, delete: 'only' },
    rules: [...chunk.map(({ path }) => Buffer.concat([Buffer.from('+r /'), escaped(path)])), Buffer.from('-r *')],
    ...(request.program ? { program: request.program } : {}), ...(request.protocol ? { protocol: request.protocol } : {}),
    events: {
      deleted: (name) => {
        const key = name.toString('latin1');
        const path = waiting.get(key);
        if (!path) return;
        waiting.delete(key);
        request.deleted(path);
      },
      message: (text, error) => { if (error || /cannot delete/.test(text)) said.push(text); },
    },
  }, signal);
  for (const path of waiting.values()) {
    const words = said.find((line) => line.includes(path.toString('utf8')));
    request.failed(path, failure(showName(path), words).toInfo());
  }
  return totals;
}

/** Without a word about it the far side did not find it any more. */
function failure(path: string, words: string | undefined): SluiceError {
  if (words === undefined) return SluiceError.of('FILE_VANISHED', { path });
  return /non-empty/.test(words) ? SluiceError.of('FILE_NOT_EMPTY', { path }) : SluiceError.of('FILE_DELETE', { path, reason: words });
}

/** The folders that hold the chunk's paths, and those above them, which are passed through only. */
function foldersOf(chunk: DeleteRequest['paths']): FileList {
  const going = new Set(chunk.map(({ path }) => path.toString('latin1')));
  const folders = new Map<string, boolean>([['.', false]]);
  for (const { path } of chunk) {
    const parent = parentOf(path);
    if (going.has(parent.toString('latin1'))) continue;
    folders.set(parent.length === 0 ? '.' : parent.toString('latin1'), true);
    for (let above = parentOf(parent); above.length > 0; above = parentOf(above)) {
      const key = above.toString('latin1');
      if (!folders.has(key)) folders.set(key, false);
    }
  }
  const list = new FileList();
  for (const [name, content] of folders) {
    list.add({ name: Buffer.from(name, 'latin1'), mode: FOLDER_MODE, size: 0, mtime: 0, nsec: 0, uid: 0, gid: 0, noContent: !content });
  }
  list.sort();
  return list;
}

/** rsync takes a backslash as an escape only in a pattern that has a wildcard. */
function escaped(path: Buffer): Buffer {
  const text = path.toString('latin1');
  return Buffer.from(/[*?[]/.test(text) ? text.replace(/[*?[\\]/g, '\\$&') : text, 'latin1');
}

function depth(path: Buffer): number {
  let count = 0;
  for (const byte of path) if (byte === 0x2f) count += 1;
  return count;
}
