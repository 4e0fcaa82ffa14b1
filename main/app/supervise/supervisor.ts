// Keeps one engine process alive: starting -> ready <-> degraded -> restarting -> ready | failed; draining -> stopped.
// It knows an engine by its two manners, ping and drain, and how to start one; not what it does.
import type { EngineState } from '../../../preload/contract/domain.ts';
import type { ErrorInfo } from '../../../preload/contract/errors.ts';
import { SluiceError, toErrorInfo } from '../../../preload/contract/sluice-error.ts';
import { backoff, delay, onAbort } from '../../lib/async.ts';
import type { EngineProcess } from '../host.ts';

export interface Supervised {
  ping(input: Record<string, never>, signal?: AbortSignal): Promise<unknown>;
  drain(input: Record<string, never>, signal?: AbortSignal): Promise<unknown>;
}

export interface SupervisorOptions<E extends Supervised> {
  readonly name: string;
  /** May throw: that counts as a crash. */
  readonly launch: () => EngineProcess;
  readonly connect: (process: EngineProcess) => E;
  readonly times?: Partial<SupervisorTimes>;
}

/** All in milliseconds but the counts. */
export interface SupervisorTimes {
  /** From launch to the first answer. */
  readonly start: number;
  readonly heartbeat: number;
  /** Heartbeats in a row without an answer, until the process is killed. */
  readonly missed: number;
  readonly backoffFirst: number;
  readonly backoffMost: number;
  /** Up this long, past crashes are forgotten. */
  readonly healthy: number;
  /** Crashes in a row after which it is given up. */
  readonly crashes: number;
  /** How long `engine` waits for a restart that is under way. */
  readonly patience: number;
  /** For the engine to finish or park what is in hand. */
  readonly drain: number;
  /** From the end of its wire to its own end, before it is killed. */
  readonly leave: number;
}

const TIMES: SupervisorTimes = {
  start: 20_000, heartbeat: 2000, missed: 3, backoffFirst: 1000, backoffMost: 30_000, // drawn from the upper half: 0.5 s to 30 s
  healthy: 60_000, crashes: 10, patience: 5000, drain: 10_000, leave: 2000,
};

export interface SupervisedStatus {
  readonly state: EngineState;
  /** Of the last crash, until it is up again. */
  readonly error: ErrorInfo | null;
  /** When the next start is due, while `restarting`; milliseconds since 1970. */
  readonly retryAt: number | null;
}

export class Supervisor<E extends Supervised> {
  readonly #options: SupervisorOptions<E>;
  readonly #times: SupervisorTimes;
  readonly #listeners: (() => void)[] = [];
  readonly #restartListeners: (() => void)[] = [];
  readonly #over = new AbortController();
  #status: SupervisedStatus = { state: 'starting', error: null, retryAt: null };
  #engine: E | null = null;
  #process: EngineProcess | null = null;
  #loop: Promise<void> | null = null;
  #drained: Promise<void> | null = null;
  /** What it answered to its first ping instead of itself: why it cannot work. */
  #refusal: SluiceError | null = null;

  constructor(options: SupervisorOptions<E>) {
    this.#options = options;
    this.#times = { ...TIMES, ...options.times };
  }

  get status(): SupervisedStatus {
    return this.#status;
  }

  /** The process as it is now, for tests and diagnostics. */
  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  /** Once. */
  start(): void {
    this.#loop ??= this.#run();
  }

