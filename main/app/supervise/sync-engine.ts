// The sync engine as the app has it: in a process of its own, supervised.
import { syncEngineContract, type SyncEngine } from '../../engines/sync/api.ts';
import type { EngineControl } from '../engine-control.ts';
import type { EngineLauncher } from '../host.ts';
import { engineClient } from './engine-client.ts';
import { Supervisor, type SupervisorTimes } from './supervisor.ts';

/** Starts it at once. */
export function superviseSync(launcher: EngineLauncher, times?: Partial<SupervisorTimes>): EngineControl {
  const supervisor = new Supervisor<SyncEngine>({
    name: 'sync',
    launch: () => launcher.launch('sync'),
    connect: ({ wire }) => engineClient(syncEngineContract, wire, 'sync'),
    ...(times ? { times } : {}),
  });
  supervisor.start();
  return {
    engine: () => supervisor.engine(),
    ready: (signal) => supervisor.ready(signal),
    status: () => ({ name: 'sync', ...supervisor.status }),
    onChange: (listener) => supervisor.onState(listener),
    onRestart: (listener) => supervisor.onRestart(listener),
    drain: () => supervisor.drain(),
  };
}
