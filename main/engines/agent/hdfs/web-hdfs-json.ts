// The JSON of WebHDFS: FileStatus, FileStatuses, DirectoryListing (Hadoop's "WebHDFS REST API", JSON schemas).
import type { HdfsEntry } from '../ports.ts';
import { RemoteProblem } from './remote-problem.ts';

export interface FileStatus { readonly pathSuffix?: unknown; readonly type?: unknown; readonly length?: unknown; readonly modificationTime?: unknown; readonly fileId?: unknown }

/** The status of `path` itself. */
export function parseEntry(path: string, status: FileStatus | undefined): HdfsEntry {
  const size = Number(status?.length);
  const modified = Number(status?.modificationTime);
  if (!status || !Number.isSafeInteger(size) || size < 0 || !Number.isFinite(modified)) throw new RemoteProblem('answer', 'the answer is no status of a file');
  const fileId = Number(status.fileId ?? 0);
  return {
    name: path.slice(path.lastIndexOf('/') + 1), path, isFolder: status.type === 'DIRECTORY', size, modified,
    id: Number.isSafeInteger(fileId) && fileId > 0 ? String(fileId) : null,
  };
}

/** A page of a listing of `folder`; of a file, the file itself. */
export function parseListing(folder: string, answer: unknown): { entries: HdfsEntry[]; remaining: number } {
  const page = answer as { FileStatuses?: { FileStatus?: unknown }; DirectoryListing?: { partialListing?: { FileStatuses?: { FileStatus?: unknown } }; remainingEntries?: unknown } };
  const list = (page.DirectoryListing?.partialListing?.FileStatuses ?? page.FileStatuses)?.FileStatus;
  if (!Array.isArray(list)) throw new RemoteProblem('answer', 'the answer is no listing');
  const base = folder.endsWith('/') ? folder : `${folder}/`;
  const entries = (list as FileStatus[]).map((status) => parseEntry(status.pathSuffix === '' ? folder : `${base}${String(status.pathSuffix)}`, status));
  return { entries, remaining: Number(page.DirectoryListing?.remainingEntries ?? 0) || 0 };
}
