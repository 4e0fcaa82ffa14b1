// The name a file has until it is whole: `.name.XXXXXX` as rsync's, but always the same for one row of one plan,
// so that a later run of the plan finds and replaces what an interrupted one left.
import { createHash } from 'node:crypto';

const NAME_MAX = 255;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export function temporaryName(name: Uint8Array, planId: string, row: number): Buffer {
  const digest = createHash('sha256').update(`${planId}\n${row}`).digest();
  const suffix = `.${[...digest.subarray(0, 6)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')}`;
  let kept = Buffer.from(name).subarray(0, NAME_MAX - suffix.length - 1);
  while (kept.length > 0 && kept.length < name.length && ((name[kept.length] as number) & 0xc0) === 0x80) kept = kept.subarray(0, -1); // not in the middle of a character
  return Buffer.concat([Buffer.from('.'), kept, Buffer.from(suffix)]);
}
