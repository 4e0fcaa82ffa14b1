// The command line a stock rsync client gives its server (options.c server_options), in any order, read strictly:
// an option with an effect we do not have is refused, never passed over.
import { asBuffer, showName } from '../../../lib/bytes.ts';
import { CHECKSUM_NAMES, type ChecksumName } from '../checksum/digests.ts';
import type { CompressName } from './handshake.ts';
import { DEFAULT_OPTIONS, type TransferOptions } from './options.ts';

export interface ServerCall {
  /** We send: the client pulls. */
  readonly sender: boolean;
  readonly options: TransferOptions;
  readonly deletion: 'none' | 'before' | 'after';
  /** Excluded names are deleted too. */
  readonly deleteExcluded: boolean;
  readonly ignoreErrors: boolean;
  /** Letters after `e.`. */
  readonly capabilities: string;
  readonly checksum: ChecksumName | null;
  readonly compress: CompressName | null;
  readonly seed: number | null;
  readonly paths: readonly Buffer[];
}

/** An end of the server that its client is told of, with rsync's exit code. */
export class ServerRefusal extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.name = 'ServerRefusal';
    this.exitCode = exitCode;
  }
}

const SYNTAX = 1;
const UNSUPPORTED = 4;
const MAX_ARGUMENTS = 1000;

type Draft = { -readonly [K in keyof TransferOptions]: TransferOptions[K] };

interface State {
  sender: boolean;
  options: Draft;
  deletion: ServerCall['deletion'];
  deleteExcluded: boolean;
  ignoreErrors: boolean;
  capabilities: string;
  checksum: ChecksumName | null;
  compress: CompressName | null;
  seed: number | null;
}

const ignored = (): void => {};
const LETTERS: Readonly<Record<string, (state: State) => void>> = {
  v: ignored, q: ignored, S: ignored, // sparse only saves room
  b: refuse('-b'), L: refuse('-L'), k: refuse('-k'), K: refuse('-K'), H: refuse('-H'), A: refuse('-A'), X: refuse('-X'), U: refuse('-U'), N: refuse('-N'),
  R: refuse('-R'), x: refuse('-x'), m: refuse('-m'), y: refuse('-y'), J: refuse('-J'), C: refuse('-C'), E: refuse('-E'), s: refuse('-s'),
  n: ({ options }) => { options.dryRun = true; },
  u: ({ options }) => { options.update = true; },
  l: ({ options }) => { options.links = true; },
  d: ({ options }) => { options.recurse = false; },
  r: ({ options }) => { options.recurse = true; },
  O: ({ options }) => { options.omitDirTimes = true; },
  W: ({ options }) => { options.wholeFile = true; },
  o: ({ options }) => { options.owner = true; },
  g: ({ options }) => { options.group = true; },
  D: ({ options }) => { options.devices = true; options.specials = true; },
  t: ({ options }) => { options.times = true; },
  p: ({ options }) => { options.perms = true; },
  c: ({ options }) => { options.checksum = true; },
  I: ({ options }) => { options.ignoreTimes = true; },
  z: ({ options }) => { options.compress = true; },
};

const LONG: Readonly<Record<string, (state: State, value: string) => void>> = {
  '--sender': (state) => { state.sender = true; },
  '--delete': (state) => { state.deletion = 'before'; },
  '--delete-before': (state) => { state.deletion = 'before'; },
  '--delete-during': (state) => { state.deletion = 'before'; },
  '--delete-after': (state) => { state.deletion = 'after'; },
  '--delete-delay': (state) => { state.deletion = 'after'; },
  '--delete-excluded': (state) => { state.deleteExcluded = true; if (state.deletion === 'none') state.deletion = 'before'; },
  '--ignore-errors': (state) => { state.ignoreErrors = true; },
  '--partial': ({ options }) => { options.partial = true; },
  '--inplace': ({ options }) => { options.inplace = true; },
  '--numeric-ids': ({ options }) => { options.numericIds = true; },
  '--size-only': ({ options }) => { options.sizeOnly = true; },
  '--dirs': ({ options }) => { options.recurse = false; },
  '--devices': ({ options }) => { options.devices = true; },
  '--specials': ({ options }) => { options.specials = true; },
  '--fsync': ({ options }) => { options.fsync = true; },
  '--no-W': ({ options }) => { options.wholeFile = false; },
  '--new-compress': (state) => { state.options.compress = true; state.compress = 'zlibx'; },
  '--timeout': ({ options }, value) => { options.timeout = figure('--timeout', value, 86_400); },
  '--checksum-seed': (state, value) => { state.seed = figure('--checksum-seed', value, 0xffff_ffff) | 0; },
  '--checksum-choice': (state, value) => {
    const name = CHECKSUM_NAMES.find((known) => known === (value === 'xxhash' ? 'xxh64' : value));
    if (!name) throw new ServerRefusal(UNSUPPORTED, `--checksum-choice=${value} is not supported by this server: want ${CHECKSUM_NAMES.join(', ')}`);
    state.checksum = name;
  },
  '--compress-choice': (state, value) => {
    if (value !== 'zlibx' && value !== 'none') throw new ServerRefusal(UNSUPPORTED, `--compress-choice=${value} is not supported by this server: want zlibx or none`);
    state.options.compress = value === 'zlibx';
    state.compress = value;
  },
  '--log-format': ignored, '--out-format': ignored, '--stats': ignored, '--info': ignored, '--debug': ignored, '--msgs2stderr': ignored,
  '--no-msgs2stderr': ignored, '--compress-level': ignored, '--force': ignored, '--no-r': ignored, '--bwlimit': ignored, '--no-implied-dirs': ignored,
};

