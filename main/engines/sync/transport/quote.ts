// Arguments as one command line for a POSIX shell at the far end: every byte arrives as it was.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { asBuffer, isUtf8, showName } from '../../../lib/bytes.ts';

export type Argv = readonly (string | Uint8Array)[];

const SAFE = /^[A-Za-z0-9_@%+=:,./-]+$/;

function bytesOf(arg: string | Uint8Array): Buffer {
  const bytes = typeof arg === 'string' ? Buffer.from(arg) : asBuffer(arg);
  if (bytes.includes(0)) throw SluiceError.of('SSH_BAD_TARGET', { text: showName(bytes), reason: 'a zero byte' });
  return bytes;
}

/** One word in single quotes; bare when nothing in it means anything to a shell. */
function quoteBytes(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  if (SAFE.test(text)) return bytes;
  return Buffer.from(`'${text.replaceAll("'", `'\\''`)}'`, 'latin1');
}

/** As bytes, for a channel that carries bytes (ssh2). */
export function quoteArgv(argv: Argv): Buffer {
  return Buffer.from(argv.map((arg) => quoteBytes(bytesOf(arg)).toString('latin1')).join(' '), 'latin1');
}

/** A word that is not UTF-8 as `"$(printf ...)"` in octal: the shell at the end makes the bytes. */
function quoteByPrintf(bytes: Buffer): string {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0x0a) end--; // command substitution drops line ends at the end
  const octal = [...bytes.subarray(0, end)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
  return `"$(printf '${octal}')"${end < bytes.length ? `'${'\n'.repeat(bytes.length - end)}'` : ''}`;
}

/** As text, for a command line that Node can only pass as UTF-8 (the arguments of a child process). */
export function quoteArgvAsText(argv: Argv): string {
  return argv.map((arg) => {
    const bytes = bytesOf(arg);
    return isUtf8(bytes) ? quoteBytes(bytes).toString('utf8') : quoteByPrintf(bytes);
  }).join(' ');
}

/** The arguments as strings when all are UTF-8, else null. */
export function argvAsStrings(argv: Argv): string[] | null {
  const words = argv.map(bytesOf);
  return words.every(isUtf8) ? words.map((word) => word.toString('utf8')) : null;
}
