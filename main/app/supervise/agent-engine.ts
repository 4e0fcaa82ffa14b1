// The agent engine as the app has it: in a process of its own, started when a pipeline is first looked at or run, and supervised from then on.
import { agentEngineContract, type AgentEngine } from '../../engines/agent/api.ts';
import type { EngineControl } from '../engine-control.ts';
import type { EngineLauncher } from '../host.ts';
import { engineClient } from './engine-client.ts';
import { superviseOnDemand } from './engine-on-demand.ts';
import type { SupervisorTimes } from './supervisor.ts';

export function superviseAgent(launcher: EngineLauncher, times?: Partial<SupervisorTimes>): EngineControl<AgentEngine> {
  return superviseOnDemand('agent', (wire) => engineClient(agentEngineContract, wire, 'agent'), launcher, times);
}
