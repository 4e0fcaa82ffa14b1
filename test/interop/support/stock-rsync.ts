// Stock rsync for tests: is it here, running it with our server behind a pipe in place of ssh, and its opinion of two trees.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const entry = resolve(import.meta.dirname, 'server-entry.ts');

export function hasRsync(): boolean {
  return spawnSync('rsync', ['--version'], { stdio: 'ignore' }).status === 0;
}

export interface Ran { readonly code: number | null; readonly out: string; readonly err: string }

/** Runs rsync to its end. */
export function rsync(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  return new Promise((settle, reject) => {
    const child = spawn('rsync', args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => { settle({ code, out: Buffer.concat(out).toString('latin1'), err: Buffer.concat(err).toString('latin1') }); });
  });
}

/** Writes the two scripts that make `rsync -e ... --rsync-path=...` talk to our server; answers those options. */
export function ourServer(folder: string): string[] {
  const shell = join(folder, 'shell');
  const far = join(folder, 'far');
  writeFileSync(shell, '#!/bin/sh\nshift\nexec sh -c "$*"\n'); // drops the host, as ssh would pass the words to a shell
  writeFileSync(far, `#!/bin/sh\nexec '${process.execPath}' --no-warnings '${entry}' "$@"\n`);
  chmodSync(shell, 0o755);
  chmodSync(far, 0o755);
  return ['-e', shell, `--rsync-path=${far}`];
}

/** What stock rsync would still do to make `right` like `left`: nothing when they are alike. */
export async function differences(left: string, right: string): Promise<string> {
  const { out, err } = await rsync(['-ani', '--delete', `${left}/`, `${right}/`]);
  return out + err;
}
