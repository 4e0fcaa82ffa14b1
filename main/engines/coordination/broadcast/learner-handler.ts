// One learner of a leader, on one socket: brought to the leader's history, then fed with proposals and commits (LearnerHandler).
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { JuteWriter } from '../jute/writer.ts';
import { OP } from '../op-codes.ts';
import type { WriteRequest } from '../parts.ts';
import type { Txn } from '../txn.ts';
import { counterOf, epochOf, showZxid } from '../zxid.ts';
import { PACKET, PROTOCOL, decodeLearnerInfo, encodeLeaderInfo, type LearnerInfo } from './packet.ts';
import { writePacket, type Packet, type PacketChannel } from './packet-channel.ts';
import { initMs, syncMs, type PeerContext } from './peer-context.ts';
import type { Establishment } from './establishment.ts';
import type { Pinged } from './read-index.ts';
import { Silence } from './silence.ts';
import { mayTruncate, planSync } from './sync-plan.ts';

/** What may wait for a learner that does not take it, before it is sent away. */
const MOST_BACKLOG = 256 * 1024 * 1024;
const EMPTY = Buffer.alloc(0);
const BEN = 'BenWasHere';
/** A TxnDigest behind a txn. */
const DIGEST_BYTES = 12;
/** Of the size of a snapshot; more of the log than that is not sent (zookeeper.snapshotSizeFactor). */
const SNAPSHOT_SIZE_FACTOR = 0.33;

/** Discovery as a handler goes through it with its learner. */
export type Discovery = Pick<Establishment, 'offer' | 'ack' | 'epochAcked' | 'lead' | 'newLeaderZxid'>;

/** Whoever feeds learners, as their handlers see it: the leader, or a follower that feeds observers. */
export interface LearnerMaster {
  readonly establishment: Discovery;
  /** False for one that only takes observers. */
  readonly takesFollowers: boolean;
  readonly started: Promise<void>;
  /** Uncommitted proposals, in order. */
  outstanding(): Iterable<Txn>;
  join(handler: LearnerHandler): void;
  leave(handler: LearnerHandler, reason: string): void;
  upToDate(handler: LearnerHandler): void;
  acked(handler: LearnerHandler, zxid: number): void;
  pinged(): void;
  submit(request: WriteRequest): void;
  sync(request: WriteRequest, done: () => void): void;
  revalidate(sessionId: bigint, timeoutMs: number, owner: object, told: (lives: boolean) => void): void;
  touch(sessionId: bigint, timeoutMs: number): void;
}

/** Where the learner's stream is: not fed; commits are kept for it; what is sent waits behind UPTODATE; sent at once. */
type Feed = 'none' | 'keeping' | 'waiting' | 'flowing';

export class LearnerHandler implements Pinged {
  readonly #context: PeerContext;
  readonly #master: LearnerMaster;
  readonly #channel: PacketChannel;
  #info: LearnerInfo = { sid: -1, protocol: 0, configVersion: 0, ours: false };
  #follows = true;
  #feed: Feed = 'none';
  #kept: Txn[] = [];
  #keptBytes = 0;
  readonly #waiting = new JuteWriter();
  #lastCommit = 0;
  #silence: Silence;
  #pings = 0;
  #answered = 0;
  #isUpToDate = false;
  #ended = false;
  /** Of the last proposal it acknowledged; -1 before the first. */
  ackedZxid = -1;
  lastSentZxid = 0;

  constructor(context: PeerContext, master: LearnerMaster, channel: PacketChannel) {
    this.#context = context;
    this.#master = master;
    this.#channel = channel;
    this.#silence = new Silence(context.clock.monotonic(), initMs(context) + syncMs(context), null);
  }

