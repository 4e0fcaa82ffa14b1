// Reads one log file from its beginning: whole records in order, then how it ends.
import { FILE_HEADER, RECORD_HEAD, isLogHeader, wholeRecordAt } from './log-format.ts';
import { judgeEnd, judgeHeader, type LogEnd } from './log-end.ts';
import type { Disk, DiskFile } from '../../../lib/disk/disk.ts';

const CHUNK = 262_144;

export interface ScannedTxn {
  /** A view of a chunk that is not used again. */
  readonly bytes: Buffer;
  readonly offset: number;
}

export class LogScan {
  readonly #file: DiskFile;
  readonly #size: number;
  #chunk = Buffer.alloc(0);
  /** The file's offset of `#chunk[0]`. */
  #base = 0;
  #end: LogEnd | null = null;

  private constructor(file: DiskFile, size: number) {
    this.#file = file;
    this.#size = size;
  }

  static async open(disk: Disk, path: string): Promise<LogScan> {
    const file = await disk.open(path, 'read');
    try {
      return new LogScan(file, await file.size());
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Set once `next` has answered null. */
  get end(): LogEnd | null { return this.#end; }

  /** The records of the next chunk, at least one; null at the end. */
  async next(): Promise<readonly ScannedTxn[] | null> {
    if (this.#base === 0 && this.#chunk.length === 0 && !(await this.#header())) return null;
    while (this.#end === null) {
      const found = this.#parse();
      if (found.length > 0) return found;
      if (!(await this.#more())) this.#end = await judgeEnd(this.#file, this.#base, this.#size);
    }
    return null;
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #header(): Promise<boolean> {
    const header = Buffer.alloc(FILE_HEADER);
    const got = await this.#file.read(header, 0);
    if (isLogHeader(header) && got === FILE_HEADER) {
      this.#base = FILE_HEADER;
      return true;
    }
    this.#end = await judgeHeader(this.#file, this.#size);
    return false;
  }

  #parse(): ScannedTxn[] {
    const found: ScannedTxn[] = [];
    const chunk = this.#chunk;
    let at = 0;
    for (let size = wholeRecordAt(chunk, 0, chunk.length); size > 0; size = wholeRecordAt(chunk, at, chunk.length)) {
      found.push({ bytes: chunk.subarray(at + RECORD_HEAD, at + size - 1), offset: this.#base + at });
      at += size;
    }
    this.#chunk = chunk.subarray(at);
    this.#base += at;
    return found;
  }

  /** False when the record at hand is bad, or the file is at its end: more bytes would not make it whole. */
  async #more(): Promise<boolean> {
    const have = this.#chunk.length;
    const left = this.#size - this.#base - have;
    if (left <= 0) return false;
    let want = CHUNK;
    if (have >= RECORD_HEAD) {
      const length = this.#chunk.readInt32BE(8);
      if (length <= 0 || have >= RECORD_HEAD + length + 1 || length > this.#size - this.#base) return false;
      want = Math.max(CHUNK, RECORD_HEAD + length + 1 - have);
    }
    const grown = Buffer.allocUnsafeSlow(have + Math.min(want, left));
    grown.set(this.#chunk);
    const got = await this.#file.read(grown.subarray(have), this.#base + have);
    this.#chunk = grown.subarray(0, have + got);
    return got > 0;
  }
}
