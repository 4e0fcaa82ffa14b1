// One client's connection: its handshake, the strict order of its replies, its share of back-pressure, and its watches.
// Replies of one turn of the loop leave in one write.
import type { Socket } from 'node:net';
import { JuteReader } from '../jute/reader.ts';
import type { ACL, Id } from '../jute/records.ts';
import { JuteWriter } from '../jute/writer.ts';
import { KEEPER_ERROR } from '../keeper-errors.ts';
import { KEEPER, OP, PERM, XID, type EventType } from '../op-codes.ts';
import type { TxnResult, WriteRequest } from '../parts.ts';
import { inJavaOrder } from './auth/id-order.ts';
import type { SaslExchange } from './auth/sasl-exchange.ts';
import type { Peer } from './auth/schemes.ts';
import { ConnectionCounts } from './connection-counts.ts';
import type { ConnectionHost } from './connection-host.ts';
import { errorCode } from './error-code.ts';
import { FrameSplitter } from './frames.ts';
import { beginReply, writeHeader, writeOutcome } from './replies.ts';
import type { Reader } from './reads.ts';
import { kindOf } from './request-kinds.ts';
import { RequestLine, type Waiting } from './request-line.ts';

export type ConnectionState = 'new' | 'connecting' | 'open' | 'closing' | 'closed';

/** Bytes of replies a client may leave unread before its requests are. */
const HIGH_WATER = 1_048_576;

export class Connection implements Reader {
  readonly peer: Peer & { readonly port: number; readonly secure: boolean };
  readonly establishedAt: number;
  sessionId = 0n;
  timeoutMs: number;
  /** Since when it may be idle, on the running clock. */
  heardAt = 0;
  /** When its session was last touched, on the monotonic clock. */
  touchedAt = -1000;
  state: ConnectionState = 'new';
  /** The client said it can do with a server that only reads; null from one that does not know the word. */
  readOnly: boolean | null = null;
  sasl: SaslExchange | null = null;
  /** For cons. */
  readonly counts = new ConnectionCounts();
  #authInfo: readonly Id[] = [];
  readonly #host: ConnectionHost<Connection>;
  readonly #socket: Socket;
  readonly #frames: FrameSplitter;
  readonly #out = new JuteWriter(4096);
  readonly #line = new RequestLine();
  /** Syncs under way. */
  #syncs = 0;
  #flushing = false;
  #paused = false;

