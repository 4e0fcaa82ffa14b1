// Owner, group, permissions and time of a file at the target, from the source's stat.
import { chmodSync, fchmodSync, fchownSync, futimesSync, lchownSync, lutimesSync, type BigIntStats } from 'node:fs';
import type { FileKind } from '../../../../preload/contract/domain.ts';
import { toSeconds } from '../../../lib/time.ts';

export interface AttributeRules {
  readonly perms: boolean;
  readonly times: boolean;
  readonly owner: boolean;
  readonly group: boolean;
}

const ROOT = process.getuid?.() === 0;
const GROUPS = new Set(process.getgroups?.() ?? []);
const CHMOD_BITS = 0o7777;
const UMASK = process.umask();

/** As Node wants them. */
export function secondsOf(ns: bigint): number {
  const nsec = Number(((ns % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n);
  return toSeconds(Number((ns - BigInt(nsec)) / 1_000_000_000n), nsec);
}

function ids(from: BigIntStats, rules: AttributeRules): { uid: number; gid: number } {
  const uid = ROOT && rules.owner ? Number(from.uid) : -1;
  const gid = rules.group && (ROOT || GROUPS.has(Number(from.gid))) ? Number(from.gid) : -1;
  return { uid, gid };
}

/** By path, links themselves and not what they point to. chown comes first: it clears set-id bits. */
export function setAttributes(path: Buffer, from: BigIntStats, kind: FileKind, rules: AttributeRules): void {
  const { uid, gid } = ids(from, rules);
  if (uid !== -1 || gid !== -1) lchownSync(path, uid, gid);
  if (kind !== 'link') {
    if (rules.perms) chmodSync(path, Number(from.mode) & CHMOD_BITS);
    else if (kind === 'dir') chmodSync(path, Number(from.mode) & 0o777 & ~UMASK);
  }
  if (rules.times) lutimesSync(path, secondsOf(from.atimeNs), secondsOf(from.mtimeNs));
}

/** Of an open file. Without `perms` a new file gets the source's bits under the umask. */
export function setFileAttributes(fd: number, from: BigIntStats, rules: AttributeRules, isNew: boolean): void {
  const { uid, gid } = ids(from, rules);
  if (uid !== -1 || gid !== -1) fchownSync(fd, uid, gid);
  if (rules.perms) fchmodSync(fd, Number(from.mode) & CHMOD_BITS);
  else if (isNew) fchmodSync(fd, Number(from.mode) & 0o777 & ~UMASK);
  if (rules.times) futimesSync(fd, secondsOf(from.atimeNs), secondsOf(from.mtimeNs));
}
