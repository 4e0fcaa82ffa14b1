// One connection to one server: connect request, frames, pings at a third of the timeout, silence of two thirds as its end. It knows nothing
// of other servers; whoever made it is told of every frame in order, and once of the end.
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { KeeperError } from '../keeper-errors.ts';
import { JuteReader } from '../jute/reader.ts';
import { ConnectRequest, ConnectResponse, WatcherEvent } from '../jute/records.ts';
import { JuteWriter } from '../jute/writer.ts';
import { OP, XID } from '../op-codes.ts';
import type { ClientOptions } from './client-types.ts';
import type { Host } from './connect-string.ts';
import { FrameCutter } from './frames.ts';
import { Fifo, type Request } from './request.ts';

export interface Hello {
  readonly lastZxid: number;
  readonly timeoutMs: number;
  readonly sessionId: bigint;
  readonly password: Buffer;
  readonly readOnly: boolean;
}

/** What the server granted; a timeout of 0: it does not know the session (any more). */
export interface Welcome {
  readonly timeoutMs: number;
  readonly sessionId: bigint;
  readonly password: Buffer;
  readonly readOnly: boolean;
}

export interface ConnectionListener {
  welcome(welcome: Welcome): void;
  /** Of every reply with one, before the reply's call settles. */
  zxid(zxid: number): void;
  event(type: number, path: string, zxid: number): void;
  /** Replies to packets that have no xid of their own: auth and setWatches. */
  special(xid: number, err: number): void;
  /** Once, and nothing after it. `calls` were sent and have no reply. */
  ended(reason: string, calls: readonly Request[]): void;
}

const PING_MOST_MS = 10_000;

/** Opens a socket as the options ask; TLS names the server unless it is an address. */
export function openSocket(host: Host, tls: ClientOptions['tls']): Socket {
  if (!tls) return connectTcp({ host: host.host, port: host.port, noDelay: true });
  const servername = tls.servername ?? (isIP(host.host) === 0 ? host.host : undefined);
  const socket = connectTls({
    host: host.host, port: host.port, rejectUnauthorized: tls.rejectUnauthorized ?? true,
    ...(servername === undefined ? {} : { servername }),
    ...(tls.ca === undefined ? {} : { ca: tls.ca }), ...(tls.cert === undefined ? {} : { cert: tls.cert }), ...(tls.key === undefined ? {} : { key: tls.key }),
  });
  socket.setNoDelay(true);
  return socket;
}

export class Connection {
  readonly host: Host;
  readonly #listener: ConnectionListener;
  readonly #socket: Socket;
  readonly #cutter: FrameCutter;
  readonly #writer = new JuteWriter(4096);
  readonly #calls = new Fifo<Request>();
  #nextXid = 1;
  #welcomed = false;
  #ended = false;
  #flushing = false;
  #readTimeoutMs: number;
  #pingMs = PING_MOST_MS;
  #heardAt = performance.now();
  #confirmedAt: number | null = null;
  #sentAt = 0;
  #timer: NodeJS.Timeout;
  #drained: (() => void) | null = null;

  /** Connects at once; `connectMs` bounds everything up to the welcome. */
  constructor(host: Host, hello: Hello, connectMs: number, options: Pick<ClientOptions, 'tls' | 'maxReplyBytes'>, listener: ConnectionListener) {
    this.host = host;
    this.#listener = listener;
    this.#cutter = new FrameCutter(options.maxReplyBytes ?? 64 * 1024 * 1024);
    this.#readTimeoutMs = connectMs;
    this.#socket = openSocket(host, options.tls);
    this.#socket.once(options.tls ? 'secureConnect' : 'connect', () => { this.#greet(hello); });
    this.#socket.on('data', (chunk: Buffer) => { this.#received(chunk); });
    this.#socket.on('error', (error) => { this.end(error.message); });
    this.#socket.on('close', () => { this.end(this.#welcomed ? 'the server closed the connection' : 'the server closed the connection before it answered'); });
    this.#timer = setTimeout(this.#tick, connectMs);
  }

