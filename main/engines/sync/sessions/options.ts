// What a session transfers and how, and the command line that tells the far rsync so (options.c server_options).

export interface TransferOptions {
  readonly recurse: boolean;
  readonly links: boolean;
  readonly perms: boolean;
  readonly times: boolean;
  readonly group: boolean;
  readonly owner: boolean;
  readonly devices: boolean;
  readonly specials: boolean;
  readonly numericIds: boolean;
  readonly compress: boolean;
  readonly dryRun: boolean;
  readonly update: boolean;
  readonly checksum: boolean;
  readonly wholeFile: boolean;
  readonly inplace: boolean;
  readonly partial: boolean;
  readonly ignoreTimes: boolean;
  readonly sizeOnly: boolean;
  /** Leave folder times alone. */
  readonly omitDirTimes: boolean;
  /** Delete at the receiver what the list does not have: before the transfer, while it goes on, or without making or replacing anything. */
  readonly delete: false | 'before' | 'during' | 'only';
  /** Seconds without a byte after which the far side gives up; 0 for never. */
  readonly timeout: number;
  readonly fsync: boolean;
}

export const DEFAULT_OPTIONS: TransferOptions = {
  recurse: true, links: true, perms: true, times: true, group: true, owner: true, devices: false, specials: false, numericIds: false,
  compress: false, dryRun: false, update: false, checksum: false, wholeFile: false, inplace: false, partial: false,
  ignoreTimes: false, sizeOnly: false, omitDirTimes: false, delete: false, timeout: 0, fsync: false,
};

export interface ServerCommand {
  /** The far side sends: a pull. */
  readonly sender: boolean;
  readonly protocol: 31 | 32;
  readonly path: Uint8Array;
  /** Further sources of a pull. */
  readonly morePaths?: readonly Uint8Array[];
  readonly program?: readonly (string | Uint8Array)[];
}

/** The argv of the far `rsync --server`; never incremental, `v` (negotiation) only with protocol 32. */
export function serverArgv(options: TransferOptions, command: ServerCommand): (string | Uint8Array)[] {
  const { protocol, sender } = command;
  let letters = '';
  if (options.dryRun) letters += 'n';
  if (options.update) letters += 'u';
  if (options.links) letters += 'l';
  if (options.omitDirTimes) letters += 'O';
  if (options.wholeFile) letters += 'W';
  if (options.owner) letters += 'o';
  if (options.group) letters += 'g';
  if (options.devices && options.specials) letters += 'D';
  if (options.times) letters += 't';
  if (options.perms) letters += 'p';
  if (options.ignoreTimes) letters += 'I';
  if (options.recurse) letters += 'r';
  if (options.checksum) letters += 'c';
  if (options.compress && protocol === 32) letters += 'z';
  const argv: (string | Uint8Array)[] = [...(command.program ?? ['rsync']), '--server'];
  if (sender) argv.push('--sender');
  argv.push(`-${letters}e.LsfxCI${protocol === 32 ? 'v' : ''}u`);
  if (!options.recurse) argv.push('--dirs');
  if (!sender) argv.push('--log-format=%i');
  if (options.devices && !options.specials) argv.push('--devices');
  if (options.specials && !options.devices) argv.push('--specials');
  if (options.compress && protocol === 31) argv.push('--new-compress');
  if (options.numericIds) argv.push('--numeric-ids');
  if (options.timeout > 0) argv.push(`--timeout=${options.timeout}`);
  if (options.sizeOnly) argv.push('--size-only');
  if (!sender) {
    if (options.delete === 'before' || options.delete === 'only') argv.push('--delete-before');
    if (options.delete === 'only') argv.push('--existing', '--ignore-existing');
    if (options.delete === 'during') argv.push('--delete-during');
    if (options.partial) argv.push('--partial');
    if (options.fsync) argv.push('--fsync');
  }
  if (options.inplace) argv.push('--inplace');
  argv.push('.', command.path, ...(command.morePaths ?? []));
  return argv;
}
