// What a power cut leaves of a txn log: bytes of a write that was under way behind the last whole record, or no padding at all.
import { ftruncateSync, closeSync, openSync, readFileSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const HEADER = 16;

/** Where the last whole record of a log ends: Adler32 (8 bytes), length (4), the record, 'B'. */
export function endOfRecords(bytes: Buffer): number {
  let at = HEADER;
  while (at + 12 <= bytes.length) {
    const length = bytes.readInt32BE(at + 8);
    if (length <= 0 || at + 12 + length + 1 > bytes.length || bytes[at + 12 + length] !== 0x42) break;
    at += 12 + length + 1;
  }
  return at;
}

/** Tears the end of the newest log below `dataDir`; nothing that was on disk whole is touched. Answers what was done. */
export function tearLog(dataDir: string, random: (below: number) => number): string {
  const folder = join(dataDir, 'version-2');
  const names = readdirSync(folder).filter((name) => name.startsWith('log.')).sort((a, b) => parseInt(a.slice(4), 16) - parseInt(b.slice(4), 16));
  const name = names.at(-1);
  if (name === undefined) return 'no log';
  const bytes = readFileSync(join(folder, name));
  const end = endOfRecords(bytes);
  const file = openSync(join(folder, name), 'r+');
  try {
    const kind = random(4);
    if (kind === 0) { ftruncateSync(file, end); return `${name} ends behind its last record`; }
    if (kind === 1 && end > HEADER) {
      // the beginning of a record like the first one, cut short
      const first = bytes.subarray(HEADER, HEADER + 12 + bytes.readInt32BE(HEADER + 8));
      const part = first.subarray(0, 1 + random(first.length - 1));
      writeSync(file, part, 0, part.length, end);
      return `${name} ends in ${part.length} bytes of a record`;
    }
    if (kind === 2) {
      const noise = Buffer.from(Array.from({ length: 1 + random(200) }, () => random(256)));
      writeSync(file, noise, 0, noise.length, end);
      return `${name} ends in ${noise.length} bytes of noise`;
    }
    ftruncateSync(file, Math.min(bytes.length, end + random(40)));
    return `${name} is cut within its padding`;
  } finally {
    closeSync(file);
  }
}
