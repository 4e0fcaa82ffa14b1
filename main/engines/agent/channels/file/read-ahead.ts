// A file that is read forward in small pieces, from memory mostly.
import type { DiskFile } from '../../../../lib/disk/disk.ts';

const STRETCH = 2 ** 20;

/** Reading only; the file is the caller's to close. */
export function readAhead(file: DiskFile): Pick<DiskFile, 'read' | 'size'> {
  const room = Buffer.allocUnsafeSlow(STRETCH);
  let start = 0;
  let length = 0;
  return {
    size: () => file.size(),
    read: async (into, position) => {
      if (into.length > STRETCH) return file.read(into, position);
      if (position < start || position + into.length > start + length) {
        start = position;
        length = await file.read(room, position);
      }
      return room.copy(into, 0, position - start, Math.min(length, position - start + into.length));
    },
  };
}
