// Subtrees as archives in memory, for the window that saves or chose the file; made and read as the command line does it.
import type { DeletePlan } from '../../../../preload/contract/cluster.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { CoordinationClient } from '../client/client-types.ts';
import { archiveLines, isHead, readArchive, type ArchiveNode } from '../trees/archive.ts';
import { listDelete } from '../trees/delete.ts';
import { absolutePath, exportNodes } from '../trees/export.ts';
import { importNodes } from '../trees/import.ts';
import { ephemeralKind, ttlOf } from '../tree/ephemeral-type.ts';

/** What a window takes in one answer; `sluice coordination export` has no such limit. */
const LIMIT = 48 * 1024 * 1024;

/** `ownerOf` knows containers and TTL nodes, which servers do not show. COORD_ARCHIVE past 48 MiB. */
export async function exportTree(client: CoordinationClient, root: string, ownerOf: (path: string) => bigint | null): Promise<{ data: Uint8Array; count: number }> {
  let count = 0;
  async function* nodes(): AsyncGenerator<ArchiveNode, void, undefined> {
    for await (const node of exportNodes(client, root)) {
      count += 1;
      const owner = ownerOf(absolutePath(root, node.path)) ?? 0n;
      const kind = ephemeralKind(owner, true);
      yield kind === 'container' || kind === 'ttl' ? { ...node, kind, ttl: kind === 'ttl' ? ttlOf(owner) : 0 } : node;
    }
  }
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of archiveLines({ root, at: Date.now() }, nodes())) {
    bytes += part.length;
    if (bytes > LIMIT) throw SluiceError.of('COORD_ARCHIVE', { file: root, reason: `> ${LIMIT} B` });
    parts.push(part);
  }
  return { data: Buffer.concat(parts), count };
}

/** The whole archive is read before anything is done. COORD_ARCHIVE for what is none; COORD_KEEPER names the first znode that was refused. */
export async function importTree(client: CoordinationClient, root: string, file: Buffer, overwrite: boolean): Promise<{ created: number; updated: number; skipped: number }> {
  const nodes: ArchiveNode[] = [];
  for await (const item of readArchive(root, chunks(file))) if (!isHead(item)) nodes.push(item);
  const report = await importNodes(client, root, each(nodes), { conflict: overwrite ? 'overwrite' : 'skip' });
  const [problem] = report.problems;
  if (problem) throw SluiceError.of('COORD_KEEPER', { error: `${problem.error} (${report.failed})`, path: problem.path });
  return { created: report.created, updated: report.overwritten, skipped: report.skipped };
}

export async function deletePlan(client: CoordinationClient, path: string): Promise<DeletePlan> {
  const list = await listDelete(client, path);
  return { path, count: list.nodes, ephemerals: list.ephemerals, bytes: list.bytes, paths: [...list.first], token: list.guard };
}

async function* chunks(file: Buffer): AsyncGenerator<Buffer, void, undefined> {
  for (let at = 0; at < file.length; at += 65_536) yield file.subarray(at, at + 65_536);
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T, void, undefined> {
  yield* items;
}
