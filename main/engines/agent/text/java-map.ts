// The order in which java.util.HashMap gives its entries: lines with headers then read as those of Flume.

/** String.hashCode, spread as HashMap does. */
function spread(key: string): number {
  let hash = 0;
  for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) | 0;
  return hash ^ (hash >>> 16);
}

const INITIAL = 16;

/** `{k=v, k2=v2}`, as AbstractMap.toString. */
export function javaMapText(entries: ReadonlyMap<string, string>): string {
  return `{${javaMapEntries(entries).map(([key, value]) => `${key}=${value}`).join(', ')}}`;
}

/** By bucket of a table that doubles at three quarters; within one in the order in which they came. */
export function javaMapEntries(entries: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  if (entries.size < 2) return [...entries];
  let buckets = INITIAL;
  while (entries.size > buckets * 0.75) buckets *= 2;
  return [...entries].map((entry) => ({ entry, bucket: spread(entry[0]) & (buckets - 1) })).sort((a, b) => a.bucket - b.bucket).map(({ entry }) => entry);
}
