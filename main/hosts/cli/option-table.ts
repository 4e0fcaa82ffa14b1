// What each option does to the parsed words. `value` answers false for a value it cannot take.
import type { TransferOptions } from '../../engines/sync/sessions/options.ts';
import type { SyncArgs } from './sync-args.ts';
import type { HumanLevel } from './numbers.ts';

export interface OptionSpec {
  readonly set?: (args: SyncArgs) => void;
  readonly negate?: (args: SyncArgs) => void;
  readonly value?: (args: SyncArgs, value: Buffer) => boolean;
}

const change = (args: SyncArgs, part: Partial<TransferOptions>): void => { args.options = { ...args.options, ...part }; };
const flag = (...keys: (keyof TransferOptions)[]): OptionSpec => {
  const all = (value: boolean): Partial<TransferOptions> => Object.fromEntries(keys.map((key) => [key, value]));
  return { set: (args) => { change(args, all(true)); }, negate: (args) => { change(args, all(false)); } };
};
const text = (assign: (args: SyncArgs, value: string) => void): OptionSpec => ({ value: (args, value) => { assign(args, value.toString('utf8')); return value.length > 0; } });
const deletion = (when: 'before' | 'during'): OptionSpec => ({ set: (args) => { change(args, { delete: when }); }, negate: (args) => { change(args, { delete: false }); } });
const rule = (prefix: string): OptionSpec => ({ value: (args, value) => { args.filters.push({ kind: 'rule', text: Buffer.concat([Buffer.from(prefix), value]) }); return value.length > 0; } });
const nothing: OptionSpec = { set: () => {}, negate: () => {} };

export const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  archive: { set: (args) => { change(args, { recurse: true, links: true, perms: true, times: true, group: true, owner: true, devices: true, specials: true }); } },
  recursive: flag('recurse'), links: flag('links'), perms: flag('perms'), times: flag('times'), group: flag('group'), owner: flag('owner'),
  devices: flag('devices'), specials: flag('specials'), D: flag('devices', 'specials'), 'numeric-ids': flag('numericIds'),
  compress: flag('compress'), 'dry-run': flag('dryRun'), update: flag('update'), checksum: flag('checksum'), inplace: flag('inplace'), partial: flag('partial'),
  'ignore-times': flag('ignoreTimes'), 'size-only': flag('sizeOnly'), 'omit-dir-times': flag('omitDirTimes'), fsync: flag('fsync'),
  'whole-file': {
    set: (args) => { args.wholeFileSaid = true; change(args, { wholeFile: true }); },
    negate: (args) => { args.wholeFileSaid = true; change(args, { wholeFile: false }); },
  },
  // The order of deletions and transfers is no promise of rsync's, only that they happen: after and delay are served as during.
  delete: deletion('during'), del: deletion('during'), 'delete-during': deletion('during'), 'delete-before': deletion('before'), 'delete-after': deletion('during'), 'delete-delay': deletion('during'),
  exclude: rule('- '), include: rule('+ '), filter: rule(''),
  'exclude-from': { value: (args, value) => { args.filters.push({ kind: 'excludeFrom', text: value }); return true; } },
  'include-from': { value: (args, value) => { args.filters.push({ kind: 'includeFrom', text: value }); return true; } },
  verbose: { set: (args) => { args.verbose += 1; }, negate: (args) => { args.verbose = 0; } },
  quiet: { set: (args) => { args.quiet = true; } },
  'itemize-changes': { set: (args) => { args.itemize = true; }, negate: (args) => { args.itemize = false; } },
  stats: { set: (args) => { args.stats = true; } },
  progress: { set: (args) => { args.progress = true; }, negate: (args) => { args.progress = false; } },
  P: { set: (args) => { args.progress = true; change(args, { partial: true }); } },
  'human-readable': { set: (args) => { args.human = Math.min(args.human + 1, 3) as HumanLevel; }, negate: (args) => { args.human = 0; } },
  json: { set: (args) => { args.json = true; } },
  rsh: text((args, value) => { args.rsh = value; }),
  'rsync-path': text((args, value) => { args.rsyncPath = value; }),
  timeout: { value: (args, value) => { const seconds = Number(value.toString('latin1')); change(args, { timeout: seconds }); return Number.isInteger(seconds) && seconds >= 0 && seconds <= 86_400; } },
  transport: { value: (args, value) => { const name = value.toString('latin1'); if (name !== 'ssh2' && name !== 'openssh') return false; args.transport = name; return true; } },
  help: { set: (args) => { args.help = true; } },
  version: { set: (args) => { args.version = true; } },
  'secluded-args': nothing, 'protect-args': nothing, motd: nothing, 'blocking-io': nothing, 'inc-recursive': nothing, 'i-r': nothing,
};

