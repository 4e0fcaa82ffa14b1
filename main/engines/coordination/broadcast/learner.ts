// Follows or observes a leader: takes over its history, then logs and acknowledges what it proposes, applies what it commits, and forwards writes (Follower, Observer).
import type { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { OP } from '../op-codes.ts';
import type { Role, WriteRequest } from '../parts.ts';
import type { Txn } from '../txn.ts';
import { showZxid, zxidOf } from '../zxid.ts';
import type { QuorumVerifier } from '../election/quorum-verifier.ts';
import { dialLeader, masterOf, register, type Link } from './learner-link.ts';
import { CannotTruncate, LearnerSync, ReconfigEnd, checkFollows, leaderOf, ownedTxn } from './learner-sync.ts';
import { ObserverMaster } from './observer-master.ts';
import { PACKET } from './packet.ts';
import type { Packet, PacketChannel } from './packet-channel.ts';
import { syncMs, type PeerContext, type RoleEnd } from './peer-context.ts';
import { configOf, sameQuorumAddress } from './reconfig.ts';
import { Silence } from './silence.ts';

const CHECK_MS = 50;

export class Learner {
  readonly #context: PeerContext;
  readonly #leader: number;
  readonly #observes: boolean;
  /** The log here cannot be cut to where the leader said: it is to send everything. */
  readonly #wantsAll: boolean;
  #channel: PacketChannel | null = null;
  #link: Link | null = null;
  #takingOver: Promise<void> | null = null;
  #over = Promise.withResolvers<RoleEnd>();
  #ended = false;
  /** Proposed, logged, not committed. */
  #pending: Txn[] = [];
  #lastQueued = 0;
  /** Logged and not acknowledged yet; a leader of ours takes the last for all. */
  #unacked: number[] = [];
  #durable = 0;
  #mayAck = false;
  readonly #touched = new Map<bigint, number>();
  readonly #syncs: ((err: number) => void)[] = [];
  readonly #revalidations = new Map<bigint, ((lives: boolean) => void)[]>();
  #running = false;
  #observers: ObserverMaster | null = null;
  cannotTruncate = false;

  constructor(context: PeerContext, leader: number, observes: boolean, wantsAll: boolean) {
    this.#context = context;
    this.#leader = leader;
    this.#observes = observes;
    this.#wantsAll = wantsAll;
  }

  get isRunning(): boolean { return this.#running; }
  get epoch(): number { return this.#link?.epoch ?? 0; }

  /** Learns until there is a reason not to; the state is then as if this role had never been. */
  async run(): Promise<RoleEnd> {
    try {
      void this.#learn().catch((error: unknown) => { this.#fail(error); });
      return await this.#over.promise;
    } finally {
      await this.#close();
    }
  }

  end(reason: string): void {
    this.#end(reason, null);
  }

  #fail(error: unknown): void {
    this.cannotTruncate ||= error instanceof CannotTruncate;
    this.#end((error as Error).message, error instanceof ReconfigEnd ? error.next : null);
  }

  #end(reason: string, next: number | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#running = false;
    this.#over.resolve({ reason, next });
  }

  async #learn(): Promise<void> {
    const master = masterOf(this.#context, this.#leader, this.#observes);
    const channel = await dialLeader(this.#context, master, () => this.#ended);
    if (this.#ended) return channel.stream.destroy();
    this.#channel = channel;
    channel.stream.onEnd((error) => { this.#end(`${master.sid === this.#leader ? 'the leader, ' : ''}server ${master.sid}, is gone: ${error.message}`, null); });
    this.#takingOver = this.#takeOver(channel).catch((error: unknown) => { this.#fail(error); });
    await this.#takingOver;
  }

  async #takeOver(channel: PacketChannel): Promise<void> {
    const context = this.#context;
    this.#link = await register(context, channel, this.#observes, this.#wantsAll ? 0 : context.db.lastLoggedZxid);
    const sync = new LearnerSync(context, this.#link, { activate: (next, leader) => this.#activate(next, leader) });
    await sync.run();
    if (!this.#ended) this.#begin(this.#link, sync);
  }

  #begin({ channel, epoch, heartbeatMs }: Link, sync: LearnerSync): void {
    const { clock, core, db, election, report } = this.#context;
    this.#running = true;
    const silence = new Silence(clock.monotonic(), syncMs(this.#context), heartbeatMs);
    channel.stream.socket.setTimeout(0);
    election.established(epoch);
    db.onDurable((zxid) => { this.#durable = zxid; this.#acknowledge(); });
    channel.send(PACKET.ack, zxidOf(epoch, 0));
    this.#mayAck = !this.#observes;
    core.serve(this.#role(channel));
    for (const txn of sync.pending) this.#log(txn);
    this.#feedObservers(channel, epoch);
    report({ type: 'learnerSynced', at: clock.now(), sid: this.#context.myid, by: sync.by, zxid: db.tree.lastZxid });
    report({ type: 'state', at: clock.now(), state: this.#observes ? 'observing' : 'following', epoch, leader: this.#leader, zxid: db.tree.lastZxid });
    const timer = setInterval(() => {
      if (this.#ended) return clearInterval(timer);
      if (silence.isTooLong(clock.monotonic(), CHECK_MS)) this.#end(`the leader, server ${this.#leader}, has said nothing for ${Math.round(silence.limitMs)} ms`, null);
    }, CHECK_MS);
    channel.stream.listen(() => {
      silence.heard(clock.monotonic());
      try {
        for (let packet = channel.take(); packet && !this.#ended; packet = channel.take()) this.#receive(packet, channel);
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  /** Where the ensemble has an observerMasterPort, a follower of it takes observers off the leader's hands. */
  #feedObservers(channel: PacketChannel, epoch: number): void {
    const { config, report, clock } = this.#context;
    if (this.#observes || config.observerMasterPort === null) return;
    this.#observers = new ObserverMaster(this.#context, epoch, {
      submit: (request) => { this.#forward(channel, request); },
      sync: (request, done) => { this.#sync(channel, request, done); },
      revalidate: (sessionId, timeoutMs, done) => { this.#revalidate(channel, sessionId, timeoutMs, done); },
      touch: (sessionId, timeoutMs) => { this.#touched.set(sessionId, timeoutMs); },
    });
    this.#observers.start(config.observerMasterPort).catch((error: unknown) => {
      if (!this.#ended) report({ type: 'warning', at: clock.now(), error: error as SluiceError });
    });
  }

  async #close(): Promise<void> {
    const { core, db } = this.#context;
    this.#channel?.stream.destroy();
    this.#observers?.stop();
    await this.#takingOver; // what it had begun on disk is done before another role begins
    db.onDurable(null);
    core.retire();
    if (!await db.flushed().then(() => true, () => false)) return; // the disk failed: nothing goes on
    for (const txn of this.#pending) db.apply(txn);
  }

  #receive(packet: Packet, channel: PacketChannel): void {
    switch (packet.type) {
      case PACKET.proposal: return this.#log(ownedTxn(packet.data));
      case PACKET.commit: return this.#commit(packet.zxid);
      case PACKET.ping: return this.#pong(packet, channel);
      case PACKET.sync: return this.#syncs.shift()?.(0);
      case PACKET.inform: return this.#inform(ownedTxn(packet.data));
      case PACKET.revalidate: return this.#revalidated(packet.data);
      case PACKET.commitAndActivate: return this.#commitAndActivate(packet);
      case PACKET.informAndActivate: return this.#informAndActivate(packet);
      default: // of no use here, as in real servers
    }
  }

  #log(txn: Txn): void {
    if (this.#observes) return;
    const { zxid, type } = txn.header;
    checkFollows(this.#lastQueued, zxid);
    this.#lastQueued = zxid;
    if (type === OP.reconfig) this.#context.propose(configOf(txn));
    this.#pending.push(txn);
    this.#unacked.push(zxid);
    this.#context.db.append(txn);
  }

  /** To a real leader one for each, in order; to one of ours the last for all. */
  #acknowledge(): void {
    if (!this.#mayAck || this.#link === null) return;
    let count = 0;
    while (count < this.#unacked.length && (this.#unacked[count] as number) <= this.#durable) count++;
    if (count === 0) return;
    const { channel, heartbeatMs } = this.#link;
    if (heartbeatMs !== null) channel.send(PACKET.ack, this.#unacked[count - 1] as number);
    else for (let at = 0; at < count; at++) channel.send(PACKET.ack, this.#unacked[at] as number);
    this.#unacked = this.#unacked.slice(count);
  }

  /** One of ours commits everything up to `zxid` with one packet. Observers fed from here hear of `except` in another way. */
  #commit(zxid: number, except: Txn | null = null): void {
    let count = 0;
    const { core } = this.#context;
    const many = this.#link?.heartbeatMs !== null;
    for (; count < this.#pending.length; count++) {
      const txn = this.#pending[count] as Txn;
      if (txn.header.zxid > zxid || (!many && txn.header.zxid < zxid)) break;
      core.commit(txn);
      if (txn !== except) this.#observers?.committed(txn);
      if (!many) { count++; break; }
    }
    if (count > 0) this.#pending = this.#pending.slice(count);
    if (this.#context.db.tree.lastZxid < zxid) throw new Error(`COMMIT of ${showZxid(zxid)}, but the next proposal is ${this.#pending[0] ? showZxid(this.#pending[0].header.zxid) : 'none'}`);
  }

  #inform(txn: Txn): void {
    if (txn.header.zxid <= this.#context.db.lastLoggedZxid) return;
    this.#context.db.append(txn);
    this.#context.core.commit(txn);
  }

  #commitAndActivate(packet: Packet): void {
    const txn = this.#pending.find((one) => one.header.zxid === packet.zxid);
    if (!txn) throw new Error(`COMMITANDACTIVATE of ${showZxid(packet.zxid)}, which was not proposed`);
    const leader = leaderOf(packet.data);
    this.#commit(packet.zxid, txn);
    this.#observers?.activate(txn, leader);
    if (this.#activate(configOf(txn), leader)) throw new ReconfigEnd(leader);
  }

  #informAndActivate(packet: Packet): void {
    const txn = ownedTxn(packet.data?.subarray(8) ?? null);
    const leader = leaderOf(packet.data);
    this.#inform(txn);
    if (this.#activate(configOf(txn), leader)) throw new ReconfigEnd(leader);
  }

  /** True when this server must begin anew: another leader, or another part to play. */
  #activate(next: QuorumVerifier, leader: number | null): boolean {
    const { membership, myid } = this.#context;
    const before = membership.current;
    if (!this.#context.activate(next)) return false;
    const observed = before.server(myid)?.role === 'observer';
    const observes = next.server(myid)?.role === 'observer';
    if (observed !== observes) return true;
    if (leader !== null) return leader !== this.#leader;
    const then = before.server(this.#leader);
    const now = next.server(this.#leader);
    return !then || !now || !next.voters.has(this.#leader) || !sameQuorumAddress(then, now);
  }

  #pong(packet: Packet, channel: PacketChannel): void {
    const touched = Buffer.alloc(12 * this.#touched.size);
    let at = 0;
    for (const [sessionId, timeoutMs] of this.#touched) {
      touched.writeBigInt64BE(BigInt.asIntN(64, sessionId), at);
      touched.writeInt32BE(timeoutMs, at + 8);
      at += 12;
    }
    this.#touched.clear();
    channel.send(PACKET.ping, packet.zxid, touched);
  }

  #revalidated(data: Buffer | null): void {
    if (data === null || data.length < 9) throw new Error('a REVALIDATE that is cut short');
    const sessionId = data.readBigInt64BE(0);
    const waiting = this.#revalidations.get(sessionId);
    waiting?.shift()?.(data[8] !== 0);
    if (waiting?.length === 0) this.#revalidations.delete(sessionId);
  }

  #role(channel: PacketChannel): Role {
    return {
      mode: this.#observes ? 'observer' : 'follower',
      submit: (request) => { this.#forward(channel, request); },
      sync: (request, done) => { this.#sync(channel, request, done); },
      revalidate: (sessionId, timeoutMs) => new Promise((resolve) => { this.#revalidate(channel, sessionId, timeoutMs, resolve); }),
      touch: (sessionId, timeoutMs) => { this.#touched.set(sessionId, timeoutMs); },
    };
  }

  #sync(channel: PacketChannel, request: WriteRequest, done: (err: number) => void): void {
    this.#syncs.push(done);
    this.#forward(channel, request);
  }

  #revalidate(channel: PacketChannel, sessionId: bigint, timeoutMs: number, done: (lives: boolean) => void): void {
    const waiting = this.#revalidations.get(sessionId);
    if (waiting) waiting.push(done);
    else this.#revalidations.set(sessionId, [done]);
    const question = Buffer.alloc(12);
    question.writeBigInt64BE(BigInt.asIntN(64, sessionId));
    question.writeInt32BE(timeoutMs, 8);
    channel.send(PACKET.revalidate, -1, question);
  }

  #forward(channel: PacketChannel, request: WriteRequest): void {
    if (!this.#running) return;
    const data = Buffer.allocUnsafe(16 + request.payload.length);
    data.writeBigInt64BE(BigInt.asIntN(64, request.sessionId));
    data.writeInt32BE(request.cxid, 8);
    data.writeInt32BE(request.type, 12);
    request.payload.copy(data, 16);
    channel.send(PACKET.request, -1, data, request.authInfo);
  }
}
