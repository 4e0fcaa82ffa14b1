// What the words of `sluice sync` come to.
import type { TransferOptions } from '../../engines/sync/sessions/options.ts';
import type { HumanLevel } from './numbers.ts';

export interface FilterWord {
  readonly kind: 'rule' | 'includeFrom' | 'excludeFrom';
  /** A rule in rsync's syntax, or the path of a file of patterns. */
  readonly text: Buffer;
}

export interface SyncArgs {
  options: TransferOptions;
  /** Was -W or --no-W said? */
  wholeFileSaid: boolean;
  verbose: number;
  quiet: boolean;
  itemize: boolean;
  stats: boolean;
  progress: boolean;
  json: boolean;
  human: HumanLevel;
  filters: FilterWord[];
  rsh: string | null;
  rsyncPath: string | null;
  transport: 'ssh2' | 'openssh';
  help: boolean;
  version: boolean;
  words: Buffer[];
}
