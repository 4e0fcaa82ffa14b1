// Lets a group of sinks work (SinkRunner): at once while there are events, after a growing wait while there are none or the sinks cannot.
import type { Channel, Processor } from '../parts.ts';
import { breath } from './breath.ts';
import { sleep } from './sleep.ts';

const STEP_MS = 1000;
const MOST_MS = 5000;
const SOON_MS = 10;

export interface SinkWork {
  readonly channel: Channel;
  /** Whether its channel and any of its sinks works; `wake` when one does again. */
  isUp(): boolean;
  /** How many events the last call of `process` took, for good or not. */
  taken(): number;
  /** Told of what `process` threw. */
  threw(error: unknown): void;
}

export class SinkRunner {
  private readonly work: SinkWork;
  private readonly jobs: (() => Promise<void>)[] = [];
  private isChanged = false;
  private wakeUp: (() => void) | null = null;
  private isIdle = false;
  private failures = 0;

  constructor(work: SinkWork) { this.work = work; }

  /** Found nothing to take the last time. */
  get idle(): boolean { return this.isIdle; }
  /** The last call of `process` threw. */
  get isFailing(): boolean { return this.failures > 0; }

  /** Ends a wait: a sink works again, or there is a job. */
  wake(): void {
    this.isChanged = true;
    this.wakeUp?.();
  }

  /** Runs `job` between two calls of `process`. Rejects with what it threw. */
  between<T>(job: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.jobs.push(() => job().then(resolve, reject));
    this.wake();
    return promise;
  }

  /** Until `signal`. Never rejects. */
  async run(processor: Processor, signal: AbortSignal): Promise<void> {
    const undo = this.work.channel.onChange(() => { if (this.isIdle) this.wake(); else this.isChanged = true; });
    let waits = 0;
    while (!signal.aborted) {
      for (let job = this.jobs.shift(); job; job = this.jobs.shift()) await job();
      this.isChanged = false;
      if (!this.work.isUp()) {
        this.isIdle = true;
        await this.wait(MOST_MS, signal);
        continue;
      }
      try {
        const status = await processor.process(this.work.channel, signal);
        this.failures = 0;
        this.isIdle = status === 'backoff' && this.work.taken() === 0;
        waits = status === 'ready' ? 0 : waits + 1;
        const isBehind = this.isIdle && this.isChanged && this.work.channel.size > 0;
        this.isChanged = false;
        if (waits === 0) await breath();
        // something may have come just behind the look that found nothing; it may also be in the hands of another sink
        else if (isBehind) await this.wait(SOON_MS, signal);
        else await this.wait(Math.min(waits * STEP_MS, MOST_MS), signal);
        if (this.isIdle && this.isChanged) waits = 0;
      } catch (error) {
        if (signal.aborted) break;
        this.work.threw(error);
        this.isIdle = false;
        waits = 0;
        this.failures += 1;
        await this.wait(Math.min(this.failures * STEP_MS, MOST_MS), signal);
      }
    }
    undo();
    for (let job = this.jobs.shift(); job; job = this.jobs.shift()) await job();
  }

  /** A sink that found the channel empty goes on with the next event; one that gave its events back waits to the end, or until it is woken. */
  private async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (this.jobs.length > 0) return;
    await sleep(ms, signal, (wake) => { this.wakeUp = wake; });
    this.wakeUp = null;
  }
}
