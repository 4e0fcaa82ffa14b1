// Starts engines as children of a Node: the one running now, or the one that SLUICE_ENGINE_NODE names.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { EngineLauncher, EngineProcess } from '../../app/host.ts';
import { processWire } from '../../app/engine-process/process-wire.ts';
import { logFile } from './log-file.ts';

export interface ChildLauncherOptions {
  /** The folder of the engines' bundles, or one file for tests. */
  readonly engines: string;
  /** Reaches the engine as SLUICE_DATA; its words go to `logs/engine-NAME.log` in it. */
  readonly dataDir: string;
  readonly node?: string;
}

export function childLauncher(options: ChildLauncherOptions): EngineLauncher {
  const node = options.node ?? process.env['SLUICE_ENGINE_NODE'] ?? process.execPath;
  return {
    launch(name): EngineProcess {
      const bundle = /\.[cm]?[jt]s$/.test(options.engines) ? options.engines : join(options.engines, `${name}.cjs`);
      const log = logFile(join(options.dataDir, 'logs', `engine-${name}.log`));
      const child = fork(bundle, [], {
        execPath: node,
        execArgv: [],
        serialization: 'advanced',
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        env: { ...process.env, SLUICE_DATA: options.dataDir },
      });
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => log.write(chunk));
      const wire = processWire(child);
      const exited: EngineProcess['exited'] = new Promise((resolve) => {
        child.once('exit', (code, signal) => resolve({ code, signal }));
        child.once('error', (error) => {
          log.write(`${error.message}\n`);
          if (child.pid !== undefined) return;
          wire.close(error.message); // it never started
          resolve({ code: null, signal: null });
        });
        child.once('close', () => log.close());
      });
      return { pid: child.pid ?? null, wire, exited, kill: () => void child.kill('SIGKILL') };
    },
  };
}
