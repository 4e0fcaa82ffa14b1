// A few worker threads for scanning, hashing and searching. Started when first needed; idle ones do not keep the process alive.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ErrorInfo } from '../../../../preload/contract/errors.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { FromWorker, TaskName, Tasks, ToWorker } from './tasks.ts';

const MAX_WORKERS = 4;

export class WorkerPool {
  private readonly entry: string;
  private readonly limit: number;
  private readonly idle: Worker[] = [];
  private readonly all = new Set<Worker>();
  private readonly waiting: (() => void)[] = [];

  /** @param entry path of worker.ts or of its bundle. */
  constructor(entry: string, limit = Math.max(2, Math.min(MAX_WORKERS, availableParallelism()))) {
    this.entry = entry;
    this.limit = limit;
  }

  /** Runs a task and yields what it sends; leaving the loop or aborting ends it. A worker that dies fails its task only. */
  async* run<N extends TaskName>(name: N, input: Tasks[N]['input'], signal?: AbortSignal): AsyncGenerator<Tasks[N]['item']> {
    const worker = await this.take();
    const inbox: FromWorker[] = [];
    let wake: (() => void) | null = null;
    let dead: Error | null = null;
    let finished = false;
    const stir = (): void => { wake?.(); wake = null; };
    const onMessage = (message: FromWorker): void => { inbox.push(message); stir(); };
    const onError = (error: Error): void => { dead = error; stir(); };
    const onExit = (): void => { dead ??= new Error('the worker thread ended'); stir(); };
    const post = (message: ToWorker): void => { worker.postMessage(message); };
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    signal?.addEventListener('abort', stir);
    worker.ref();
    post({ type: 'start', name, input });
    try {
      for (;;) {
        signal?.throwIfAborted();
        const message = inbox.shift();
        if (message?.type === 'item') { post({ type: 'taken' }); yield message.item as Tasks[N]['item']; continue; }
        if (message?.type === 'done') { finished = true; return; }
        if (message?.type === 'failed') { finished = true; throw SluiceError.from(message.error as ErrorInfo); }
        if (dead) throw SluiceError.of('APP_BUG', { message: (dead as Error).message }, dead);
        await new Promise<void>((resolve) => { wake = resolve; });
      }
    } finally {
      signal?.removeEventListener('abort', stir);
      if (!finished && !dead) {
        post({ type: 'cancel' });
        while (!dead && !inbox.some(({ type }) => type !== 'item')) {
          inbox.length = 0;
          await new Promise<void>((resolve) => { wake = resolve; });
        }
      }
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      this.giveBack(worker, dead !== null);
    }
  }

  /** Ends all threads. */
  async close(): Promise<void> {
    const workers = [...this.all];
    this.all.clear();
    this.idle.length = 0;
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  private async take(): Promise<Worker> {
    for (;;) {
      const free = this.idle.pop();
      if (free) return free;
      if (this.all.size < this.limit) {
        const worker = new Worker(this.entry);
        worker.on('error', () => {}); // the task that runs hears it too
        worker.setMaxListeners(0);
        this.all.add(worker);
        return worker;
      }
      await new Promise<void>((resolve) => { this.waiting.push(resolve); });
    }
  }

  private giveBack(worker: Worker, dead: boolean): void {
    worker.unref();
    if (dead) this.all.delete(worker);
    else if (this.all.has(worker)) this.idle.push(worker);
    this.waiting.shift()?.();
  }
}
