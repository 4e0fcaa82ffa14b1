// What is in a gzip file, from a position in it: it is always read from its beginning, and a file that is not whole yet ends where it does.
import { pipeline, Readable } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
import { codeOf } from '../../../../lib/errno.ts';
import type { OpenStream } from './stream-source.ts';

/** Of zlib, for input that ends too early. */
const CUT_OFF = 'Z_BUF_ERROR';

export const isGzip = (name: string): boolean => /\.gz$/i.test(name);

/** Rejects with zlib's error (Z_DATA_ERROR) for what is no gzip. */
export function gunzipped(open: OpenStream): OpenStream {
  return async function* (position, signal) {
    let skip = position;
    const unzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
    pipeline(Readable.from(open(0, signal)), unzip, () => {});
    try {
      for await (const part of unzip as AsyncIterable<Buffer>) {
        const bytes = part.subarray(Math.min(skip, part.length));
        skip -= part.length - bytes.length;
        if (bytes.length > 0) yield bytes;
      }
    } catch (error) {
      if (codeOf(error) !== CUT_OFF) throw error;
    } finally {
      unzip.destroy();
    }
  };
}
