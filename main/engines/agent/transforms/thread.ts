// One thread with one expression, from outside: batches go in, events come out; it is ended and started anew when it takes too long or too much.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AvroReader } from '../event/avro-reader.ts';
import type { Event } from '../event/event.ts';
import { scanEvent } from '../event/scan-events.ts';
import type { Language } from './languages.ts';
import type { TransformReply, TransformSetup } from './messages.ts';

export interface ThreadOptions {
  readonly language: Language;
  readonly expression: string;
  /** ms, of one event. */
  readonly timeLimit: number;
  /** MiB. */
  readonly memoryLimit: number;
}

/** The expression cannot be read. */
export class BadExpression extends Error {}
/** An event failed: in words why. */
export class TransformFailed extends Error {}

/** The worker as it stands, or its bundle beside that of the program. */
function entry(): string {
  const bundles = ['agent-transform.cjs', '../engines/agent-transform.cjs'].map((file) => join(import.meta.dirname, file));
  return bundles.find((file) => existsSync(file)) ?? join(import.meta.dirname, 'worker.ts');
}

export class TransformThread {
  private readonly options: ThreadOptions;
  private readonly progress = new SharedArrayBuffer(4);
  private worker: Worker | null = null;
  private closed = false;

  constructor(options: ThreadOptions) {
    this.options = options;
  }

  /** Rejects with BadExpression. */
  async open(): Promise<void> {
    if (this.worker || this.closed) return;
    const { language, expression, memoryLimit } = this.options;
    const setup: TransformSetup = { language, expression, progress: this.progress };
    const worker = new Worker(entry(), { workerData: setup, resourceLimits: { maxOldGenerationSizeMb: memoryLimit, maxYoungGenerationSizeMb: Math.min(memoryLimit, 32), stackSizeMb: 4 }, stdout: true, stderr: true });
    worker.on('error', () => {}); // whoever waits for it hears it too
    const reply = await replyOf(worker, null);
    if (reply.type !== 'ready') {
      await worker.terminate();
      throw new BadExpression(reply.type === 'bad' ? reply.reason : 'its thread did not start');
    }
    worker.unref();
    if (this.closed) await worker.terminate();
    else this.worker = worker;
  }

  /** For each event what takes its place. Rejects with TransformFailed. One batch at a time. */
  async run(events: readonly Event[]): Promise<readonly Event[]> {
    await this.open();
    const { worker } = this;
    if (!worker) throw new TransformFailed('the transform has been stopped');
    const bytes = Buffer.concat(events.map((event) => event.toAvro()));
    Atomics.store(new Int32Array(this.progress), 0, -1);
    worker.ref();
    try {
      const watch = new AbortController();
      const answered = replyOf(worker, watch.signal);
      worker.postMessage({ count: events.length, events: bytes });
      const reply = await Promise.race([answered, this.overdue(watch)]).finally(() => { watch.abort(); });
      if (reply.type === 'done') return merged(events, reply.counts, reply.events);
      if (reply.type === 'failed') throw new TransformFailed(reply.reason);
      throw new TransformFailed('its thread answered out of turn');
    } catch (error) {
      if (error instanceof TransformFailed) throw error;
      await this.drop();
      throw new TransformFailed((error as Error).message);
    } finally {
      this.worker?.unref();
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.drop();
  }

  private async drop(): Promise<void> {
    const { worker } = this;
    this.worker = null;
    await worker?.terminate();
  }

  /** Rejects when the same event is worked on for two looks in a row. */
  private overdue(watch: AbortController): Promise<never> {
    const { timeLimit } = this.options;
    const at = new Int32Array(this.progress);
    return new Promise((_, reject) => {
      let last = -2;
      const timer = setInterval(() => {
        const now = Atomics.load(at, 0);
        if (now === last) reject(new Error(`it took more than ${timeLimit} ms`));
        last = now;
      }, timeLimit);
      watch.signal.addEventListener('abort', () => { clearInterval(timer); });
    });
  }
}

function replyOf(worker: Worker, signal: AbortSignal | null): Promise<TransformReply> {
  return new Promise((resolve, reject) => {
    const message = (reply: TransformReply): void => { undo(); resolve(reply); };
    const failed = (error: Error & { code?: string }): void => { undo(); reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new Error('it took too much memory') : error); };
    const ended = (): void => { undo(); reject(new Error('its thread has ended')); };
    const undo = (): void => { worker.off('message', message).off('exit', ended).off('error', failed); };
    worker.on('message', message).on('exit', ended).on('error', failed);
    signal?.addEventListener('abort', () => { undo(); });
  });
}

function merged(events: readonly Event[], counts: readonly number[], made: Uint8Array): readonly Event[] {
  const reader = new AvroReader(Buffer.from(made.buffer, made.byteOffset, made.byteLength));
  const out: Event[] = [];
  counts.forEach((count, i) => {
    if (count < 0) out.push(events[i] as Event);
    for (let n = 0; n < count; n++) out.push(scanEvent(reader));
  });
  return out;
}
