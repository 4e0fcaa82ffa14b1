// A record is described once, as a table of field names and types; its TypeScript type and its codec follow from the table.
import { JuteReader, JuteError } from './reader.ts';
import { JuteWriter } from './writer.ts';

/** `long` is a number (exact to 2^53), `id` a bigint; `ustring` reads null as '', `ustring?` keeps it; a null vector reads as []. */
export type FieldType = 'boolean' | 'int' | 'long' | 'id' | 'buffer' | 'ustring' | 'ustring?' | Record<Fields> | { readonly vector: 'ustring' | Record<Fields> };
export type Fields = { readonly [name: string]: FieldType };

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type AnyRecord = Record<any>;
type Value<T> =
  T extends 'boolean' ? boolean : T extends 'int' | 'long' ? number : T extends 'id' ? bigint
    : T extends 'buffer' ? Buffer | null : T extends 'ustring' ? string : T extends 'ustring?' ? string | null
      : T extends { readonly vector: infer E } ? Value<E>[] : T extends AnyRecord ? Infer<T> : never;

/** The value a record stands for. */
export type Infer<R extends AnyRecord> = R extends Record<infer F> ? { -readonly [K in keyof F]: Value<F[K]> } : never;

type Read = (reader: JuteReader) => unknown;
type Write = (writer: JuteWriter, value: unknown) => void;

/** The code of one field, in terms of the records it nests; compiled once, at the first use of the record. */
class Code {
  readonly nested: AnyRecord[] = [];

  nest(record: AnyRecord): string {
    let at = this.nested.indexOf(record);
    if (at < 0) at = this.nested.push(record) - 1;
    return `nested[${at}]`;
  }

  read(type: FieldType): string {
    if (type === 'ustring') return `(r.ustring() ?? '')`;
    if (type === 'ustring?') return 'r.ustring()';
    if (typeof type === 'string') return `r.${type}()`;
    if (type instanceof Record) return `${this.nest(type)}.read(r)`;
    return `vector(r, () => ${this.read(type.vector)})`;
  }

  write(type: FieldType, value: string): string {
    if (type === 'ustring' || type === 'ustring?') return `w.ustring(${value});`;
    if (typeof type === 'string') return `w.${type}(${value});`;
    if (type instanceof Record) return `${this.nest(type)}.write(w, ${value});`;
    return `w.int(${value}.length); for (const item of ${value}) { ${this.write(type.vector, 'item')} }`;
  }
}

/** Every item takes at least a byte; what it takes more is checked as it is read. */
function vector(reader: JuteReader, item: () => unknown): unknown[] {
  const items: unknown[] = [];
  for (let left = reader.count(1, 'a vector'); left > 0; left--) items.push(item());
  return items;
}

export class Record<F extends Fields> {
  readonly fields: F;
  #codec: { readonly read: Read; readonly write: Write } | null = null;

  constructor(fields: F) {
    this.fields = fields;
  }

  /** JuteError when the bytes end early or hold an impossible length. Buffers are views of the reader's memory. */
  read(reader: JuteReader): Infer<Record<F>> {
    return (this.#codec ??= this.#compile()).read(reader) as Infer<Record<F>>;
  }

  write(writer: JuteWriter, value: Infer<Record<F>>): void {
    (this.#codec ??= this.#compile()).write(writer, value);
  }

  /** The whole of `bytes` as one record; JuteError when bytes are left over, unless `more` allows it. */
  decode(bytes: Buffer, more: 'exact' | 'more' = 'more'): Infer<Record<F>> {
    const reader = new JuteReader(bytes);
    const value = this.read(reader);
    if (more === 'exact' && reader.left > 0) throw new JuteError(`${reader.left} bytes after the record`);
    return value;
  }

  encode(value: Infer<Record<F>>): Buffer {
    const writer = new JuteWriter();
    this.write(writer, value);
    return writer.take();
  }

  // Straight-line code, as a generated class of Jute's would be: the table alone decides what it says.
  #compile(): { readonly read: Read; readonly write: Write } {
    const code = new Code();
    const names = Object.keys(this.fields);
    const reads = names.map((name) => `${name}: ${code.read(this.fields[name] as FieldType)}`).join(', ');
    const writes = names.map((name) => code.write(this.fields[name] as FieldType, `v.${name}`)).join('\n');
    const make = new Function('nested', 'vector', `return { read: (r) => ({ ${reads} }), write: (w, v) => { ${writes} } };`) as (nested: readonly AnyRecord[], each: typeof vector) => { read: Read; write: Write };
    return make(code.nested, vector);
  }
}

export function record<const F extends Fields>(fields: F): Record<F> {
  return new Record(fields);
}
