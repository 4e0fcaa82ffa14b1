// Appends txns to the log: many leave in one write, one write is under way at a time, and the event loop waits for none of them.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../lib/errno.ts';
import { join } from 'node:path';
import type { Disk, DiskFile } from '../../../lib/disk/disk.ts';
import { MAX_BATCH } from './log-end.ts';
import { endUpTo } from './log-files.ts';
import { FILE_HEADER, fileHeader, logName, putRecord, recordSize } from './log-format.ts';

export interface LogWriterOptions {
  readonly disk: Disk;
  readonly dir: string;
  /** A file grows by this many bytes at a time; 0 for not ahead of time. */
  readonly preAlloc: number;
  /** False: a txn counts as durable once the system has it (`forceSync=no`). */
  readonly forceSync: boolean;
  /** Once a batch. */
  readonly onDurable: (zxid: number) => void;
  /** Of each batch: ms it took, and its txns. */
  readonly onWritten?: (ms: number, txns: number) => void;
  /** Once; nothing is written or told after it. */
  readonly onFailure: (error: SluiceError) => void;
}

/** Bytes that leave in one write. */
interface Batch {
  bytes: Buffer;
  length: number;
  lastZxid: number;
  txns: number;
  /** Begins a new file of that name; null when it goes on in the one at hand. */
  readonly file: string | null;
}

const FIRST_ROOM = 65_536;
/** A file grows when what is written comes this near to its end (FilePadding). */
const NEAR_END = 4096;

export class LogWriter {
  readonly #options: LogWriterOptions;
  readonly #waiting: Batch[] = [];
  #filling: Batch | null = null;
  #spare: Buffer | null = null;
  #rolled = true;
  #busy = false;
  #scheduled = false;
  #failed: SluiceError | null = null;
  #file: DiskFile | null = null;
  #path = '';
  #position = 0;
  #size = 0;
  #durable: number;
  #bytes = 0;
  #appended: number;
  #waiters: { readonly zxid: number; readonly settle: () => void }[] = [];

  /** @param durable the last zxid that is in the log already. */
  constructor(options: LogWriterOptions, durable: number) {
    this.#options = options;
    this.#durable = durable;
    this.#appended = durable;
  }

