// A sender of numbered events that never gives up: it knows of each batch how often it may have arrived and whether it was acknowledged.
import { crc32 } from 'node:zlib';
import { Event } from '../../../main/engines/agent/event/event.ts';
import { AvroClient } from '../../../main/engines/agent/rpc/avro/client.ts';
import { NotAccepted } from '../../../main/engines/agent/rpc/not-accepted.ts';
import type { Witness } from './chaos-oracle.ts';

const crcOf = (text: string): string => (crc32(text) >>> 0).toString(16).padStart(8, '0');

/** `RUN SEQ FILLER CRC`, the CRC of all before it. */
export function numberedLine(run: string, seq: number, filler = 'x'.repeat((seq * 7) % 90)): string {
  const text = `${run} ${seq} ${filler}`;
  return `${text} ${crcOf(text)}`;
}

/** Null for a line that no producer made. */
export function readLine(line: string): { readonly run: string; readonly seq: number } | null {
  const [, text = '', run = '', seq, crc] = /^((\S+) (\d+) \S*) ([0-9a-f]{8})$/.exec(line) ?? [];
  return seq !== undefined && crcOf(text) === crc ? { run, seq: Number(seq) } : null;
}

export interface ProducerOptions {
  readonly port: number;
  readonly run: string;
  readonly batch: number;
  /** Batches under way at a time. */
  readonly window: number;
  readonly filler?: string;
}

type State = 'waiting' | 'out' | 'acknowledged';

export class Producer implements Witness {
  readonly run: string;
  readonly batch: number;
  /** Of each batch: how often it was sent and not plainly refused. */
  readonly tries: number[] = [];
  /** Connections that broke with something under way. */
  breaks = 0;
  /** Batches that were answered FAILED. */
  refusals = 0;
  acknowledged = 0;
  private readonly options: ProducerOptions;
  private readonly states: State[] = [];
  private stopping = false;
  private abandoned = false;
  private readonly working: Promise<void>;
  private failure: unknown = null;

  constructor(options: ProducerOptions) {
    this.options = options;
    this.run = options.run;
    this.batch = options.batch;
    this.working = this.work().catch((error: unknown) => { this.failure = error; });
  }

  get events(): number { return this.states.length * this.batch; }
  isAcknowledged(seq: number): boolean { return this.states[Math.floor(seq / this.batch)] === 'acknowledged'; }
  triesOf(seq: number): number { return this.tries[Math.floor(seq / this.batch)] ?? 0; }

  /** No new batches; resolves when all there are were acknowledged. */
  async finish(): Promise<void> {
    this.stopping = true;
    await this.working;
    if (this.failure !== null) throw this.failure;
  }

  /** Nobody is there any more. */
  abandon(): void { this.abandoned = true; }

  private async work(): Promise<void> {
    while (!this.abandoned) {
      const client = await AvroClient.open({ host: '127.0.0.1', port: this.options.port, tls: null, level: null, order: 'zlib-outside', connectTimeoutMs: 10_000, requestTimeoutMs: 60_000 }).catch(() => null);
      const done = client !== null && (await this.sendOver(client));
      client?.close();
      if (done) return;
      await new Promise((again) => { setTimeout(again, 20); });
    }
  }

  /** False when the connection broke before all was said. */
  private async sendOver(client: AvroClient): Promise<boolean> {
    const under = new Set<Promise<void>>();
    let broke = false;
    while (!broke) {
      const n = under.size < this.options.window ? this.next() : null;
      if (n !== null) {
        const call = this.send(client, n).then((answered) => { broke ||= !answered; under.delete(call); });
        under.add(call);
      } else if (under.size > 0) await Promise.race(under);
      else return true;
    }
    await Promise.all(under);
    this.breaks += 1;
    return false;
  }

  /** The lowest batch that waits, or a new one. */
  private next(): number | null {
    const waiting = this.states.indexOf('waiting', Math.max(0, this.acknowledged - 1000));
    if (waiting !== -1) return waiting;
    if (this.stopping) return null;
    this.states.push('waiting');
    this.tries.push(0);
    return this.states.length - 1;
  }

  private async send(client: AvroClient, n: number): Promise<boolean> {
    const { run, batch, filler } = this.options;
    this.states[n] = 'out';
    this.tries[n] = (this.tries[n] ?? 0) + 1;
    try {
      await client.appendBatch(Array.from({ length: batch }, (_, i) => Event.of(new Map(), Buffer.from(numberedLine(run, n * batch + i, filler)))));
      this.states[n] = 'acknowledged';
      this.acknowledged += 1;
      return true;
    } catch (error) {
      this.states[n] = 'waiting';
      if (!(error instanceof NotAccepted)) return false;
      this.tries[n] -= 1;
      this.refusals += 1;
      await new Promise((again) => { setTimeout(again, 30); });
      return true;
    }
  }
}