  constructor(host: ConnectionHost<Connection>, socket: Socket, peer: Connection['peer'], handshakeMs: number) {
    this.#host = host;
    this.#socket = socket;
    this.peer = peer;
    this.timeoutMs = handshakeMs;
    this.establishedAt = Date.now();
    this.#frames = new FrameSplitter((length) => host.takes(length), (bytes, begin, end) => { this.#packet(bytes, begin, end); }, () => this.#blocked());
    this.addAuth([{ scheme: 'ip', id: peer.address }]);
    socket.on('data', (chunk: Buffer) => { this.data(chunk); });
    socket.on('drain', () => { this.#goOn(); });
    socket.on('close', () => { this.#gone(); });
    socket.on('error', () => { this.#gone(); });
    socket.on('end', () => { this.close(); });
  }

  get authInfo(): readonly Id[] { return this.#authInfo; }
  /** Requests taken and not yet answered. */
  get outstanding(): number { return this.#line.length; }
  get out(): JuteWriter { return this.#out; }

  addAuth(ids: readonly Id[]): void {
    const fresh = ids.filter(({ scheme, id }) => !this.#authInfo.some((own) => own.scheme === scheme && own.id === id));
    this.#authInfo = inJavaOrder([...this.#authInfo, ...fresh]);
  }

  // --- in --------------------------------------------------------------------------------------------------------------

  /** Bytes as they came from the socket; they belong to the connection from now on. */
  data(chunk: Buffer): void {
    if (this.state === 'closing' || this.state === 'closed') return;
    this.#host.heard(this);
    if (!this.#frames.push(chunk)) this.close();
    else if (this.#blocked()) this.#pause();
  }

  #packet(bytes: Buffer, begin: number, end: number): void {
    this.#host.stats.packetsReceived += 1;
    this.counts.received += 1;
    if (this.state === 'new') return this.#host.connect(this, bytes, begin, end);
    if (this.state !== 'open') return;
    if (end - begin < 8) return this.close();
    this.#request(bytes.readInt32BE(begin), bytes.readInt32BE(begin + 4), bytes, begin + 8, end);
  }

  #request(xid: number, type: number, bytes: Buffer, begin: number, end: number): void {
    const kind = kindOf(type);
    if (kind === 'auth') return this.#host.authenticate(this, type, xid, new JuteReader(bytes, begin, end));
    if (!this.#host.admits(this, xid)) return;
    if (kind === 'read') {
      if (this.outstanding === 0) this.#read(xid, type, bytes, begin, end, this.#host.now());
      else this.#wait(xid, type, bytes, begin, end, true);
    } else if (kind === 'none') {
      this.refuse(xid, -1, KEEPER_ERROR.Unimplemented);
    } else {
      this.#write(xid, type, bytes, begin, end);
    }
  }

  #write(xid: number, type: number, bytes: Buffer, begin: number, end: number): void {
    const waiting = this.#wait(xid, type, bytes, begin, end, false);
    if (type === OP.sync) {
      this.#syncs += 1;
      this.#host.sync(this.#requestOf(waiting), (err) => { this.#synced(waiting, err); });
    } else if (this.#syncs === 0) {
      this.#submit(waiting);
    } else {
      waiting.held = true;
    }
  }

  #requestOf({ xid, type, bytes, begin, end }: Waiting): WriteRequest {
    return { sessionId: this.sessionId, cxid: xid, type, payload: bytes.subarray(begin, end), authInfo: this.#authInfo, owner: this.#host };
  }

  #submit(waiting: Waiting): void {
    this.#line.handOn(waiting);
    const err = this.#host.submit(this, this.#requestOf(waiting));
    if (err === null) return;
    this.#line.settle();
    this.#settle(waiting, err);
  }

  /** Writes behind a sync are handed on only now: a read between the two must not see them. */
  #synced(sync: Waiting, err: number): void {
    this.#syncs -= 1;
    this.#settle(sync, err);
    if (this.#syncs > 0) return;
    for (const waiting of this.#line.all()) {
      if (this.state !== 'open') return;
      if (waiting.held) this.#submit(waiting);
    }
  }

  #wait(xid: number, type: number, bytes: Buffer, begin: number, end: number, read: boolean): Waiting {
    const waiting: Waiting = { xid, type, bytes, begin, end, at: this.#host.now(), read, held: false, reply: null };
    this.#line.push(waiting);
    this.#host.stats.outstanding += 1;
    if (this.#isLarge(waiting)) this.#host.large(end - begin);
    return waiting;
  }

  #isLarge({ begin, end }: Waiting): boolean {
    const { largeRequestThreshold } = this.#host;
    return largeRequestThreshold >= 0 && end - begin > largeRequestThreshold;
  }

  /** It has been answered, or never will be. */
  #over(waiting: Waiting): void {
    this.#host.stats.outstanding -= 1;
    if (this.#isLarge(waiting)) this.#host.large(waiting.begin - waiting.end);
  }

  // --- answers ---------------------------------------------------------------------------------------------------------

  #read(xid: number, type: number, bytes: Buffer, begin: number, end: number, at: number): void {
    const { tree, reads } = this.#host;
    const out = this.#out;
    if (type === OP.ping) {
      writeHeader(out, XID.ping, tree.lastZxid, 0);
    } else {
      const before = out.length;
      try {
        const input = new JuteReader(bytes, begin, end);
        const events = type === OP.setWatches || type === OP.setWatches2; // they come before the reply, which has no record
        if (events) reads.answer(type, input, out, this);
        const frame = beginReply(out, xid, tree.lastZxid);
        if (!events) reads.answer(type, input, out, this);
        out.endFrame(frame);
      } catch (error) {
        out.cut(before);
        writeHeader(out, xid, tree.lastZxid, errorCode(error, this.#host.onBug));
      }
    }
    this.#answered(xid, type, at);
  }

  #answered(xid: number, type: number, at: number): void {
    const { stats, tree } = this.#host;
    const now = this.#host.now();
    stats.took(now - at, 1);
    stats.packetsSent += 1;
    this.counts.reply(xid, type, tree.lastZxid, now, now - at);
    this.#host.flushSoon(this);
  }

  /** The txn of a write of this session has been applied. False when it is none that this connection waits for. */
  committed(cxid: number, closesSession: boolean, err: number, result: TxnResult): boolean {
    const waiting = this.#line.firstWrite();
    if (waiting?.xid !== cxid || (closesSession && waiting.type !== OP.closeSession)) return false;
    if (err === KEEPER_ERROR.SessionMoved || result.parts?.some((part) => part.err === KEEPER_ERROR.SessionMoved) === true) {
      this.close();
      return true;
    }
    if (this.#host.audit) this.#host.audit({ sessionId: this.sessionId, authInfo: this.#authInfo, ip: this.peer.address, type: waiting.type, payload: waiting.bytes.subarray(waiting.begin, waiting.end), err, result });
    this.#line.settle();
    if (this.#line.first === waiting) {
      this.#writeOutcome(this.#out, waiting, err, result);
      this.#shift(waiting);
      this.#runReads();
    } else {
      const writer = new JuteWriter();
      this.#writeOutcome(writer, waiting, err, result);
      waiting.reply = writer.take();
    }
    return true;
  }

  #writeOutcome(out: JuteWriter, { xid, type }: Waiting, err: number, result: TxnResult): void {
    const { tree } = this.#host;
    if (err !== 0) return writeHeader(out, xid, tree.lastZxid, err);
    if (type === OP.createSession) return this.#host.writeConnectResponse(out, this);
    const frame = beginReply(out, xid, tree.lastZxid);
    writeOutcome(out, type, result, tree);
    out.endFrame(frame);
  }

  /** The outcome of a sync, or of what needed no txn: it is answered in its turn. */
  #settle(waiting: Waiting, err: number): void {
    if (this.state !== 'open' || !this.#line.has(waiting)) return;
    waiting.reply = this.#replyTo(waiting, err);
    this.#runReads();
  }

  /** A sync gives the path back. */
  #replyTo({ xid, type, bytes, begin, end }: Waiting, err: number): Buffer {
    const { lastZxid } = this.#host.tree;
    const writer = new JuteWriter();
    try {
      const path = err === 0 && type === OP.sync ? new JuteReader(bytes, begin, end).ustring() : null;
      if (err !== 0 || type !== OP.sync) {
        writeHeader(writer, xid, lastZxid, err);
      } else {
        const frame = beginReply(writer, xid, lastZxid);
        writer.ustring(path);
        writer.endFrame(frame);
      }
    } catch (error) {
      writeHeader(writer, xid, lastZxid, errorCode(error, this.#host.onBug));
    }
    return writer.take();
  }

  /** Takes an answered request out of the line. */
  #shift(waiting: Waiting): void {
    this.#line.shift();
    this.#over(waiting);
    this.#answered(waiting.xid, waiting.type, waiting.at);
    if (waiting.type === OP.closeSession) this.finish();
  }

  /** Answers what stands first as far as it can be answered. Reads wait for a slow client only while no write stands behind them: they must not see it. */
  #runReads(): void {
    for (let waiting = this.#line.first; waiting && (this.#line.hasWrites || !this.#full()); waiting = this.#line.first) {
      if (waiting.reply) {
        this.#out.raw(waiting.reply);
        this.#shift(waiting);
      } else if (waiting.read) {
        this.#line.shift();
        this.#over(waiting);
        this.#read(waiting.xid, waiting.type, waiting.bytes, waiting.begin, waiting.end, waiting.at);
      } else {
        return;
      }
    }
  }

  /** A header alone, out of turn. */
  reply(xid: number, zxid: number, err: number): void {
    writeHeader(this.#out, xid, zxid, err);
    this.sent();
  }

  /** Something was written to `out` out of turn. */
  sent(): void {
    this.#host.stats.packetsSent += 1;
    this.counts.sent += 1;
    this.#host.flushSoon(this);
  }

  /** A header with an error, and the end. */
  refuse(xid: number, zxid: number, err: number): void {
    this.reply(xid, zxid, err);
    this.finish();
  }

  event(type: EventType, path: string, zxid: number, acl: readonly ACL[]): void {
    if (this.state !== 'open' || !this.#host.access.allows(acl, PERM.read, this.#authInfo)) return;
    const out = this.#out;
    const frame = out.beginFrame();
    out.int(XID.notification);
    out.long(zxid);
    out.int(0);
    out.int(type);
    out.int(KEEPER.syncConnected);
    out.ustring(path);
    out.endFrame(frame);
    this.sent();
  }

  /** As `crst` does. */
  resetCounts(): void {
    this.counts.reset();
  }

  // --- flow ------------------------------------------------------------------------------------------------------------

  /** True from the first time in a turn: then `flush` is to be called at its end. */
  wantsFlush(): boolean {
    if (this.#flushing) return false;
    this.#flushing = true;
    return true;
  }

  /** One write of all there is. What the kernel took at once leaves its memory to the next replies. */
  flush(): void {
    this.#flushing = false;
    if (this.#out.length === 0 || this.state === 'closed') return;
    this.#socket.write(this.#out.view());
    if (this.#socket.writableLength === 0) this.#out.cut(0);
    else this.#out.leave();
    if (this.state === 'closing') this.#socket.end();
    else if (this.#paused || this.outstanding > 0) this.#goOn();
  }

  #full(): boolean {
    return this.#out.length + this.#socket.writableLength > HIGH_WATER;
  }

  #blocked(): boolean {
    return this.state !== 'open' ? this.state !== 'new' : this.#full() || this.#host.crowded(this.outstanding);
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#socket.pause();
  }

  /** Takes up requests again that were left unread. */
  #goOn(): void {
    if (this.state !== 'open') return;
    this.#runReads();
    if (!this.#paused || this.#blocked()) return;
    if (!this.#frames.resume()) return this.close();
    if (this.#blocked()) return;
    this.#paused = false;
    this.#socket.resume();
  }

  /** The session is there: what the client sent meanwhile is looked at. */
  opened(): void {
    this.state = 'open';
    this.#paused = true;
    this.#goOn();
  }

  /** Sends what is to be sent, then closes; nothing more is read. */
  finish(): void {
    if (this.state === 'closing' || this.state === 'closed') return;
    this.state = 'closing';
    this.#leave();
    this.#host.flushSoon(this);
    if (this.#out.length === 0) this.#socket.end();
    setTimeout(() => { this.#socket.destroy(); }, 2000).unref();
  }

  /** Closes at once; what was not sent is not. */
  close(): void {
    if (this.state === 'closed') return;
    this.#gone();
    this.#socket.destroy();
  }

  #leave(): void {
    for (const waiting of this.#line.clear()) this.#over(waiting);
    this.#host.closed(this);
  }

  #gone(): void {
    if (this.state === 'closed') return;
    const left = this.state === 'closing';
    this.state = 'closed';
    if (!left) this.#leave();
  }
}
