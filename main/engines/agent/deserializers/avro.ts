// One event a datum of an Avro container file: its bytes are the body, a header has the schema or its fingerprint (AvroEventDeserializer).
import { promisify } from 'node:util';
import { crc32, inflateRaw, zstdDecompress } from 'node:zlib';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { snappyDecompress } from '../codecs/snappy.ts';
import { AvroReader, BadEvent } from '../event/avro-reader.ts';
import { Event, type Headers } from '../event/event.ts';
import { CONTAINER_MAGIC, SYNC_SIZE } from '../serializers/avro-container.ts';
import { fingerprint, skipperOf, type Skip } from './avro-schema.ts';
import type { ByteSource, Deserializer, DeserializerOptions, Place } from './deserializer.ts';
import { Window } from './window.ts';

/** Of a block, packed or not. Writers end a block after 16 KB to 2 MB. */
const MAX_BLOCK = 128 * 1024 * 1024;
const MAX_HEADER = 4 * 1024 * 1024;

export const SCHEMA_HASH = 'flume.avro.schema.hash';
export const SCHEMA_LITERAL = 'flume.avro.schema.literal';

type Unpack = (data: Buffer) => Promise<Buffer>;
const inflate = promisify(inflateRaw);
const READ_CODECS: Readonly<Record<string, Unpack>> = {
  null: async (data) => data,
  deflate: (data) => inflate(data, { maxOutputLength: MAX_BLOCK }),
  snappy: async (data) => {
    if (data.length < 4) throw new BadEvent('a block without its checksum');
    const bytes = snappyDecompress(data.subarray(0, -4), MAX_BLOCK);
    if (crc32(bytes) !== data.readUInt32BE(data.length - 4)) throw new BadEvent('a block whose checksum does not agree');
    return bytes;
  },
  ...(typeof zstdDecompress === 'function' ? { zstandard: (data: Buffer) => promisify(zstdDecompress)(data, { maxOutputLength: MAX_BLOCK }) } : {}),
};

interface Container {
  readonly skip: Skip;
  readonly unpack: Unpack;
  readonly sync: Buffer;
  readonly headers: Headers;
  /** Of the first block. */
  readonly begin: number;
}

export async function openContainer(source: ByteSource, component: string, schemaType: 'HASH' | 'LITERAL', options: DeserializerOptions): Promise<Deserializer> {
  const bad = (position: number, error: unknown): SluiceError =>
    error instanceof SluiceError ? error : SluiceError.of('AGENT_DECODE', { component, file: options.file, position, reason: error instanceof Error ? error.message : String(error) });
  try {
    const container = await readHeader(source, schemaType);
    return new ContainerReader(source, container, options.place, bad);
  } catch (error) {
    throw bad(0, error);
  }
}

async function readHeader(source: ByteSource, schemaType: 'HASH' | 'LITERAL'): Promise<Container> {
  const window = new Window(source, 0);
  if (!(await window.has(CONTAINER_MAGIC.length)) || !window.rest.subarray(0, 4).equals(CONTAINER_MAGIC)) throw new BadEvent('it does not begin as an Avro container file does');
  for (;;) {
    const reader = new AvroReader(window.rest, 4);
    try {
      const meta = metadata(reader);
      if (reader.end - reader.position < SYNC_SIZE) throw new BadEvent('the header is cut short');
      const sync = Buffer.from(window.rest.subarray(reader.position, reader.position + SYNC_SIZE));
      return containerOf(meta, sync, reader.position + SYNC_SIZE, schemaType);
    } catch (error) {
      if (!(error instanceof BadEvent) || window.rest.length > MAX_HEADER || !(await window.more())) throw error;
    }
  }
}

function metadata(reader: AvroReader): ReadonlyMap<string, Buffer> {
  const meta = new Map<string, Buffer>();
  for (let count = reader.block(2); count > 0; count = reader.block(2)) for (let i = 0; i < count; i++) meta.set(reader.string('a key'), reader.take('a value'));
  return meta;
}

