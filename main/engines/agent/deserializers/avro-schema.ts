// As much of an Avro schema (specification 1.11) as it takes to find where a datum ends and to tell the schema's fingerprint.
import type { AvroReader } from '../event/avro-reader.ts';
import { BadEvent } from '../event/avro-reader.ts';

/** Moves the reader over one datum. Throws BadEvent. */
export type Skip = (reader: AvroReader, depth: number) => void;

/** Data nested deeper than this is refused: a schema may contain itself. */
const MAX_DEPTH = 200;

type Json = unknown;
type Named = Map<string, Skip>;

const PRIMITIVES: Readonly<Record<string, Skip>> = {
  null: () => {},
  boolean: (reader) => forward(reader, 1),
  int: (reader) => { reader.long(); },
  long: (reader) => { reader.long(); },
  float: (reader) => forward(reader, 4),
  double: (reader) => forward(reader, 8),
  bytes: (reader) => reader.skip('bytes'),
  string: (reader) => reader.skip('a string'),
};

function forward(reader: AvroReader, bytes: number): void {
  if (bytes > reader.end - reader.position) throw new BadEvent(`${bytes} bytes where ${reader.end - reader.position} are left`);
  reader.position += bytes;
}

/** Throws an Error in words for what is no schema. */
export function skipperOf(schema: Json): Skip {
  return compile(schema, '', new Map());
}

function compile(schema: Json, namespace: string, named: Named): Skip {
  if (typeof schema === 'string') return PRIMITIVES[schema] ?? reference(schema, namespace, named);
  if (Array.isArray(schema)) return union(schema.map((branch) => compile(branch, namespace, named)));
  if (typeof schema !== 'object' || schema === null) throw new Error('a schema is a name, a list or an object');
  const { type } = schema as { type?: Json };
  switch (type) {
    case 'record': case 'error': return record(schema as RecordSchema, namespace, named);
    case 'enum': return name(schema as NamedSchema, namespace, named, PRIMITIVES['int'] as Skip);
    case 'fixed': {
      const { size } = schema as { size?: Json };
      if (!Number.isInteger(size) || (size as number) < 0) throw new Error('a fixed has a size');
      return name(schema as NamedSchema, namespace, named, (reader) => forward(reader, size as number));
    }
    case 'array': {
      const item = compile((schema as { items?: Json }).items, namespace, named);
      return blocks((reader, depth) => item(reader, depth));
    }
    case 'map': {
      const value = compile((schema as { values?: Json }).values, namespace, named);
      return blocks((reader, depth) => { reader.skip('a key'); value(reader, depth); });
    }
    default: return compile(type, namespace, named);
  }
}

interface NamedSchema { readonly name?: Json; readonly namespace?: Json }
interface RecordSchema extends NamedSchema { readonly fields?: Json }

/** The full name: a name with dots is one already. */
function fullName({ name: own, namespace }: NamedSchema, around: string): string {
  if (typeof own !== 'string' || own === '') throw new Error('a record, enum or fixed has a name');
  if (own.includes('.')) return own;
  const space = typeof namespace === 'string' ? namespace : around;
  return space === '' ? own : `${space}.${own}`;
}

const spaceOf = (full: string): string => full.slice(0, Math.max(0, full.lastIndexOf('.')));

function name(schema: NamedSchema, namespace: string, named: Named, skip: Skip): Skip {
  named.set(fullName(schema, namespace), skip);
  return skip;
}

function record(schema: RecordSchema, namespace: string, named: Named): Skip {
  if (!Array.isArray(schema.fields)) throw new Error('a record has fields');
  const full = fullName(schema, namespace);
  const fields: Skip[] = [];
  const skip: Skip = (reader, depth) => {
    if (depth > MAX_DEPTH) throw new BadEvent(`data nested deeper than ${MAX_DEPTH}`);
    for (const field of fields) field(reader, depth + 1);
  };
  named.set(full, skip);
  for (const field of schema.fields as readonly { type?: Json }[]) fields.push(compile(field.type, spaceOf(full), named));
  return skip;
}

function reference(word: string, namespace: string, named: Named): Skip {
  const skip = named.get(word.includes('.') || namespace === '' ? word : `${namespace}.${word}`) ?? named.get(word);
  if (!skip) throw new Error(`the type ${word} is not defined`);
  return skip;
}

function union(branches: readonly Skip[]): Skip {
  return (reader, depth) => {
    const branch = branches[reader.long()];
    if (!branch) throw new BadEvent('a union without such a branch');
    branch(reader, depth);
  };
}

function blocks(item: Skip): Skip {
  return (reader, depth) => {
    if (depth > MAX_DEPTH) throw new BadEvent(`data nested deeper than ${MAX_DEPTH}`);
    for (let count = reader.block(0); count > 0; count = reader.block(0)) {
      for (let i = 0; i < count; i++) {
        const before = reader.position;
        item(reader, depth + 1);
        if (reader.position === before) break; // of no bytes, and so are all others
      }
    }
  };
}

// --- fingerprint -----------------------------------------------------------------------------------------------------

/** "Parsing Canonical Form for Schemas" of the specification. */
export function canonicalForm(schema: Json, namespace = ''): string {
  if (typeof schema === 'string') return JSON.stringify(schema in PRIMITIVES || schema.includes('.') || namespace === '' ? schema : `${namespace}.${schema}`);
  if (Array.isArray(schema)) return `[${schema.map((branch) => canonicalForm(branch, namespace)).join(',')}]`;
  const { type, items, values, symbols, size, fields } = schema as Record<string, Json>;
  switch (type) {
    case 'record': case 'error': case 'enum': case 'fixed': {
      const full = fullName(schema as NamedSchema, namespace);
      const head = `{"name":${JSON.stringify(full)},"type":${JSON.stringify(type)}`;
      if (type === 'enum') return `${head},"symbols":${JSON.stringify(symbols)}}`;
      if (type === 'fixed') return `${head},"size":${Number(size)}}`;
      const list = (fields as readonly { name: string; type: Json }[]).map((field) => `{"name":${JSON.stringify(field.name)},"type":${canonicalForm(field.type, spaceOf(full))}}`);
      return `${head},"fields":[${list.join(',')}]}`;
    }
    case 'array': return `{"type":"array","items":${canonicalForm(items, namespace)}}`;
    case 'map': return `{"type":"map","values":${canonicalForm(values, namespace)}}`;
    default: return canonicalForm(type, namespace);
  }
}

const EMPTY = 0xc15d213aa4d7a795n;

/** CRC-64-AVRO of the canonical form, its bytes from the least on, in hexadecimal: what Flume puts into flume.avro.schema.hash. */
export function fingerprint(schema: Json): string {
  let sum = EMPTY;
  for (const byte of Buffer.from(canonicalForm(schema))) sum = (sum >> 8n) ^ entry((sum ^ BigInt(byte)) & 0xffn);
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(sum);
  return bytes.toString('hex');
}

function entry(index: bigint): bigint {
  let value = index;
  for (let i = 0; i < 8; i++) value = (value >> 1n) ^ (EMPTY & -(value & 1n));
  return value;
}
