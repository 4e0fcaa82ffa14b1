// Small words and figures of the Cluster screens: zxids, tones of states, a znode's marks, its zkCli lines.
import type { Cluster, ClusterHealth, MemberRole, Quorum, ZnodeAcl } from '../../../preload/contract/cluster.ts';
import type { Messages } from '../../../assets/locales/index.ts';
import type { Tone } from '../../ui/show.tsx';

type Texts = Messages['screens'];

/** "0x500000010", as ZooKeeper prints it. */
export const zxidText = (zxid: number): string => `0x${zxid.toString(16)}`;
export const epochOf = (zxid: number): number => Math.floor(zxid / 2 ** 32);

export const ROLE_TONES: Record<MemberRole, Tone> = { leader: 'ok', follower: 'ok', observer: 'info', standalone: 'ok', looking: 'warn', readOnly: 'warn', down: 'bad', unknown: 'idle' };
const QUORUM_TONES: Record<Quorum['state'], Tone> = { unknown: 'idle', single: 'ok', ok: 'ok', risk: 'warn', lost: 'bad' };
const NODE_TONES: Record<NonNullable<Cluster['own']>['state'], Tone> = { stopped: 'idle', starting: 'info', looking: 'warn', following: 'ok', leading: 'ok', observing: 'ok', standalone: 'ok', readOnly: 'warn', failed: 'bad' };
const CONNECTION_TONES: Record<Cluster['connection']['state'], Tone> = { off: 'idle', connecting: 'info', connected: 'ok', connectedReadOnly: 'warn', authFailed: 'bad', expired: 'warn', closed: 'idle' };

export function quorumTone(quorum: Quorum): Tone {
  return QUORUM_TONES[quorum.state];
}

export function quorumWord(quorum: Quorum, texts: Texts): string {
  const words = texts.cluster.quorum;
  return quorum.state === 'unknown' || quorum.state === 'single' ? words[quorum.state] : words[quorum.state](quorum.up, quorum.of);
}

export function quorumTitle(quorum: Quorum, texts: Texts): string {
  const words = texts.cluster.quorum.title;
  return quorum.state === 'ok' ? words.ok(quorum.canLose) : words[quorum.state];
}

/** What a cluster does now: our node's state while it is ours, else the connection's. */
export function clusterState(cluster: Cluster, texts: Texts): { readonly tone: Tone; readonly word: string } {
  if (cluster.own) return { tone: NODE_TONES[cluster.own.state], word: texts.cluster.own.state[cluster.own.state] };
  if (cluster.problem && cluster.connection.state !== 'connected') return { tone: 'bad', word: texts.cluster.connection[cluster.connection.state] };
  return { tone: CONNECTION_TONES[cluster.connection.state], word: texts.cluster.connection[cluster.connection.state] };
}

export function isOn(cluster: Cluster): boolean {
  return cluster.own ? cluster.own.state !== 'stopped' : cluster.connection.state !== 'off';
}

export function memberNames(health: ClusterHealth | null): readonly string[] {
  return (health?.members ?? []).map((member) => member.name);
}

// --- paths and lines -------------------------------------------------------------------------------------------------

export const childPath = (parent: string, name: string): string => (parent === '/' ? `/${name}` : `${parent}/${name}`);
export const nameOfPath = (path: string): string => (path === '/' ? '/' : path.slice(path.lastIndexOf('/') + 1));
export const parentOfPath = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));

/** "/" and each folder on the way, the path itself last. */
export function pathSteps(path: string): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return ['/', ...parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`)];
}

/** A word as zkCli's line splitter takes it. */
function quoted(word: string): string {
  return /^[\w/.:@%+=,-]+$/.test(word) ? word : `"${word.replace(/["\\]/g, '\\$&')}"`;
}

const PERMS = [['r', 1], ['w', 2], ['c', 4], ['d', 8], ['a', 16]] as const;
/** "cdrwa" in zkCli's order. */
export function permLetters(perms: number): string {
  return ['c', 'd', 'r', 'w', 'a'].filter((letter) => PERMS.some(([other, bit]) => other === letter && (perms & bit) !== 0)).join('');
}

export function aclText(acl: readonly ZnodeAcl[]): string {
  return acl.map((entry) => `${entry.scheme}:${entry.id}:${permLetters(entry.perms)}`).join(',');
}

export const cliLines = {
  get: (path: string) => `get -s ${quoted(path)}`,
  set: (path: string, text: string, version: number) => `set -v ${version} ${quoted(path)} ${quoted(text)}`,
  delete: (path: string, version: number) => `delete -v ${version} ${quoted(path)}`,
  deleteAll: (path: string) => `deleteall ${quoted(path)}`,
  setAcl: (path: string, acl: readonly ZnodeAcl[], version: number) => `setAcl -v ${version} ${quoted(path)} ${quoted(aclText(acl))}`,
} as const;
