// The filter rules of the command line, files of patterns read in, as texts in rsync's syntax.
import { readFileSync } from 'node:fs';
import { SluiceError } from '../../../preload/contract/sluice-error.ts';
import { showName } from '../../lib/bytes.ts';
import { FilterRules } from '../../engines/sync/filter/rules.ts';
import type { FilterWord } from './sync-args.ts';

const MAX_FILE = 16 * 1024 * 1024;

/** One pattern a line; `#` and `;` begin comments; a line that is a rule already stays one. `-` is standard input. */
function patternsOf(file: Buffer, prefix: string): Buffer[] {
  let text: string;
  try {
    const bytes = readFileSync(file.equals(Buffer.from('-')) ? 0 : file);
    if (bytes.length > MAX_FILE) throw Object.assign(new Error('too big'), { code: 'EFBIG' });
    text = bytes.toString('latin1');
  } catch (thrown) {
    throw SluiceError.of('SYNC_BAD_FILTER', { rule: showName(file), reason: (thrown as NodeJS.ErrnoException).code ?? String(thrown) }, thrown);
  }
  return text.split(/\r?\n/).filter((line) => line !== '' && !/^[#;]/.test(line))
    .map((line) => Buffer.from(/^([-+] |!$)/.test(line) ? line : prefix + line, 'latin1'));
}

/** Throws SYNC_BAD_FILTER. */
export function readFilters(words: readonly FilterWord[]): FilterRules {
  return FilterRules.parse(words.flatMap(({ kind, text }) => (kind === 'rule' ? [text] : patternsOf(text, kind === 'excludeFrom' ? '- ' : '+ '))));
}
