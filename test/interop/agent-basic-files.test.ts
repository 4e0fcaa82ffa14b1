// Files read and written by a real Flume 1.11 and by us: lines and containers through its spooling directory and our deserializers, containers of one read by the other.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import avsc from 'avsc';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SCHEMA_LITERAL } from '../../main/engines/agent/deserializers/avro.ts';
import { canonicalForm } from '../../main/engines/agent/deserializers/avro-schema.ts';
import { BEGINNING } from '../../main/engines/agent/deserializers/deserializer.ts';
import { newDeserializer } from '../../main/engines/agent/deserializers/make-deserializer.ts';
import type { Event } from '../../main/engines/agent/event/event.ts';
import { newSerializer } from '../../main/engines/agent/serializers/make-serializer.ts';
import { javaMapText } from '../../main/engines/agent/text/java-map.ts';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { testBytes } from '../support/agent/bytes.ts';
import { event, properties } from '../support/agent/probe.ts';

const problem = peerProblem('flume');
type Values = Readonly<Record<string, string | number | boolean>>;

/** What each spooling directory is given, and how it reads. */
const SPOOLS: Readonly<Record<string, { readonly deserializer: string; readonly charset: string; readonly policy: 'FAIL' | 'REPLACE' | 'IGNORE'; readonly values: Values; readonly bytes: () => Promise<Buffer> }>> = {
  lines: { deserializer: 'LINE', charset: 'UTF-8', policy: 'REPLACE', values: { maxLineLength: 8 }, bytes: async () => Buffer.concat([Buffer.from('short\n\ncr\r\n12345678\n123456789\nlonger than that, grüße €\n'), Buffer.from([0x61, 0xff, 0x62, 0x0a]), Buffer.from('no end')]) },
  ignore: { deserializer: 'LINE', charset: 'US-ASCII', policy: 'IGNORE', values: {}, bytes: async () => Buffer.from('größe\nplain\n') },
  gbk: { deserializer: 'LINE', charset: 'GBK', policy: 'FAIL', values: { outputCharset: 'UTF-16BE' }, bytes: async () => Buffer.from([0xd6, 0xd0, 0xce, 0xc4, 0x0a, 0x78, 0x0a]) },
  latin: { deserializer: 'LINE', charset: 'ISO-8859-1', policy: 'FAIL', values: {}, bytes: async () => Buffer.from('grün \u0080\n', 'latin1') },
  hash: { deserializer: 'AVRO', charset: 'UTF-8', policy: 'FAIL', values: {}, bytes: () => foreign() },
  literal: { deserializer: 'AVRO', charset: 'UTF-8', policy: 'FAIL', values: { schemaType: 'LITERAL' }, bytes: () => foreign() },
  null: { deserializer: 'AVRO', charset: 'UTF-8', policy: 'FAIL', values: {}, bytes: () => ours('null') },
  deflate: { deserializer: 'AVRO', charset: 'UTF-8', policy: 'FAIL', values: {}, bytes: () => ours('deflate') },
  snappy: { deserializer: 'AVRO', charset: 'UTF-8', policy: 'FAIL', values: {}, bytes: () => ours('snappy') },
};
const CODECS = ['null', 'deflate', 'snappy'] as const;

const EVENTS = Array.from({ length: 300 }, (_, i) => event(`body ${i % 11} `.repeat(i % 40), { n: String(i), ü: 'ß' }));

async function ours(compressionCodec: string): Promise<Buffer> {
  const serializer = newSerializer('k', 'avro_event', properties({ compressionCodec, syncIntervalBytes: 4000 }), { openHdfs: null })();
  return Buffer.concat([await serializer.header(EVENTS[0] as Event), await serializer.serialize(EVENTS)]);
}

/** Of a schema with names, an enum, a fixed and itself inside. */
async function foreign(): Promise<Buffer> {
  const type = avsc.Type.forSchema({
    type: 'record', name: 'node', namespace: 'some.space', fields: [
      { name: 'next', type: ['null', 'node'] }, { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['A', 'B'] } }, { name: 'id', type: { type: 'fixed', name: 'Id', size: 3 } },
      { name: 'list', type: { type: 'array', items: 'double' } }, { name: 'map', type: { type: 'map', values: 'long' } }, { name: 'text', type: 'string' },
    ],
  } as avsc.Schema);
  const encoder = new avsc.streams.BlockEncoder(type, { codec: 'deflate', blockSize: 200 });
  const parts: Buffer[] = [];
  encoder.on('data', (part: Buffer) => { parts.push(part); });
  const node = (i: number, next: unknown): unknown => ({ next, kind: i % 2 ? 'A' : 'B', id: Buffer.from([i, 1, 2]), list: [i, 0.5], map: { a: i }, text: `t${i}` });
  await new Promise<void>((resolve) => {
    encoder.on('end', resolve);
    for (let i = 0; i < 20; i++) encoder.write(node(i, i % 3 ? null : node(i + 100, null)));
    encoder.end();
  });
  return Buffer.concat(parts);
}

async function readAll(bytes: Buffer, deserializer: string, values: Values, charset: string, onBadText: 'FAIL' | 'REPLACE' | 'IGNORE'): Promise<Event[]> {
  const reader = await newDeserializer('r', deserializer, properties(values), () => {})(testBytes(bytes, 1000), { file: 'f', place: BEGINNING, charset, onBadText, openEnd: 'event' });
  const events: Event[] = [];
  for (let some = await reader.read(50); some.length > 0; some = await reader.read(50)) events.push(...some);
  return events;
}

