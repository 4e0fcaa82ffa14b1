// The state of one component and what is reported of it: through its Say, and by whoever starts and stops it.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { ComponentId, ComponentState, Report, Say } from '../parts.ts';

/** A problem that did not come again for so long is over. */
const OVER_MS = 30_000;

/** What was thrown, as an error that can be shown; anything that is not one of ours is named a bug. */
export function asError(thrown: unknown): SluiceError {
  if (thrown instanceof SluiceError) return thrown;
  return SluiceError.of('APP_BUG', { message: thrown instanceof Error ? thrown.message : String(thrown) }, thrown);
}

export class Voice implements Say {
  readonly id: ComponentId;
  /** Told when the component says that it cannot go on. */
  onFailed: (error: SluiceError, final: boolean) => void = () => {};
  private readonly report: Report;
  private readonly now: () => number;
  private current: ComponentState = 'starting';
  private reason: SluiceError | null = null;
  private over: NodeJS.Timeout | null = null;
  private count = 0;

  constructor(id: ComponentId, report: Report, now: () => number) {
    this.id = id;
    this.report = report;
    this.now = now;
  }

  get state(): ComponentState { return this.current; }
  /** How often it complained. */
  get complaints(): number { return this.count; }
  /** Of `degraded` and `failed`. */
  get error(): SluiceError | null { return this.reason; }

  to(state: ComponentState, error: SluiceError | null = null): void {
    if (this.over) clearTimeout(this.over);
    this.over = null;
    const isSame = state === this.current && error?.message === this.reason?.message;
    this.current = state;
    this.reason = error;
    if (isSame) return;
    this.report({ type: 'state', at: this.now(), component: this.id, state, error });
  }

  problem(error: SluiceError): void {
    this.count += 1;
    if (this.current === 'ready' || this.current === 'degraded') {
      this.to('degraded', error);
      this.over = setTimeout(() => { this.well(); }, OVER_MS).unref();
    }
    this.report({ type: 'problem', at: this.now(), component: this.id, error });
  }

  note(text: string): void {
    this.report({ type: 'note', at: this.now(), component: this.id, text });
  }

  failed(error: SluiceError, final = false): void {
    this.onFailed(error, final);
  }

  /** It did its work again; with `since`, only when it has not complained since then. */
  well(since = this.complaints): void {
    if (this.current === 'degraded' && since === this.complaints) this.to('ready');
  }
}
