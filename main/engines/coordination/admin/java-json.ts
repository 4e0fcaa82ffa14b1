// JSON as Jackson's indenting writer prints it for the AdminServer; longs beyond 2^53 (session ids) are bigints here and numbers there.
import { javaDouble } from './java-text.ts';
import { Double } from './monitor-values.ts';

export type Json = string | number | bigint | boolean | null | Double | readonly Json[] | { readonly [key: string]: Json } | ReadonlyMap<string, Json>;

/** `"key" : value` one a line, arrays in one line, `{ }` and `[ ]` when empty. */
export function javaJson(value: Json, indent = ''): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '0';
  if (typeof value === 'bigint') return BigInt.asIntN(64, value).toString();
  if (value instanceof Double) return javaDouble(value.value);
  if (isList(value)) return value.length === 0 ? '[ ]' : `[ ${value.map((item) => javaJson(item, indent)).join(', ')} ]`;
  const entries = value instanceof Map ? [...(value as ReadonlyMap<string, Json>)] : Object.entries(value as { readonly [key: string]: Json });
  if (entries.length === 0) return '{ }';
  const deeper = `${indent}  `;
  return `{\n${entries.map(([key, item]) => `${deeper}${JSON.stringify(key)} : ${javaJson(item, deeper)}`).join(',\n')}\n${indent}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
