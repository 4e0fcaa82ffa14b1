// The agent engine as the app has it: in a process of its own, started when a pipeline is first looked at or run, and supervised from then on.
import { agentEngineContract, type AgentEngine } from '../../engines/agent/api.ts';
import type { EngineControl } from '../engine-control.ts';
import type { EngineLauncher } from '../host.ts';
import { engineClient } from './engine-client.ts';
import { Supervisor, type SupervisorTimes } from './supervisor.ts';

export function superviseAgent(launcher: EngineLauncher, times?: Partial<SupervisorTimes>): EngineControl<AgentEngine> {
  const supervisor = new Supervisor<AgentEngine>({
    name: 'agent',
    launch: () => launcher.launch('agent'),
    connect: ({ wire }) => engineClient(agentEngineContract, wire, 'agent'),
    ...(times ? { times } : {}),
  });
  let needed = false;
  const need = (): Supervisor<AgentEngine> => {
    if (!needed) {
      needed = true;
      supervisor.start();
    }
    return supervisor;
  };
  return {
    engine: () => need().engine(),
    ready: (signal) => need().ready(signal),
    status: () => (needed ? { name: 'agent', ...supervisor.status } : { name: 'agent', state: 'stopped', error: null, retryAt: null }),
    onChange: (listener) => supervisor.onState(listener),
    onRestart: (listener) => supervisor.onRestart(listener),
    drain: () => supervisor.drain(),
  };
}
