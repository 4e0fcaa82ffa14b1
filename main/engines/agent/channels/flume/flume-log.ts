// A log of Flume's file channel, as 1.11 writes it (LogFileV3, TransactionEventRecord; observed bytes). Read, never written.
//   7f | i32 BE length | message header { 1 type, 2 transaction, 3 order } | message body | message footer (empty)
//   put (1): body { 1 event { 1 headers { 1 name, 2 value }..., 2 body }, 2 CRC32 of the body }   take (2): { 1 file, 2 offset of the put }
//   rollback (3)   commit (4): { 1 type of what is committed }      00 | i32 length: put out of use by Flume's tool      80: filler up to the end
import { crc32 } from 'node:zlib';
import { asBuffer } from '../../../../lib/bytes.ts';
import type { Disk, DiskFile } from '../../../../lib/disk/disk.ts';
import { Event } from '../../event/event.ts';
import { corrupt } from '../file/scan.ts';
import { BadMessage, delimited, fields } from './protobuf.ts';

export const FLUME_LOG = /^log-(\d+)$/;
const RECORD = 0x7f;
const NOOP = 0x00;
const FILLER = 0x80;
const HEAD = 5;
const CHUNK = 2 ** 18;
/** No record of Flume is larger than a file of it. */
const MAX_RECORD = 1_623_195_647;

export type FlumeRecord = { readonly transaction: number; readonly order: number; readonly offset: number } & (
  | { readonly type: 'put' }
  | { readonly type: 'take'; readonly file: number; readonly put: number }
  | { readonly type: 'rollback' }
  | { readonly type: 'commit' });

export interface FlumeLog {
  readonly id: number;
  readonly path: string;
}

/** What was met that is no record. */
export interface LogTrouble { readonly path: string; readonly offset: number; readonly reason: string }

/** Reads forward through a file; what it answers is borrowed until the next call. */
class Stretch {
  private readonly file: DiskFile;
  private bytes: Buffer = Buffer.alloc(0);
  private start = 0;

  constructor(file: DiskFile) { this.file = file; }

  /** `length` bytes from `at`, fewer at the end of the file. */
  async get(at: number, length: number): Promise<Buffer> {
    if (at < this.start || at + length > this.start + this.bytes.length) {
      const room = asBuffer(Buffer.allocUnsafeSlow(Math.max(CHUNK, length)));
      this.bytes = room.subarray(0, await this.file.read(room, at));
      this.start = at;
    }
    return this.bytes.subarray(at - this.start, at - this.start + length);
  }
}

/**
 * The records in their order. A last record that is not whole is left by a crash: it goes to `onTorn`. Damage before it is AGENT_CHANNEL_CORRUPT, with the
 * place; with `onDamage` it is told instead and reading goes on behind it, where its length leads to another record.
 */
export async function* readLog(disk: Disk, log: FlumeLog, onTorn: (trouble: LogTrouble) => void, onDamage: ((trouble: LogTrouble) => void) | null): AsyncGenerator<FlumeRecord, void, undefined> {
  const file = await disk.open(log.path, 'read');
  try {
    const size = await file.size();
    const stretch = new Stretch(file);
    for (let at = 0; at < size;) {
      const head = await stretch.get(at, HEAD);
      if (head[0] === FILLER) return;
      const length = head.length === HEAD ? head.readInt32BE(1) : -1;
      const end = at + HEAD + length;
      const known = head[0] === RECORD || head[0] === NOOP;
      const record = known && length >= 0 && length <= MAX_RECORD && end <= size ? parsed(await stretch.get(at, HEAD + length), at) : 'it is not whole';
      if (typeof record !== 'string') {
        if (record) yield record;
        at = end;
        continue;
      }
      const trouble = { path: log.path, offset: at, reason: record };
      if (await onlyFiller(stretch, known && length >= 0 ? Math.min(end, size) : at + 1, size)) {
        onTorn(trouble);
        return;
      }
      if (!onDamage) throw corrupt(log.path, at, record);
      onDamage(trouble);
      const next = await nextRecord(stretch, at + 1, size);
      if (next === null) return;
      at = next;
    }
  } finally {
    await file.close();
  }
}

