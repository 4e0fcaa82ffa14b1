// One side of a plan as a sorted list with names for its ids: local by worker threads, far by a list session.
import type { SyncOptions } from '../../../../preload/contract/domain.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { joinPath, parentOf, showName } from '../../../lib/bytes.ts';
import type { Endpoint } from '../api.ts';
import { CHECKSUM_NAMES, type ChecksumName } from '../checksum/digests.ts';
import { FilterRules } from '../filter/rules.ts';
import { FileList } from '../flist/file-list.ts';
import { localGroups, localUsers } from '../flist/ids.ts';
import { farListError } from '../place/by-rsync.ts';
import { listRemote } from '../sessions/list.ts';
import { DEFAULT_OPTIONS, type TransferOptions } from '../sessions/options.ts';
import type { SshPool } from '../transport/ssh-pool.ts';
import { rsyncInstallCommand } from '../transport/probe.ts';
import type { SshShell } from '../transport/remote-process.ts';
import type { WorkerPool } from '../workers/pool.ts';
import { scanLocal } from '../workers/scan.ts';
import type { ScannedSide } from './compare.ts';

export interface Scanner {
  readonly workers: WorkerPool;
  readonly ssh: SshPool;
}

export interface Scanned extends ScannedSide {
  /** The root itself is not there (only allowed on the right). */
  readonly missing: boolean;
  /** Whose digests the list has, under `checksum`. */
  readonly checksum: ChecksumName | null;
}

const NOT_THERE: Scanned = { list: new FileList(), userName: () => null, groupName: () => null, ioError: false, problems: [], missing: true, checksum: null };

/** The options of any session of a sync; comparing was done by the plan, so `update` and `checksum` are left out. */
export function transferOptions(sync: SyncOptions): TransferOptions {
  return {
    ...DEFAULT_OPTIONS, links: sync.links, perms: sync.perms, times: sync.times, owner: sync.owner, group: sync.group, devices: sync.devices, specials: sync.devices,
    compress: sync.compress, wholeFile: sync.wholeFile, inplace: sync.inplace, partial: sync.partial,
  };
}

/** The rules as the side that lists has to read them: at the receiver's side, its rules stand in for the sender's. */
export function rulesFor(side: 'left' | 'right', filters: readonly string[]): Buffer[] {
  const wire = FilterRules.parse(filters).wire();
  if (side === 'left') return wire;
  const swap = (letters: string): string => letters.replace(/[sr]/g, (letter) => (letter === 's' ? 'r' : 's'));
  return wire.map((rule) => {
    const space = rule.indexOf(0x20);
    return Buffer.concat([Buffer.from(swap(rule.toString('latin1', 0, space))), rule.subarray(space)]);
  });
}

/** Throws PATH_NOT_FOUND and its kin for the left root; a right root that is missing is an empty list. `withDigest` names the sum, or null for the side's own choice. */
export async function scanSide(
  scanner: Scanner, side: 'left' | 'right', at: Endpoint, options: SyncOptions, withDigest: ChecksumName | null, seen: (count: number) => void, signal?: AbortSignal,
): Promise<Scanned> {
  const rules = rulesFor(side, options.filters);
  if (at.place.kind === 'local') return scanHere(scanner, side, at.path, options, options.checksum ? (withDigest ?? 'xxh128') : null, rules, seen, signal);
  const { access } = at.place;
  const shell = await scanner.ssh.open(access, signal);
  try {
    const { list, users, groups, ioError, said, checksum } = await listRemote(shell, {
      path: joinPath(at.path, Buffer.from('./')), options: { ...transferOptions(options), checksum: options.checksum, compress: false }, rules, host: access.host, seen,
    }, signal).catch((error: unknown) => withInstall(error, shell, signal));
    if (list.length === 0) {
      const error = farListError(said, at.path, access.name);
      if (side === 'right' && error.code === 'PATH_NOT_FOUND') return NOT_THERE;
      throw error;
    }
    const known = CHECKSUM_NAMES.find((name) => name === checksum) ?? null;
    return {
      list, userName: (uid) => users.get(uid) ?? null, groupName: (gid) => groups.get(gid) ?? null,
      ioError: ioError !== 0, problems: ioError === 0 ? [] : farProblems(said, at.path), missing: false, checksum: known,
    };
  } finally {
    shell.release();
  }
}

async function scanHere(
  { workers }: Scanner, side: 'left' | 'right', root: Uint8Array, options: SyncOptions, digest: ChecksumName | null, rules: readonly Uint8Array[], seen: (count: number) => void, signal?: AbortSignal,
): Promise<Scanned> {
  try {
    const { list, errors } = await scanLocal(workers, { root, recurse: true, links: options.links, devices: options.devices, specials: options.devices, rules, digest }, seen, signal);
    const users = localUsers().byId;
    const groups = localGroups().byId;
    const real = errors.filter(({ error }) => error.code !== 'FILE_VANISHED');
    return {
      list, userName: (uid) => users.get(uid) ?? null, groupName: (gid) => groups.get(gid) ?? null,
      ioError: real.length > 0, problems: errors, missing: false, checksum: digest,
    };
  } catch (error) {
    if (side === 'right' && error instanceof SluiceError && error.code === 'PATH_NOT_FOUND') return NOT_THERE;
    throw error;
  }
}

/** What the far rsync complained of, by its words: `rsync: [sender] opendir "/a/b" failed: Permission denied (13)`. */
function farProblems(said: string, root: Uint8Array): ScannedSide['problems'] {
  const top = `${showName(root).replace(/\/+$/, '')}/`;
  const problems: { path: Buffer; error: ReturnType<SluiceError['toInfo']> }[] = [];
  for (const [, path, reason] of said.matchAll(/"([^"\n]+)"[^"\n]*failed: ([^\n]+?) \(\d+\)/g)) {
    const shown = (path as string).replace(/\/\.(?=\/|$)/g, '');
    const below = shown.startsWith(top) ? shown.slice(top.length) : shown;
    problems.push({ path: Buffer.from(below || '.'), error: SluiceError.of('FILE_UNREADABLE', { path: below, reason: reason as string }).toInfo() });
  }
  return problems.length > 0 ? problems : [{ path: Buffer.from('.'), error: SluiceError.of('FILE_UNREADABLE', { path: showName(parentOf(root)), reason: said.slice(0, 300) }).toInfo() }];
}

/** RSYNC_MISSING with the command that installs it there. */
export async function withInstall(error: unknown, shell: SshShell, signal?: AbortSignal): Promise<never> {
  if (error instanceof SluiceError && error.code === 'RSYNC_MISSING' && error.params['install'] === '') {
    throw SluiceError.of('RSYNC_MISSING', { host: String(error.params['host']), install: await rsyncInstallCommand(shell, signal).catch(() => '') }, error.cause);
  }
  throw error;
}
