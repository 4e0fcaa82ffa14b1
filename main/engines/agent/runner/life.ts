// The life of one component: made, started, kept working, and made again some seconds after it failed, until it is ended (LifecycleSupervisor).
import { onAbort } from '../../../lib/async.ts';
import { ERRORS } from '../../../../preload/contract/errors.ts';
import type { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { Component } from '../parts.ts';
import { sleep } from './sleep.ts';
import { asError, type Voice } from './voice.ts';

export interface LifeOptions<T extends Component> {
  readonly voice: Voice;
  readonly create: () => T | Promise<T>;
  /** What goes on while it works; ends soon after `signal`. */
  readonly work?: (part: T, signal: AbortSignal) => Promise<void>;
  /** Told when it begins to work, and (null) when it no longer does. */
  readonly changed?: (part: T | null) => void;
  readonly retryMs: number;
  /** How long its work and its stop may take; then it is given up, and told. */
  readonly stopMs?: number;
}

/** A stop that takes longer does not keep the agent from stopping. */
const STOP_MS = 10_000;

interface Failure { readonly error: SluiceError; readonly final: boolean }

export class Life<T extends Component> {
  /** While it works. */
  part: T | null = null;
  private readonly options: LifeOptions<T>;
  private readonly ending = new AbortController();
  private readonly tried = Promise.withResolvers<void>();
  private life: Promise<void> | null = null;
  private gaveUp = false;

  constructor(options: LifeOptions<T>) { this.options = options; }

  /** Settles once it works or failed for the first time. */
  get firstTry(): Promise<void> { return this.tried.promise; }
  /** It failed for good, and is not tried again. */
  get isOver(): boolean { return this.gaveUp; }

  begin(): void { this.life ??= this.live(); }

  /** What is in hand is finished. */
  async end(): Promise<void> {
    this.ending.abort();
    if (this.life) await this.life;
    this.tried.resolve();
  }

  private async live(): Promise<void> {
    const { voice, retryMs } = this.options;
    const { signal } = this.ending;
    while (!signal.aborted) {
      const failure = await this.once(signal);
      if (failure === null) break;
      voice.to('failed', failure.error);
      this.gaveUp = failure.final;
      this.tried.resolve();
      await new Promise<void>((resolve) => {
        const timer = failure.final ? null : setTimeout(() => { undo(); resolve(); }, retryMs);
        const undo = onAbort(signal, () => { if (timer) clearTimeout(timer); resolve(); });
      });
    }
    voice.to('stopped');
  }

  /** From making to stopping it; null when it was ended from outside. */
  private async once(signal: AbortSignal): Promise<Failure | null> {
    const { voice, create, work, changed } = this.options;
    const down = Promise.withResolvers<Failure | null>();
    voice.onFailed = (error, final) => { down.resolve({ error, final }); };
    const undo = onAbort(signal, () => { down.resolve(null); });
    voice.to('starting', voice.error);
    let part: T | null = null;
    try {
      part = await create();
      const started = part.start().then(() => 'started' as const);
      started.catch(() => {}); // when it is ended first, nobody waits for it
      const first = await Promise.race([started, down.promise]);
      if (first !== 'started') return first;
      const stop = new AbortController();
      this.part = part;
      voice.to('ready');
      changed?.(part);
      this.tried.resolve();
      const working = work?.(part, stop.signal).catch((error: unknown) => { down.resolve({ error: asError(error), final: false }); });
      const failure = await down.promise;
      if (failure === null) voice.to('draining');
      this.part = null;
      changed?.(null);
      stop.abort();
      await this.patiently(working);
      return failure;
    } catch (thrown) {
      const error = asError(thrown);
      // what a configuration says wrong stays wrong until it is changed
      return { error, final: part === null && !ERRORS[error.code].retry };
    } finally {
      undo();
      await this.patiently(part?.stop().catch(() => {}));
    }
  }

  private async patiently(ending: Promise<void> | undefined): Promise<void> {
    if (!ending) return;
    const over = new AbortController();
    const late = sleep(this.options.stopMs ?? STOP_MS, over.signal).then(() => { if (!over.signal.aborted) this.options.voice.note('did not stop in time, and is left behind'); });
    await Promise.race([ending, late]);
    over.abort();
  }
}