/** Null for one that was put out of use; words for what is none. */
function parsed(bytes: Buffer, offset: number): FlumeRecord | null | string {
  if (bytes[0] === NOOP) return null;
  try {
    const { type, transaction, order, body, end } = parts(bytes);
    if (end !== bytes.length) throw new BadMessage('bytes behind the record');
    const base = { transaction, order, offset };
    switch (type) {
      case 1:
        eventIn(body);
        return { ...base, type: 'put' };
      case 2: {
        let file = 0;
        let put = 0;
        for (const { number, value } of fields(body)) if (number === 1) file = value; else if (number === 2) put = value;
        return { ...base, type: 'take', file, put };
      }
      case 3: return { ...base, type: 'rollback' };
      case 4: return { ...base, type: 'commit' };
      default: throw new BadMessage(`a record of type ${type}`);
    }
  } catch (error) {
    if (error instanceof BadMessage) return error.message;
    throw error;
  }
}

function parts(bytes: Buffer): { readonly type: number; readonly transaction: number; readonly order: number; readonly body: Buffer; readonly end: number } {
  const [header, afterHeader] = delimited(bytes, HEAD);
  const [body, afterBody] = delimited(bytes, afterHeader);
  const [, end] = delimited(bytes, afterBody);
  let type = 0;
  let transaction = 0;
  let order = 0;
  for (const { number, value } of fields(header)) {
    if (number === 1) type = value;
    else if (number === 2) transaction = value;
    else if (number === 3) order = value;
  }
  return { type, transaction, order, body, end };
}

/** The event of a put. Throws BadMessage when its sum is another one. */
function eventIn(message: Buffer): { readonly headers: Map<string, string>; readonly body: Buffer } {
  let event: Buffer | null = null;
  let sum: number | null = null;
  for (const { number, value, bytes } of fields(message)) if (number === 1) event = bytes; else if (number === 2) sum = value;
  if (!event) throw new BadMessage('a put without an event');
  const headers = new Map<string, string>();
  let body: Buffer = Buffer.alloc(0);
  for (const { number, bytes } of fields(event)) {
    if (number === 2) body = bytes;
    else if (number === 1) {
      const pair = ['', ''];
      for (const part of fields(bytes)) pair[part.number - 1] = part.bytes.toString('utf8');
      headers.set(pair[0] as string, pair[1] as string);
    }
  }
  if (sum !== null && crc32(body) !== sum) throw new BadMessage(`the event's sum is ${crc32(body)}, not ${sum} as written`);
  return { headers, body };
}

async function onlyFiller(stretch: Stretch, from: number, size: number): Promise<boolean> {
  for (let at = from; at < size; at += CHUNK) {
    for (const byte of await stretch.get(at, Math.min(CHUNK, size - at))) if (byte !== FILLER && byte !== NOOP) return false;
  }
  return true;
}

/** Where a whole record begins, at or behind `from`. */
async function nextRecord(stretch: Stretch, from: number, size: number): Promise<number | null> {
  for (let at = from; at < size; at++) {
    const head = await stretch.get(at, HEAD);
    if (head[0] !== RECORD || head.length < HEAD) continue;
    const length = head.readInt32BE(1);
    if (length <= 0 || at + HEAD + length > size || length > CHUNK) continue;
    if (typeof parsed(await stretch.get(at, HEAD + length), at) !== 'string') return at;
  }
  return null;
}

/** Reads single puts again, of bytes of their own. */
export class FlumeEvents {
  private readonly disk: Disk;
  private readonly logs: ReadonlyMap<number, string>;
  private readonly open = new Map<number, { readonly file: DiskFile; readonly stretch: Stretch }>();

  constructor(disk: Disk, logs: readonly FlumeLog[]) {
    this.disk = disk;
    this.logs = new Map(logs.map(({ id, path }) => [id, path]));
  }

  async get(log: number, offset: number): Promise<Event> {
    const path = this.logs.get(log) as string;
    let known = this.open.get(log);
    if (!known) {
      if (this.open.size >= 16) await this.close();
      const file = await this.disk.open(path, 'read');
      known = { file, stretch: new Stretch(file) };
      this.open.set(log, known);
    }
    const head = await known.stretch.get(offset, HEAD);
    const bytes = await known.stretch.get(offset, HEAD + head.readInt32BE(1));
    const { headers, body } = eventIn(parts(bytes).body);
    return Event.of(headers, Buffer.from(body));
  }

  async close(): Promise<void> {
    for (const { file } of this.open.values()) await file.close();
    this.open.clear();
  }
}
