// The life of the spooldir source: one file after the other, each to its end, then put away. How far the present one was read is committed with its events.
import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../../lib/errno.ts';
import { delay } from '../../../../lib/async.ts';
import type { SourceContext } from '../../components/factory.ts';
import { BEGINNING, type Deserializer, type OpenDeserializer, type Place } from '../../deserializers/deserializer.ts';
import type { Event } from '../../event/event.ts';
import type { Source, Status } from '../../parts.ts';
import type { PlaceStore } from '../../places/place-store.ts';
import { Progress } from '../../places/progress.ts';
import { breath } from '../../runner/breath.ts';
import type { DecodePolicy } from '../../text/charset.ts';
import type { SpoolFile, SpoolFiles } from './spool-files.ts';

const BATCHES = 50;
const SAVE_EVERY_MS = 1000;
/** The entry of the one file that is being read. */
const CURRENT = 'current';
const FIRST_BACKOFF_MS = 250;

export interface SpooldirOptions {
  readonly context: SourceContext;
  readonly key: string;
  readonly store: () => PlaceStore;
  readonly files: SpoolFiles;
  readonly open: OpenDeserializer;
  readonly charset: string;
  readonly onBadText: DecodePolicy;
  readonly batchSize: number;
  readonly pollDelayMs: number;
  readonly maxBackoffMs: number;
  readonly fileHeader: string | null;
  readonly basenameHeader: string | null;
}

/** What is kept of the file that is being read: by what it is known to be the same, and where. */
interface Current { readonly path: string; readonly size: number; readonly modified: string; readonly place: Place; readonly done: boolean }

interface Reading { readonly file: SpoolFile; readonly handle: FileHandle; readonly deserializer: Deserializer }

export class SpooldirSource implements Source {
  private readonly options: SpooldirOptions;
  private progress: Progress | null = null;
  private reading: Reading | null = null;
  private pending: { readonly events: readonly Event[]; readonly current: Current } | null = null;
  private waiting: SpoolFile[] = [];
  private nextLook = 0;
  private backoffMs = FIRST_BACKOFF_MS;
  /** What ended it; it stays ended until it is started again. */
  private fatal: SluiceError | null = null;

  constructor(options: SpooldirOptions) {
    this.options = options;
  }

  async start(): Promise<void> {
    const { key, store, files, context: { processor, say } } = this.options;
    await files.waiting();
    this.fatal = null;
    this.progress = await Progress.open({ store: store(), key, processor, say, saveEveryMs: SAVE_EVERY_MS }, new AbortController().signal);
  }

  async stop(): Promise<void> {
    await this.dropReading();
    await this.progress?.close();
    this.progress = null;
    this.pending = null;
    this.waiting = [];
  }

  async poll(signal: AbortSignal): Promise<Status> {
    const { progress } = this;
    if (!progress) return 'backoff';
    if (this.fatal) {
      await delay(this.options.pollDelayMs, signal).catch(() => {});
      return 'backoff';
    }
    try {
      for (let batches = 0; batches < BATCHES && !signal.aborted; batches++) {
        if (this.pending === null && !(await this.read(progress))) {
          await delay(this.options.pollDelayMs, signal).catch(() => {});
          return 'ready'; // the wait is its own: pollDelay
        }
        if (this.pending !== null) await this.hand(progress, this.pending, signal);
        await breath();
      }
      return 'ready';
    } catch (error) {
      if (error instanceof SluiceError && (error.code === 'AGENT_FILE_CHANGED' || error.code === 'AGENT_DECODE')) {
        this.fatal = error;
        await this.dropReading();
        this.options.context.say.failed(error, true);
        return 'backoff';
      }
      await this.dropReading();
      throw error;
    }
  }

  /** Fills `pending`, or says that no file waits. */
  private async read(progress: Progress): Promise<boolean> {
    const { context: { counters, processor }, batchSize } = this.options;
    for (;;) {
      this.reading ??= await this.nextFile(progress);
      if (this.reading === null) return false;
      const { file, deserializer } = this.reading;
      await this.checkUnchanged(file);
      const events = await deserializer.read(Math.min(batchSize, processor.most)).catch((error: unknown) => {
        counters.EventReadFail += 1;
        throw error;
      });
      const current = { path: file.path, size: file.size, modified: String(file.modified), place: deserializer.place };
      if (events.length > 0) {
        counters.EventReceivedCount += events.length;
        this.pending = { events: this.withHeaders(file.path, events), current: { ...current, done: false } };
        return true;
      }
      await this.dropReading();
      await this.finish(progress, { ...current, done: true });
    }
  }

