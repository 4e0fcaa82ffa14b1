// Puts a sync engine together: plan table in SQLite, worker threads, SSH logins. For the engine's process, the command line, tests.
import { LocalSyncEngine } from '../../engines/sync/engine.ts';
import { SshPool } from '../../engines/sync/transport/ssh-pool.ts';
import { WorkerPool } from '../../engines/sync/workers/pool.ts';
import type { SyncEngine } from '../../engines/sync/api.ts';
import { SqlitePlanTable } from '../../store/plans.ts';

export interface SyncEngineSettings {
  /** `plans.sqlite`, made when it is missing; one engine at a time has it. */
  readonly plansFile: string;
  /** Path of main/engines/sync/workers/worker.ts, or of its bundle. */
  readonly workerEntry: string;
  /** How long an unused SSH login is kept; 30 s. */
  readonly idleLoginMs?: number;
}

export interface ComposedSyncEngine {
  readonly engine: SyncEngine;
  /** Ends runs at once, closes logins, threads and the table. */
  close(): Promise<void>;
}

export function makeSyncEngine({ plansFile, workerEntry, idleLoginMs }: SyncEngineSettings): ComposedSyncEngine {
  const engine = new LocalSyncEngine({ table: new SqlitePlanTable(plansFile), workers: new WorkerPool(workerEntry), ssh: new SshPool(idleLoginMs) });
  return { engine: engine.calls, close: () => engine.close() };
}
