// The first word chooses the command: sync, agent, coordination, help, version, or `--server` when a far rsync calls us.
import { readFileSync } from 'node:fs';
import { parseSyncArgs, UsageError } from './args.ts';
import { EXIT } from './exit-codes.ts';
import { Output } from './output.ts';
import { VERSION } from './version.ts';
import { codeLine, words } from './words.ts';

/** The words as bytes: Node decodes them as UTF-8 and loses what is not; Linux still has them. */
function rawWords(): Buffer[] {
  const decoded = process.argv.slice(2);
  try {
    const all = readFileSync('/proc/self/cmdline');
    const parts: Buffer[] = [];
    for (let from = 0; from < all.length;) {
      const end = all.indexOf(0, from);
      parts.push(all.subarray(from, end === -1 ? all.length : end));
      from = end === -1 ? all.length : end + 1;
    }
    const last = decoded.length === 0 ? [] : parts.slice(-decoded.length);
    if (last.length === decoded.length && last.every((part, i) => part.toString('utf8') === decoded[i])) return last;
  } catch {
    // no /proc: the decoded words have to do
  }
  return decoded.map((word) => Buffer.from(word));
}

async function run(all: readonly Buffer[], out: Output, err: Output, signal: AbortSignal): Promise<number> {
  const [first, ...rest] = all;
  const command = first?.toString('utf8');
  if (command === 'sync') {
    const args = parseSyncArgs(rest);
    if (args.help) { out.line(words.help); return EXIT.OK; }
    if (args.version) { out.line(words.version({ version: VERSION })); return EXIT.OK; }
    if (args.words.length === 0) { err.line(words.help); err.line(codeLine(EXIT.SYNTAX)); return EXIT.SYNTAX; }
    const { runSync } = await import('./sync.ts');
    return runSync(args, out, err, signal);
  }
  if (command === 'coordination') {
    const { runCoordination } = await import('./coordination.ts');
    return runCoordination(rest.map((word) => word.toString('utf8')), { out, err, signal });
  }
  if (command === 'agent') {
    const { runAgentCommand } = await import('./agent.ts');
    return runAgentCommand(rest.map((word) => word.toString('utf8')), { out, err, signal });
  }
  if (command === 'help' || command === '--help' || command === '-h') { out.line(words.help); return EXIT.OK; }
  if (command === 'version' || command === '--version' || command === '-V') { out.line(words.version({ version: VERSION })); return EXIT.OK; }
  if (command === undefined) { err.line(words.help); return EXIT.SYNTAX; }
  err.line(`sluice: ${words.unknownCommand({ command })}`);
  err.line(codeLine(EXIT.SYNTAX));
  return EXIT.SYNTAX;
}

/** Runs the command of this process to its end, and ends the process with rsync's exit code. */
export async function runCli(): Promise<void> {
  const all = rawWords();
  if (all[0]?.toString('latin1') === '--server') {
    const { runServer } = await import('./server.ts');
    process.exit(await runServer(all));
  }
  const out = new Output(process.stdout);
  const err = new Output(process.stderr);
  const stop = new AbortController();
  // an agent that nobody watches reads its configuration again at SIGHUP, as servers do
  const isServer = all[0]?.toString('latin1') === 'agent' && !process.stdout.isTTY;
  for (const name of isServer ? ['SIGINT', 'SIGTERM'] as const : ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => { if (stop.signal.aborted) process.exit(EXIT.SIGNAL); stop.abort(); });
  }
  let code: number;
  try {
    code = await run(all, out, err, stop.signal);
  } catch (thrown) {
    if (thrown instanceof UsageError) {
      err.line(`sluice: ${words.usageProblem[thrown.problem.kind]({ option: thrown.problem.option })}`);
      code = thrown.problem.kind === 'unsupported' ? EXIT.UNSUPPORTED : EXIT.SYNTAX;
    } else {
      err.line(`sluice: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`);
      code = EXIT.DIAGNOSTICS;
    }
    err.line(codeLine(code));
  }
  await out.end();
  await err.end();
  process.exit(code);
}
