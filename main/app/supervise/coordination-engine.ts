// The coordination engine as the app has it: in a process of its own, supervised, and started only when it is first needed.
import { coordinationEngineContract, type CoordinationEngine } from '../../engines/coordination/api.ts';
import type { EngineControl } from '../engine-control.ts';
import type { EngineLauncher } from '../host.ts';
import { engineClient } from './engine-client.ts';
import { superviseOnDemand } from './engine-on-demand.ts';
import type { SupervisorTimes } from './supervisor.ts';

export function superviseCoordination(launcher: EngineLauncher, times?: Partial<SupervisorTimes>): EngineControl<CoordinationEngine> {
  return superviseOnDemand('coordination', (wire) => engineClient(coordinationEngineContract, wire, 'coordination'), launcher, times);
}
