// A learner's connection to its leader: found, dialled, and told who we are and what epoch we have accepted (Learner.connectToLeader, registerWithLeader).
import { delay } from '../../../lib/async.ts';
import { codeOf } from '../../../lib/errno.ts';
import { LAST_EPOCH } from '../election/fast-leader-election.ts';
import { epochOf, zxidOf } from '../zxid.ts';
import { dialAny } from '../election/transport.ts';
import { PACKET, encodeLearnerInfo, heartbeatOf } from './packet.ts';
import { PacketChannel } from './packet-channel.ts';
import { initMs, type PeerContext } from './peer-context.ts';

/** How often a leader that does not listen yet is tried again: it may have come to lead a moment after us. */
const RETRY_MS = 25;
/** How long it may take to listen. */
const LISTEN_MS = 3_000;

export interface Link {
  readonly channel: PacketChannel;
  readonly epoch: number;
  /** How often the leader pings, null when it is not one of ours. */
  readonly heartbeatMs: number | null;
}

/** Whom to learn from, and where. */
export interface Master {
  readonly sid: number;
  readonly addresses: readonly { readonly host: string; readonly port: number }[];
}

/** The leader; or, for an observer where followers feed observers, one of these by chance (QuorumPeer.findLearnerMaster). An Error in words when the leader is unknown. */
export function masterOf({ membership, config }: PeerContext, leader: number, observes: boolean): Master {
  const { observerMasterPort } = config;
  const followers = [...membership.current.voters].filter((sid) => sid !== leader);
  if (observes && observerMasterPort !== null && followers.length > 0) {
    const sid = followers[Math.floor(Math.random() * followers.length)] as number;
    return { sid, addresses: (membership.server(sid)?.addresses ?? []).map((at) => ({ host: at.host, port: observerMasterPort })) };
  }
  const server = membership.server(leader);
  if (!server) throw new Error(`server ${leader} leads, but is in no configuration known here`);
  return { sid: leader, addresses: server.addresses.map((at) => ({ host: at.host, port: at.quorumPort })) };
}

/** Rejects with an Error in words; also when `isOver` says that nobody waits any more. */
export async function dialLeader({ config, clock, transport }: PeerContext, { sid: leader, addresses }: Master, isOver: () => boolean): Promise<PacketChannel> {
  const limit = config.connectToLearnerMasterLimit > 0 ? config.connectToLearnerMasterLimit * config.tickTime : config.initLimit * config.tickTime;
  const until = clock.monotonic() + limit;
  const listenUntil = clock.monotonic() + Math.min(limit, LISTEN_MS);
  for (;;) {
    let failure: unknown;
    try {
      const stream = await dialAny(transport, addresses, Math.max(1, until - clock.monotonic()));
      await transport.authenticate(stream);
      return new PacketChannel(stream);
    } catch (error) {
      failure = error;
    }
    const now = clock.monotonic();
    if (isOver() || now >= until || now >= listenUntil || codeOf(failure) !== 'ECONNREFUSED') {
      throw new Error(`server ${leader} cannot be reached: ${(failure as Error).message}`);
    }
    await delay(RETRY_MS);
  }
}

/**
 * FOLLOWERINFO or OBSERVERINFO, LEADERINFO, ACKEPOCH. The epoch is on disk before it is acknowledged.
 * `lastZxid` is what the leader is told to begin after. Rejects with an Error in words.
 */
export async function register(context: PeerContext, channel: PacketChannel, observes: boolean, lastZxid: number): Promise<Link> {
  const { db, myid, membership } = context;
  channel.stream.socket.setTimeout(initMs(context), () => { channel.stream.destroy(); });
  channel.send(observes ? PACKET.observerInfo : PACKET.followerInfo, zxidOf(Math.max(db.epochs.accepted, 0), 0), encodeLearnerInfo(myid, membership.current.version));
  const info = await channel.read();
  if (info.type !== PACKET.leaderInfo || info.data === null || info.data.length < 4) throw new Error(`packet ${info.type} instead of LEADERINFO`);
  const epoch = epochOf(info.zxid);
  if (epoch > LAST_EPOCH || epoch < 0) throw new Error(`its epoch ${epoch} is above ${LAST_EPOCH}`);
  const { accepted } = db.epochs;
  if (epoch < accepted) throw new Error(`its epoch ${epoch} is before epoch ${accepted}, which this server has accepted`);
  const answer = Buffer.alloc(4);
  answer.writeInt32BE(epoch > accepted ? Math.max(db.epochs.current, 0) : -1);
  if (epoch > accepted) await db.epochs.setAccepted(epoch);
  channel.send(PACKET.ackEpoch, lastZxid, answer);
  return { channel, epoch, heartbeatMs: heartbeatOf(info.data) };
}
