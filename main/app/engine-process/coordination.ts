// The coordination engine's process: started by a host's launcher when a cluster is first needed.
import { coordinationEngineContract } from '../../engines/coordination/api.ts';
import { makeCoordinationEngine } from './compose-coordination.ts';
import { parentWire, serveEngine } from './serve-engine.ts';

function main(): void {
  const wire = parentWire();
  if (!wire) {
    process.stderr.write('sluice: this is the coordination engine; the app starts it by itself\n');
    process.exitCode = 2;
    return;
  }
  const { engine, close } = makeCoordinationEngine();
  serveEngine(coordinationEngineContract, engine, wire, { close });
}

main();
