// `sluice coordination cli`: zkCli's commands at the terminal, from a script on standard input, or one after the address.
import { createInterface, type Interface } from 'node:readline';
import { openClient } from '../../engines/coordination/client/client.ts';
import { Shell } from '../../engines/coordination/client/shell.ts';
import { showSession } from '../../engines/coordination/zxid.ts';
import { onAbort } from '../../lib/async.ts';
import { clientOptions, CLIENT_VALUES } from './coordination-client.ts';
import type { Terminal } from './terminal.ts';
import { parseWords } from './coordination-args.ts';
import { EXIT } from './exit-codes.ts';
import { words } from './words.ts';

const USAGE = 'cli HOST:PORT[,HOST:PORT...][/CHROOT] [--auth SCHEME:AUTH] [--timeout MS] [--read-only] [COMMAND...]';

/** A command after the address: exit code 1 when it failed. Standard input otherwise, until it ends or `quit`. */
export async function cli(rest: readonly string[], terminal: Terminal): Promise<number> {
  const args = parseWords(rest, { values: CLIENT_VALUES, switches: ['read-only'], words: [1, 100_000], usage: USAGE }, true);
  const [server = '', ...command] = args.words;
  const { out, signal } = terminal;
  let aside = (text: string): void => { out.line(text); out.flush(); };
  const shell = new Shell({ open: (connectString) => openClient(clientOptions(connectString, args, USAGE)), server, say: (text) => { aside(text); } });
  const undo = onAbort(signal, () => { void shell.close(); });
  try {
    if (command.length > 0) {
      const { text, failed } = await shell.run(command.map(quoted).join(' '));
      if (text !== '') (failed ? terminal.err : out).line(text);
      return failed ? EXIT.SYNTAX : EXIT.OK;
    }
    await shell.client.connected(signal);
    const isTerminal = process.stdin.isTTY;
    const lines = createInterface({ input: process.stdin, ...(isTerminal ? { output: process.stdout, completer: (line: string) => complete(shell, line) } : {}), terminal: isTerminal });
    if (isTerminal) {
      out.line(words.coordination.connected({ host: shell.client.server ?? server, session: showSession(shell.client.sessionId) }));
      out.flush();
      aside = (text) => { process.stdout.write(`\n${text}\n`); lines.prompt(true); };
    }
    return await converse(shell, lines, terminal, isTerminal);
  } finally {
    undo();
    await shell.close();
  }
}

async function converse(shell: Shell, lines: Interface, { out }: Terminal, isTerminal: boolean): Promise<number> {
  const ask = (): void => {
    if (!isTerminal) return;
    lines.setPrompt(shell.prompt);
    lines.prompt();
  };
  let failed = false;
  ask();
  for await (const line of lines) {
    const answer = await shell.run(line);
    if (answer.text !== '') out.line(answer.text);
    out.flush();
    failed = answer.failed;
    if (answer.over) break;
    ask();
  }
  lines.close();
  return failed && !isTerminal ? EXIT.SYNTAX : EXIT.OK;
}

/** A word as the shell's own reader takes it back. */
function quoted(word: string): string {
  if (word !== '' && !/[\s"']/.test(word)) return word;
  return word.includes('"') ? `'${word}'` : `"${word}"`;
}

function complete(shell: Shell, line: string): [string[], string] {
  const known = shell.commands.filter((name) => name.startsWith(line));
  return [line.includes(' ') ? [] : known, line];
}
