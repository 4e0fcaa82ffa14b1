// Writing an Avro object container file (Avro 1.11 specification, "Object Container Files").
//   header  "Obj" 01, map<bytes> { avro.schema, avro.codec }, 16 bytes sync
//   block   long count, long bytes, the encoded (and compressed) data, 16 bytes sync
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { crc32, deflateRaw, zstdCompress } from 'node:zlib';
import { snappyCompress } from '../codecs/snappy.ts';
import { longSize, putBytes, putLong, putString, stringSize } from '../event/avro-writer.ts';

export const CONTAINER_MAGIC = Buffer.from([0x4f, 0x62, 0x6a, 0x01]);
export const SYNC_SIZE = 16;

type Codec = (data: Buffer) => Promise<Buffer>;

const deflate = promisify(deflateRaw);

export const WRITE_CODECS: Readonly<Record<string, Codec>> = {
  null: async (data) => data,
  deflate: (data) => deflate(data),
  snappy: async (data) => {
    const sum = Buffer.allocUnsafe(4);
    sum.writeUInt32BE(crc32(data));
    return Buffer.concat([snappyCompress(data), sum]);
  },
  ...(typeof zstdCompress === 'function' ? { zstandard: (data: Buffer) => promisify(zstdCompress)(data) } : {}),
};

export class ContainerWriter {
  private readonly schema: string;
  private readonly codec: string;
  /** Bytes of data after which a block ends. */
  private readonly interval: number;
  private readonly sync = randomBytes(SYNC_SIZE);

  constructor(schema: string, codec: string, interval: number) {
    this.schema = schema;
    this.codec = codec;
    this.interval = interval;
  }

  header(): Buffer {
    const entries = [['avro.codec', Buffer.from(this.codec)], ['avro.schema', Buffer.from(this.schema)]] as const;
    const size = CONTAINER_MAGIC.length + longSize(entries.length) + entries.reduce((sum, [key, value]) => sum + stringSize(key) + longSize(value.length) + value.length, 0) + 1 + SYNC_SIZE;
    const bytes = Buffer.allocUnsafe(size);
    let at = putLong(bytes, CONTAINER_MAGIC.copy(bytes), entries.length);
    for (const [key, value] of entries) at = putBytes(bytes, putString(bytes, at, key), value);
    bytes[at++] = 0;
    this.sync.copy(bytes, at);
    return bytes;
  }

  /** As many blocks as the interval asks for. */
  async blocks(data: readonly Buffer[]): Promise<Buffer> {
    const blocks: Buffer[] = [];
    let some: Buffer[] = [];
    let size = 0;
    for (const datum of data) {
      some.push(datum);
      size += datum.length;
      if (size >= this.interval) {
        blocks.push(...(await this.block(some)));
        some = [];
        size = 0;
      }
    }
    if (some.length > 0) blocks.push(...(await this.block(some)));
    return Buffer.concat(blocks);
  }

  private async block(data: readonly Buffer[]): Promise<readonly Buffer[]> {
    const packed = await (WRITE_CODECS[this.codec] as Codec)(Buffer.concat(data));
    const head = Buffer.allocUnsafe(longSize(data.length) + longSize(packed.length));
    putLong(head, putLong(head, 0, data.length), packed.length);
    return [head, packed, this.sync];
  }
}
