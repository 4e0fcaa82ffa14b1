// What a run prints: rsync's own lines (log.c, main.c output_summary, progress.c), or one JSON object a line.
import type { ErrorInfo } from '../../../preload/contract/errors.ts';
import type { FileList } from '../../engines/sync/flist/file-list.ts';
import { isDevice, isDir, isFile, isLink } from '../../engines/sync/flist/mode.ts';
import { DELETING, itemize } from '../../engines/sync/generator/itemize.ts';
import { ITEM } from '../../engines/sync/wire/requests.ts';
import type { SyncArgs } from './sync-args.ts';
import { escapeName } from './escape.ts';
import { humanDecimal, humanNumber } from './numbers.ts';
import type { Output } from './output.ts';
import { errorLines } from './words.ts';

const NOT_SIGNIFICANT = ITEM.BASIS_TYPE | ITEM.XNAME | ITEM.LOCAL_CHANGE;
const KINDS = ['reg', 'dir', 'link', 'dev', 'special'] as const;
type Kind = (typeof KINDS)[number];
type Counts = Record<Kind, number>;

export interface Summary {
  readonly sent: number;
  readonly received: number;
  readonly literal: number;
  readonly matched: number;
  readonly exitCode: number;
}

const noCounts = (): Counts => ({ reg: 0, dir: 0, link: 0, dev: 0, special: 0 });
const kindOf = (mode: number): Kind => (isFile(mode) ? 'reg' : isDir(mode) ? 'dir' : isLink(mode) ? 'link' : isDevice(mode) ? 'dev' : 'special');

export interface PrinterView {
  /** `<` in itemized lines: bytes leave this machine. A local copy reads as received. */
  readonly sending: boolean;
  readonly pulling: boolean;
  readonly utf8: boolean;
}

export class Printer {
  private list: FileList | null = null;
  private readonly created = noCounts();
  private readonly removed = noCounts();
  private shownRoot = -1;
  private skippedSize = 0;
  private transferred = 0;
  private transferredBytes = 0;
  private began = performance.now();
  private file: { ndx: number; done: number; began: number; shown: number } | null = null;
  private readonly args: SyncArgs;
  private readonly out: Output;
  private readonly err: Output;
  private readonly view: PrinterView;

  constructor(args: SyncArgs, out: Output, err: Output, view: PrinterView) {
    this.args = args;
    this.out = out;
    this.err = err;
    this.view = view;
  }

  get files(): number { return this.transferred; }

  begin(): void {
    this.began = performance.now();
    if (this.args.verbose > 0) this.say(`${this.view.pulling ? 'receiving' : 'sending'} incremental file list`);
  }

  /** Indexes of what follows are of this list. */
  listed(list: FileList): void { this.list = list; }

  note(text: string): void { this.say(text); }

  skippedFolder(name: Buffer): void { this.say(`skipping directory ${escapeName(name, this.view.utf8)}`); }

  /** @param size what it adds to the total, when the list does not have it. */
  skipped(name: Uint8Array, size: number): void {
    this.skippedSize += size;
    if (this.args.verbose > 0) this.say(`skipping non-regular file "${escapeName(name, this.view.utf8)}"`);
  }

  /** A line of the far side for a person. */
  message(text: string): void {
    if (this.args.verbose === 0 && !this.args.itemize) return;
    for (const line of text.split('\n')) this.say(escapeName(Buffer.from(line), this.view.utf8));
  }

  /** A line of trouble in the far rsync's own words. */
  farError(text: string): void {
    for (const line of text.split('\n')) {
      if (line.trim() === '' || line.startsWith('SLUICE-HOST-KEY ')) continue;
      if (this.args.json) this.json({ type: 'message', text: line });
      this.out.flush();
      this.err.line(escapeName(Buffer.from(line.trimEnd()), this.view.utf8));
    }
  }

