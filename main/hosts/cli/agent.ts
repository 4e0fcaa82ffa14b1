// `sluice agent`: runs a configuration of Flume as `flume-ng agent` does, and what goes with it. Each command loads what it needs.
import { SluiceError, toErrorInfo } from '../../../preload/contract/sluice-error.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';
import { VERSION } from './version.ts';
import { errorText, words } from './words.ts';

type Command = (rest: readonly string[], terminal: Terminal) => Promise<number>;

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  agent: async () => (await import('./agent-run.ts')).runAgent,
  validate: async () => (await import('./agent-validate.ts')).validate,
  test: async () => (await import('./agent-test.ts')).test,
  'dead-letters': async () => (await import('./agent-letters.ts')).letters,
  channel: async () => (await import('./agent-channel.ts')).channel,
  'avro-client': async () => (await import('./agent-avro-client.ts')).avroClient,
};

/** Runs the command, `agent` where the first word is an option; answers the exit code. Throws UsageError. */
export async function runAgentCommand(all: readonly string[], terminal: Terminal): Promise<number> {
  const [first] = all;
  if (first === undefined || first === 'help' || first === '--help' || first === '-h') {
    (first === undefined ? terminal.err : terminal.out).line(words.agent.help);
    return first === undefined ? EXIT.SYNTAX : EXIT.OK;
  }
  if (first === 'version') { terminal.out.line(words.version({ version: VERSION })); return EXIT.OK; }
  const named = Object.hasOwn(COMMANDS, first);
  if (!named && !first.startsWith('-')) {
    terminal.err.line(`sluice: ${words.agent.unknownCommand({ command: first, commands: Object.keys(COMMANDS).join(', ') })}`);
    return EXIT.SYNTAX;
  }
  try {
    const command = await (COMMANDS[named ? first : 'agent'] as () => Promise<Command>)();
    return await command(named ? all.slice(1) : all, terminal);
  } catch (thrown) {
    if (!(thrown instanceof SluiceError)) throw thrown;
    const error = toErrorInfo(thrown);
    terminal.out.flush();
    terminal.err.line(`sluice: ${errorText(error)}`);
    return terminal.signal.aborted ? EXIT.SIGNAL : exitCodeOf(error);
  }
}
