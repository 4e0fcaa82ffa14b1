// What the Avro and Thrift sinks have in common: a connection that is made when it is needed, dropped after any error and from time to time, and one batch a transaction.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../lib/errno.ts';
import type { SinkContext } from '../components/factory.ts';
import type { Event } from '../event/event.ts';
import type { Channel, Sink, Status } from '../parts.ts';
import { deliverBatch } from '../sinks/deliver.ts';
import { BadLayer } from './layers.ts';

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

const LEAST_TIMEOUT = 1000;
const DEFAULT_TIMEOUT = 20_000;
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there', ENOTFOUND: 'that name is not known', EAI_AGAIN: 'no name server answers', EHOSTUNREACH: 'no way leads there', ENETUNREACH: 'no way leads there',
  ETIMEDOUT: 'no answer in time', ECONNRESET: 'it broke the connection off', EPIPE: 'it broke the connection off',
};

/** Less than a second means the default, as in Flume's clients. */
export const timeoutOf = (ms: number): number => (ms < LEAST_TIMEOUT ? DEFAULT_TIMEOUT : ms);

export class RpcSink implements Sink {
  private readonly context: SinkContext;
  private readonly options: RpcSinkOptions;
  private client: RpcClient | null = null;
  private openedAt = 0;
  private readonly stopped = new AbortController();

  constructor(context: SinkContext, options: RpcSinkOptions) {
    this.context = context;
    this.options = options;
  }

  /** The first connection is tried at once; that nobody answers yet is no reason not to start. */
  async start(): Promise<void> {
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
        throw SluiceError.of('AGENT_DELIVERY', { component: this.context.name, target: this.target, reason: inWords(error) }, error);
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
      throw this.openError(error);
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

  private openError(error: unknown): SluiceError {
    const { target, context: { name: component } } = this;
    if (error instanceof BadLayer) return SluiceError.of(error.fault === 'tls' ? 'AGENT_TLS' : 'AGENT_COMPRESSION', { component, peer: target, reason: error.message }, error);
    return SluiceError.of('AGENT_CONNECT', { component, target, reason: inWords(error) }, error);
  }
}

function inWords(error: unknown): string {
  const code = codeOf(error);
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}
