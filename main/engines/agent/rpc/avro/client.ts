// The client's side of Flume's Avro protocol: one connection, its handshake, and calls that may overlap; each answer has the serial of its call.
import type { Duplex } from 'node:stream';
import { AvroReader, BadEvent } from '../../event/avro-reader.ts';
import { longSize, putLong, putString, stringSize } from '../../event/avro-writer.ts';
import type { Event } from '../../event/event.ts';
import { openClientLayers, type ClientLayers } from '../client-layers.ts';
import { BadLayer, kindOf } from '../layers.ts';
import { NotAccepted } from '../not-accepted.ts';
import { handshakeRequest, readHandshakeResponse, skipMeta } from './handshake.ts';
import { PACK_HEAD, PackSplitter, packOf, putPackHead } from './packs.ts';
import { FLUME_PROTOCOL_HASH, saysTheSame, STATUS_NAMES } from './protocol.ts';

export interface AvroClientOptions extends ClientLayers {
  /** Of connecting, TLS and handshake together, ms. */
  readonly connectTimeoutMs: number;
  /** Of one call, ms. */
  readonly requestTimeoutMs: number;
}

const MOST_ANSWER = 1024 * 1024;
const NO_CALL = Buffer.from([0, 0]); // no meta, no name

interface Call { readonly resolve: (answer: AvroReader) => void; readonly reject: (error: Error) => void; readonly timer: NodeJS.Timeout }

export class AvroClient {
  private readonly stream: Duplex;
  private timeoutMs: number;
  private readonly calls = new Map<number, Call>();
  private readonly splitter: PackSplitter;
  private serial = 0;
  private failure: Error | null = null;

  private constructor(stream: Duplex, timeoutMs: number) {
    this.stream = stream;
    this.timeoutMs = timeoutMs;
    this.splitter = new PackSplitter(MOST_ANSWER, (message, serial) => this.answered(message, serial));
    let first = true;
    stream.on('data', (chunk: Buffer) => {
      if (first) this.look(chunk);
      first = false;
      if (this.failure === null) this.read(chunk);
    });
    stream.on('error', (error) => { this.fail(error); });
    stream.on('end', () => { this.fail(new Error('it closed the connection')); });
    stream.on('close', () => { this.fail(new Error('the connection broke')); });
  }

  /** Connected, and the far side speaks the protocol. Rejects with what the system says, BadLayer, BadEvent, or words of ours. */
  static async open(options: AvroClientOptions, signal?: AbortSignal): Promise<AvroClient> {
    const late = AbortSignal.timeout(options.connectTimeoutMs);
    const stream = await openClientLayers(options, signal ? AbortSignal.any([signal, late]) : late);
    const client = new AvroClient(stream, options.connectTimeoutMs);
    try {
      await client.greet();
    } catch (error) {
      client.close();
      throw error;
    }
    client.timeoutMs = options.requestTimeoutMs;
    return client;
  }

  get isClosed(): boolean { return this.failure !== null; }

  /** Resolves when the far side has them for good; rejects with NotAccepted, or because the connection broke: then nobody knows. */
  async append(event: Event): Promise<void> {
    this.accepted(await this.send('append', event.size, (into, at) => { event.put(into, at); }));
  }

  async appendBatch(events: readonly Event[]): Promise<void> {
    if (events.length === 0) return;
    let size = longSize(events.length) + 1;
    for (const event of events) size += event.size;
    this.accepted(await this.send('appendBatch', size, (into, from) => {
      let at = putLong(into, from, events.length);
      for (const event of events) at = event.put(into, at);
      into[at] = 0;
    }));
  }

  close(): void {
    this.fail(new Error('the connection was closed'));
  }

  /** A call without a name: the handshake alone. */
  private async greet(): Promise<void> {
    let known = FLUME_PROTOCOL_HASH;
    for (let withText = false, round = 0; round < 3; round++) {
      const reader = await this.call((serial) => packOf(serial, Buffer.concat([handshakeRequest(known, withText), NO_CALL])));
      const { match, serverProtocol, serverHash } = readHandshakeResponse(reader);
      if (match === 'both') return;
      if (serverProtocol === null || !saysTheSame(serverProtocol)) throw new BadEvent('its protocol is not that of Flume');
      if (match === 'client') return;
      withText = true;
      known = serverHash === null ? known : Buffer.from(serverHash);
    }
    throw new BadEvent('it never agrees to the handshake');
  }

  private send(name: string, size: number, write: (into: Buffer, at: number) => void): Promise<AvroReader> {
    return this.call((serial) => {
      const message = 1 + stringSize(name) + size;
      const pack = Buffer.allocUnsafe(PACK_HEAD + message);
      const at = putPackHead(pack, serial, message);
      pack[at] = 0;
      write(pack, putString(pack, at + 1, name));
      return pack;
    });
  }

  private call(packFor: (serial: number) => Buffer): Promise<AvroReader> {
    return new Promise((resolve, reject) => {
      if (this.failure) { reject(this.failure); return; }
      const serial = this.serial;
      this.serial = (this.serial + 1) & 0x7fffff;
      const timer = setTimeout(() => { this.fail(new Error(`no answer within ${this.timeoutMs} ms`)); }, this.timeoutMs);
      this.calls.set(serial, { resolve, reject, timer });
      this.stream.write(packFor(serial));
    });
  }

  private accepted(reader: AvroReader): void {
    skipMeta(reader);
    const isError = reader.position < reader.end && reader.bytes[reader.position++] === 1;
    const index = reader.long();
    if (isError) throw new NotAccepted(index === 0 ? reader.string('words') : 'an error');
    if (index !== 0) throw new NotAccepted(`it answered ${STATUS_NAMES[index] ?? `status ${index}`}`);
  }

  private look(first: Buffer): void {
    const kind = kindOf(first);
    if (kind === 'zlib') this.fail(new BadLayer('compression', 'it compresses, and compression-type = none here'));
    if (kind === 'tls') this.fail(new BadLayer('tls', 'it speaks TLS, and ssl = false here'));
  }

  private read(chunk: Buffer): void {
    try {
      this.splitter.push(chunk);
    } catch (error) {
      this.fail(error as Error);
    }
  }

  private answered(message: Buffer, serial: number): boolean {
    const call = this.calls.get(serial);
    if (!call) {
      this.fail(new BadEvent('an answer to nothing that was asked'));
      return false;
    }
    this.calls.delete(serial);
    clearTimeout(call.timer);
    call.resolve(new AvroReader(message));
    return true;
  }

  private fail(error: Error): void {
    if (this.failure) return;
    this.failure = error;
    for (const { reject, timer } of this.calls.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.calls.clear();
    if (!this.stream.destroyed) this.stream.destroy();
  }
}
