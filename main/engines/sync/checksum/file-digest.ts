// The digest of a whole file on disk, for comparing by content (-c).
import { closeSync, constants, openSync, readSync } from 'node:fs';
import type { Digests } from './digests.ts';

const READ = 512 * 1024;

/** Reads files one at a time with one buffer; the function throws what the system says. */
export function fileDigester(digests: Digests): (path: Buffer) => Buffer {
  const buffer = Buffer.allocUnsafeSlow(READ);
  return (path) => {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const digest = digests.file();
      for (let got = readSync(fd, buffer, 0, READ, null); got > 0; got = readSync(fd, buffer, 0, READ, null)) digest.update(buffer.subarray(0, got));
      return digest.digest();
    } finally {
      closeSync(fd);
    }
  };
}
