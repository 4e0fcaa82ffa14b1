// rsync's words: short letters in bundles, long names with `=value` or the value as the next word, `--no-NAME`, `--`.
// Words are bytes. An option rsync has and we do not is refused by name, never ignored.
import type { TransferOptions } from '../../engines/sync/sessions/options.ts';
import { DEFAULT_OPTIONS } from '../../engines/sync/sessions/options.ts';
import type { SyncArgs } from './sync-args.ts';
import { LONG_BY_SHORT, OPTIONS, UNSUPPORTED } from './option-table.ts';

export type UsageProblem = { readonly kind: 'unknown' | 'unsupported' | 'missingValue' | 'noValue' | 'badValue' | 'usage' | 'agentUsage'; readonly option: string };

export class UsageError extends Error {
  readonly problem: UsageProblem;

  constructor(problem: UsageProblem) {
    super(`${problem.option}: ${problem.kind}`);
    this.problem = problem;
  }
}

const NOTHING: TransferOptions = { ...DEFAULT_OPTIONS, recurse: false, links: false, perms: false, times: false, owner: false, group: false, devices: false, specials: false, fsync: true };

/** Reads the words after `sluice sync`. Throws UsageError. */
export function parseSyncArgs(words: readonly Uint8Array[]): SyncArgs {
  const args: SyncArgs = {
    options: NOTHING, wholeFileSaid: false, verbose: 0, quiet: false, itemize: false, stats: false, progress: false, json: false, human: 1,
    filters: [], rsh: null, rsyncPath: null, transport: 'ssh2', help: false, version: false, words: [],
  };
  for (let i = 0; i < words.length; i++) {
    const word = Buffer.from(words[i] as Uint8Array);
    const text = word.toString('latin1');
    const next = (option: string): Buffer => {
      i += 1;
      const value = words[i];
      if (value === undefined) throw new UsageError({ kind: 'missingValue', option });
      return Buffer.from(value);
    };
    if (text === '--') { args.words.push(...words.slice(i + 1).map((rest) => Buffer.from(rest))); break; }
    if (text.startsWith('--')) long(args, word, next);
    else if (text.startsWith('-') && text.length > 1) bundle(args, word, next);
    else args.words.push(word);
  }
  return args;
}

function long(args: SyncArgs, word: Buffer, next: (option: string) => Buffer): void {
  const equals = word.indexOf('=');
  const name = word.subarray(2, equals === -1 ? word.length : equals).toString('utf8');
  const given = equals === -1 ? null : word.subarray(equals + 1);
  const option = `--${name}`;
  if (name.startsWith('no-')) {
    const positive = LONG_BY_SHORT[name.slice(3)] ?? name.slice(3);
    const negate = OPTIONS[positive]?.negate;
    if (negate) { noValue(option, given); negate(args); return; }
    if (UNSUPPORTED.has(positive)) return; // not doing what is not done anyway
  }
  const known = OPTIONS[name];
  if (!known) throw new UsageError({ kind: UNSUPPORTED.has(name) ? 'unsupported' : 'unknown', option });
  if (known.value) apply(() => known.value?.(args, given ?? next(option)), option);
  else { noValue(option, given); known.set?.(args); }
}

function noValue(option: string, given: Buffer | null): void {
  if (given) throw new UsageError({ kind: 'noValue', option });
}

function bundle(args: SyncArgs, word: Buffer, next: (option: string) => Buffer): void {
  for (let i = 1; i < word.length; i++) {
    const letter = String.fromCharCode(word[i] as number);
    const option = `-${letter}`;
    const name = LONG_BY_SHORT[letter];
    const known = name === undefined ? undefined : OPTIONS[name];
    if (!known) throw new UsageError({ kind: name !== undefined && UNSUPPORTED.has(name) ? 'unsupported' : 'unknown', option });
    if (known.value) {
      const rest = word.subarray(i + 1);
      apply(() => known.value?.(args, rest.length > 0 ? rest : next(option)), option);
      return;
    }
    known.set?.(args);
  }
}

function apply(set: () => boolean | undefined, option: string): void {
  if (set() === false) throw new UsageError({ kind: 'badValue', option });
}
