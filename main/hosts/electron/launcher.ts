// Engines as processes of their own: Electron's utility process, or a child of the Node that SLUICE_ENGINE_NODE names (an Electron
// whose own Node is too old for the engines).
import { utilityProcess } from 'electron';
import { fork } from 'node:child_process';
import { messagePortWire } from '../../../preload/rpc/message-port-wire.ts';
import type { EngineLauncher, EngineProcess } from '../../app/host.ts';
import { processWire } from '../shared/process-wire.ts';

type Exit = Awaited<EngineProcess['exited']>;

function inUtilityProcess(bundle: string, env: NodeJS.ProcessEnv): EngineProcess {
  const child = utilityProcess.fork(bundle, [], { serviceName: 'Sluice sync engine', stdio: 'inherit', env });
  const exited = new Promise<Exit>((done) => { child.once('exit', (code) => done({ code, signal: null })); });
  const wire = messagePortWire({
    postMessage: (message) => child.postMessage(message),
    on: (type, listener) => (type === 'close' ? child : child.on(type as 'message', listener)),
  });
  return { get pid() { return child.pid ?? null; }, wire, exited, kill: () => void child.kill() };
}

function onNode(node: string, bundle: string, env: NodeJS.ProcessEnv): EngineProcess {
  const child = fork(bundle, [], { execPath: node, execArgv: [], serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env });
  const exited = new Promise<Exit>((done) => {
    child.once('exit', (code, signal) => done({ code, signal }));
    child.once('error', () => done({ code: null, signal: null }));
  });
  return { pid: child.pid ?? null, wire: processWire(child), exited, kill: () => void child.kill('SIGKILL') };
}

/** `engines` is the folder of the bundles; the engines find the data folder in SLUICE_DATA. */
export function engineLauncher(engines: string, dataDir: string, node = process.env['SLUICE_ENGINE_NODE']): EngineLauncher {
  const env: NodeJS.ProcessEnv = { ...process.env, SLUICE_DATA: dataDir };
  if (node) delete env['SLUICE_SQLITE_BINDING']; // that one is for Electron's own Node
  return {
    launch: (name) => {
      const bundle = `${engines}/${name}.cjs`;
      return node ? onNode(node, bundle, env) : inUtilityProcess(bundle, env);
    },
  };
}
