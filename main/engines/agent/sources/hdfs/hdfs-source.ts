// The life of the hdfs source: look what is there, read what is new, wait.
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import type { SourceContext } from '../../components/factory.ts';
import type { Event } from '../../event/event.ts';
import type { Source, Status } from '../../parts.ts';
import type { HdfsClient, HdfsEntry } from '../../ports.ts';
import type { PlaceStore } from '../../places/place-store.ts';
import { Progress } from '../../places/progress.ts';
import { codeOf } from '../../../../lib/errno.ts';
import { breath } from '../../runner/breath.ts';
import { KnownFiles } from './known-files.ts';
import { encodeState, type FileState } from './entry.ts';
import { FileReader, type ReaderOptions } from './reader.ts';
import { scan, type ScanOptions } from './scan.ts';

/** Batches of one poll, so that a stop does not wait for a large file. */
const BATCHES = 50;
/** A scan is not made more often than this many times the time it takes. */
const SCAN_SHARE = 4;
const SAVE_EVERY_MS = 1000;

/** Packed in a way that cannot be read here. */
const PACKED = /\.(bz2|xz|zst|snappy|lz4|lzo|lzo_deflate|deflate)$/i;

export interface HdfsSourceOptions {
  readonly context: SourceContext;
  readonly path: string;
  readonly key: string;
  readonly openClient: () => Promise<HdfsClient>;
  readonly openPlaces: (lost: (error: SluiceError) => void) => PlaceStore;
  readonly scan: ScanOptions;
  readonly read: Omit<ReaderOptions, 'client'>;
  readonly batchSize: number;
  readonly pollIntervalMs: number;
  readonly lastLineAfterMs: number;
  readonly fromEnd: boolean;
  readonly fileHeader: string | null;
  readonly basenameHeader: string | null;
}

interface Opened { readonly client: HdfsClient; readonly progress: Progress; readonly files: KnownFiles }
/** Read and not yet taken by the channels. */
interface Pending { readonly key: string; readonly events: readonly Event[]; readonly state: FileState }

export class HdfsSource implements Source {
  private readonly options: HdfsSourceOptions;
  private opened: Opened | null = null;
  private reader: FileReader | null = null;
  private pending: Pending | null = null;
  private todo: HdfsEntry[] = [];
  private nextScan = 0;
  private wasThere = true;
  /** Files that cannot be read, by key: their size then. */
  private readonly bad = new Map<string, number>();

  constructor(options: HdfsSourceOptions) {
    this.options = options;
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    await this.close();
  }

  async poll(signal: AbortSignal): Promise<Status> {
    this.opened ??= await this.open(signal);
    try {
      return await this.step(this.opened, signal);
    } catch (error) {
      await this.dropReader();
      this.nextScan = 0;
      throw error;
    }
  }

  private async step(opened: Opened, signal: AbortSignal): Promise<Status> {
    for (let batches = 0; batches < BATCHES && !signal.aborted; batches++) {
      if (this.pending === null && !(await this.read(opened, signal))) return 'backoff';
      if (this.pending !== null) await this.hand(opened, this.pending);
      await breath();
    }
    return 'ready';
  }

  /** Fills `pending`, or says that there is nothing now. */
  private async read(opened: Opened, signal: AbortSignal): Promise<boolean> {
    const { context: { counters, processor }, batchSize } = this.options;
    while (!signal.aborted) {
      this.reader ??= await this.nextReader(opened, signal);
      if (this.reader === null) return false;
      const { entry } = this.reader;
      const key = opened.files.keyOf(entry);
      try {
        const { events, state } = await this.reader.next(Math.min(batchSize, processor.most));
        if (events.length > 0) {
          counters.EventReceivedCount += events.length;
          this.pending = { key, state, events: this.withHeaders(entry, events) };
          return true;
        }
        opened.progress.note(new Map([[key, encodeState(this.reader.ended)]]));
        opened.files.ended(entry, this.reader.lastLine);
        await this.dropReader();
      } catch (error) {
        await this.dropReader();
        await this.readFailed(opened, entry, key, error);
      }
    }
    return false;
  }

  private async hand({ progress }: Opened, pending: Pending): Promise<void> {
    const { counters } = this.options.context;
    counters.AppendBatchReceivedCount += 1;
    try {
      await progress.commit(pending.events, new Map([[pending.key, encodeState(pending.state)]]));
    } catch (error) {
      counters.ChannelWriteFail += 1;
      throw error;
    }
    this.pending = null;
    counters.AppendBatchAcceptedCount += 1;
    counters.EventAcceptedCount += pending.events.length;
  }

