// Flume's Avro protocol (flume.avdl of flume-ng-sdk) and the rules by which another text says the same.

/** MD5 of the protocol as Flume's generated classes print it, with the licence in its doc; a client of Flume names the protocol by it and nothing else. */
export const FLUME_PROTOCOL_HASH = Buffer.from('86aadae2c45474c0fe93ffd0f2350a65', 'hex');

/** The protocol without its doc, for those who do not know the hash. */
export const FLUME_PROTOCOL = JSON.stringify({
  protocol: 'AvroSourceProtocol', namespace: 'org.apache.flume.source.avro',
  types: [
    { type: 'enum', name: 'Status', symbols: ['OK', 'FAILED', 'UNKNOWN'] },
    { type: 'record', name: 'AvroFlumeEvent', fields: [{ name: 'headers', type: { type: 'map', values: 'string' } }, { name: 'body', type: 'bytes' }] },
  ],
  messages: {
    append: { request: [{ name: 'event', type: 'AvroFlumeEvent' }], response: 'Status' },
    appendBatch: { request: [{ name: 'events', type: { type: 'array', items: 'AvroFlumeEvent' } }], response: 'Status' },
  },
});

/** Status of flume.avdl, by its index. */
export const STATUS = { ok: 0, failed: 1, unknown: 2 } as const;
export const STATUS_NAMES = ['OK', 'FAILED', 'UNKNOWN'] as const;
export type StatusIndex = (typeof STATUS)[keyof typeof STATUS];

const MOST_TEXT = 256 * 1024;

interface Schema { readonly type?: unknown; readonly name?: unknown; readonly values?: unknown; readonly items?: unknown; readonly fields?: unknown; readonly request?: unknown; readonly types?: unknown; readonly messages?: unknown }
const schemaOf = (value: unknown): Schema => (typeof value === 'object' && value !== null ? value : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
/** `string`, or `{"type": "string", "avro.java.string": "String"}`. */
const plain = (value: unknown): unknown => (typeof value === 'string' ? value : schemaOf(value).type);
const last = (name: unknown): unknown => (typeof name === 'string' ? name.slice(name.lastIndexOf('.') + 1) : name);

function isEvent(value: unknown, types: readonly unknown[]): boolean {
  const record = typeof value === 'string' ? schemaOf(types.find((type) => last(schemaOf(type).name) === last(value))) : schemaOf(value);
  const [headers, body, ...more] = listOf(record.fields).map(schemaOf);
  const map = schemaOf(headers?.type);
  return record.type === 'record' && headers?.name === 'headers' && map.type === 'map' && plain(map.values) === 'string' && body?.name === 'body' && plain(body.type) === 'bytes' && more.length === 0;
}

/** Whether events of a client with this protocol stand on the wire as ours do; it may define other messages beside. */
export function saysTheSame(text: string): boolean {
  if (text.length > MOST_TEXT) return false;
  try {
    const protocol = schemaOf(JSON.parse(text));
    const types = listOf(protocol.types);
    const { append, appendBatch } = schemaOf(protocol.messages) as Readonly<Record<string, unknown>>;
    const only = (message: unknown): unknown => { const request = listOf(schemaOf(message).request); return request.length === 1 ? schemaOf(request[0]).type : null; };
    const batch = schemaOf(only(appendBatch));
    const one = append === undefined || isEvent(only(append), types);
    const many = appendBatch === undefined || (batch.type === 'array' && isEvent(batch.items, types));
    return one && many && (append !== undefined || appendBatch !== undefined);
  } catch {
    return false;
  }
}
