// Takes over the leader's history, and says so only when it is on disk (Learner.syncWithLeader): the txns first, then currentEpoch, then the acknowledgement.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseQuorum, type QuorumVerifier } from '../election/quorum-verifier.ts';
import { OP } from '../op-codes.ts';
import { decodeTxn, type Txn } from '../txn.ts';
import { epochOf, showZxid, zxidOf } from '../zxid.ts';
import { PACKET } from './packet.ts';
import type { Packet } from './packet-channel.ts';
import type { Link } from './learner-link.ts';
import type { PeerContext } from './peer-context.ts';
import { configOf } from './reconfig.ts';

const SIGNATURE = 'BenWasHere';
/** Txns that are applied before other things get their turn. */
const TURN = 200;

/** This server cannot be cut back to where the leader says; it needs a snapshot. */
export class CannotTruncate extends Error {}

/** A reconfig that was committed meanwhile makes someone else the leader, or this server something else. */
export class ReconfigEnd extends Error {
  readonly next: number | null;

  constructor(next: number | null) {
    super('a reconfig changed who leads or what this server is');
    this.next = next;
  }
}

export interface SyncHooks {
  /** A committed reconfig; true when the learner must begin anew under it. */
  readonly activate: (next: QuorumVerifier, leader: number | null) => boolean;
}

/** Which txn may follow which: the next counter, or anything of a later epoch (enforceContinuousProposal). Throws an Error in words. */
export function checkFollows(before: number, zxid: number): void {
  if (before === 0 || zxid === before + 1 || epochOf(zxid) > epochOf(before)) return;
  throw new Error(`proposal ${showZxid(zxid)} came after ${showZxid(before)}`);
}

export class LearnerSync {
  readonly #context: PeerContext;
  readonly #link: Link;
  readonly #hooks: SyncHooks;
  /** Proposals that are not committed yet, in order. */
  readonly pending: Txn[] = [];
  #lastQueued = 0;
  #count = 0;
  #newConfig: QuorumVerifier | null = null;
  by: 'DIFF' | 'TRUNC' | 'SNAP' = 'DIFF';

  constructor(context: PeerContext, link: Link, hooks: SyncHooks) {
    this.#context = context;
    this.#link = link;
    this.#hooks = hooks;
  }

  /** Settles after UPTODATE. What was proposed and not committed by then is in `pending`, not logged. Rejects with an Error in words. */
  async run(): Promise<void> {
    await this.#takeHistory();
    for (;;) {
      const packet = await this.#link.channel.read();
      if (packet.type === PACKET.upToDate) break;
      if (packet.type === PACKET.newLeader) await this.#newLeader(packet);
      else await this.#catchUp(packet);
    }
    if (this.#newConfig && this.#hooks.activate(this.#newConfig, null)) throw new ReconfigEnd(null);
  }

  async #takeHistory(): Promise<void> {
    const { db } = this.#context;
    const { channel } = this.#link;
    const first = await channel.read();
    if (first.type === PACKET.diff) return;
    if (first.type === PACKET.trunc) {
      this.by = 'TRUNC';
      await db.truncate(first.zxid).catch((error: unknown) => { throw new CannotTruncate((error as Error).message); });
      return;
    }
    if (first.type !== PACKET.snap) throw new Error(`packet ${first.type} instead of DIFF, TRUNC or SNAP`);
    this.by = 'SNAP';
    await db.restore(first.zxid, async (size) => await channel.stream.pull(size));
    const length = (await channel.stream.pull(4)).readInt32BE(0);
    const signature = length === SIGNATURE.length ? (await channel.stream.pull(length)).toString('latin1') : '';
    if (signature !== SIGNATURE) throw new Error('the snapshot that came does not end as one');
  }

  async #catchUp(packet: Packet): Promise<void> {
    switch (packet.type) {
      case PACKET.proposal: return this.#propose(ownedTxn(packet.data));
      case PACKET.commit: return await this.#commit(packet.zxid, null);
      case PACKET.commitAndActivate: return await this.#commit(packet.zxid, leaderOf(packet.data));
      case PACKET.inform: return await this.#inform(ownedTxn(packet.data), null);
      case PACKET.informAndActivate: return await this.#inform(ownedTxn(packet.data?.subarray(8) ?? null), leaderOf(packet.data));
      default: // PING and whatever else is of no use before UPTODATE
    }
  }

  #propose(txn: Txn): void {
    if (txn.header.zxid <= this.#context.db.lastLoggedZxid) return;
    checkFollows(this.#lastQueued, txn.header.zxid);
    this.#lastQueued = txn.header.zxid;
    if (txn.header.type === OP.reconfig) this.#context.propose(configOf(txn));
    this.pending.push(txn);
  }

  async #commit(zxid: number, leader: number | null): Promise<void> {
    const txn = this.pending[0];
    if (!txn || txn.header.zxid !== zxid) {
      if (zxid <= this.#context.db.lastLoggedZxid) return;
      throw new Error(`COMMIT of ${showZxid(zxid)}, but ${txn ? showZxid(txn.header.zxid) : 'nothing'} was proposed`);
    }
    this.pending.shift();
    await this.#take(txn, leader);
  }

  async #inform(txn: Txn, leader: number | null): Promise<void> {
    if (txn.header.zxid <= this.#context.db.lastLoggedZxid) return;
    await this.#take(txn, leader);
  }

  /** Into the log and the tree: no client sees it yet, and no one was told that it is here. */
  async #take(txn: Txn, leader: number | null): Promise<void> {
    const { db } = this.#context;
    db.append(txn);
    db.apply(txn);
    if (leader !== null && this.#hooks.activate(configOf(txn), leader)) throw new ReconfigEnd(leader);
    if (++this.#count % TURN === 0) await nextTurn();
    if (this.#count % (TURN * 25) === 0) await db.flushed();
  }

  /** ZOOKEEPER-3911, -4643, -4646, -4785: what was taken over is on disk before currentEpoch, and that before the acknowledgement. */
  async #newLeader(packet: Packet): Promise<void> {
    const { db, config } = this.#context;
    const { channel, epoch } = this.#link;
    if (packet.zxid !== zxidOf(epoch, 0)) throw new Error(`NEWLEADER of ${showZxid(packet.zxid)} in epoch ${epoch}`);
    if (packet.data !== null && packet.data.length > 1) {
      this.#newConfig = parseQuorum(packet.data.toString('utf8'));
      this.#context.propose(this.#newConfig);
    }
    await db.flushed();
    await db.epochs.setCurrent(epoch);
    channel.stream.socket.setTimeout(config.syncLimit * config.tickTime + config.initLimit * config.tickTime);
    channel.send(PACKET.ack, packet.zxid);
  }
}

/** The txn of a proposal, in memory of its own. */
export function ownedTxn(data: Buffer | null): Txn {
  if (data === null) throw new Error('a proposal without a txn');
  return decodeTxn(Buffer.from(data));
}

export function leaderOf(data: Buffer | null): number {
  if (data === null || data.length < 8) throw new Error('no leader is named where one must be');
  return Number(data.readBigInt64BE(0));
}
