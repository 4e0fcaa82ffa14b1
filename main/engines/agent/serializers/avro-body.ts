// Bodies that are Avro data already, in a container of their schema, which a header of the file's first event names or holds (AvroEventSerializer of the hdfs sink).
import { readFile } from 'node:fs/promises';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { Event } from '../event/event.ts';
import type { AgentPorts } from '../ports.ts';
import { ContainerWriter } from './avro-container.ts';
import type { Serializer } from './serializer.ts';

export const SCHEMA_URL = 'flume.avro.schema.url';
export const SCHEMA_LITERAL = 'flume.avro.schema.literal';
/** A schema of more bytes is refused. */
const MAX_SCHEMA = 1024 * 1024;
const FETCH_MS = 20_000;

export interface AvroBodyOptions {
  readonly component: string;
  readonly codec: string;
  readonly syncIntervalBytes: number;
  /** For events without a header of their own. */
  readonly schemaUrl: string | null;
  readonly ports: Pick<AgentPorts, 'openHdfs'>;
  /** Schemas by the URL they came from, for all files of the sink. */
  readonly schemas: Map<string, string>;
}

export function avroBodySerializer(options: AvroBodyOptions): Serializer {
  let container: ContainerWriter | null = null;
  return {
    reopens: false,
    header: async (first) => {
      container ??= new ContainerWriter(await schemaOf(first, options), options.codec, options.syncIntervalBytes);
      return container.header();
    },
    serialize: (events) => (container as ContainerWriter).blocks(events.map((event) => event.body)),
  };
}

async function schemaOf(event: Event, options: AvroBodyOptions): Promise<string> {
  const bad = (header: string, reason: string): SluiceError => SluiceError.of('AGENT_HEADER', { component: options.component, header, reason });
  const named = event.headers.get(SCHEMA_URL);
  const literal = event.headers.get(SCHEMA_LITERAL);
  if (named === undefined && literal !== undefined) return compact(literal, (reason) => bad(SCHEMA_LITERAL, reason));
  const url = named ?? options.schemaUrl;
  if (url === null) throw bad(SCHEMA_URL, `the event has neither it nor ${SCHEMA_LITERAL}, and schemaURL is not set`);
  const known = options.schemas.get(url);
  if (known !== undefined) return known;
  const fetched = await load(url, options.ports).catch((error: unknown) => { throw error instanceof SluiceError ? error : bad(SCHEMA_URL, `${url}: ${(error as Error).message}`); });
  const schema = compact(fetched, (reason) => bad(SCHEMA_URL, `${url}: ${reason}`));
  if (options.schemas.size < 1000) options.schemas.set(url, schema);
  return schema;
}

function compact(text: string, bad: (reason: string) => SluiceError): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch (error) {
    throw bad(`it is no schema: ${(error as Error).message}`);
  }
}

async function load(url: string, ports: AvroBodyOptions['ports']): Promise<string> {
  const { protocol, pathname, origin } = new URL(url);
  if (protocol === 'file:') return readFile(new URL(url), 'utf8');
  if (protocol === 'http:' || protocol === 'https:') {
    const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS) });
    if (!response.ok) throw new Error(`HTTP status ${response.status}`);
    return bounded(response.body ?? []);
  }
  if (ports.openHdfs === null) throw new Error(`${protocol} cannot be read here`);
  const client = await ports.openHdfs({ uri: origin === 'null' ? url.slice(0, url.indexOf('/', protocol.length + 2)) : origin, user: null, httpUri: null });
  try {
    return await bounded(client.read(decodeURIComponent(pathname), 0, MAX_SCHEMA + 1, AbortSignal.timeout(FETCH_MS)));
  } finally {
    await client.close();
  }
}

async function bounded(parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  const taken: Uint8Array[] = [];
  let size = 0;
  for await (const part of parts) {
    size += part.length;
    if (size > MAX_SCHEMA) throw new Error(`it is larger than ${MAX_SCHEMA} bytes`);
    taken.push(part);
  }
  return Buffer.concat(taken).toString('utf8');
}
