// `sluice coordination COMMAND`: one file a command; the engine is loaded only by those that need it.
import { SluiceError, toErrorInfo } from '../../../preload/contract/sluice-error.ts';
import { UsageError } from './args.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';
import { errorText, words } from './words.ts';

type Command = (rest: readonly string[], terminal: Terminal) => Promise<number>;

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./coordination-start.ts')).start,
  standalone: async () => (await import('./coordination-start.ts')).standalone,
  status: async () => (await import('./coordination-status.ts')).status,
  lint: async () => (await import('./coordination-lint.ts')).lint,
  backup: async () => (await import('./coordination-backup.ts')).backup,
  verify: async () => (await import('./coordination-backup.ts')).verify,
  restore: async () => (await import('./coordination-backup.ts')).restore,
  cli: async () => (await import('./coordination-cli.ts')).cli,
  export: async () => (await import('./coordination-transfer.ts')).exportTree,
  mirror: async () => (await import('./coordination-mirror.ts')).mirror,
  import: async () => (await import('./coordination-transfer.ts')).importTree,
};

/** Runs the command; answers the exit code. Throws UsageError. */
export async function runCoordination(rest: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...more] = rest;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    (name === undefined ? terminal.err : terminal.out).line(words.coordination.help);
    return name === undefined ? EXIT.SYNTAX : EXIT.OK;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) throw new UsageError({ kind: 'usage', option: `${Object.keys(COMMANDS).join('|')} ...` });
  try {
    return await (await load())(more, terminal);
  } catch (thrown) {
    if (!(thrown instanceof SluiceError)) throw thrown;
    const error = toErrorInfo(thrown);
    terminal.out.flush();
    terminal.err.line(`sluice: ${errorText(error)}`);
    return terminal.signal.aborted ? EXIT.SIGNAL : exitCodeOf(error);
  }
}
