// The coordination engine as the app has it: in a process of its own, supervised, and started only when it is first needed.
import { coordinationEngineContract, type CoordinationEngine } from '../../engines/coordination/api.ts';
import type { EngineControl } from '../engine-control.ts';
import type { EngineLauncher } from '../host.ts';
import { engineClient } from './engine-client.ts';
import { Supervisor, type SupervisorTimes } from './supervisor.ts';

export function superviseCoordination(launcher: EngineLauncher, times?: Partial<SupervisorTimes>): EngineControl<CoordinationEngine> {
  const supervisor = new Supervisor<CoordinationEngine>({
    name: 'coordination',
    launch: () => launcher.launch('coordination'),
    connect: ({ wire }) => engineClient(coordinationEngineContract, wire, 'coordination'),
    ...(times ? { times } : {}),
  });
  let needed = false;
  const need = (): Supervisor<CoordinationEngine> => {
    if (!needed) {
      needed = true;
      supervisor.start();
    }
    return supervisor;
  };
  return {
    engine: () => need().engine(),
    ready: (signal) => need().ready(signal),
    status: () => (needed ? { name: 'coordination', ...supervisor.status } : { name: 'coordination', state: 'stopped', error: null, retryAt: null }),
    onChange: (listener) => supervisor.onState(listener),
    onRestart: (listener) => supervisor.onRestart(listener),
    drain: () => supervisor.drain(),
  };
}