  /** @param withRoot the top folder of the list is the one that was made: it is itself an item of the run, the first. */
  createdFolder(path: Buffer, withRoot: boolean): void {
    if (this.args.verbose > 0 || this.args.itemize) this.say(`created directory ${escapeName(path, this.view.utf8)}`);
    const root = withRoot && this.list ? this.list.find(Buffer.from('.'), true) : -1;
    if (root < 0) return;
    this.item(root, ITEM.NEW | ITEM.LOCAL_CHANGE);
    this.shownRoot = root;
  }

  item(ndx: number, flags: number): void {
    const { list, args } = this;
    if (!list || ndx === this.shownRoot) return;
    const mode = list.mode(ndx);
    if (flags & ITEM.NEW) this.created[kindOf(mode)] += 1;
    if (flags & ITEM.TRANSFER) { this.transferred += 1; this.transferredBytes += list.size(ndx); }
    const significant = (flags & ~NOT_SIGNIFICANT) !== 0;
    const letters = itemize(flags, mode, { sending: this.view.sending, times: args.options.times });
    if (args.json) {
      if (significant) this.json({ type: 'item', itemize: letters.trimEnd(), path: this.name(ndx), size: list.size(ndx) });
      return;
    }
    if (args.itemize ? significant || args.verbose > 1 : args.verbose > 0 && significant && (flags & (ITEM.TRANSFER | ITEM.LOCAL_CHANGE) || isDir(mode))) {
      this.say(`${args.itemize ? `${letters} ` : ''}${this.shown(ndx)}`);
    } else if (args.progress && flags & ITEM.TRANSFER) this.say(this.shown(ndx));
  }

  deleted(name: Buffer, dir: boolean): void {
    this.removed[dir ? 'dir' : 'reg'] += 1;
    const shown = `${escapeName(name, this.view.utf8)}${dir ? '/' : ''}`;
    if (this.args.json) this.json({ type: 'deleted', path: shown });
    else if (this.args.itemize) this.say(`${DELETING} ${shown}`);
    else if (this.args.verbose > 0) this.say(`deleting ${shown}`);
  }

  fileStart(ndx: number): void { this.file = { ndx, done: 0, began: performance.now(), shown: 0 }; }

  fileProgress(bytes: number): void {
    const { file } = this;
    if (!file) return;
    file.done += bytes;
    if (this.args.progress && !this.args.json && performance.now() - file.shown > 1000 && file.shown !== 0) { file.shown = performance.now(); this.progressLine(file, ''); }
    if (file.shown === 0) file.shown = performance.now();
  }

  fileDone(ndx: number): void {
    const { list, file, args } = this;
    if (!list) return;
    if (args.json) this.json({ type: 'done', path: this.name(ndx) });
    else if (args.progress) {
      const left = list.length - 1 - ndx;
      this.progressLine(file?.ndx === ndx ? file : { ndx, done: list.size(ndx), began: performance.now(), shown: 0 }, ` (xfr#${this.transferred}, to-chk=${left}/${list.length})\n`);
    }
    this.file = null;
  }

  failed(error: ErrorInfo): void {
    if (this.args.json) this.json({ type: 'error', error });
    this.out.flush();
    this.err.line(`sluice: ${errorLines(error).join(' ')}`);
  }

  /** The closing lines: --stats, then what -v and --stats both show. */
  end(summary: Summary): void {
    const { args } = this;
    const size = this.totalSize();
    if (args.json) {
      this.json({ type: 'end', files: this.list?.length ?? 0, transferred: this.transferred, created: this.created, deleted: this.removed, size, bytes: this.transferredBytes, ...summary });
      return;
    }
    if (args.stats) for (const line of this.stats(summary, size)) this.say(line);
    if (args.verbose === 0 && !args.stats) return;
    const bytes = summary.sent + summary.received;
    const seconds = Math.trunc((performance.now() - this.began) / 1000);
    this.say(`\nsent ${this.number(summary.sent)} bytes  received ${this.number(summary.received)} bytes  ${humanDecimal(bytes / (0.5 + seconds), args.human)} bytes/sec`);
    this.say(`total size is ${this.number(size)}  speedup is ${humanDecimal(bytes === 0 ? 0 : size / bytes, args.human)}${args.options.dryRun ? ' (DRY RUN)' : ''}`);
  }

