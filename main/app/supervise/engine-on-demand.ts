// An engine in a process of its own, supervised, and started only when it is first needed.
import type { Wire } from '../../../preload/rpc/wire.ts';
import type { EngineControl } from '../engine-control.ts';
import type { EngineLauncher } from '../host.ts';
import { Supervisor, type Supervised, type SupervisorTimes } from './supervisor.ts';

export function superviseOnDemand<E extends Supervised>(name: 'agent' | 'coordination', connect: (wire: Wire) => E, launcher: EngineLauncher, times?: Partial<SupervisorTimes>): EngineControl<E> {
  const supervisor = new Supervisor<E>({
    name,
    launch: () => launcher.launch(name),
    connect: ({ wire }) => connect(wire),
    ...(times ? { times } : {}),
  });
  let needed = false;
  const need = (): Supervisor<E> => {
    if (!needed) {
      needed = true;
      supervisor.start();
    }
    return supervisor;
  };
  return {
    engine: () => need().engine(),
    ready: (signal) => need().ready(signal),
    status: () => (needed ? { name, ...supervisor.status } : { name, state: 'stopped', error: null, retryAt: null }),
    onChange: (listener) => supervisor.onState(listener),
    onRestart: (listener) => supervisor.onRestart(listener),
    drain: () => supervisor.drain(),
  };
}