  get sid(): number { return this.#info.sid; }
  /** Takes proposals; an observer takes only what is committed. */
  get follows(): boolean { return this.#follows; }
  get answered(): number { return this.#answered; }
  get isUpToDate(): boolean { return this.#isUpToDate; }
  get name(): string { return this.sid >= 0 ? `server ${this.sid}` : this.#channel.stream.socket.remoteAddress ?? '?'; }
  get address(): string { return `${this.#channel.stream.socket.remoteAddress ?? '?'}:${this.#channel.stream.socket.remotePort ?? 0}`; }

  silentMs(now: number): number { return this.#silence.silentMs(now); }
  isSilent(now: number, everyMs: number): boolean { return this.#silence.isTooLong(now, everyMs); }

  /** Serves the learner until its socket or this leader ends. Never rejects. */
  async run(): Promise<void> {
    const { socket } = this.#channel.stream;
    socket.setTimeout(initMs(this.#context) + syncMs(this.#context), () => { this.close('it said nothing for initLimit'); });
    this.#channel.stream.onEnd((error) => { this.close(error.message); });
    try {
      await this.#context.transport.challenge(this.#channel.stream);
      const peerZxid = await this.#register();
      await this.#synchronize(peerZxid);
      await this.#awaitAck();
      await this.#master.started;
      this.#flow();
    } catch (error) {
      this.close((error as Error).message);
    }
  }

  /** Ends the connection; the reason is told once. */
  close(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#feed = 'none';
    this.#isUpToDate = false;
    this.#channel.stream.destroy();
    this.#master.leave(this, reason);
  }

  /** FOLLOWERINFO to ACKEPOCH; answers the last zxid the learner has. */
  async #register(): Promise<number> {
    const { establishment } = this.#master;
    const first = await this.#channel.read();
    if (first.type !== PACKET.followerInfo && first.type !== PACKET.observerInfo) throw new Error(`its first packet is of type ${first.type}, not FOLLOWERINFO or OBSERVERINFO`);
    this.#info = decodeLearnerInfo(first.data);
    this.#follows = first.type === PACKET.followerInfo;
    if (this.#follows && !this.#master.takesFollowers) throw new Error('it wants to follow, but only observers are taken here');
    if (this.#info.protocol < PROTOCOL) throw new Error(`it speaks protocol ${this.#info.protocol}, which servers before 3.4 did; ${PROTOCOL} is needed`);
    if (this.#info.configVersion > this.#context.membership.current.version) throw new Error(`it has a later configuration (${showZxid(this.#info.configVersion)}) than this leader`);
    this.#silence = new Silence(this.#context.clock.monotonic(), syncMs(this.#context), this.#info.ours ? this.#context.config.heartbeatMs : null);
    await establishment.offer(this.sid, epochOf(first.zxid));
    this.#channel.send(PACKET.leaderInfo, establishment.newLeaderZxid, encodeLeaderInfo(this.#context.config.heartbeatMs));
    const ack = await this.#channel.read();
    if (ack.type !== PACKET.ackEpoch || ack.data === null || ack.data.length < 4) throw new Error(`packet ${ack.type} instead of ACKEPOCH`);
    establishment.ack(this.sid, ack.data.readInt32BE(0), ack.zxid);
    await establishment.epochAcked;
    return ack.zxid;
  }

  async #synchronize(peerZxid: number): Promise<void> {
    const { db, report } = this.#context;
    this.#feed = 'keeping';
    this.#master.join(this);
    const plan = planSync({ committed: db.committedLog(), lastZxid: db.tree.lastZxid }, peerZxid);
    let by: 'DIFF' | 'TRUNC' | 'SNAP' = 'SNAP';
    let sent = 0;
    if (plan.by === 'DIFF' || plan.by === 'TRUNC') {
      by = plan.by;
      this.#channel.send(by === 'DIFF' ? PACKET.diff : PACKET.trunc, plan.zxid);
      for (const txn of plan.txns) this.#sendCommitted(txn);
      sent = db.tree.lastZxid;
    } else {
      const fromLog = plan.by === 'LOG' ? await this.#sendLog(peerZxid) : null;
      if (fromLog) ({ by, sent } = fromLog);
      else sent = await this.#sendSnapshot();
    }
    for (const txn of this.#kept) if (txn.header.zxid > sent) this.#sendCommitted(txn, by === 'SNAP');
    this.#kept = [];
    this.#feed = 'waiting';
    for (const txn of this.#follows ? this.#master.outstanding() : []) this.propose(txn);
    this.#channel.send(PACKET.newLeader, this.#master.establishment.newLeaderZxid, Buffer.from(this.#context.membership.lastSeen.text));
    report({ type: 'learnerSynced', at: this.#context.clock.now(), sid: this.sid, by, zxid: db.tree.lastZxid });
  }

  /** Within what a snapshot is fuzzy about, no digest holds: real learners would call it a mismatch. */
  #sendCommitted(txn: Txn, isFuzzy = false): void {
    this.#channel.send(PACKET.proposal, txn.header.zxid, isFuzzy && txn.digest ? txn.bytes.subarray(0, txn.bytes.length - DIGEST_BYTES) : txn.bytes);
    this.#channel.send(PACKET.commit, txn.header.zxid);
    this.lastSentZxid = txn.header.zxid;
  }

  /** Txns from the log on disk; null when it does not reach back to the learner's last one, or is longer than a snapshot is worth. */
  async #sendLog(peerZxid: number): Promise<{ readonly by: 'DIFF' | 'TRUNC'; readonly sent: number } | null> {
    const { db } = this.#context;
    const limit = Math.max(1024 * 1024, Math.floor(db.tree.bytes * SNAPSHOT_SIZE_FACTOR));
    const common = counterOf(peerZxid) === 0 ? peerZxid : await db.lastZxidUpTo(peerZxid);
    if (common < peerZxid && !mayTruncate(common, peerZxid)) return null;
    const txns = await db.logSince(common, limit);
    if (txns === null) return null;
    const by = common < peerZxid ? 'TRUNC' : 'DIFF';
    this.#channel.send(by === 'TRUNC' ? PACKET.trunc : PACKET.diff, by === 'TRUNC' ? common : db.tree.lastZxid);
    let sent = common;
    const target = db.tree.lastZxid;
    for await (const txn of txns) {
      if (txn.header.zxid > target) break;
      this.#sendCommitted(txn);
      sent = txn.header.zxid;
      if (this.#channel.backlog > 1024 * 1024) await this.#channel.drained();
    }
    if (sent < target) {
      const first = this.#kept[0]?.header.zxid ?? Number.POSITIVE_INFINITY;
      for (const txn of db.committedLog()) {
        if (txn.header.zxid <= sent || txn.header.zxid >= first) continue;
        this.#sendCommitted(txn);
        sent = txn.header.zxid;
      }
      if (sent < target) throw new Error(`the log on disk ends at ${showZxid(sent)} before ${showZxid(target)}`);
    }
    return { by, sent };
  }

  /** Answers the zxid that the snapshot is fuzzy from. */
  async #sendSnapshot(): Promise<number> {
    const { zxid, chunks } = this.#context.db.serialize();
    this.#channel.send(PACKET.snap, zxid);
    for await (const chunk of chunks) {
      this.#channel.sendWritten(chunk);
      await this.#channel.drained();
    }
    const signature = Buffer.alloc(4 + BEN.length);
    signature.writeInt32BE(BEN.length);
    signature.write(BEN, 4);
    this.#channel.sendWritten(signature);
    return zxid;
  }

  /** The acknowledgement of NEWLEADER; some servers acknowledge proposals before it (ZOOKEEPER-4685). */
  async #awaitAck(): Promise<void> {
    for (;;) {
      const packet = await this.#channel.read();
      if (packet.type !== PACKET.ack) throw new Error(`packet ${packet.type} instead of the acknowledgement of NEWLEADER`);
      if (counterOf(packet.zxid) === 0) {
        this.#master.establishment.lead(this.sid, packet.zxid);
        return;
      }
      this.#ack(packet.zxid);
    }
  }

  /** UPTODATE, then what waited for it, then everything as it comes. */
  #flow(): void {
    if (this.#ended) return;
    this.#channel.stream.socket.setTimeout(0);
    this.#silence.heard(this.#context.clock.monotonic());
    this.#channel.send(PACKET.upToDate, -1);
    if (this.#waiting.length > 0) this.#channel.sendWritten(this.#waiting.take());
    this.#feed = 'flowing';
    this.#isUpToDate = true;
    this.#master.upToDate(this);
    this.#channel.stream.listen(() => {
      this.#silence.heard(this.#context.clock.monotonic());
      try {
        for (let packet = this.#channel.take(); packet && !this.#ended; packet = this.#channel.take()) this.#receive(packet);
      } catch (error) {
        this.close((error as Error).message);
      }
    });
  }

  #receive(packet: Packet): void {
    if (packet.type === PACKET.ack) return this.#ack(packet.zxid);
    if (packet.type === PACKET.request) return this.#request(packet);
    if (packet.type === PACKET.ping) return this.#pong(packet.data ?? EMPTY);
    if (packet.type === PACKET.revalidate) return this.#revalidate(packet.data ?? EMPTY);
  }

  #ack(zxid: number): void {
    if (counterOf(zxid) === 0) return;
    if (zxid > this.ackedZxid) this.ackedZxid = zxid;
    this.#master.acked(this, zxid);
  }

  #request({ data, authinfo }: Packet): void {
    if (data === null || data.length < 16) throw new Error('a REQUEST that is cut short');
    const request = { sessionId: data.readBigInt64BE(0), cxid: data.readInt32BE(8), type: data.readInt32BE(12), payload: data.subarray(16), authInfo: authinfo, owner: this };
    if (request.type === OP.sync) this.#master.sync(request, () => { this.#send(PACKET.sync, 0, null); });
    else this.#master.submit(request);
  }

  #pong(data: Buffer): void {
    for (let at = 0; at + 12 <= data.length; at += 12) this.#master.touch(data.readBigInt64BE(at), data.readInt32BE(at + 8));
    if (!this.#isUpToDate || this.#answered >= this.#pings) return;
    this.#answered++;
    this.#master.pinged();
  }

  #revalidate(data: Buffer): void {
    if (data.length < 12) throw new Error('a REVALIDATE that is cut short');
    const sessionId = data.readBigInt64BE(0);
    this.#master.revalidate(sessionId, data.readInt32BE(8), this, (lives) => {
      const answer = Buffer.alloc(9);
      answer.writeBigInt64BE(sessionId);
      answer[8] = lives ? 1 : 0;
      this.#send(PACKET.revalidate, -1, answer);
    });
  }

  /** Numbers begin when the learner is up to date: real ones answer no PING before. */
  ping(): number {
    if (this.#feed !== 'flowing') return Number.POSITIVE_INFINITY;
    this.#channel.send(PACKET.ping, this.lastSentZxid);
    return ++this.#pings;
  }

  propose(txn: Txn): void {
    if (this.#feed !== 'waiting' && this.#feed !== 'flowing') return;
    this.#send(PACKET.proposal, txn.header.zxid, txn.bytes);
    this.lastSentZxid = txn.header.zxid;
  }

  /** A txn is committed and applied here. One of ours is told of a whole batch by `committedAll`. */
  committed(txn: Txn): void {
    if (this.#feed === 'keeping') {
      this.#kept.push(txn);
      this.#keptBytes += txn.bytes.length;
      if (this.#keptBytes > MOST_BACKLOG) this.close('too much was written while it was brought up to date');
    } else if (!this.#follows) {
      this.#send(PACKET.inform, txn.header.zxid, txn.bytes);
      this.lastSentZxid = txn.header.zxid;
    } else if (this.#info.ours) {
      this.#lastCommit = txn.header.zxid;
    } else {
      this.#send(PACKET.commit, txn.header.zxid, null);
    }
  }

  committedAll(): void {
    if (this.#lastCommit === 0) return;
    this.#send(PACKET.commit, this.#lastCommit, null);
    this.#lastCommit = 0;
  }

  /** A reconfig is committed; `leader` is who leads from now on. */
  activate(txn: Txn, leader: number): void {
    if (this.#feed === 'keeping') return this.close('the configuration changed while it was brought up to date');
    this.committedAll();
    const named = Buffer.alloc(8);
    named.writeBigInt64BE(BigInt(leader));
    if (this.#follows) this.#send(PACKET.commitAndActivate, txn.header.zxid, named);
    else this.#send(PACKET.informAndActivate, txn.header.zxid, Buffer.concat([named, txn.bytes]));
  }

  #send(type: number, zxid: number, data: Uint8Array | null): void {
    if (this.#feed === 'flowing') {
      this.#channel.send(type, zxid, data);
      if (this.#channel.backlog > MOST_BACKLOG) this.#tooSlow();
    } else if (this.#feed === 'waiting') {
      writePacket(this.#waiting, type, zxid, data);
      if (this.#waiting.length > MOST_BACKLOG) this.#tooSlow();
    }
  }

  #tooSlow(): void {
    const reason = `it has not taken ${MOST_BACKLOG / 1024 / 1024} MiB that wait for it; it is sent away and may come back`;
    this.#context.report({ type: 'warning', at: this.#context.clock.now(), error: SluiceError.of('COORD_PEER', { peer: this.name, reason }) });
    this.close(reason);
  }
}
