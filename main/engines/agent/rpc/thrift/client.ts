// The client's side of Flume's Thrift protocol: framed calls of appendBatch over one connection, which may overlap; a server answers them in order.
import type { Duplex } from 'node:stream';
import { BadEvent } from '../../event/avro-reader.ts';
import type { Event } from '../../event/event.ts';
import { openClientLayers, type ClientLayers } from '../client-layers.ts';
import { BadLayer, kindOf } from '../layers.ts';
import { NotAccepted } from '../not-accepted.ts';
import { FRAME_HEAD, FrameSplitter } from './frames.ts';
import { appendBatchCall, THRIFT_STATUS_NAMES } from './flume-events.ts';
import { thriftReader } from './reader.ts';
import { MESSAGE, T, type Encoding } from './types.ts';

export interface ThriftClientOptions extends ClientLayers {
  readonly encoding: Encoding;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
}

const MOST_ANSWER = 1024 * 1024;

interface Call { readonly serial: number; readonly resolve: () => void; readonly reject: (error: Error) => void; readonly timer: NodeJS.Timeout }

export class ThriftClient {
  private readonly stream: Duplex;
  private readonly options: ThriftClientOptions;
  private readonly calls: Call[] = [];
  private readonly splitter: FrameSplitter;
  private serial = 0;
  private failure: Error | null = null;

  private constructor(stream: Duplex, options: ThriftClientOptions) {
    this.stream = stream;
    this.options = options;
    this.splitter = new FrameSplitter(MOST_ANSWER, (message) => { this.answered(message); return this.failure === null; });
    let first = true;
    stream.on('data', (chunk: Buffer) => {
      if (first && kindOf(chunk) === 'tls') this.fail(new BadLayer('tls', 'it speaks TLS, and ssl = false here'));
      first = false;
      if (this.failure === null) this.read(chunk);
    });
    stream.on('error', (error) => { this.fail(error); });
    stream.on('end', () => { this.fail(new Error('it closed the connection')); });
    stream.on('close', () => { this.fail(new Error('the connection broke')); });
  }

  static async open(options: ThriftClientOptions, signal?: AbortSignal): Promise<ThriftClient> {
    const late = AbortSignal.timeout(options.connectTimeoutMs);
    return new ThriftClient(await openClientLayers(options, signal ? AbortSignal.any([signal, late]) : late), options);
  }

  get isClosed(): boolean { return this.failure !== null; }

  /** Resolves when the far side has them for good; rejects with NotAccepted, or because the connection broke: then nobody knows. */
  appendBatch(events: readonly Event[]): Promise<void> {
    if (events.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      if (this.failure) { reject(this.failure); return; }
      const serial = (this.serial = (this.serial + 1) & 0x7fff_ffff);
      const { requestTimeoutMs, encoding } = this.options;
      const timer = setTimeout(() => { this.fail(new Error(`no answer within ${requestTimeoutMs} ms`)); }, requestTimeoutMs);
      this.calls.push({ serial, resolve, reject, timer });
      const frame = appendBatchCall(encoding, serial, events, FRAME_HEAD);
      frame.writeInt32BE(frame.length - FRAME_HEAD, 0);
      this.stream.write(frame);
    });
  }

  close(): void { this.fail(new Error('the connection was closed')); }

  private read(chunk: Buffer): void {
    try {
      this.splitter.push(chunk);
    } catch (error) {
      this.fail(error as Error);
    }
  }

  private answered(message: Buffer): void {
    const reader = thriftReader(this.options.encoding, message);
    const { kind, serial } = reader.message();
    const [call] = this.calls;
    if (call?.serial !== serial) throw new BadEvent('an answer to nothing that was asked');
    let status: number | null = null;
    let words = '';
    reader.beginStruct();
    for (let type = reader.nextField(); type !== T.stop; type = reader.nextField()) {
      if (type === T.i32 && reader.field === 0) status = reader.i32();
      else if (type === T.string) words = reader.string();
      else reader.skip(type);
    }
    this.calls.shift();
    clearTimeout(call.timer);
    if (kind === MESSAGE.reply && status === 0) call.resolve();
    else call.reject(new NotAccepted(kind === MESSAGE.exception ? words : `it answered ${THRIFT_STATUS_NAMES[status ?? -1] ?? `status ${status}`}`));
  }

  private fail(error: Error): void {
    if (this.failure) return;
    this.failure = error;
    for (const { reject, timer } of this.calls.splice(0)) {
      clearTimeout(timer);
      reject(error);
    }
    if (!this.stream.destroyed) this.stream.destroy();
  }
}
