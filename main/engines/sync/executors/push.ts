// The rows that go to the server, in one session: a file list of exactly these and the folders above them.
import { readlinkSync } from 'node:fs';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { asBuffer, joinPath, parentOf, showName } from '../../../lib/bytes.ts';
import { FileList, type FileEntry } from '../flist/file-list.ts';
import { entryOf } from '../flist/scan.ts';
import type { StoredRow } from '../plan/plan-table.ts';
import { scanSide, transferOptions, type Scanner } from '../plan/scan-side.ts';
import { push } from '../sessions/push.ts';
import { isAsSeen, isEntryAsSeen, lookAt } from './drift.ts';
import { rowError } from './row-error.ts';
import { ends, type Way } from './way.ts';
import { sessionGate } from './session-gate.ts';

const DOT = Buffer.from('.');
const PARTIAL = new Set([0, 23, 24]);
const NSEC_SLACK = 1000;
const PAGE = 1000;

const keyOf = (path: Uint8Array): string => asBuffer(path).toString('latin1');

export class Push {
  private readonly way: Way;
  private readonly scanner: Scanner;

  constructor(way: Way, scanner: Scanner) {
    this.way = way;
    this.scanner = scanner;
  }

  /** @param deletes rows deleted before: the folders they were in get their times back. */
  async run(rows: readonly StoredRow[], deletes: readonly StoredRow[]): Promise<void> {
    const byContent = this.way.context.plan.options.checksum;
    // Compared by content, files of the same size and time would not be asked for: `ignoreTimes` asks for all of the list.
    const [content, rest] = byContent ? [rows.filter((row) => row.action !== 'attributes'), rows.filter((row) => row.action === 'attributes')] : [rows, []];
    if (content.length > 0) await this.session(content, deletes, byContent);
    if (rest.length > 0) await this.session(rest, [], false);
  }

  private async session(rows: readonly StoredRow[], deletes: readonly StoredRow[], ignoreTimes: boolean): Promise<void> {
    const { context, shell, pool, access, local, far } = this.way;
    const byPath = new Map<string, StoredRow>();
    const entries: FileEntry[] = [];
    for (const row of rows) {
      await context.checkpoint();
      const entry = this.entryFor(row);
      if (!entry) continue;
      entries.push(entry);
      byPath.set(keyOf(row.path), row);
    }
    if (entries.length === 0) return;
    entries.push(...this.parents([...byPath.values(), ...deletes], byPath));
    const list = new FileList();
    for (const entry of entries) list.add(entry);
    list.sort();
    const rowAt = (ndx: number): StoredRow | undefined => byPath.get(keyOf(list.name(ndx)));
    const complaints: string[] = [];
    const remarks: string[] = [];
    const { report } = context.meter;
    const before = { sent: report.sent, received: report.received };
    try {
      const totals = await push(shell, {
        list, root: local, target: far, host: access.host, options: { ...transferOptions(context.plan.options), ignoreTimes, fsync: context.plan.fsync },
        gate: sessionGate(context), pool,
        check: (ndx, stat) => {
          const row = rowAt(ndx);
          const seen = row && ends(row).source;
          return !seen || (stat.size === seen.size && sameTime(stat.mtimeMs, seen.mtime, seen.nsec)) ? null : SluiceError.of('FILE_CHANGED', { path: showName(row.path) }).toInfo();
        },
        events: {
          item: (ndx, flags) => { const row = rowAt(ndx); if (row && (flags & 0x8000) === 0 && byPath.has(keyOf(row.path))) { byPath.delete(keyOf(row.path)); context.provisional(row); } },
          fileStart: (ndx) => { context.meter.begin(showName(list.name(ndx))); },
          fileProgress: (_ndx, literal, matched) => {
            context.meter.addBytes(literal + matched);
            report.literal += literal;
            report.matched += matched;
            report.sent += literal;
          },
          fileDone: (ndx) => {
            context.meter.end(showName(list.name(ndx)));
            const row = rowAt(ndx);
            if (!row) return;
            byPath.delete(keyOf(row.path));
            context.provisional(row);
          },
          fileFailed: (ndx, error) => {
            const row = rowAt(ndx);
            if (!row || error.code === 'RUN_STOPPED') return;
            byPath.delete(keyOf(row.path));
            if (error.code === 'FILE_CHANGED') context.recheck(row); else context.fail(row, SluiceError.from(error));
          },
          message: (text, error) => {
            if (error) complaints.push(text);
            else if (remarks.length < 1000) remarks.push(text);
          },
        },
      }, context.signal);
      report.sent = before.sent + totals.sent;
      report.received = before.received + totals.received;
      if (!PARTIAL.has(totals.exitCode)) throw SluiceError.of('RSYNC_REMOTE', { message: complaints.slice(0, 5).join('\n'), exitCode: totals.exitCode });
      if (context.stopping) { context.confirm(); throw SluiceError.of('RUN_STOPPED', {}); }
      // What was not asked for is there as it should be, or could not be made: the far side does not always call that an error.
      const doubtful = complaints.length > 0 || [...byPath.values()].some((row) => row.action !== 'attributes' && (ends(row).source?.kind !== 'dir' || row.reason === 'typeDiffers'));
      for (const row of byPath.values()) context.provisional(row);
      if (doubtful) await this.verify(rows, [...complaints, ...remarks]);
      context.confirm();
    } catch (error) {
      context.forgetUnconfirmed();
      throw betterError(error);
    }
  }

