// The nodes of an archive (or of another tree) brought in below a path, by a rule for what is there already. Requests are pipelined: one session's
// writes happen in the order they were sent, so a parent is there before its children without being waited for.
import { checkCancelled } from '../../../lib/async.ts';
import type { CoordinationClient } from '../client/client-types.ts';
import { OPEN_ACL } from '../client/client.ts';
import { parentPath } from '../client/paths.ts';
import type { ACL } from '../jute/records.ts';
import { CREATE } from '../op-codes.ts';
import { ensurePath, isKeeper, known } from '../recipes/known.ts';
import type { ArchiveNode } from './archive.ts';
import { absolutePath } from './export.ts';
import { flagsOf } from './node-kind.ts';

/** `version`: over a node whose version is still the archive's; `overwrite`: over anything; `skip`: nothing that is there is touched. */
export type ConflictRule = 'skip' | 'overwrite' | 'version';

export interface ImportOptions {
  readonly conflict: ConflictRule;
  /** False: the lists of the archive are not used; new nodes are open to all, lists of old ones stay. */
  readonly acl?: boolean;
  /** Changes nothing, and reports what it would do. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
  onProgress?(report: ImportReport): void;
}

export interface ImportProblem {
  readonly path: string;
  readonly error: string;
}

export interface ImportReport {
  nodes: number;
  created: number;
  overwritten: number;
  /** There before, and left as they were: by the rule, or because they hold the same. */
  skipped: number;
  /** By the rule `version`, or refused by the server. The first thousand are told. */
  failed: number;
  readonly problems: ImportProblem[];
}

const WINDOW = 128;
const MOST_PROBLEMS = 1000;

/** What fails for one node is in the report; a lost session or connection ends the import with its error. */
export async function importNodes(client: CoordinationClient, root: string, nodes: AsyncIterable<ArchiveNode>, options: ImportOptions): Promise<ImportReport> {
  const report: ImportReport = { nodes: 0, created: 0, overwritten: 0, skipped: 0, failed: 0, problems: [] };
  if (!options.dryRun && root !== '/') await ensurePath(client, parentPath(root), CREATE.persistent, options.signal);
  const under = new Set<Promise<void>>();
  const failures: unknown[] = [];
  for await (const node of nodes) {
    checkCancelled(options.signal);
    if (failures.length > 0) break;
    report.nodes += 1;
    const path = absolutePath(root, node.path);
    const one: Promise<void> = importOne(client, path, node, options, report)
      .catch((error: unknown) => {
        if (!isRefusal(error)) { failures.push(error); return; }
        report.failed += 1;
        if (report.problems.length < MOST_PROBLEMS) report.problems.push({ path, error: error instanceof Error ? error.message : String(error) });
      })
      .finally(() => under.delete(one));
    under.add(one);
    if (under.size >= WINDOW) await Promise.race(under);
    if (report.nodes % WINDOW === 0) options.onProgress?.(report);
  }
  await Promise.all(under);
  options.onProgress?.(report);
  if (failures.length > 0) throw failures[0];
  return report;
}

async function importOne(client: CoordinationClient, path: string, node: ArchiveNode, options: ImportOptions, report: ImportReport): Promise<void> {
  const acl = options.acl === false ? null : node.acl;
  if (options.dryRun) {
    const stat = await known(() => client.exists(path), options.signal);
    if (!stat) report.created += 1;
    else if (options.conflict === 'overwrite' || (options.conflict === 'version' && stat.version === node.version)) report.overwritten += 1;
    else if (options.conflict === 'version') throw new VersionConflict(node.version, stat.version);
    else report.skipped += 1;
    return;
  }
  if (path !== '/') {
    try {
      await known(() => client.create(path, node.data, { acl: acl ?? OPEN_ACL, flags: flagsOf(node.kind), ttl: node.ttl }), options.signal);
      report.created += 1;
      return;
    } catch (error) {
      if (!isKeeper(error, 'NodeExists')) throw error;
    }
  }
  await overwrite(client, path, node, acl, options, report);
}

async function overwrite(client: CoordinationClient, path: string, node: ArchiveNode, acl: ArchiveNode['acl'], options: ImportOptions, report: ImportReport): Promise<void> {
  if (options.conflict === 'skip') { report.skipped += 1; return; }
  const { data, stat } = await known(() => client.getData(path), options.signal);
  if (options.conflict === 'version' && stat.version !== node.version) throw new VersionConflict(node.version, stat.version);
  const same = sameBytes(data, node.data);
  if (!same) await known(() => client.setData(path, node.data, options.conflict === 'version' ? stat.version : -1), options.signal);
  const listed = acl === null || sameAcl((await known(() => client.getACL(path), options.signal)).acl, acl);
  if (!listed) await known(() => client.setACL(path, acl), options.signal);
  if (same && listed) report.skipped += 1;
  else report.overwritten += 1;
}

/** Null and empty data are told apart by create only, not by those who read. */
export function sameBytes(a: Buffer | null, b: Buffer | null): boolean {
  return (a?.length ?? 0) === (b?.length ?? 0) && (a === null || b === null || a.equals(b));
}

const shown = (acl: readonly ACL[]): string => acl.map(({ perms, id }) => `${id.scheme}\0${id.id}\0${perms}`).sort().join('\n');

export function sameAcl(a: readonly ACL[], b: readonly ACL[]): boolean {
  return shown(a) === shown(b);
}

class VersionConflict extends Error {
  override readonly name = 'VersionConflict';

  constructor(expected: number, found: number) {
    super(`version ${expected} in the archive, ${found} here`);
  }
}

/** The server answered, for this node only. */
function isRefusal(error: unknown): boolean {
  return error instanceof VersionConflict || isKeeper(error, 'NoNode', 'NoAuth', 'BadVersion', 'NoChildrenForEphemerals', 'NodeExists', 'InvalidACL', 'BadArguments', 'QuotaExceeded', 'Unimplemented', 'EphemeralOnLocalSession');
}
