// A notification of fast leader election: who its sender would have lead, and in which state the sender is (FastLeaderElection.buildMsg).
//   int state | long leader | long zxid | long electionEpoch | [long peerEpoch] | [int version] | [int length, config text]
import { JuteError, JuteReader } from '../jute/reader.ts';
import { JuteWriter } from '../jute/writer.ts';

export type PeerState = 'looking' | 'following' | 'leading' | 'observing';
const STATES: readonly PeerState[] = ['looking', 'following', 'leading', 'observing'];

/** What an observer proposes: no one, before everything (Long.MIN_VALUE). */
export const NO_ONE = -(2 ** 63);

export interface Vote {
  readonly leader: number;
  readonly zxid: number;
  readonly electionEpoch: number;
  readonly peerEpoch: number;
}

export interface Notification extends Vote {
  readonly sid: number;
  readonly state: PeerState;
  /** 0 before ZOOKEEPER-1732, 1 without the config, 2 with it. */
  readonly version: number;
  readonly config: string | null;
}

export function encodeNotification(state: PeerState, vote: Vote, config: string): Buffer {
  const writer = new JuteWriter(64 + config.length);
  writer.int(STATES.indexOf(state));
  writer.long(vote.leader);
  writer.long(vote.zxid);
  writer.long(vote.electionEpoch);
  writer.long(vote.peerEpoch);
  writer.int(2);
  writer.buffer(Buffer.from(config));
  return writer.take();
}

/** Reads versions 0 (28 or 40 bytes), 1 and 2. JuteError when it is none of them. */
export function decodeNotification(sid: number, bytes: Buffer): Notification {
  if (bytes.length < 28) throw new JuteError(`a notification of ${bytes.length} bytes`);
  const reader = new JuteReader(bytes);
  const number = reader.int();
  const state = STATES[number];
  if (state === undefined) throw new JuteError(`a notification with state ${number}`);
  const leader = reader.long();
  const zxid = reader.long();
  const electionEpoch = reader.long();
  if (bytes.length === 28) return { sid, state, leader, zxid, electionEpoch, peerEpoch: Math.floor(zxid / 2 ** 32), version: 0, config: null };
  const peerEpoch = reader.long();
  const version = bytes.length > 40 ? reader.int() : 0; // with 40 bytes, the last four are padding
  const config = version > 1 ? reader.buffer()?.toString('utf8') ?? null : null;
  return { sid, state, leader, zxid, electionEpoch, peerEpoch, version, config };
}

/** What two servers must agree on for both to count (Vote.equals). */
export function sameVote(a: Notification, b: Notification): boolean {
  if (a.leader !== b.leader) return false;
  if (a.state === 'looking' || b.state === 'looking') return a.zxid === b.zxid && a.electionEpoch === b.electionEpoch && a.peerEpoch === b.peerEpoch;
  return (a.version > 0) !== (b.version > 0) || a.peerEpoch === b.peerEpoch;
}