  /** The last zxid on disk. */
  get durable(): number { return this.#durable; }
  /** Bytes of txns since the last roll. */
  get bytesSinceRoll(): number { return this.#bytes; }
  get failed(): SluiceError | null { return this.#failed; }

  /** Copies `txn`. Zxids rise; one that is in the log already is told durable again and not written again. */
  append(zxid: number, txn: Buffer, known: boolean): void {
    if (this.#failed) return;
    if (!known) {
      const size = recordSize(txn);
      const batch = this.#batchFor(zxid, size);
      if (batch.length + size > batch.bytes.length) this.#grow(batch, size);
      batch.length = putRecord(batch.bytes, batch.length, txn);
      batch.lastZxid = zxid;
      batch.txns += 1;
      this.#appended = zxid;
      this.#bytes += size;
    }
    if (this.#scheduled || this.#busy) return;
    this.#scheduled = true;
    setImmediate(this.#flush); // after all that this turn of the loop has read
  }

  /** The next txn begins a new file. */
  roll(): void {
    this.#rolled = true;
    this.#bytes = 0;
  }

  /** Settles when all appended so far is on disk; rejects with COORD_DISK when it will not be. */
  flushed(): Promise<void> {
    if (this.#failed) return Promise.reject(this.#failed);
    if (this.#appended === this.#durable) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ zxid: this.#appended, settle: () => { if (this.#failed) reject(this.#failed); else resolve(); } });
    });
  }

  /** Waits for what was appended; the file is closed even after a failure. */
  async close(): Promise<void> {
    try {
      await this.flushed();
    } catch {
      // told by onFailure
    }
    const file = this.#file;
    this.#file = null;
    this.#rolled = true;
    await file?.close();
  }

  #batchFor(zxid: number, size: number): Batch {
    const batch = this.#filling;
    if (batch && !this.#rolled && batch.length + size <= MAX_BATCH) return batch;
    if (batch) this.#waiting.push(batch);
    const room = this.#spare ?? Buffer.allocUnsafeSlow(Math.max(FIRST_ROOM, size + FILE_HEADER));
    this.#spare = null;
    const next: Batch = { bytes: room, length: 0, lastZxid: zxid, txns: 0, file: this.#rolled ? logName(zxid) : null };
    if (this.#rolled) next.length = fileHeader().copy(room);
    this.#rolled = false;
    this.#filling = next;
    return next;
  }

  #grow(batch: Batch, size: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(batch.length + size, batch.bytes.length * 2));
    batch.bytes.copy(grown, 0, 0, batch.length);
    batch.bytes = grown;
  }

  readonly #flush = (): void => {
    this.#scheduled = false;
    if (this.#busy || this.#failed) return;
    const batch = this.#waiting.shift() ?? this.#filling;
    if (batch === this.#filling) this.#filling = null;
    if (!batch) {
      this.#tell();
      return;
    }
    this.#busy = true;
    const begun = performance.now();
    this.#write(batch).then(() => { this.#options.onWritten?.(performance.now() - begun, batch.txns); this.#done(batch); }, (error: unknown) => { this.#fail(error); });
  };

  async #write(batch: Batch): Promise<void> {
    if (batch.file !== null) await this.#begin(batch.file);
    const end = this.#position + batch.length;
    const file = this.#file as DiskFile;
    const size = paddedSize(end, this.#size, this.#options.preAlloc);
    if (size > this.#size && this.#options.preAlloc > 0) await file.truncate(size);
    await file.write(batch.bytes.subarray(0, batch.length), this.#position);
    if (size > this.#size && this.#options.forceSync) await file.sync();
    if (batch.file !== null && this.#options.forceSync) await this.#options.disk.syncDir(this.#options.dir);
    this.#position = end;
    this.#size = size;
  }

  async #begin(name: string): Promise<void> {
    const former = this.#file;
    this.#file = null;
    await former?.close();
    this.#path = join(this.#options.dir, name);
    const { disk, forceSync } = this.#options;
    const mode = forceSync ? 'create-durable' : 'create';
    this.#file = await disk.open(this.#path, mode).catch(async (error: unknown) => {
      if (codeOf(error) !== 'EEXIST' || (await endUpTo(disk, this.#path, Infinity)).last >= 0) throw error;
      await disk.remove(this.#path); // a crash left it without a txn
      return disk.open(this.#path, mode);
    });
    this.#position = 0;
    this.#size = FILE_HEADER;
  }

  #done(batch: Batch): void {
    this.#busy = false;
    this.#durable = batch.lastZxid;
    if (batch.bytes.length <= MAX_BATCH) this.#spare = batch.bytes;
    if (this.#waiting.length > 0 || this.#filling) this.#flush(); // the next is on its way before anyone acts on this one
    this.#tell();
  }

  #tell(): void {
    this.#options.onDurable(this.#durable);
    this.#settle();
  }

  #fail(error: unknown): void {
    this.#busy = false;
    this.#waiting.length = 0;
    this.#filling = null;
    this.#failed = SluiceError.of('COORD_DISK', { file: this.#path, reason: codeOf(error) }, error);
    this.#options.onFailure(this.#failed);
    this.#settle();
  }

  #settle(): void {
    while (this.#waiters.length > 0 && (this.#failed || (this.#waiters[0] as { zxid: number }).zxid <= this.#durable)) this.#waiters.shift()?.settle();
  }
}

/** By FilePadding: a file that is written to within 4 KiB of its end grows by `preAlloc`; without it, as it is written. */
function paddedSize(end: number, size: number, preAlloc: number): number {
  if (preAlloc <= 0) return Math.max(end, size);
  let padded = size;
  while (end + NEAR_END >= padded) padded += preAlloc;
  return padded;
}
