// Hadoop's SequenceFile, version 6 (SequenceFile.Writer), with a time as the key and the body as the value.
//   header  "SEQ" 06 | text key class | text value class | u8 compressed | u8 in blocks | text codec class where compressed | u32 0 metadata | 16 bytes sync
//   record  u32 bytes of key and value | u32 bytes of key | key | value;   now and then u32 -1 | sync
//   block   u32 -1 | sync | vint records | 4 x (vint bytes | compressed): lengths of keys, keys, lengths of values, values
// text = vint bytes and UTF-8; LongWritable = 8 bytes; BytesWritable = u32 bytes and bytes; Text = vint bytes and bytes.
import { randomBytes } from 'node:crypto';
import type { Event } from '../../event/event.ts';
import type { Codec } from './codec.ts';
import type { FileFormat } from './file-format.ts';

/** Bytes after which a sync comes, so that a reader can begin in the middle. */
const SYNC_INTERVAL = 100 * 1024;
const ESCAPE = Buffer.from([0xff, 0xff, 0xff, 0xff]);

export interface SequenceFileOptions {
  readonly values: 'Writable' | 'Text';
  readonly codec: Codec | null;
  /** For events without a timestamp, ms. */
  readonly now: () => number;
}

export function sequenceFile({ values, codec, now }: SequenceFileOptions): FileFormat {
  const sync = randomBytes(16);
  let sinceSync = 0;
  const key = (event: Event): Buffer => {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeBigInt64BE(timeOf(event, now));
    return bytes;
  };
  const value = values === 'Text' ? (event: Event): Buffer => Buffer.concat([vint(event.bodySize), event.body]) : (event: Event): Buffer => Buffer.concat([u32(event.bodySize), event.body]);
  return {
    header: async () => Buffer.concat([
      Buffer.from('SEQ\x06'), text('org.apache.hadoop.io.LongWritable'), text(values === 'Text' ? 'org.apache.hadoop.io.Text' : 'org.apache.hadoop.io.BytesWritable'),
      Buffer.from(codec ? [1, 1] : [0, 0]), ...(codec ? [text(codec.className)] : []), u32(0), sync,
    ]),
    encode: async (events) => {
      if (codec) return block(events.map(key), events.map(value), sync, codec);
      const parts: Buffer[] = [];
      for (const event of events) {
        if (sinceSync >= SYNC_INTERVAL) {
          parts.push(ESCAPE, sync);
          sinceSync = 0;
        }
        const content = value(event);
        parts.push(u32(8 + content.length), u32(8), key(event), content);
        sinceSync += 16 + content.length;
      }
      return Buffer.concat(parts);
    },
  };
}

async function block(keys: readonly Buffer[], values: readonly Buffer[], sync: Buffer, codec: Codec): Promise<Buffer> {
  const parts: Buffer[] = [ESCAPE, sync, vint(keys.length)];
  for (const buffers of [keys.map(({ length }) => vint(length)), keys, values.map(({ length }) => vint(length)), values]) {
    const packed = await codec.compress(Buffer.concat(buffers));
    parts.push(vint(packed.length), packed);
  }
  return Buffer.concat(parts);
}

function timeOf(event: Event, now: () => number): bigint {
  const header = event.headers.get('timestamp') ?? '';
  return /^-?\d{1,18}$/.test(header) ? BigInt(header) : BigInt(now());
}

function u32(n: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(n);
  return bytes;
}

/** WritableUtils.writeVInt of a number that is not negative. */
export function vint(n: number): Buffer {
  if (n <= 127) return Buffer.from([n]);
  const size = n < 0x100 ? 1 : n < 0x1_0000 ? 2 : n < 0x100_0000 ? 3 : 4;
  const bytes = Buffer.allocUnsafe(1 + size);
  bytes.writeInt8(-112 - size);
  bytes.writeUIntBE(n, 1, size);
  return bytes;
}

function text(words: string): Buffer {
  const bytes = Buffer.from(words);
  return Buffer.concat([vint(bytes.length), bytes]);
}