describe.skipIf(problem)(`files as Flume has them${problem ? ` (${problem})` : ''}`, () => {
  const root = mkdtempSync(join(tmpdir(), 'agent-basic-files-'));
  let flume: RunningPeer<'flume'>;
  const names = Object.keys(SPOOLS);
  const outOf = (name: string): Buffer => Buffer.concat(readdirSync(join(root, `out-${name}`)).sort().map((file) => readFileSync(join(root, `out-${name}`, file))));

  beforeAll(async () => {
    const lines = [`sources = ${names.join(' ')} sq`, `channels = ${[...names, ...CODECS.map((codec) => `w${codec}`)].join(' ')}`, `sinks = ${[...names, ...CODECS.map((codec) => `w${codec}`)].join(' ')}`];
    for (const [name, { deserializer, charset, policy, values, bytes }] of Object.entries(SPOOLS)) {
      mkdirSync(join(root, name));
      mkdirSync(join(root, `out-${name}`));
      writeFileSync(join(root, name, 'file'), await bytes());
      lines.push(`sources.${name}.type = spooldir`, `sources.${name}.spoolDir = ${root}/${name}`, `sources.${name}.deserializer = ${deserializer}`, `sources.${name}.inputCharset = ${charset}`, `sources.${name}.decodeErrorPolicy = ${policy}`, `sources.${name}.channels = ${name}`,
        ...Object.entries(values).map(([key, value]) => `sources.${name}.deserializer.${key} = ${value}`),
        `channels.${name}.type = memory`, `channels.${name}.capacity = 1000`, `sinks.${name}.type = file_roll`, `sinks.${name}.channel = ${name}`, `sinks.${name}.sink.directory = ${root}/out-${name}`, `sinks.${name}.sink.rollInterval = 0`, `sinks.${name}.sink.serializer = avro_event`);
    }
    lines.push('sources.sq.type = seq', 'sources.sq.totalEvents = 1000', 'sources.sq.batchSize = 50', `sources.sq.channels = ${CODECS.map((codec) => `w${codec}`).join(' ')}`, 'sources.sq.interceptors = i', 'sources.sq.interceptors.i.type = static', 'sources.sq.interceptors.i.value = some value');
    for (const codec of CODECS) {
      mkdirSync(join(root, `out-w${codec}`));
      lines.push(`channels.w${codec}.type = memory`, `channels.w${codec}.capacity = 2000`, `sinks.w${codec}.type = file_roll`, `sinks.w${codec}.channel = w${codec}`, `sinks.w${codec}.sink.directory = ${root}/out-w${codec}`, `sinks.w${codec}.sink.rollInterval = 0`,
        `sinks.w${codec}.sink.serializer = avro_event`, `sinks.w${codec}.sink.serializer.compressionCodec = ${codec}`);
    }
    flume = await startPeer('flume', { config: lines.map((line) => `a1.${line}\n`).join('') });
  }, 120_000);
  afterAll(async () => {
    if (flume) process.kill(flume.pid, 'SIGKILL');
    await flume?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  /** Events that Flume has put into its containers, as soon as there are so many. */
  async function theirs(name: string, count: number): Promise<readonly Event[]> {
    for (const end = Date.now() + 30_000; ;) {
      const events = await readAll(outOf(name), 'AVRO', {}, 'UTF-8', 'FAIL').catch(() => []); // it may be in the middle of a block
      if (events.length >= count) return events.map(({ body }) => unwrapped(body));
      if (Date.now() > end) throw new Error(`${name}: ${events.length} of ${count}; ${readFileSync(flume.log, 'utf8').slice(-1500)}`);
      await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
  }
  /** A schema as such: Java spells names its own way. */
  const shown = (events: readonly Event[]): string[] => events.map(({ headers, body }) => {
    const literal = headers.get(SCHEMA_LITERAL);
    const comparable = literal === undefined ? headers : new Map([...headers, [SCHEMA_LITERAL, canonicalForm(JSON.parse(literal))]]);
    return `${javaMapText(comparable)} ${body.toString('hex')}`;
  });

  test.each(names)('I1–I17 %s: the same events out of the same bytes', async (name) => {
    const { deserializer, charset, policy, values, bytes } = SPOOLS[name] as (typeof SPOOLS)[string];
    const own = await readAll(await bytes(), deserializer, values, charset, policy);
    expect(shown(own)).toEqual(shown(await theirs(name, own.length)));
  });
  test.each(CODECS)('I14 a container that Flume wrote is read: %s', async (codec) => {
    const events = await theirs(`w${codec}`, 1000);
    expect(events.map(({ body }) => String(body))).toEqual(Array.from({ length: 1000 }, (_, i) => String(i)));
    expect(events[7]?.headers.get('key')).toBe('some value');
  });
});

/** The event that a datum of Flume's own containers is. */
function unwrapped(datum: Buffer): Event {
  const { headers, body } = FLUME_EVENT.fromBuffer(datum) as { headers: Record<string, string>; body: Buffer };
  return event(body, headers);
}
const FLUME_EVENT = avsc.Type.forSchema({ type: 'record', name: 'Event', fields: [{ name: 'headers', type: { type: 'map', values: 'string' } }, { name: 'body', type: 'bytes' }] });
