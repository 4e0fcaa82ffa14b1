// Secrets in the desktop's keyring, through libsecret's `secret-tool`. Secrets go by standard input, never as arguments.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { SluiceError } from '../../../preload/contract/sluice-error.ts';
import type { Vault } from '../../app/host.ts';

/** A keyring that asks a person something has this long; one without a person at hand must not hang the start. */
const LIMIT_MS = 5000;

interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `secret-tool`, or the program of the same manners given for tests. */
function ask(tool: string, args: readonly string[], input: string): Promise<Answer> {
  return new Promise((resolve) => {
    const child = spawn(tool, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: LIMIT_MS, killSignal: 'SIGKILL' });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => undefined); // it ended before it read; its code says the rest
    child.on('error', (error) => resolve({ code: 127, stdout: '', stderr: error.message }));
    child.on('close', (code) => resolve({ code, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8').trim() }));
    child.stdin.end(input);
  });
}

/** The keyring's vault if a secret put there can be read back; otherwise null. */
export async function keyringVault(tool = 'secret-tool'): Promise<Vault | null> {
  const words = (key: string): string[] => ['application', 'sluice', 'key', key];
  const failed = (answer: Answer): SluiceError => SluiceError.of('VAULT_UNAVAILABLE', { reason: answer.stderr === '' ? 'the keyring does not answer' : answer.stderr.slice(0, 300) });

  const get = async (key: string): Promise<string | null> => {
    const answer = await ask(tool, ['lookup', ...words(key)], '');
    if (answer.code === 0) return answer.stdout;
    if (answer.code === 1 && answer.stderr === '') return null; // its way of saying "not there"
    throw failed(answer);
  };
  const set = async (key: string, secret: string): Promise<void> => {
    const answer = await ask(tool, ['store', `--label=Sluice: ${key}`, ...words(key)], secret);
    if (answer.code !== 0) throw failed(answer);
  };
  const remove = async (key: string): Promise<void> => {
    const answer = await ask(tool, ['clear', ...words(key)], '');
    if (answer.code !== 0 && answer.stderr !== '') throw failed(answer);
  };

  const proof = randomUUID();
  try {
    await set('proof', proof);
    if (await get('proof') !== proof) return null;
    await remove('proof');
  } catch {
    return null;
  }
  return {
    kind: 'os',
    locked: false,
    create: () => Promise.reject(SluiceError.of('VAULT_UNAVAILABLE', { reason: 'the keyring of the system is in use' })),
    unlock: () => Promise.resolve(),
    get,
    set,
    remove,
    onChange: () => undefined, // the keyring locks and asks by itself
  };
}
