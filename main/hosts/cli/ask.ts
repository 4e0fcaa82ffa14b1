// Questions to the person at the terminal, and passwords: from the terminal without echo, or from SSH_ASKPASS as OpenSSH asks it.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export const canAsk = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

/** One line from the terminal. */
export function askLine(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: true });
  return new Promise((resolve) => {
    lines.once('close', () => { resolve(''); });
    lines.question(question, (answer) => { resolve(answer.trim()); lines.close(); });
  });
}

function askHidden(question: string): Promise<string | null> {
  process.stderr.write(question);
  process.stdin.setRawMode(true);
  process.stdin.resume();
  return new Promise((resolve) => {
    let typed = '';
    const end = (answer: string | null): void => {
      process.stdin.off('data', take).setRawMode(false).pause();
      process.stderr.write('\n');
      resolve(answer);
    };
    const take = (chunk: Buffer): void => {
      for (const char of chunk.toString('utf8')) {
        if (char === '\r' || char === '\n') { end(typed); return; }
        if (char === '\u0003' || char === '\u0004') { end(null); return; }
        typed = char === '\u007f' || char === '\b' ? [...typed].slice(0, -1).join('') : typed + char;
      }
    };
    process.stdin.on('data', take);
  });
}

function askProgram(program: string, question: string): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(program, [question], { stdio: ['ignore', 'pipe', 'inherit'] });
    let answer = '';
    child.stdout.on('data', (chunk: Buffer) => { answer += chunk.toString('utf8'); });
    child.once('error', () => { resolve(null); });
    child.once('close', (code) => { resolve(code === 0 ? answer.replace(/\r?\n$/, '') : null); });
  });
}

/** A password, or null when nobody can be asked or nobody answered. SSH_ASKPASS_REQUIRE=force prefers the program. */
export async function askPassword(question: string): Promise<string | null> {
  const program = process.env['SSH_ASKPASS'];
  const force = process.env['SSH_ASKPASS_REQUIRE'] === 'force';
  if (program && (force || (!canAsk() && process.env['DISPLAY']))) return askProgram(program, question);
  return canAsk() ? askHidden(question) : null;
}
