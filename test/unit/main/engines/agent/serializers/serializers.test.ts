import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import avsc from 'avsc';
import { expect, test } from 'vitest';
import { BEGINNING, type Place } from '../../../../../../main/engines/agent/deserializers/deserializer.ts';
import { newDeserializer } from '../../../../../../main/engines/agent/deserializers/make-deserializer.ts';
import type { Event } from '../../../../../../main/engines/agent/event/event.ts';
import { newSerializer } from '../../../../../../main/engines/agent/serializers/make-serializer.ts';
import { testBytes } from '../../../../../support/agent/bytes.ts';
import { event, properties } from '../../../../../support/agent/probe.ts';

const serializer = (type: string, values: Record<string, string | number | boolean> = {}) => newSerializer('a1.sinks.k1', type, properties(values), { openHdfs: null })();
async function file(type: string, events: readonly Event[], values: Record<string, string | number | boolean> = {}): Promise<Buffer> {
  const one = serializer(type, values);
  return Buffer.concat([await one.header(events[0] as Event), await one.serialize(events)]);
}

/** What another reader of containers finds. */
function containerOf(bytes: Buffer): Promise<{ schema: unknown; data: unknown[] }> {
  return new Promise((resolve, reject) => {
    const decoder = new avsc.streams.BlockDecoder();
    const data: unknown[] = [];
    let schema: unknown;
    decoder.on('metadata', (type: { schema(): unknown }) => { schema = type.schema(); }).on('data', (datum: unknown) => { data.push(datum); }).on('end', () => { resolve({ schema, data }); }).on('error', reject);
    decoder.end(bytes);
  });
}

test('I10 text is the body and a line feed, which can be left out', async () => {
  expect(String(await file('text', [event('a'), event('b')]))).toBe('a\nb\n');
  expect(String(await file('TEXT', [event('a'), event('b')], { appendNewline: false }))).toBe('ab');
  expect(String(await file('header_and_text', [event('a', { k: 'v', l: 'ü' }), event('b')]))).toBe('{k=v, l=ü} a\n{} b\n');
});

test.each(['null', 'deflate'])('I11 avro_event is a container that other readers read: %s', async (compressionCodec) => {
  const events = Array.from({ length: 500 }, (_, i) => event(`body ${i}`, { n: String(i) }));
  const { data } = await containerOf(await file('avro_event', events, { compressionCodec, syncIntervalBytes: 1000 }));
  expect(data).toHaveLength(500);
  expect(data[499]).toMatchObject({ headers: { n: '499' }, body: Buffer.from('body 499') });
});

