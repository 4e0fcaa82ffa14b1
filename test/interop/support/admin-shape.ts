// Answers of an administration with what chance and machine decide taken out of them, so that two servers can be compared.

/** Numbers, ids, addresses, dates and versions become letters. */
export function shapeOf(text: string): string {
  return text
    .replace(/^(Zookeeper version: ).*$/gm, '$1V')
    .replace(/expire at \w{3} \w{3} \d+ \d\d:\d\d:\d\d \S+ \d{4}/g, 'expire at D')
    .replace(/Sets \(\d+\)/g, 'Sets (N)')
    .replace(/^0 expire at D:\n/gm, '') // Java keeps buckets that have become empty
    .replace(/\/(127\.0\.0\.1|\[[0-9a-f:]+\]):\d+/g, '/A')
    .replace(/0x[0-9a-f]+/g, 'H')
    .replace(/lop=\w+/g, 'lop=O')
    .replace(/[=:]\s?\d+(\.\d+)?(\/\d+(\.\d+)?)*/g, (found) => `${found.slice(0, found.search(/\d/))}N`)
    .replace(/,lcxid=H/g, '');
}

type Shape = string | readonly Shape[] | { readonly [key: string]: Shape };

/** The keys and kinds of a JSON value; lists have the shape of their first item. */
export function jsonShape(value: unknown): Shape {
  if (Array.isArray(value)) return value.length === 0 ? [] : [jsonShape(value[0])];
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [/^-?\d+$/.test(key) ? 'N' : key, jsonShape(item)]));
  }
  return value === null ? 'null' : typeof value;
}