  get outstanding(): number { return this.#calls.length; }

  /** When the server last answered something of ours (so that it had heard of us), monotonic ms; null before the welcome. */
  get confirmedAt(): number | null { return this.#confirmedAt; }

  /** Sends a call; its reply settles it. */
  send(request: Request): void {
    const { xid, type } = this.#begin(request);
    this.#packet(xid, type, request.write);
  }

  /** A packet with a special xid (auth, setWatches); its reply comes through `special`. */
  packet(xid: number, type: number, write: ((writer: JuteWriter) => void) | null): void {
    this.#packet(xid, type, write);
  }

  /** Calls back once no call is under way; at once if none is. */
  drained(done: () => void): void {
    if (this.#calls.length === 0) done();
    else this.#drained = done;
  }

  /** Gives up the connection; what was under way is handed over with the reason. */
  end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#socket.destroy();
    this.#listener.ended(reason, this.#calls.takeAll());
  }

  #begin(request: Request): Request {
    request.xid = this.#nextXid;
    this.#nextXid = this.#nextXid === 0x7fff_ffff ? 1 : this.#nextXid + 1;
    this.#calls.push(request);
    return request;
  }

  #packet(xid: number, type: number, write: ((writer: JuteWriter) => void) | null): void {
    const writer = this.#writer;
    const frame = writer.beginFrame();
    writer.int(xid);
    writer.int(type);
    write?.(writer);
    writer.endFrame(frame);
    if (!this.#flushing) {
      this.#flushing = true;
      setImmediate(this.#flush);
    }
  }

  readonly #flush = (): void => {
    this.#flushing = false;
    if (this.#ended) return;
    this.#sentAt = performance.now();
    this.#socket.write(this.#writer.take());
  };

  #greet(hello: Hello): void {
    const writer = this.#writer;
    const frame = writer.beginFrame();
    ConnectRequest.write(writer, { protocolVersion: 0, lastZxidSeen: hello.lastZxid, timeOut: hello.timeoutMs, sessionId: hello.sessionId, passwd: hello.password });
    writer.boolean(hello.readOnly);
    writer.endFrame(frame);
    this.#flush();
  }

  #received(chunk: Buffer): void {
    this.#heardAt = performance.now();
    try {
      this.#cutter.push(chunk, this.#frame);
    } catch (error) {
      this.end(`the server sent something that is no reply: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  readonly #frame = (bytes: Buffer): void => {
    if (this.#ended) return;
    const reader = new JuteReader(bytes);
    if (!this.#welcomed) return this.#welcome(reader);
    const xid = reader.int();
    const zxid = reader.long();
    const err = reader.int();
    if (xid === XID.notification) {
      const { type, path } = WatcherEvent.read(reader);
      return this.#listener.event(type, path, zxid);
    }
    this.#confirmedAt = this.#heardAt;
    if (xid === XID.ping) return;
    if (xid === XID.auth || xid === XID.setWatches) return this.#listener.special(xid, err);
    const request = this.#calls.peek();
    if (request?.xid !== xid) throw new Error(request ? `xid ${xid} where ${request.xid} was due` : `xid ${xid} where no reply was due`);
    if (zxid > 0) this.#listener.zxid(zxid);
    if (err === 0 || err === request.takesError) {
      const value = request.read(reader, err);
      this.#calls.shift();
      request.resolve(value as never);
    } else {
      this.#calls.shift();
      request.reject(new KeeperError(err, request.path));
    }
    if (this.#drained && this.#calls.length === 0) {
      const done = this.#drained;
      this.#drained = null;
      done();
    }
  };

  #welcome(reader: JuteReader): void {
    const { timeOut, sessionId, passwd } = ConnectResponse.read(reader);
    const readOnly = reader.left > 0 && reader.boolean();
    this.#welcomed = true;
    if (timeOut > 0) {
      this.#readTimeoutMs = (timeOut * 2) / 3;
      this.#pingMs = Math.min(timeOut / 3, PING_MOST_MS);
      this.#confirmedAt = this.#heardAt;
      this.#tick();
    }
    this.#listener.welcome({ timeoutMs: Math.max(timeOut, 0), sessionId, password: Buffer.from(passwd ?? Buffer.alloc(16)), readOnly });
  }

  /** Ends a silent connection, pings an idle one, and sleeps until the next of the two can be due. */
  readonly #tick = (): void => {
    if (this.#ended) return;
    clearTimeout(this.#timer);
    const now = performance.now();
    const silentAt = this.#heardAt + this.#readTimeoutMs;
    if (now >= silentAt) {
      return this.end(this.#welcomed ? `nothing was heard for ${Math.round(this.#readTimeoutMs)} ms` : `no answer within ${Math.round(this.#readTimeoutMs)} ms`);
    }
    let next = silentAt;
    if (this.#welcomed) {
      if (now >= this.#sentAt + this.#pingMs) {
        this.#sentAt = now;
        this.#packet(XID.ping, OP.ping, null);
      }
      next = Math.min(next, this.#sentAt + this.#pingMs);
    }
    this.#timer = setTimeout(this.#tick, Math.max(next - now, 1));
  };
}
