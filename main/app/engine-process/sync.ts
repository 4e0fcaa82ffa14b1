// The sync engine's process: started by a host's launcher, which names the data folder in SLUICE_DATA.
import { extname, join } from 'node:path';
import { SluiceError } from '../../../preload/contract/sluice-error.ts';
import { syncEngineContract } from '../../engines/sync/api.ts';
import { makeSyncEngine } from './compose-sync.ts';
import { parentWire, serveBroken, serveEngine } from './serve-engine.ts';

/** Beside this file in dist/engines, or where the sources have it. */
function workerEntry(): string {
  return extname(import.meta.filename) === '.ts' ? join(import.meta.dirname, '../../engines/sync/workers/worker.ts') : join(import.meta.dirname, 'sync-worker.cjs');
}

/** What SQLite says of the plan table is no bug of ours. */
function inWords(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return error instanceof Error && code.startsWith('SQLITE_') ? SluiceError.of('STORE_IO', { file: 'plans.sqlite', reason: error.message }, error) : error;
}

function main(): void {
  const wire = parentWire();
  const dataDir = process.env['SLUICE_DATA'];
  if (!wire || dataDir === undefined || dataDir === '') {
    process.stderr.write('sluice: this is the sync engine; the app starts it by itself\n');
    process.exitCode = 2;
    return;
  }
  try {
    const { engine, close } = makeSyncEngine({ plansFile: join(dataDir, 'plans.sqlite'), workerEntry: workerEntry() });
    serveEngine(syncEngineContract, engine, wire, { close });
  } catch (error) {
    serveBroken(syncEngineContract, inWords(error), wire);
  }
}

main();