function containerOf(meta: ReadonlyMap<string, Buffer>, sync: Buffer, begin: number, schemaType: 'HASH' | 'LITERAL'): Container {
  const text = meta.get('avro.schema')?.toString('utf8');
  if (text === undefined) throw new Error('the header has no schema');
  const codec = meta.get('avro.codec')?.toString('utf8') ?? 'null';
  const unpack = Object.hasOwn(READ_CODECS, codec) ? READ_CODECS[codec] : undefined;
  if (!unpack) throw new Error(`it is compressed by ${codec}; what can be read is ${Object.keys(READ_CODECS).join(', ')}`);
  const schema: unknown = JSON.parse(text);
  const headers = schemaType === 'HASH' ? new Map([[SCHEMA_HASH, fingerprint(schema)]]) : new Map([[SCHEMA_LITERAL, JSON.stringify(schema)]]);
  return { skip: skipperOf(schema), unpack, sync, headers, begin };
}

class ContainerReader implements Deserializer {
  private readonly window: Window;
  private readonly container: Container;
  private readonly bad: (position: number, error: unknown) => SluiceError;
  /** The block in hand: where it begins, its events from `done` on. */
  private block: number;
  private reader: AvroReader | null = null;
  private count = 0;
  private done = 0;
  private size = 0;
  /** Of the block that is read next: events that a run before has had. */
  private skipFirst: number;

  constructor(source: ByteSource, container: Container, place: Place, bad: (position: number, error: unknown) => SluiceError) {
    this.block = Math.max(place.position, container.begin);
    this.window = new Window(source, this.block);
    this.container = container;
    this.skipFirst = place.skip;
    this.bad = bad;
  }

  get place(): Place { return { position: this.block, skip: this.reader === null ? this.skipFirst : this.done }; }

  async read(most: number): Promise<readonly Event[]> {
    const events: Event[] = [];
    try {
      while (events.length < most) {
        if (this.reader === null && !(await this.nextBlock())) break;
        events.push(this.datum());
      }
    } catch (error) {
      if (events.length > 0) return events; // the place is before what is bad: the next call says it
      throw this.bad(this.block, error);
    }
    return events;
  }

  private datum(): Event {
    const reader = this.reader as AvroReader;
    const start = reader.position;
    this.container.skip(reader, 0);
    const body = reader.bytes.subarray(start, reader.position);
    this.done += 1;
    if (this.done === this.count) this.leave();
    return Event.of(this.container.headers, body);
  }

  /** False at the end, and at a block that is not all there yet. */
  private async nextBlock(): Promise<boolean> {
    const { window, container: { unpack, sync, skip } } = this;
    for (;;) {
      if (!(await window.has(1))) return false;
      await window.has(20);
      const head = new AvroReader(window.rest);
      const count = head.long();
      const size = head.long();
      if (count < 0 || size < 0 || size > MAX_BLOCK) throw new BadEvent(`a block of ${count} data in ${size} bytes`);
      const whole = head.position + size + SYNC_SIZE;
      if (!(await window.has(whole))) throw new BadEvent('cut short in a block');
      if (!window.rest.subarray(head.position + size, whole).equals(sync)) throw new BadEvent('a block that does not end with the mark of this file');
      this.size = whole;
      if (count === 0) { this.leave(); continue; }
      const reader = new AvroReader(await unpack(window.rest.subarray(head.position, head.position + size)));
      const passed = Math.min(this.skipFirst, count);
      for (let i = 0; i < passed; i++) skip(reader, 0);
      this.reader = reader;
      this.count = count;
      this.done = passed;
      this.skipFirst = 0;
      if (passed === count) { this.leave(); continue; }
      return true;
    }
  }

  private leave(): void {
    this.window.skip(this.size);
    this.block = this.window.position;
    this.reader = null;
    this.done = 0;
  }
}