  /** The entry of a row as it is now, or null when the row was settled because of what is there. */
  private entryFor(row: StoredRow): FileEntry | null {
    const { context, local } = this.way;
    const path = joinPath(local, row.path);
    try {
      const found = lookAt(path);
      if (!found) { context.fail(row, SluiceError.of('FILE_VANISHED', { path: showName(row.path) })); return null; }
      if (!isAsSeen(found, ends(row).source)) { context.recheck(row); return null; }
      return { ...entryOf(asBuffer(row.path), found), ...(found.isSymbolicLink() ? { link: readlinkSync(path, 'buffer') } : {}), ...(found.isDirectory() ? { noContent: false } : {}) };
    } catch (error) {
      context.fail(row, rowError(row.path, error, true));
      return null;
    }
  }

  /** Folders above the rows, so that the far side can make them and gives them their times back; a folder whose own row was skipped keeps what it has. */
  private parents(rows: readonly StoredRow[], listed: ReadonlyMap<string, StoredRow>): FileEntry[] {
    const { local, here } = this.way;
    const skipped = this.skippedFolders();
    const seen = new Set<string>(listed.keys());
    const entries: FileEntry[] = [];
    const add = (path: Buffer): void => {
      const key = keyOf(path);
      if (seen.has(key)) return;
      seen.add(key);
      if (key !== '.') add(parentOf(path).length === 0 ? DOT : parentOf(path));
      const found = lookAt(joinPath(local, path));
      if (!found?.isDirectory()) return;
      const entry = entryOf(path, found);
      const own = skipped.get(key);
      const kept = own && (here === 'left' ? own.right : own.left);
      entries.push(kept?.kind === 'dir' ? { ...entry, mode: kept.mode, mtime: kept.mtime, nsec: kept.nsec } : entry);
    };
    for (const row of rows) add(parentOf(row.path).length === 0 ? DOT : parentOf(row.path));
    add(DOT);
    return entries;
  }

  private skippedFolders(): Map<string, StoredRow> {
    const { context } = this.way;
    const found = new Map<string, StoredRow>();
    for (let offset = 0; ; offset += PAGE) {
      const { rows } = context.table.window(context.plan.planId, 'skipped', '', offset, PAGE);
      for (const row of rows) if (row.left?.kind === 'dir' && row.right?.kind === 'dir') found.set(keyOf(row.path), row);
      if (rows.length < PAGE) return found;
    }
  }

  /** The far side complained: what is there now tells which rows did not get through. */
  private async verify(rows: readonly StoredRow[], complaints: readonly string[]): Promise<void> {
    const { context, here } = this.way;
    const far = here === 'left' ? context.plan.right : context.plan.left;
    const { list } = await scanSide(this.scanner, 'right', far, { ...context.plan.options, checksum: false }, null, () => {}, context.signal);
    for (const row of rows) {
      const { source } = ends(row);
      const at = list.find(row.path, source?.kind === 'dir');
      const words = complaints.find((line) => naming(line, asBuffer(row.path).toString('utf8')));
      const good = at >= 0 && (row.action === 'attributes' ? !words : isEntryAsSeen(list.entry(at), source) || (!context.plan.options.times && source?.size === list.size(at)));
      if (!good) context.revoke(row, farWriteError(row.path, words ?? complaints[0] ?? ''));
    }
  }
}

/** Does a line of the far side speak of this path: in quotes as the end of a longer one, or after a colon? */
function naming(line: string, path: string): boolean {
  return line.includes(`/${path}"`) || line.includes(`"${path}"`) || line.trimEnd().endsWith(`: ${path}`);
}

function sameTime(ms: number, seconds: number, nsec: number): boolean {
  return Math.abs(ms / 1000 - (seconds + nsec / 1e9)) < 1e-3 + NSEC_SLACK / 1e9;
}

function farWriteError(path: Uint8Array, words: string): SluiceError {
  const shown = showName(path);
  const detail = new Error(words);
  if (/No space left|Disk quota/.test(words)) return SluiceError.of('FILE_NO_SPACE', { path: shown }, detail);
  if (/File name too long/.test(words)) return SluiceError.of('FILE_NAME_TOO_LONG', { path: shown }, detail);
  if (/could not make way|cannot delete non-empty|Is a directory|Not a directory/.test(words)) return SluiceError.of('FILE_TYPE_IN_THE_WAY', { path: shown }, detail);
  return SluiceError.of('FILE_WRITE', { path: shown, reason: /failed: ([^(]+)/.exec(words)?.[1]?.trim() ?? words.slice(0, 200) }, detail);
}

/** A far side that ended because its disk is full says so in its own words only. */
function betterError(error: unknown): unknown {
  if (!(error instanceof SluiceError) || error.code !== 'RSYNC_REMOTE') return error;
  const message = String(error.params['message']);
  const full = /"([^"]+)"[^\n]*No space left on device/.exec(message);
  return full ? SluiceError.of('FILE_NO_SPACE', { path: full[1] as string }, new Error(message)) : error;
}