  /** After every change of `status`. */
  onState(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Each time it ended unexpectedly and will be started again. */
  onRestart(listener: () => void): void {
    this.#restartListeners.push(listener);
  }

  /** The engine if it is up, or will be within the patience of a person; ENGINE_DOWN, ENGINE_FAILED once given up. */
  async engine(): Promise<E> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), this.#status.state === 'starting' ? this.#times.start : this.#times.patience);
    try {
      return await this.ready(limit.signal);
    } catch (error) {
      if (limit.signal.aborted && error instanceof SluiceError && error.code === 'APP_CANCELLED') throw this.#down();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Waits through restarts. ENGINE_FAILED once given up, ENGINE_DOWN once draining, APP_CANCELLED on abort. */
  async ready(signal?: AbortSignal): Promise<E> {
    for (;;) {
      if (this.#engine) return this.#engine;
      const { state, error } = this.#status;
      if (state === 'failed' && error) throw SluiceError.from(error);
      if (state === 'draining' || state === 'stopped') throw this.#down();
      await this.#change(signal);
    }
  }

  /** Lets it finish or park what is in hand, then ends it, within the drain limit. Never rejects; all calls are one. */
  drain(): Promise<void> {
    return (this.#drained ??= this.#drain());
  }

  async #drain(): Promise<void> {
    const engine = this.#engine;
    const process = this.#process;
    this.#engine = null;
    this.#set({ state: 'draining', error: null, retryAt: null });
    this.#over.abort();
    if (process) {
      if (engine) await settled(engine.drain({}, AbortSignal.timeout(this.#times.drain)));
      await this.#end(process, engine ? this.#times.leave : 0);
    }
    await this.#loop;
    this.#set({ state: 'stopped', error: null, retryAt: null });
  }

  /** Closes the wire, which an engine takes as its end, and kills what has not left by then. */
  async #end(process: EngineProcess, patience: number): Promise<void> {
    process.wire.close('drained');
    const gone = new AbortController();
    const killer = delay(patience, gone.signal).then(() => process.kill(), () => undefined);
    await process.exited;
    gone.abort();
    await killer;
  }

  async #run(): Promise<void> {
    const over = this.#over.signal;
    let pauses = backoff(this.#times.backoffFirst, this.#times.backoffMost);
    let crashes = 0;
    while (!over.aborted) {
      const upFor = await this.#live();
      if (over.aborted) return;
      if (upFor >= this.#times.healthy) {
        crashes = 0;
        pauses = backoff(this.#times.backoffFirst, this.#times.backoffMost);
      }
      crashes += 1;
      const error = this.#status.error;
      if (crashes >= this.#times.crashes) {
        const reason = error?.detail ?? 'it ends again and again';
        const failed = error && error.code !== 'ENGINE_DOWN' ? error : SluiceError.of('ENGINE_FAILED', { engine: this.#options.name, reason }).toInfo();
        this.#set({ state: 'failed', error: failed, retryAt: null });
        return;
      }
      const pause = pauses.next().value;
      this.#set({ state: 'restarting', error, retryAt: Date.now() + pause });
      for (const listener of this.#restartListeners) listener();
      await settled(delay(pause, over));
      if (over.aborted) return;
      this.#set({ state: 'restarting', error, retryAt: null });
    }
  }

  /** One life of the process, from launch to exit; answers how long it was up. Leaves the reason in the status. */
  async #live(): Promise<number> {
    let process: EngineProcess;
    try {
      process = this.#options.launch();
    } catch (error) {
      this.#crashed(error instanceof Error ? error.message : String(error));
      return 0;
    }
    this.#process = process;
    const life = new AbortController();
    const stop = onAbort(this.#over.signal, () => life.abort());
    let upSince: number | null = null;
    const engine = this.#options.connect(process);
    process.wire.onClose(() => {
      this.#engine = null;
      if (!this.#over.signal.aborted) process.kill();
    });
    const beating = this.#beat(engine, process, life.signal, () => { upSince ??= performance.now(); });
    const { code, signal } = await process.exited;
    stop();
    life.abort();
    process.wire.close('process ended');
    await beating;
    this.#engine = null;
    this.#process = null;
    if (!this.#over.signal.aborted) this.#crashed(signal === null ? `exit code ${code ?? 'unknown'}` : `ended by ${signal}`);
    return upSince === null ? 0 : performance.now() - upSince;
  }

  /** Pings until the life is over: the first answer makes it ready, too many missing ones make an end of it. */
  async #beat(engine: E, process: EngineProcess, life: AbortSignal, up: () => void): Promise<void> {
    const { start, heartbeat, missed } = this.#times;
    let missing = 0;
    const first = await unanswered(engine, start, life);
    if (first) {
      this.#refusal = first;
      if (!life.aborted) process.kill();
      return;
    }
    while (!life.aborted) {
      if (missing === 0 && this.#engine === null) {
        up();
        this.#engine = engine;
      }
      const state = missing === 0 ? 'ready' : 'degraded';
      if (this.#status.state !== state) this.#set({ state, error: null, retryAt: null });
      await settled(delay(heartbeat, life));
      if (life.aborted) return;
      missing = (await unanswered(engine, heartbeat, life)) ? missing + 1 : 0;
      if (missing >= missed && !life.aborted) return process.kill();
    }
  }

  #crashed(reason: string): void {
    const refusal = this.#refusal;
    this.#refusal = null;
    const said = refusal !== null && !['APP_CANCELLED', 'ENGINE_DOWN'].includes(refusal.code);
    const error = said ? refusal : SluiceError.of('ENGINE_DOWN', { engine: this.#options.name }, new Error(reason));
    this.#set({ state: 'restarting', error: error.toInfo(), retryAt: null });
  }

  #down(): SluiceError {
    return SluiceError.of('ENGINE_DOWN', { engine: this.#options.name });
  }

  #set(status: SupervisedStatus): void {
    this.#status = status;
    for (const listener of [...this.#listeners]) listener();
  }

  #change(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        undo();
        this.#listeners.splice(this.#listeners.indexOf(listener), 1);
      };
      const listener = (): void => { leave(); resolve(); };
      this.#listeners.push(listener);
      let undo = (): void => undefined;
      undo = onAbort(signal, () => { leave(); reject(SluiceError.of('APP_CANCELLED', {})); });
    });
  }
}

/** Null for an answer to a ping; otherwise the error, APP_CANCELLED when there was none in time. */
async function unanswered(engine: Supervised, limit: number, life: AbortSignal): Promise<SluiceError | null> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), limit);
  const undo = onAbort(life, () => late.abort());
  try {
    await engine.ping({}, late.signal);
    return null;
  } catch (error) {
    return SluiceError.from(toErrorInfo(error));
  } finally {
    clearTimeout(timer);
    undo();
  }
}

async function settled(promise: Promise<unknown>): Promise<void> {
  await promise.catch(() => undefined);
}
