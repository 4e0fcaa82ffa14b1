// Packets between a leader and its learners (QuorumPacket; Leader's constants), and what ours add to the handshake that real servers skip.

export const PACKET = {
  request: 1, proposal: 2, ack: 3, commit: 4, ping: 5, revalidate: 6, sync: 7, inform: 8, commitAndActivate: 9, newLeader: 10, followerInfo: 11,
  upToDate: 12, diff: 13, trunc: 14, snap: 15, observerInfo: 16, leaderInfo: 17, ackEpoch: 18, informAndActivate: 19,
} as const;

/** Zab 1.0, since 3.4. */
export const PROTOCOL = 0x10000;

/** Behind LearnerInfo and behind LEADERINFO's version, where real servers read no further: this server is a Sluice. */
const MARK = 0x534c4345;

/** The data of FOLLOWERINFO and OBSERVERINFO. */
export function encodeLearnerInfo(sid: number, configVersion: number): Buffer {
  const bytes = Buffer.alloc(24);
  bytes.writeBigInt64BE(BigInt(sid), 0);
  bytes.writeInt32BE(PROTOCOL, 8);
  bytes.writeBigInt64BE(BigInt(configVersion), 12);
  bytes.writeInt32BE(MARK, 20);
  return bytes;
}

export interface LearnerInfo {
  /** -1 for a learner that has none. */
  readonly sid: number;
  readonly protocol: number;
  readonly configVersion: number;
  /** A server of ours: acks and commits of a batch go as one. */
  readonly ours: boolean;
}

export function decodeLearnerInfo(data: Buffer | null): LearnerInfo {
  const length = data?.length ?? 0;
  return {
    sid: data && length >= 8 ? Number(data.readBigInt64BE(0)) : -1,
    protocol: data && length >= 12 ? data.readInt32BE(8) : 0,
    configVersion: data && length >= 20 ? Number(data.readBigInt64BE(12)) : 0,
    ours: data !== null && length >= 24 && data.readInt32BE(20) === MARK,
  };
}

export function encodeLeaderInfo(heartbeatMs: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeInt32BE(PROTOCOL, 0);
  bytes.writeInt32BE(MARK, 4);
  bytes.writeInt32BE(heartbeatMs, 8);
  return bytes;
}

/** How often the leader pings, ms, if it is one of ours; null for any other. */
export function heartbeatOf(data: Buffer | null): number | null {
  if (data === null || data.length < 12 || data.readInt32BE(4) !== MARK) return null;
  const ms = data.readInt32BE(8);
  return ms >= 1 && ms <= 60_000 ? ms : null;
}
