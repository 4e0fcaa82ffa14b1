// Engines as processes of their own: Electron's utility process, or a child of the Node that SLUICE_ENGINE_NODE names (an Electron
// whose own Node is too old for the engines).
import { utilityProcess } from 'electron';
import { join } from 'node:path';
import { messagePortWire } from '../../../preload/rpc/message-port-wire.ts';
import type { EngineLauncher, EngineProcess } from '../../app/host.ts';
import { childLauncher } from '../shared/child-launcher.ts';
import { logFile } from '../shared/log-file.ts';

function utilityLauncher(engines: string, dataDir: string): EngineLauncher {
  return {
    launch: (name): EngineProcess => {
      const log = logFile(join(dataDir, 'logs', `engine-${name}.log`));
      const child = utilityProcess.fork(join(engines, `${name}.cjs`), [], { serviceName: `Sluice ${name} engine`, stdio: 'pipe', env: { ...process.env, SLUICE_DATA: dataDir } });
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => log.write(chunk));
      const wire = messagePortWire({
        postMessage: (message) => child.postMessage(message),
        on: (type, listener) => (type === 'close' ? child : child.on(type as 'message', listener)),
      });
      const exited = new Promise<Awaited<EngineProcess['exited']>>((done) => {
        child.once('exit', (code) => {
          log.close();
          done({ code, signal: null });
        });
      });
      return { get pid() { return child.pid ?? null; }, wire, exited, kill: () => void child.kill() };
    },
  };
}

/** `engines` is the folder of the bundles; an engine finds the data folder in SLUICE_DATA. */
export function engineLauncher(engines: string, dataDir: string): EngineLauncher {
  const node = process.env['SLUICE_ENGINE_NODE'];
  return node ? childLauncher({ engines, dataDir, node }) : utilityLauncher(engines, dataDir);
}
