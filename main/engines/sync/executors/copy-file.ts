// The content of one file to another by synchronous calls in slices, and the committer that makes whole files final:
// in groups, so that many small files cost few waits for the disk.
import { closeSync, constants, fstatSync, fsync, ftruncateSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import type { RowSide } from '../plan/plan-table.ts';
import { setFileAttributes, type AttributeRules } from './attributes.ts';
import { isAsSeen } from './drift.ts';
import { codeOf } from '../../../lib/errno.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = constants;
const PIECE = 1 << 20;
const piece = Buffer.allocUnsafeSlow(PIECE);
const fsyncFd = promisify(fsync);

export interface CopyJob {
  /** Paths are asked for each time they are used: they stand on open folders that may be closed in between. */
  readonly from: () => Buffer;
  readonly to: () => Buffer;
  readonly inplace: boolean;
  readonly seen: RowSide;
  readonly onBytes: (count: number) => void;
  readonly checkpoint: () => Promise<void>;
}

export type CopyOutcome =
  | { readonly kind: 'copied'; readonly fd: number }
  | { readonly kind: 'changed' }
  | { readonly kind: 'unreadable'; readonly error: unknown };

/** Opens a new file that nobody else has; what an interrupted run left under the name is removed first. */
function openNew(path: Buffer): number {
  const flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW;
  try {
    return openSync(path, flags, 0o600);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    unlinkSync(path);
    return openSync(path, flags, 0o600);
  }
}

function writeAll(fd: number, bytes: Buffer, length: number): void {
  for (let at = 0; at < length;) at += writeSync(fd, bytes, at, length - at);
}

/** Copies and sets attributes; the target's descriptor stays open for the committer. Errors of the target are thrown, its temporary file removed. */
export async function copyContent(job: CopyJob, rules: AttributeRules): Promise<CopyOutcome> {
  let source: number;
  try {
    source = openSync(job.from(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    return { kind: 'unreadable', error };
  }
  let target = -1;
  let whole = false;
  try {
    const before = fstatSync(source, { bigint: true });
    if (!isAsSeen(before, job.seen)) return { kind: 'changed' };
    target = job.inplace ? openSync(job.to(), O_RDWR | O_CREAT | O_NOFOLLOW, 0o600) : openNew(job.to());
    let done = 0;
    for (;;) {
      let count: number;
      try {
        count = readSync(source, piece, 0, PIECE, null);
      } catch (error) {
        return { kind: 'unreadable', error };
      }
      if (count === 0) break;
      writeAll(target, piece, count);
      done += count;
      job.onBytes(count);
      if (count === PIECE) await job.checkpoint();
      else if (done >= job.seen.size) break;
    }
    if (job.inplace) ftruncateSync(target, done);
    const after = fstatSync(source, { bigint: true });
    if (after.mtimeNs !== before.mtimeNs || Number(after.size) !== done) return { kind: 'changed' };
    setFileAttributes(target, before, rules, true);
    whole = true;
    return { kind: 'copied', fd: target };
  } finally {
    closeSync(source);
    if (!whole && target >= 0) {
      closeSync(target);
      if (!job.inplace) unlinkSync(job.to());
    }
  }
}

export interface Commit {
  readonly fd: number;
  readonly size: number;
  readonly commit: () => void;
  readonly undo: () => void;
  readonly settle: (error: unknown) => void;
}

const GROUP = 64;
const GROUP_BYTES = 64 << 20;

export class FileCommitter {
  private readonly durable: boolean;
  private group: Commit[] = [];
  private bytes = 0;

  /** @param durable whether each file is on the disk before it gets its name. */
  constructor(durable: boolean) { this.durable = durable; }

  /** Takes over the descriptor. */
  async add(commit: Commit): Promise<void> {
    if (!this.durable) { this.finish(commit, null); return; }
    this.group.push(commit);
    this.bytes += commit.size;
    if (this.group.length >= GROUP || this.bytes >= GROUP_BYTES) await this.flush();
  }

  async flush(): Promise<void> {
    const { group } = this;
    this.group = [];
    this.bytes = 0;
    const failures = await Promise.all(group.map((commit) => fsyncFd(commit.fd).then(() => null, (error: unknown) => error)));
    group.forEach((commit, i) => { this.finish(commit, failures[i]); });
  }

  private finish(commit: Commit, failure: unknown): void {
    closeSync(commit.fd);
    let error = failure;
    if (!error) {
      try { commit.commit(); } catch (thrown) { error = thrown; }
    }
    if (error) {
      try { commit.undo(); } catch { /* it stays under its temporary name and is found by the next run */ }
    }
    commit.settle(error ?? null);
  }
}
