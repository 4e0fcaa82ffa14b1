// The order in which a real server lists who a client is: that of a Java hash set. It shows in whoAmI, and in the lists that `auth` expands to.
import type { Id } from '../../jute/records.ts';

const BINS = 16; // of a ConcurrentHashMap with few entries

function hashOfString(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
}

/** Id.hashCode, as Jute generates it, spread over the bins. */
function bin({ scheme, id }: Id): number {
  const hash = (Math.imul(37, (Math.imul(37, 17) + hashOfString(scheme)) | 0) + hashOfString(id)) | 0;
  return (hash ^ (hash >>> 16)) & (BINS - 1);
}

/** Within a bin the earlier comes first. */
export function inJavaOrder(ids: readonly Id[]): readonly Id[] {
  return ids.map((id, at) => ({ id, at, bin: bin(id) })).sort((a, b) => a.bin - b.bin || a.at - b.at).map(({ id }) => id);
}
