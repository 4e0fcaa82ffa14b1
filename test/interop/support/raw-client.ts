// A ZooKeeper client without opinions: sends the frames it is given and hands back the frames that come, so that the same bytes go
// to ours and to theirs. No pings, no reconnecting.
import { connect, type Socket } from 'node:net';
import { ConnectRequest, ConnectResponse } from '../../../main/engines/coordination/jute/records.ts';
import { JuteWriter } from '../../../main/engines/coordination/jute/writer.ts';

export interface Reply {
  readonly xid: number;
  readonly zxid: number;
  readonly err: number;
  readonly body: Buffer;
}

export interface ConnectOptions {
  /** ms; 30,000 unless given. */
  readonly timeout?: number;
  readonly sessionId?: bigint;
  readonly passwd?: Buffer | null;
  readonly lastZxid?: number;
  /** Null leaves the byte out, as clients before 3.4 do. */
  readonly readOnly?: boolean | null;
  readonly protocolVersion?: number;
}

export interface Session {
  readonly id: bigint;
  readonly passwd: Buffer;
  readonly timeout: number;
  /** Bytes of the connect reply: 36 or 37. */
  readonly size: number;
}

/** A frame around a payload: four bytes of length before it. */
export function framed(payload: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeInt32BE(payload.length);
  return Buffer.concat([head, payload]);
}

export function connectPayload(options: ConnectOptions): Buffer {
  const { timeout = 30_000, sessionId = 0n, passwd = Buffer.alloc(16), lastZxid = 0, readOnly = false, protocolVersion = 0 } = options;
  const head = ConnectRequest.encode({ protocolVersion, lastZxidSeen: lastZxid, timeOut: timeout, sessionId, passwd });
  return readOnly === null ? head : Buffer.concat([head, Buffer.from([readOnly ? 1 : 0])]);
}

export class RawClient {
  /** Settles when the far side, or we, ended the connection. */
  readonly ended: Promise<void>;
  readonly socket: Socket;
  readonly events: Reply[] = [];
  session: Session = { id: 0n, passwd: Buffer.alloc(16), timeout: 0, size: 0 };
  isEnded = false;
  /** Told of events in their place among the replies, instead of keeping them in `events`. */
  onEvent: ((event: Reply) => void) | null = null;
  #rest: Buffer = Buffer.alloc(0);
  #xid = 0;
  readonly #frames: Buffer[] = [];
  readonly #frameWaiters: ((frame: Buffer | null) => void)[] = [];
  readonly #waiting = new Map<number, ((reply: Reply | null) => void)[]>();
  readonly #eventWaiters: (() => void)[] = [];
  #greeted = false;

  constructor(port: number, host = '127.0.0.1') {
    this.socket = connect(port, host);
    this.socket.setNoDelay(true);
    this.socket.on('error', () => undefined);
    this.socket.on('data', (chunk: Buffer) => this.#take(chunk));
    this.ended = new Promise((done) => {
      this.socket.once('close', () => {
        this.isEnded = true;
        for (const waiter of this.#frameWaiters.splice(0)) waiter(null);
        for (const waiters of this.#waiting.values()) for (const waiter of waiters) waiter(null);
        this.#waiting.clear();
        for (const waiter of this.#eventWaiters.splice(0)) waiter();
        done();
      });
    });
  }

  /** Connects and opens a session; fails when the server closes without a word. */
  static async open(port: number, options: ConnectOptions = {}): Promise<RawClient> {
    const client = new RawClient(port);
    const session = await client.greet(options);
    if (!session) throw new Error(`the server on ${port} closed the connection without a session`);
    return client;
  }

  /** Sends a connect request; null when the server closes without a word. */
  async greet(options: ConnectOptions = {}): Promise<Session | null> {
    this.send(connectPayload(options));
    const frame = await this.frame();
    if (!frame) return null;
    this.#greeted = true;
    const answer = ConnectResponse.decode(frame);
    this.session = { id: answer.sessionId, passwd: Buffer.from(answer.passwd ?? Buffer.alloc(0)), timeout: answer.timeOut, size: frame.length };
    for (const early of this.#frames.splice(0)) this.#reply(early);
    return this.session;
  }

  #take(chunk: Buffer): void {
    let bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    while (bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0)) {
      const end = 4 + bytes.readInt32BE(0);
      const frame = Buffer.from(bytes.subarray(4, end));
      bytes = bytes.subarray(end);
      if (this.#greeted) this.#reply(frame);
      else if (this.#frameWaiters.length > 0) this.#frameWaiters.shift()?.(frame);
      else this.#frames.push(frame);
    }
    this.#rest = bytes;
  }

  #reply(frame: Buffer): void {
    const reply: Reply = { xid: frame.readInt32BE(0), zxid: Number(frame.readBigInt64BE(4)), err: frame.readInt32BE(12), body: frame.subarray(16) };
    const waiter = this.#waiting.get(reply.xid)?.shift();
    if (waiter) return waiter(reply);
    if (this.onEvent) return this.onEvent(reply);
    this.events.push(reply);
    for (const told of this.#eventWaiters.splice(0)) told();
  }

  /** The next whole frame before the session is open. */
  frame(): Promise<Buffer | null> {
    const frame = this.#frames.shift();
    if (frame) return Promise.resolve(frame);
    if (this.isEnded) return Promise.resolve(null);
    return new Promise((done) => { this.#frameWaiters.push(done); });
  }

  /** Bytes as they are, without a frame around them. */
  raw(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  send(payload: Buffer): void {
    this.raw(framed(payload));
  }

  /** One request; null when the connection ends before its reply. Without `xid` the next of this client's own. `seen` is told before any later frame is looked at. */
  request(type: number, body: Buffer = Buffer.alloc(0), xid = ++this.#xid, seen: (reply: Reply) => void = () => undefined): Promise<Reply | null> {
    if (this.isEnded) return Promise.resolve(null);
    const writer = new JuteWriter();
    writer.int(xid);
    writer.int(type);
    writer.raw(body);
    return new Promise((done) => {
      const told = (reply: Reply | null): void => {
        if (reply) seen(reply);
        done(reply);
      };
      const waiters = this.#waiting.get(xid);
      if (waiters) waiters.push(told);
      else this.#waiting.set(xid, [told]);
      this.send(writer.take());
    });
  }

  /** The reply to a header sent by hand, as a request's. */
  expect(xid: number): Promise<Reply | null> {
    return new Promise((done) => { this.#waiting.set(xid, [...(this.#waiting.get(xid) ?? []), done]); });
  }

  /** Takes the oldest event that no request asked for (a watch's); null when none came in `withinMs` or the connection ended. */
  async event(withinMs = 5000): Promise<Reply | null> {
    if (this.events.length === 0 && !this.isEnded) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((done) => { this.#eventWaiters.push(done); timer = setTimeout(done, withinMs); });
      clearTimeout(timer);
    }
    return this.events.shift() ?? null;
  }

  /** Cuts the connection; the session lives on until it expires. */
  async cut(): Promise<void> {
    this.socket.destroy();
    await this.ended;
  }

  /** Closes the session. */
  async close(): Promise<void> {
    if (!this.isEnded) await this.request(-11);
    this.socket.destroy();
    await this.ended;
  }
}
