// What the Avro and Thrift sinks have in common: a connection that is made when it is needed, dropped after any error and from time to time, and one batch a transaction.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { SinkContext } from '../components/factory.ts';
import type { Event } from '../event/event.ts';
import type { Channel, Sink, Status } from '../parts.ts';
import { deliverBatch } from '../sinks/deliver.ts';
import { connectError, rpcReason } from './rpc-errors.ts';

export interface RpcClient {
  readonly isClosed: boolean;
  appendBatch(events: readonly Event[]): Promise<void>;
  close(): void;
}

export interface RpcSinkOptions {
  readonly host: string;
  readonly port: number;
  readonly batchSize: number;
  /** 0: never. */
  readonly resetMs: number;
  readonly open: (signal: AbortSignal) => Promise<RpcClient>;
}

export class RpcSink implements Sink {
  private readonly context: SinkContext;
  private readonly options: RpcSinkOptions;
  private client: RpcClient | null = null;
  private openedAt = 0;
  private stopped = new AbortController();

  constructor(context: SinkContext, options: RpcSinkOptions) {
    this.context = context;
    this.options = options;
  }

  /** The first connection is tried at once; that nobody answers yet is no reason not to start. */
  async start(): Promise<void> {
    this.stopped = new AbortController();
    await this.connected(this.stopped.signal).catch((error: unknown) => { this.context.say.problem(error as SluiceError); });
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    this.drop();
  }

  async process(channel: Channel, signal: AbortSignal): Promise<Status> {
    if (this.options.resetMs > 0 && this.client && this.context.ports.clock.monotonic() - this.openedAt >= this.options.resetMs) this.drop();
    const client = await this.connected(signal);
    return deliverBatch(channel, this.options.batchSize, this.context.counters, signal, async (events) => {
      try {
        await client.appendBatch(events);
      } catch (error) {
        this.drop();
        throw SluiceError.of('AGENT_DELIVERY', { component: this.context.name, target: this.target, reason: rpcReason(error) }, error);
      }
    });
  }

  private get target(): string { return `${this.options.host}:${this.options.port}`; }

  private async connected(signal: AbortSignal): Promise<RpcClient> {
    if (this.client && !this.client.isClosed) return this.client;
    this.drop();
    const { counters } = this.context;
    try {
      this.client = await this.options.open(signal);
    } catch (error) {
      counters.ConnectionFailedCount += 1;
      throw connectError(this.context.name, this.target, error);
    }
    this.openedAt = this.context.ports.clock.monotonic();
    counters.ConnectionCreatedCount += 1;
    return this.client;
  }

  private drop(): void {
    if (!this.client) return;
    this.client.close();
    this.client = null;
    this.context.counters.ConnectionClosedCount += 1;
  }
}
