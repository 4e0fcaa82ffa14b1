// `sluice coordination` from source, in a folder of its own: nodes in the foreground that a test ends, commands, scripts.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CLI, run, sluice, type Ran } from '../cli-support.ts';
import { freePort } from '../../peers/peer-process.ts';

export interface CliNode {
  /** The pairs of its READY line. */
  readonly ready: Readonly<Record<string, string>>;
  readonly err: () => string;
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

export class CliShop {
  readonly dir: string = mkdtempSync(join(tmpdir(), 'sluice-coordination-'));
  readonly #running: ChildProcess[] = [];

  run(...words: readonly string[]): Promise<Ran> {
    return sluice(['coordination', ...words], { cwd: this.dir });
  }

  /** Lines of a script in one session. */
  type(at: string, ...lines: readonly string[]): Promise<Ran> {
    return run('sh', ['-c', 'printf "%s\\n" "$@" | "$0" --no-warnings "$CLI" coordination cli "$AT"', process.execPath, ...lines], { env: { CLI, AT: at } });
  }

  /** Resolves once it is READY; rejects with its last words. */
  async serve(...words: readonly string[]): Promise<CliNode> {
    const child = spawn(process.execPath, ['--no-warnings', CLI, 'coordination', ...words], { env: { ...process.env, LC_ALL: 'C.UTF-8' }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#running.push(child);
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => { err += chunk.toString(); });
    const line = await new Promise<string>((done, fail) => {
      createInterface({ input: child.stdout }).once('line', done);
      child.once('exit', (code) => { fail(new Error(`ended with ${code}: ${err}`)); });
    });
    if (!line.startsWith('READY mode=')) throw new Error(`no READY line: ${line}`);
    const ready = Object.fromEntries(line.split(' ').slice(1).map((pair) => pair.split(/=(.*)/s) as [string, string]));
    return { ready, err: () => err, end: async (signal = 'SIGTERM') => { child.removeAllListeners('exit'); child.kill(signal); const [code] = await once(child, 'exit') as [number | null]; return code; } };
  }

  async standalone(data = 'data'): Promise<CliNode & { readonly at: string }> {
    const port = await freePort();
    const file = join(this.dir, 'zoo.cfg');
    writeFileSync(file, `dataDir=${join(this.dir, data)}\nclientPort=${port}\nclientPortAddress=127.0.0.1\nadmin.serverPort=0\nadmin.serverAddress=127.0.0.1\npreAllocSize=64\n4lw.commands.whitelist=*\n`);
    return { ...(await this.serve('start', '--config', file)), at: `127.0.0.1:${port}` };
  }

  /** Ends what still runs, and the folder. */
  async close(): Promise<void> {
    for (const child of this.#running) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(this.dir, { recursive: true, force: true });
  }
}
