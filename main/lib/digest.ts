// A digest over a growing sequence of parts: each link covers all before it, so equal ends mean equal histories.
import { createHash } from 'node:crypto';

/** The next link. Parts are counted by length, so that shifting bytes between parts changes it. */
export function chainDigest(previous: string, parts: Iterable<string | Uint8Array>): string {
  const hash = createHash('sha256').update(previous).update('\n');
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest('hex');
}
