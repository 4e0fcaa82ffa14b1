// The life of the hdfs sink: a batch is dealt out to its buckets, all that were touched are flushed, then it is committed (HDFSEventSink).
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import type { SinkContext } from '../../components/factory.ts';
import type { Event } from '../../event/event.ts';
import type { Channel, Sink, Status } from '../../parts.ts';
import type { HdfsClient } from '../../ports.ts';
import { deliverBatch } from '../deliver.ts';
import type { BucketPath } from './bucket-path.ts';
import { BucketWriter, type BucketOptions } from './bucket-writer.ts';

const SWEEP_MS = 1000;

export interface HdfsSinkOptions {
  readonly context: SinkContext;
  readonly openClient: () => Promise<HdfsClient>;
  readonly dir: BucketPath;
  readonly prefix: BucketPath;
  readonly batchSize: number;
  readonly maxOpenFiles: number;
  readonly bucket: Omit<BucketOptions, 'client'>;
}

export class HdfsSink implements Sink {
  private readonly options: HdfsSinkOptions;
  private client: HdfsClient | null = null;
  /** By path and prefix; the one that was used last is the last. */
  private readonly buckets = new Map<string, BucketWriter>();
  private nextSweep = 0;

  constructor(options: HdfsSinkOptions) {
    this.options = options;
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    const writers = [...this.buckets.values()];
    this.buckets.clear();
    await Promise.all(writers.map((writer) => writer.close()));
    for (const writer of writers) writer.end();
    await this.client?.close();
    this.client = null;
  }

  async process(channel: Channel, signal: AbortSignal): Promise<Status> {
    const { batchSize, context: { counters } } = this.options;
    this.forgetIdle();
    return deliverBatch(channel, batchSize, counters, signal, async (events) => {
      this.client ??= await this.options.openClient();
      const shares = await this.deal(events);
      const touched: BucketWriter[] = [];
      for (const [key, share] of shares) {
        const writer = await this.bucket(key, share.dir, share.prefix, this.client);
        touched.push(writer);
        await writer.append(share.events);
      }
      await Promise.all(touched.map((writer) => writer.flush()));
    });
  }

  /** By bucket, in order. An event whose place cannot be worked out is a dead letter where such are kept. */
  private async deal(events: readonly Event[]): Promise<ReadonlyMap<string, { readonly dir: string; readonly prefix: string; readonly events: Event[] }>> {
    const { dir, prefix, context: { deadLetters } } = this.options;
    const shares = new Map<string, { readonly dir: string; readonly prefix: string; readonly events: Event[] }>();
    const letters: { event: Event; reason: string }[] = [];
    for (const event of events) {
      let at: { readonly dir: string; readonly prefix: string };
      try {
        at = { dir: dir.of(event.headers), prefix: prefix.of(event.headers) };
      } catch (error) {
        if (deadLetters === null || !(error instanceof SluiceError) || error.code !== 'AGENT_HEADER') throw error;
        letters.push({ event, reason: String(error.params['reason']) });
        continue;
      }
      const key = `${at.dir}/${at.prefix}`;
      const share = shares.get(key);
      if (share) share.events.push(event);
      else shares.set(key, { ...at, events: [event] });
    }
    if (letters.length > 0) await deadLetters?.add(letters);
    return shares;
  }

  private async bucket(key: string, dir: string, prefix: string, client: HdfsClient): Promise<BucketWriter> {
    const { maxOpenFiles, bucket } = this.options;
    const writer = this.buckets.get(key) ?? new BucketWriter(dir, prefix, { ...bucket, client });
    this.buckets.delete(key);
    this.buckets.set(key, writer);
    for (const [oldKey, old] of this.buckets) {
      if (this.buckets.size <= maxOpenFiles) break;
      this.buckets.delete(oldKey);
      await old.close();
    }
    return writer;
  }

  /** Those whose file was closed by its age or idleness; the next event of them makes another. No batch is under way. */
  private forgetIdle(): void {
    const { clock } = this.options.context.ports;
    if (clock.monotonic() < this.nextSweep) return;
    this.nextSweep = clock.monotonic() + SWEEP_MS;
    for (const [key, writer] of this.buckets) if (writer.isIdle) this.buckets.delete(key);
  }
}
