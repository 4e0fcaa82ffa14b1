// Where services get an engine from: a supervised process in the app, the thing itself in tests.
import type { AgentEngine } from '../engines/agent/api.ts';
import type { CoordinationEngine } from '../engines/coordination/api.ts';
import type { SyncEngine } from '../engines/sync/api.ts';

export interface EngineSource<E = SyncEngine> {
  /** The engine if it is up or just starting; ENGINE_DOWN while it is being restarted, ENGINE_FAILED once given up. */
  engine(): Promise<E>;
  /** Waits through restarts; ENGINE_FAILED once given up, APP_CANCELLED on abort. */
  ready(signal: AbortSignal): Promise<E>;
}

export type CoordinationSource = EngineSource<CoordinationEngine>;
export type AgentSource = EngineSource<AgentEngine>;
