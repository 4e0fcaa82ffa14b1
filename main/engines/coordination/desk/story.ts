// What happened between two looks at an ensemble: changed roles, and elections as one story each.
import type { ClusterHealth, Member, Quorum } from '../../../../preload/contract/cluster.ts';
import type { EngineEvent } from '../api.ts';

/** Of the newest election known at a member, by its counters or by a node of ours. */
export type ElectionTimes = ReadonlyMap<string, number>;

const epochOf = (zxid: number): number => Math.floor(zxid / 2 ** 32);
const isUp = (member: Member): boolean => member.role === 'leader' || member.role === 'follower' || member.role === 'observer' || member.role === 'standalone';

/** `lost` only where a part of the ensemble answers: when nobody does, it may be our own network. */
export function quorumOf(members: readonly Member[]): Quorum {
  const voters = members.filter((member) => member.voter);
  const [only] = members;
  if (members.length === 1 && only?.role === 'standalone') return { state: 'single', of: 1, up: 1, canLose: 0 };
  const of = voters.length;
  const up = voters.filter(isUp).length;
  const needed = Math.floor(of / 2) + 1;
  const canLose = Math.max(0, up - needed);
  const answered = members.some((member) => member.role !== 'down' && member.role !== 'unknown');
  if (of === 0 || !answered) return { state: 'unknown', of, up, canLose: 0 };
  if (up < needed || !members.some((member) => member.role === 'leader' || member.role === 'standalone')) return { state: 'lost', of, up, canLose: 0 };
  return { state: canLose > 0 ? 'ok' : 'risk', of, up, canLose };
}

/** Lag in txns behind the newest member of the same epoch. */
export function withLag(members: readonly Member[]): Member[] {
  const newest = Math.max(...members.map((member) => member.zxid ?? -1));
  return members.map((member) => (member.zxid === null || epochOf(member.zxid) !== epochOf(newest) ? member : { ...member, lag: newest - member.zxid }));
}

/** `took` by member name, ms, where it is known how long its last election took. */
export function storiesOf(before: ClusterHealth | null, now: ClusterHealth, took: ElectionTimes): EngineEvent[] {
  const events: EngineEvent[] = [];
  const old = new Map((before?.members ?? []).map((member) => [member.name, member]));
  for (const member of now.members) {
    const was = old.get(member.name);
    if (was?.role === member.role) continue;
    events.push({ at: now.at, kind: 'role', member: member.name, role: member.role, params: was ? { before: was.role } : {}, error: member.error });
  }
  const leader = now.members.find((member) => member.role === 'leader');
  if (!leader || !before) return events;
  const previous = before.members.find((member) => member.role === 'leader');
  const epoch = leader.zxid === null ? null : epochOf(leader.zxid);
  const known = newestEpoch(before);
  const again = previous?.name === leader.name && epoch !== null && known !== null && epoch > known;
  const fresh = previous !== undefined ? previous.name !== leader.name : old.get(leader.name)?.role !== 'leader';
  if (!again && !fresh) return events;
  const ms = took.get(leader.name);
  events.push({
    at: now.at, kind: 'election', member: leader.name, role: null, error: null,
    params: { ...(previous && previous.name !== leader.name ? { previous: previous.name } : {}), ...(ms === undefined ? {} : { tookMs: Math.round(ms) }), ...(leader.zxid === null ? {} : { zxid: leader.zxid }), ...(epoch === null ? {} : { epoch }) },
  });
  return events;
}

function newestEpoch({ members }: ClusterHealth): number | null {
  const zxids = members.map((member) => member.zxid).filter((zxid) => zxid !== null);
  return zxids.length === 0 ? null : epochOf(Math.max(...zxids));
}
