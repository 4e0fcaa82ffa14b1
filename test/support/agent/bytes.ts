// A file of bytes for tests of what reads files, and its end as it is now.
import type { ByteSource } from '../../../main/engines/agent/deserializers/deserializer.ts';

export interface TestBytes extends ByteSource {
  bytes: Buffer;
  /** Largest number of bytes that one read gives. */
  atOnce: number;
}

export function testBytes(bytes: Buffer | string, atOnce = Number.MAX_SAFE_INTEGER): TestBytes {
  return {
    bytes: Buffer.from(bytes as string), atOnce,
    async read(position, most) { return Buffer.from(this.bytes.subarray(position, position + Math.min(most, this.atOnce))); },
  };
}
