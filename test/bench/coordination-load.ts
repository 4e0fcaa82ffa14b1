// A load on a coordination node, in a process of its own so that it takes nothing of the driver's: `node coordination-load.ts JSON`
// prints one line of JSON. Pipelined: each connection keeps `depth` requests under way. It knows the wire only: frames are made once and patched.
import { connect, type Socket } from 'node:net';
import { GetDataResponse } from '../../main/engines/coordination/jute/records.ts';
import { OP } from '../../main/engines/coordination/op-codes.ts';
import { body } from '../interop/support/coordination-teller.ts';
import { connectPayload, framed } from '../interop/support/raw-client.ts';

export interface LoadOrder {
  readonly ports: readonly number[];
  readonly op: 'create' | 'set' | 'get' | 'multi';
  readonly connections: number;
  readonly depth: number;
  readonly size: number;
  /** Measured after `warmup`. */
  readonly seconds: number;
  readonly warmup: number;
  /** Instead of a time: this many in all, from the first on. */
  readonly count?: number;
}

export interface LoadResult {
  /** Operations a second; a multi counts as one. */
  readonly rate: number;
  readonly operations: number;
  readonly seconds: number;
  /** ms. */
  readonly p50: number;
  readonly p99: number;
  readonly errors: number;
}

const DIGITS = 10;
const PARTS = 10;

/** A request whose xid stands at 4 and whose serial number (ASCII) stands at `serials`. */
function template(order: LoadOrder, own: string): { readonly bytes: Buffer; readonly serials: number[] } {
  const data = Buffer.alloc(order.size, 0x61);
  const mark = '#'.repeat(DIGITS);
  const [type, record] = order.op === 'create' ? [OP.create, body.create(`${own}-${mark}`, data)] as const
    : order.op === 'set' ? [OP.setData, body.setData(own, data)] as const
      : order.op === 'get' ? [OP.getData, body.watch(own)] as const
        : [OP.multi, body.multi(Array.from({ length: PARTS }, () => [OP.setData, body.setData(own, data)] as const))] as const;
  const head = Buffer.alloc(8);
  head.writeInt32BE(type, 4);
  const bytes = framed(Buffer.concat([head, record]));
  const at = bytes.indexOf(mark, 0, 'latin1');
  return { bytes, serials: at < 0 ? [] : [at] };
}

class Connection {
  readonly #socket: Socket;
  readonly #order: LoadOrder;
  readonly #own: string;
  readonly #starts: Float64Array;
  #sent = 0;
  #answered = 0;
  #rest: Buffer = Buffer.alloc(0);
  #onFrame: ((frame: Buffer) => void) | null = null;
  #template: { readonly bytes: Buffer; readonly serials: number[] } | null = null;
  readonly latencies: number[] = [];
  counted = 0;
  errors = 0;
  #bytes = 0;
  counting = false;
  stopped = false;
  limit = Infinity;
  onLimit: () => void = () => undefined;

  constructor(port: number, order: LoadOrder, own: string) {
    this.#order = order;
    this.#own = own;
    this.#starts = new Float64Array(order.depth);
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#socket.on('error', (error) => { throw error; });
  }

  #next(): Promise<Buffer> {
    return new Promise((done) => { this.#onFrame = done; });
  }

  async #ask(payload: Buffer): Promise<Buffer> {
    const answer = this.#next();
    this.#socket.write(framed(payload));
    return answer;
  }

  async prepare(): Promise<void> {
    await this.#ask(connectPayload({ timeout: 40_000 }));
    const head = Buffer.from([0, 0, 0, 1, 0, 0, 0, OP.create]);
    await this.#ask(Buffer.concat([head, body.create(this.#own, Buffer.alloc(this.#order.size))]));
    this.#template = template(this.#order, this.#own);
    this.#onFrame = null;
  }

  begin(): void {
    this.#send(this.#order.depth);
  }