  private stats(summary: Summary, size: number): string[] {
    const all = noCounts();
    for (let i = 0; this.list && i < this.list.length; i++) if (!this.list.isHole(i)) all[kindOf(this.list.mode(i))] += 1;
    return [
      '', `Number of files: ${this.counts(all)}`, `Number of created files: ${this.counts(this.created)}`, `Number of deleted files: ${this.counts(this.removed)}`,
      `Number of regular files transferred: ${this.number(this.transferred)}`, `Total file size: ${this.number(size)} bytes`, `Total transferred file size: ${this.number(this.transferredBytes)} bytes`,
      `Literal data: ${this.number(summary.literal)} bytes`, `Matched data: ${this.number(summary.matched)} bytes`, 'File list size: 0',
      'File list generation time: 0.001 seconds', 'File list transfer time: 0.000 seconds', `Total bytes sent: ${this.number(summary.sent)}`, `Total bytes received: ${this.number(summary.received)}`,
    ];
  }

  private counts(counts: Counts): string {
    const total = KINDS.reduce((sum, kind) => sum + counts[kind], 0);
    if (total === 0) return '0';
    const parts = KINDS.filter((kind) => counts[kind] > 0).map((kind) => `${kind}: ${this.number(counts[kind])}`);
    return `${this.number(total)} (${parts.join(', ')})`;
  }

  private totalSize(): number {
    let size = this.skippedSize;
    for (let i = 0; this.list && i < this.list.length; i++) if (isFile(this.list.mode(i)) || isLink(this.list.mode(i))) size += this.list.size(i);
    return size;
  }

  private progressLine(file: { readonly ndx: number; readonly done: number; readonly began: number }, tail: string): void {
    const size = this.list?.size(file.ndx) ?? 0;
    const seconds = Math.max((performance.now() - file.began) / 1000, 0.001);
    const rate = file.done / 1024 / seconds;
    const [scaled, unit] = rate > 1024 * 1024 ? [rate / 1024 / 1024, 'GB/s'] : rate > 1024 ? [rate / 1024, 'MB/s'] : [rate, 'kB/s'];
    const left = Math.round(tail === '' && rate > 0 ? (size - file.done) / 1024 / rate : seconds);
    const clock = `${Math.floor(left / 3600)}:${String(Math.floor(left / 60) % 60).padStart(2, '0')}:${String(left % 60).padStart(2, '0')}`;
    this.say(`\r${this.number(file.done).padStart(15)} ${String(size === 0 ? 100 : Math.floor((file.done / size) * 100)).padStart(3)}% ${scaled.toFixed(2).padStart(7)}${unit} ${clock.padStart(10)}${tail}`, '');
    this.out.flush();
  }

  private name(ndx: number): string {
    const bytes = this.list?.name(ndx) ?? Buffer.alloc(0);
    return escapeName(bytes, this.view.utf8);
  }

  private shown(ndx: number): string {
    const { list } = this;
    if (!list) return '';
    const link = list.isLink(ndx) && list.link(ndx).length > 0 ? ` -> ${escapeName(list.link(ndx), this.view.utf8)}` : '';
    return `${this.name(ndx)}${list.isDir(ndx) ? '/' : ''}${link}`;
  }

  private number(value: number): string { return humanNumber(value, this.args.human); }

  private say(text: string, end = '\n'): void {
    if (!this.args.quiet && !this.args.json) this.out.text(text + end);
  }

  private json(event: unknown): void { this.out.line(JSON.stringify(event)); }
}
