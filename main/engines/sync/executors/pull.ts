// The rows that come from the server, in one session: the far side lists its folder, our generator asks for these only.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { asBuffer, joinPath, showName } from '../../../lib/bytes.ts';
import { mkdirSync } from 'node:fs';
import type { FileEntry } from '../flist/file-list.ts';
import { isDir } from '../flist/mode.ts';
import type { StoredRow } from '../plan/plan-table.ts';
import { rulesFor, transferOptions } from '../plan/scan-side.ts';
import { pull } from '../sessions/pull.ts';
import { isEntryAsSeen } from './drift.ts';
import { ends, type Way } from './way.ts';
import { sessionGate } from './session-gate.ts';

const keyOf = (path: Uint8Array): string => asBuffer(path).toString('latin1');

export class Pull {
  private readonly way: Way;

  constructor(way: Way) { this.way = way; }

  async run(rows: readonly StoredRow[]): Promise<void> {
    const { context, shell, pool, access, local, far, here } = this.way;
    const { options, fsync } = context.plan;
    const waiting = new Map(rows.map((row) => [keyOf(row.path), row]));
    const byIndex = new Map<number, StoredRow>();
    const decided = new Map<number, 'go' | 'skip'>();
    const { report } = context.meter;
    const before = { sent: report.sent, received: report.received };
    const settle = (row: StoredRow, how: () => void): void => { if (waiting.delete(keyOf(row.path))) how(); };
    const complaints: string[] = [];
    mkdirSync(local, { recursive: true });
    const totals = await pull(shell, {
      source: joinPath(far, Buffer.from('./')), root: local, host: access.host, rules: rulesFor(here === 'right' ? 'left' : 'right', options.filters),
      options: { ...transferOptions(options), ignoreTimes: options.checksum, fsync }, gate: sessionGate(context), pool,
      listed: (list) => {
        for (let i = 0; i < list.length; i++) {
          if (list.isHole(i)) continue;
          const row = waiting.get(keyOf(list.name(i)));
          if (!row || isDir(list.mode(i)) !== (ends(row).source?.kind === 'dir')) continue;
          if (isEntryAsSeen(list.entry(i), ends(row).source)) byIndex.set(i, row);
          else settle(row, () => { context.recheck(row); });
        }
        const found = new Set([...byIndex.values()].map((row) => row.id));
        for (const row of waiting.values()) if (!found.has(row.id)) settle(row, () => { context.fail(row, SluiceError.of('FILE_VANISHED', { path: showName(row.path) })); });
      },
      decide: (ndx, there) => {
        const earlier = decided.get(ndx);
        if (earlier) return earlier;
        const row = byIndex.get(ndx);
        const word = row ? this.judge(row, there) : 'skip';
        decided.set(ndx, word);
        if (row && word === 'skip') settle(row, () => { context.recheck(row); });
        return word;
      },
      events: {
        fileStart: (ndx) => { const row = byIndex.get(ndx); if (row) context.meter.begin(showName(row.path)); },
        fileProgress: (_ndx, literal, matched) => {
          context.meter.addBytes(literal + matched);
          report.literal += literal;
          report.matched += matched;
          report.received += literal;
        },
        fileDone: (ndx) => {
          const row = byIndex.get(ndx);
          if (!row) return;
          context.meter.end(showName(row.path));
          settle(row, () => { context.done(row); });
        },
        fileFailed: (ndx, error) => {
          const row = byIndex.get(ndx);
          if (!row || error.code === 'RUN_STOPPED') return;
          context.meter.end(showName(row.path));
          settle(row, () => { if (error.code === 'FILE_CHANGED') context.recheck(row); else context.fail(row, SluiceError.from(error)); });
        },
        message: (text, error) => { if (error) complaints.push(text); },
      },
    }, context.signal);
    report.sent = before.sent + totals.sent;
    report.received = before.received + totals.received;
    if (context.stopping) throw SluiceError.of('RUN_STOPPED', {});
    if (totals.exitCode !== 0 && totals.exitCode !== 23 && totals.exitCode !== 24) throw SluiceError.of('RSYNC_REMOTE', { message: complaints.slice(0, 5).join('\n'), exitCode: totals.exitCode });
    for (const row of waiting.values()) context.done(row); // no file, or as it should be already
    context.flush();
  }

  /** A row goes on when this side is what the plan saw, or a folder that this very run made. */
  private judge(row: StoredRow, there: FileEntry | null): 'go' | 'skip' {
    const { source, target } = ends(row);
    if (isEntryAsSeen(there, target)) return 'go';
    return source?.kind === 'dir' && target === null && there !== null && isDir(there.mode) ? 'go' : 'skip';
  }
}