  /** Every step can be the last before a crash: `done` is on disk before the file is put away, and forgotten after it. */
  private async finish(progress: Progress, current: Current): Promise<void> {
    progress.note(new Map([[CURRENT, JSON.stringify(current)]]));
    await progress.flush();
    await this.options.files.finish(current.path);
    progress.note(new Map([[CURRENT, null]]));
  }

  /** A full channel is asked again after 250 ms, and twice as long each time up to maxBackoff; the source does not end by it. */
  private async hand(progress: Progress, { events, current }: NonNullable<SpooldirSource['pending']>, signal: AbortSignal): Promise<void> {
    const { counters, say } = this.options.context;
    counters.AppendBatchReceivedCount += 1;
    try {
      await progress.commit(events, new Map([[CURRENT, JSON.stringify(current)]]));
    } catch (error) {
      counters.ChannelWriteFail += 1;
      if (!(error instanceof SluiceError) || error.code !== 'AGENT_CHANNEL_FULL') throw error;
      say.problem(error);
      await delay(this.backoffMs, signal).catch(() => {});
      this.backoffMs = Math.min(this.backoffMs * 2, this.options.maxBackoffMs);
      return;
    }
    this.backoffMs = FIRST_BACKOFF_MS;
    this.pending = null;
    counters.AppendBatchAcceptedCount += 1;
    counters.EventAcceptedCount += events.length;
  }

  private async nextFile(progress: Progress): Promise<Reading | null> {
    const { files, context: { ports: { clock } }, pollDelayMs } = this.options;
    const text = progress.get(CURRENT);
    if (text !== undefined) {
      const current = JSON.parse(text) as Current;
      const resumed = await this.resume(progress, current);
      if (resumed) return resumed;
    }
    if (this.waiting.length === 0) {
      if (clock.monotonic() < this.nextLook) return null;
      this.waiting = await files.waiting();
      if (this.waiting.length === 0) this.nextLook = clock.monotonic() + pollDelayMs / 2;
    }
    for (let file = this.waiting.shift(); file; file = this.waiting.shift()) {
      const now = await files.facts(file.path);
      if (now) return this.openFile(now, BEGINNING);
    }
    return null;
  }

  /** The file that was in hand when the agent ended; null when it is done with. */
  private async resume(progress: Progress, current: Current): Promise<Reading | null> {
    const { files, context: { say } } = this.options;
    const file = await files.facts(current.path);
    if (current.done) {
      if (file === null || String(file.modified) === current.modified) await files.finish(current.path);
      progress.note(new Map([[CURRENT, null]]));
      return null;
    }
    if (file === null) {
      say.note(`${current.path} was read in part and is gone`);
      progress.note(new Map([[CURRENT, null]]));
      return null;
    }
    if (file.size !== current.size || String(file.modified) !== current.modified) throw this.changed(current.path, 'it was changed while it was read');
    return this.openFile(file, current.place);
  }

  private async openFile(file: SpoolFile, place: Place): Promise<Reading> {
    const { open: openDeserializer, charset, onBadText, context: { name } } = this.options;
    const handle = await open(file.path, 'r').catch((error: unknown) => { throw SluiceError.of('AGENT_READ', { component: name, file: file.path, reason: codeOf(error) }); });
    try {
      const source = {
        read: async (position: number, most: number): Promise<Buffer> => {
          const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(most), 0, most, position);
          return buffer.subarray(0, bytesRead);
        },
      };
      return { file, handle, deserializer: await openDeserializer(source, { file: file.path, place, charset, onBadText, openEnd: 'event' }) };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  private async checkUnchanged({ path, size, modified }: SpoolFile): Promise<void> {
    const now = await this.options.files.facts(path);
    if (now === null) throw this.changed(path, 'it was taken away while it was read');
    if (now.size !== size) throw this.changed(path, `its size changed from ${size} to ${now.size} bytes since it was picked up`);
    if (now.modified !== modified) throw this.changed(path, 'it was changed since it was picked up');
  }

  private changed(file: string, reason: string): SluiceError {
    return SluiceError.of('AGENT_FILE_CHANGED', { component: this.options.context.name, file, reason });
  }

  private withHeaders(path: string, events: readonly Event[]): readonly Event[] {
    const { fileHeader, basenameHeader } = this.options;
    if (fileHeader === null && basenameHeader === null) return events;
    const more = [...(fileHeader === null ? [] : [[fileHeader, path] as const]), ...(basenameHeader === null ? [] : [[basenameHeader, basename(path)] as const])];
    const alone = new Map(more);
    return events.map((event) => event.withHeaders(event.headers.size === 0 ? alone : new Map([...event.headers, ...more])));
  }

  private async dropReading(): Promise<void> {
    const { reading } = this;
    this.reading = null;
    await reading?.handle.close().catch(() => {});
  }
}