  private async nextReader(opened: Opened, signal: AbortSignal): Promise<FileReader | null> {
    for (;;) {
      if (this.todo.length === 0 && !(await this.look(opened, signal))) return null;
      const entry = this.todo.shift();
      if (!entry) return null;
      const key = opened.files.keyOf(entry);
      try {
        return await FileReader.open(entry, opened.files.get(key), opened.files.isQuiet(entry), { ...this.options.read, client: opened.client });
      } catch (error) {
        await this.readFailed(opened, entry, key, error);
      }
    }
  }

  /** A file that is no text or no gzip is left until it changes; one that went meanwhile is looked for again. */
  private async readFailed({ client }: Opened, entry: HdfsEntry, key: string, error: unknown): Promise<void> {
    const { context: { name, say, counters } } = this.options;
    counters.EventReadFail += 1;
    const isData = codeOf(error).startsWith('Z_');
    if (isData || (error instanceof SluiceError && error.code === 'AGENT_DECODE')) {
      this.bad.set(key, entry.size);
      say.problem(error instanceof SluiceError ? error : SluiceError.of('AGENT_DECODE', { component: name, file: entry.path, position: 0, reason: (error as Error).message }));
      return;
    }
    if ((await client.stat(entry.path)) !== null) throw error;
    this.todo = [];
    this.nextScan = 0;
  }

  /** Lists what is there; answers whether there is something to read. */
  private async look({ client, files, progress }: Opened, signal: AbortSignal): Promise<boolean> {
    const { path, scan: options, context: { ports: { clock }, say }, pollIntervalMs } = this.options;
    const start = clock.monotonic();
    if (start < this.nextScan) return false;
    const found = await scan(client, path, options, signal);
    const end = clock.monotonic();
    this.nextScan = end + Math.max(pollIntervalMs, SCAN_SHARE * (end - start));
    if (found === null && this.wasThere) say.note(`${path} is not there yet`);
    this.wasThere = found !== null;
    if (found === null) return false;
    progress.note(await files.update(found));
    this.todo = found.filter((entry) => files.hasMore(entry) && this.canRead(files.keyOf(entry), entry));
    return this.todo.length > 0;
  }

  private canRead(key: string, entry: HdfsEntry): boolean {
    const { name, say } = this.options.context;
    if (this.bad.get(key) === entry.size) return false;
    if (!PACKED.test(entry.name)) return true;
    this.bad.set(key, entry.size);
    say.problem(SluiceError.of('AGENT_READ', { component: name, file: entry.path, reason: 'files packed like this cannot be read here, gzip can' }));
    return false;
  }

  private async open(signal: AbortSignal): Promise<Opened> {
    const { context: { processor, say, ports: { clock } }, key, openClient, openPlaces, path, fromEnd, lastLineAfterMs } = this.options;
    const client = await openClient();
    try {
      const store = openPlaces((error) => {
        say.problem(error);
        void this.close();
      });
      say.note(`takes its place at ${store.name}`);
      const progress = await Progress.open({ store, key, processor, say, saveEveryMs: SAVE_EVERY_MS }, signal);
      const files = new KnownFiles({ progress, client, clock, lastLineAfterMs });
      const isFirst = progress.all().size === 0;
      if (isFirst && fromEnd) progress.note(await files.skipAll((await scan(client, path, this.options.scan, signal)) ?? []));
      return { client, progress, files };
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  private withHeaders(entry: HdfsEntry, events: readonly Event[]): readonly Event[] {
    const { fileHeader, basenameHeader } = this.options;
    if (fileHeader === null && basenameHeader === null) return events;
    const more = [...(fileHeader === null ? [] : [[fileHeader, entry.path] as const]), ...(basenameHeader === null ? [] : [[basenameHeader, entry.name] as const])];
    const alone = new Map(more);
    return events.map((event) => event.withHeaders(event.headers.size === 0 ? alone : new Map([...event.headers, ...more])));
  }

  private async dropReader(): Promise<void> {
    const { reader } = this;
    this.reader = null;
    await reader?.close();
  }

  private async close(): Promise<void> {
    const { opened } = this;
    this.opened = null;
    this.pending = null;
    this.todo = [];
    this.nextScan = 0;
    await this.dropReader();
    await opened?.progress.close();
    await opened?.client.close();
  }
}
