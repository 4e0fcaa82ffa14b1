// An engine's process for the supervisor's tests; SLUICE_TOY says how it misbehaves.
import { writeFileSync } from 'node:fs';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { parentWire, serveBroken, serveEngine } from '../../../../../main/app/engine-process/serve-engine.ts';
import { toyContract } from './toy-contract.ts';

const wire = parentWire();
if (wire) {
  const mood = process.env['SLUICE_TOY'] ?? '';
  process.stdout.write(`toy ${process.pid} ${mood}\n`);
  if (mood === 'crash') process.exit(7);
  const never = (signal: AbortSignal): Promise<Record<string, never>> => new Promise((resolve) => { signal.addEventListener('abort', () => resolve({}), { once: true }); });
  if (mood === 'broken') serveBroken(toyContract, SluiceError.of('STORE_NEWER', { file: 'plans.sqlite', found: 9, known: 1 }), wire);
  else serveEngine(toyContract, {
    ping: () => ({ pid: process.pid }),
    drain: async (_input, signal) => {
      if (mood === 'undrainable') return never(signal);
      writeFileSync(`${process.env['SLUICE_DATA']}/drained`, String(process.pid));
      return {};
    },
    forever: (_input, signal) => never(signal),
    ticks: async function* (_input, signal) {
      yield 1;
      await never(signal);
    },
  }, wire, { close: () => { writeFileSync(`${process.env['SLUICE_DATA']}/closed`, String(process.pid)); } });
}