test('I12 the schema of bodies that are Avro comes from a header of the first event or the configuration', async () => {
  const server = createServer((_, response) => { response.end('"long"'); });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/s`;
  try {
    const type = 'org.apache.flume.sink.hdfs.AvroEventSerializer$Builder';
    const two = Buffer.from([4]);
    expect((await containerOf(await file(type, [event(two, { 'flume.avro.schema.literal': '{"type": "long"}' })]))).data).toEqual([2]);
    expect((await containerOf(await file(type, [event(two, { 'flume.avro.schema.url': url })]))).data).toEqual([2]);
    expect((await containerOf(await file(type, [event(two)], { schemaURL: url }))).data).toEqual([2]);
    await expect(file(type, [event(two)])).rejects.toMatchObject({ code: 'AGENT_HEADER' });
    await expect(file(type, [event(two, { 'flume.avro.schema.literal': '{' })])).rejects.toMatchObject({ code: 'AGENT_HEADER' });
    await expect(file(type, [event(two, { 'flume.avro.schema.url': 'hdfs://nn:1/s' })])).rejects.toMatchObject({ code: 'AGENT_HEADER' });
  } finally {
    server.close();
  }
});

test('I13 a serializer or codec that is not known is said so', () => {
  expect(() => serializer('texts')).toThrow(expect.objectContaining({ code: 'AGENT_UNKNOWN_TYPE', params: { component: 'a1.sinks.k1', type: 'texts', nearest: 'text' } }));
  expect(() => serializer('avro_event', { compressionCodec: 'lzo' })).toThrow(expect.objectContaining({ code: 'AGENT_KEY' }));
});

// --- and back --------------------------------------------------------------------------------------------------------

const open = (bytes: Buffer, place: Place, schemaType = 'HASH', atOnce?: number) =>
  newDeserializer('a1.sources.r1', 'AVRO', properties({ schemaType }), () => {})(testBytes(bytes, atOnce), { file: 'f.avro', place, charset: 'UTF-8', onBadText: 'FAIL', openEnd: 'event' });

test.each(['null', 'deflate', 'snappy', 'zstandard'])('I14 a container gives one event a datum, and goes on in the middle of a block: %s', async (compressionCodec) => {
  const events = Array.from({ length: 100 }, (_, i) => event(`body ${i % 7}`.repeat(i), { n: String(i) }));
  const bytes = await file('avro_event', events, { compressionCodec, syncIntervalBytes: 2000 });
  const bodies: Buffer[] = [];
  let place: Place = BEGINNING;
  for (;;) {
    const reader = await open(bytes, place, 'HASH', 100);
    const some = await reader.read(7);
    if (some.length === 0) break;
    bodies.push(...some.map(({ body }) => body));
    ({ place } = reader);
  }
  expect(Buffer.concat(bodies).equals(Buffer.concat(events.map((one) => one.toAvro())))).toBe(true);
  expect(place.position).toBe(bytes.length);
});

test('I15 the header has the fingerprint of the schema, or the schema', async () => {
  const schema = { type: 'record', name: 'r', namespace: 'n', doc: 'left out', fields: [{ name: 'next', type: ['null', 'r'] }, { name: 'e', type: { type: 'enum', name: 'E', symbols: ['A', 'B'] } }, { name: 'm', type: { type: 'map', values: { type: 'fixed', name: 'F', size: 2 } } }] };
  const type = avsc.Type.forSchema(schema as avsc.Schema);
  const encoder = new avsc.streams.BlockEncoder(type);
  const parts: Buffer[] = [];
  encoder.on('data', (part: Buffer) => { parts.push(part); });
  const datum = { next: { next: null, e: 'A', m: {} }, e: 'B', m: { k: Buffer.from('xy') } };
  await new Promise<void>((resolve) => { encoder.on('end', resolve); encoder.write(datum); encoder.end(datum); });
  const [first] = await (await open(Buffer.concat(parts), BEGINNING)).read(5);
  expect(first?.headers.get('flume.avro.schema.hash')).toMatch(/^[0-9a-f]{16}$/);
  expect(type.fromBuffer(first?.body as Buffer)).toMatchObject({ e: 'B' });
  const [literal] = await (await open(Buffer.concat(parts), BEGINNING, 'LITERAL')).read(5);
  expect(JSON.parse(literal?.headers.get('flume.avro.schema.literal') ?? '')).toMatchObject({ name: 'n.r' });
  // the fingerprint of "int" in the Avro specification's own test data
  const ints = Buffer.concat([Buffer.from('Obj\x01\x02\x16avro.schema\x0a"int"\x00', 'latin1'), Buffer.alloc(16), Buffer.from([2, 2, 2]), Buffer.alloc(16)]);
  expect((await (await open(ints, BEGINNING)).read(1))[0]?.headers.get('flume.avro.schema.hash')).toBe('8f5c393f1ad57572');
});

test('I16 a file that is no container, or a damaged one, is named with the place', async () => {
  await expect(open(Buffer.from('hello'), BEGINNING)).rejects.toMatchObject({ code: 'AGENT_DECODE', params: { file: 'f.avro', position: 0 } });
  const bytes = await file('avro_event', [event('a'), event('b')], { compressionCodec: 'snappy' });
  const damaged = Buffer.from(bytes);
  damaged[bytes.length - 20] = (damaged[bytes.length - 20] as number) ^ 0x55;
  await expect((await open(damaged, BEGINNING)).read(1)).rejects.toMatchObject({ code: 'AGENT_DECODE' });
  await expect((await open(bytes.subarray(0, -5), BEGINNING)).read(1)).rejects.toMatchObject({ code: 'AGENT_DECODE' });
});

test('I17 a blob is the whole file, or pieces of maxBlobLength', async () => {
  const blob = (maxBlobLength: number) => newDeserializer('a1.sources.r1', 'org.apache.flume.sink.solr.morphline.BlobDeserializer$Builder', properties({ maxBlobLength }), () => {})(testBytes('hello world', 4), { file: 'f', place: BEGINNING, charset: 'UTF-8', onBadText: 'FAIL', openEnd: 'event' });
  expect((await (await blob(100)).read(5)).map(({ body }) => String(body))).toEqual(['hello world']);
  expect((await (await blob(5)).read(5)).map(({ body }) => String(body))).toEqual(['hello', ' worl', 'd']);
});