/** rsync's options that we know and cannot do yet. */
export const UNSUPPORTED: ReadonlySet<string> = new Set([
  'hard-links', 'acls', 'xattrs', 'sparse', 'relative', 'implied-dirs', 'backup', 'backup-dir', 'suffix', 'dirs', 'old-dirs', 'mkpath', 'copy-links', 'copy-unsafe-links', 'safe-links', 'munge-links',
  'copy-dirlinks', 'keep-dirlinks', 'executability', 'chmod', 'copy-devices', 'write-devices', 'atimes', 'open-noatime', 'crtimes', 'omit-link-times', 'super', 'fake-super', 'preallocate',
  'checksum-choice', 'cc', 'one-file-system', 'block-size', 'existing', 'ignore-existing', 'ignore-non-existing', 'remove-source-files', 'delete-excluded', 'ignore-missing-args', 'delete-missing-args',
  'ignore-errors', 'force', 'max-delete', 'max-size', 'min-size', 'max-alloc', 'partial-dir', 'delay-updates', 'prune-empty-dirs', 'usermap', 'groupmap', 'chown', 'contimeout', 'modify-window',
  'temp-dir', 'fuzzy', 'compare-dest', 'copy-dest', 'link-dest', 'compress-choice', 'zc', 'compress-level', 'zl', 'skip-compress', 'new-compress', 'old-compress', 'cvs-exclude', 'F', 'files-from', 'from0', 'old-args', 'trust-sender',
  'copy-as', 'address', 'port', 'sockopts', 'stderr', '8-bit-output', 'info', 'debug', 'msgs2stderr', 'remote-option', 'out-format', 'log-format', 'log-file', 'log-file-format', 'password-file', 'early-input',
  'list-only', 'bwlimit', 'stop-after', 'stop-at', 'write-batch', 'only-write-batch', 'read-batch', 'protocol', 'iconv', 'checksum-seed', 'ipv4', 'ipv6', 'append', 'append-verify', 'daemon', 'config', 'qsort', 'outbuf',
]);

/** Letters, and the short names that `--no-` takes. */
export const LONG_BY_SHORT: Readonly<Record<string, string>> = {
  a: 'archive', r: 'recursive', l: 'links', p: 'perms', t: 'times', g: 'group', o: 'owner', D: 'D', v: 'verbose', q: 'quiet', z: 'compress', n: 'dry-run', u: 'update', c: 'checksum', W: 'whole-file',
  i: 'itemize-changes', h: 'human-readable', I: 'ignore-times', O: 'omit-dir-times', P: 'P', e: 'rsh', f: 'filter', s: 'secluded-args',
  H: 'hard-links', A: 'acls', X: 'xattrs', S: 'sparse', R: 'relative', b: 'backup', d: 'dirs', L: 'copy-links', k: 'copy-dirlinks', K: 'keep-dirlinks', E: 'executability', U: 'atimes', N: 'crtimes', J: 'omit-link-times',
  x: 'one-file-system', B: 'block-size', m: 'prune-empty-dirs', T: 'temp-dir', y: 'fuzzy', C: 'cvs-exclude', F: 'F', 0: 'from0', 8: '8-bit-output', M: 'remote-option', 4: 'ipv4', 6: 'ipv6', '@': 'modify-window',
};