  #send(count: number): void {
    const { bytes, serials } = this.#template as { bytes: Buffer; serials: number[] };
    const most = Math.min(count, this.limit - this.#sent);
    if (most <= 0) return;
    const out = Buffer.allocUnsafe(bytes.length * most);
    const now = performance.now();
    for (let n = 0; n < most; n++) {
      const at = n * bytes.length;
      bytes.copy(out, at);
      out.writeInt32BE(this.#sent & 0x3fffffff, at + 4);
      for (const serial of serials) out.write(String(this.#sent).padStart(DIGITS, '0'), at + serial, DIGITS, 'latin1');
      this.#starts[this.#sent % this.#order.depth] = now;
      this.#sent++;
    }
    this.#socket.write(out);
  }

  #take(chunk: Buffer): void {
    let bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    let replies = 0;
    const now = performance.now();
    let at = 0;
    while (bytes.length - at >= 4) {
      const length = bytes.readInt32BE(at);
      if (bytes.length - at < 4 + length) break;
      if (this.#onFrame) this.#onFrame(Buffer.from(bytes.subarray(at + 4, at + 4 + length)));
      else {
        if (bytes.readInt32BE(at + 16) !== 0) this.errors++;
        if (this.counting) { this.counted++; this.latencies.push(now - (this.#starts[this.#answered % this.#order.depth] ?? now)); }
        this.#answered++;
        this.#bytes += 4 + length;
        replies++;
      }
      at += 4 + length;
    }
    bytes = bytes.subarray(at);
    this.#rest = bytes.length > 0 ? Buffer.from(bytes) : Buffer.alloc(0);
    if (this.#answered >= this.limit) return this.onLimit();
    if (replies > 0 && !this.stopped) this.#send(replies);
  }

  /** After all replies are in: that the writes were done and the reads were whole. */
  async verify(): Promise<void> {
    const { op, size, depth } = this.#order;
    const drained = performance.now();
    while (this.#answered < this.#sent && performance.now() - drained < 30_000) await pause(0.01);
    const head = Buffer.from([0, 0, 0, 2, 0, 0, 0, OP.getData]);
    const reply = await this.#ask(Buffer.concat([head, body.watch(this.#own)]));
    const { data, stat } = GetDataResponse.decode(reply.subarray(16));
    const writes = op === 'set' ? this.#sent : op === 'multi' ? this.#sent * PARTS : 0;
    if (data?.length !== size || stat.version !== writes) throw new Error(`${this.#own}: ${writes} sets were sent (${depth} at once), the version is ${stat.version}`);
    if (op === 'get' && this.#bytes !== this.#sent * (reply.length + 4)) throw new Error(`${this.#own}: ${this.#sent} reads of ${reply.length} bytes came as ${this.#bytes}`);
  }

  end(): void {
    this.#socket.destroy();
  }
}

const pause = (seconds: number): Promise<void> => new Promise((done) => { setTimeout(done, seconds * 1000); });

async function load(order: LoadOrder): Promise<LoadResult> {
  const run = `${process.pid}-${Date.now() % 1e7}`;
  const connections = Array.from({ length: order.connections }, (_, n) => new Connection(order.ports[n % order.ports.length] ?? 0, order, `/load-${run}-${n}`));
  await Promise.all(connections.map((connection) => connection.prepare()));
  let began = performance.now();
  if (order.count !== undefined) {
    const each = Math.ceil(order.count / connections.length);
    await Promise.all(connections.map((connection) => new Promise<void>((done) => {
      connection.limit = each;
      connection.onLimit = done;
      connection.counting = true;
      connection.begin();
    })));
  } else {
    for (const connection of connections) connection.begin();
    await pause(order.warmup);
    began = performance.now();
    for (const connection of connections) connection.counting = true;
    await pause(order.seconds);
  }
  const seconds = (performance.now() - began) / 1000;
  const latencies = Float64Array.from(connections.flatMap((connection) => connection.latencies)).sort();
  const operations = connections.reduce((sum, connection) => sum + connection.counted, 0);
  const errors = connections.reduce((sum, connection) => sum + connection.errors, 0);
  for (const connection of connections) { connection.counting = false; connection.stopped = true; }
  await Promise.all(connections.map((connection) => connection.verify()));
  for (const connection of connections) connection.end();
  const at = (share: number): number => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? NaN;
  return { rate: operations / seconds, operations, seconds, p50: at(0.5), p99: at(0.99), errors };
}

process.stdout.write(`${JSON.stringify(await load(JSON.parse(process.argv[2] ?? '{}') as LoadOrder))}\n`);