function refuse(option: string): () => never {
  return () => { throw new ServerRefusal(UNSUPPORTED, `the option ${option} is not supported by this server`); };
}

function figure(option: string, value: string, most: number): number {
  const number = Number(value);
  if (!/^-?\d{1,10}$/.test(value) || number < -0x8000_0000 || number > most) throw new ServerRefusal(SYNTAX, `${option}=${showName(Buffer.from(value))} is no number in range`);
  return number;
}

/** `argv` is what follows `--server`. ServerRefusal names what is wrong. */
export function parseServerCall(argv: readonly (string | Uint8Array)[]): ServerCall {
  if (argv.length > MAX_ARGUMENTS) throw new ServerRefusal(SYNTAX, `${argv.length} arguments, want at most ${MAX_ARGUMENTS}`);
  const words = argv.map((word) => (typeof word === 'string' ? Buffer.from(word) : asBuffer(word)));
  const state: State = {
    sender: false, deletion: 'none', deleteExcluded: false, ignoreErrors: false, capabilities: '', checksum: null, compress: null, seed: null,
    options: { ...DEFAULT_OPTIONS, recurse: false, links: false, perms: false, times: false, group: false, owner: false },
  };
  let i = 0;
  let recursive = false;
  for (; i < words.length; i++) {
    const text = (words[i] as Buffer).toString('utf8');
    if (text === '.') break;
    if (text === '--') { i += 1; break; }
    if (text.startsWith('--')) longOption(state, text);
    else if (text.startsWith('-B')) figure('-B', text.slice(2), 131_072);
    else if (text.startsWith('-') && text.length > 1) { shortOptions(state, text.slice(1)); recursive ||= state.options.recurse; }
    else throw new ServerRefusal(SYNTAX, `unexpected argument ${showName(words[i] as Buffer)}, want options and then "."`);
  }
  if ((words[i] as Buffer | undefined)?.toString('latin1') !== '.') throw new ServerRefusal(SYNTAX, 'the arguments hold no "." before the paths');
  const paths = words.slice(i + 1).filter((path) => path.length > 0);
  if (paths.some((path) => path.includes(0))) throw new ServerRefusal(SYNTAX, 'a path holds a NUL');
  state.options.recurse = recursive;
  state.options.delete = state.deletion === 'none' ? false : 'before';
  return { ...state, paths: paths.length > 0 ? paths : [Buffer.from('.')] };
}

function longOption(state: State, text: string): void {
  const equals = text.indexOf('=');
  const name = equals === -1 ? text : text.slice(0, equals);
  const act = Object.hasOwn(LONG, name) ? LONG[name] : undefined;
  if (!act) throw new ServerRefusal(UNSUPPORTED, `the option ${showName(Buffer.from(name))} is not supported by this server`);
  act(state, equals === -1 ? '' : text.slice(equals + 1));
}

function shortOptions(state: State, letters: string): void {
  for (let i = 0; i < letters.length; i++) {
    const letter = letters[i] as string;
    if (letter === 'e') { // the rest are the client's capabilities, perhaps behind a sub-protocol
      state.capabilities = /^(?:\d*\.\d*)?([a-zA-Z]*)$/.exec(letters.slice(i + 1))?.[1] ?? '';
      return;
    }
    const act = Object.hasOwn(LETTERS, letter) ? LETTERS[letter] : undefined;
    if (!act) throw new ServerRefusal(UNSUPPORTED, `the option -${showName(Buffer.from(letter))} is not supported by this server`);
    act(state);
  }
}
