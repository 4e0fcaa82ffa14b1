// What the app needs of a supervised engine. The supervisor gives it; tests give an engine in the same process.
import type { AppStatus } from '../../preload/contract/domain.ts';
import type { SyncEngine } from '../engines/sync/api.ts';
import type { EngineSource } from '../services/engine-source.ts';

export interface EngineControl<E = SyncEngine> extends EngineSource<E> {
  status(): AppStatus['engines'][number];
  /** After every change of `status`. */
  onChange(listener: () => void): void;
  /** Each time the engine ended unexpectedly and is being started again. */
  onRestart(listener: () => void): void;
  /** Lets it finish or park what is in hand, then ends it. Never rejects. */
  drain(): Promise<void>;
}
