// For processes through which data flows in buffers.
import { setFlagsFromString } from 'node:v8';

/** The first V8 that has the flag. */
const SINCE = 13;

/**
 * V8 starts a full collection whenever 64 MiB of buffers were made since the last one, however long they are gone, which at 500 MB/s is ten times a second. With this they
 * count as the rest of the heap does, and a collection comes when the whole has grown.
 */
export function countBuffersInHeap(): void {
  if (Number.parseInt(process.versions.v8 ?? '0', 10) >= SINCE) setFlagsFromString('--external-memory-accounted-in-global-limit');
}
