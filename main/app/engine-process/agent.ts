// The agent engine's process: started by a host's launcher when a pipeline is first needed.
import { agentEngineContract } from '../../engines/agent/api.ts';
import { countBuffersInHeap } from '../../lib/buffers-in-heap.ts';
import { makeAgentEngine } from './compose-agent.ts';
import { pacedPrint } from './paced-print.ts';
import { parentWire, serveEngine } from './serve-engine.ts';

function main(): void {
  const wire = parentWire();
  if (!wire) {
    process.stderr.write('sluice: this is the agent engine; the app starts it by itself\n');
    process.exitCode = 2;
    return;
  }
  countBuffersInHeap();
  const { engine, close } = makeAgentEngine(pacedPrint((text) => { process.stdout.write(text); }));
  serveEngine(agentEngineContract, engine, wire, { close });
}

main();
