// How zkCli prints things: stats, dates as Java does, permissions, events, and errors in its words.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { KeeperError, keeperErrorName, type KeeperErrorName } from '../keeper-errors.ts';
import type { ACL, Stat } from '../jute/records.ts';
import { PERM } from '../op-codes.ts';
import type { WatchEvent } from './client-types.ts';

/** Wed Nov 25 20:28:25 UTC 2026 (java.util.Date). */
export function javaDate(ms: number): string {
  const parts = new Map(new Intl.DateTimeFormat('en-US', {
    weekday: 'short', month: 'short', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZoneName: 'short', year: 'numeric',
  }).formatToParts(ms).map(({ type, value }) => [type, value]));
  const [weekday, month, day, hour, minute, second, zone, year] = ['weekday', 'month', 'day', 'hour', 'minute', 'second', 'timeZoneName', 'year'].map((type) => parts.get(type as Intl.DateTimeFormatPartTypes) ?? '');
  return `${weekday} ${month} ${day} ${hour}:${minute}:${second} ${zone} ${year}`;
}

const hex = (value: number | bigint): string => `0x${BigInt.asUintN(64, BigInt(value)).toString(16)}`;

export function printStat(stat: Stat): string {
  return [
    `cZxid = ${hex(stat.czxid)}`, `ctime = ${javaDate(stat.ctime)}`, `mZxid = ${hex(stat.mzxid)}`, `mtime = ${javaDate(stat.mtime)}`, `pZxid = ${hex(stat.pzxid)}`,
    `cversion = ${stat.cversion}`, `dataVersion = ${stat.version}`, `aclVersion = ${stat.aversion}`, `ephemeralOwner = ${hex(stat.ephemeralOwner)}`, `dataLength = ${stat.dataLength}`, `numChildren = ${stat.numChildren}`,
  ].join('\n');
}

const LETTERS = [['c', PERM.create], ['d', PERM.delete], ['r', PERM.read], ['w', PERM.write], ['a', PERM.admin]] as const;

/** cdrwa. */
export function printPerms(perms: number): string {
  return LETTERS.filter(([, bit]) => (perms & bit) !== 0).map(([letter]) => letter).join('');
}

/** `'world,'anyone` and its rights, one line each. */
export function printAcl(acl: readonly ACL[]): string {
  return acl.map(({ perms, id }) => `'${id.scheme},'${id.id}\n: ${printPerms(perms)}`).join('\n');
}

/** scheme:id:perm,... as AclParser takes it; what is wrong with a part is a complaint, and the part is left out. */
export function parseAcl(text: string, complain: (line: string) => void): ACL[] {
  const acl: ACL[] = [];
  for (const part of text.split(',')) {
    const [first, last] = [part.indexOf(':'), part.lastIndexOf(':')];
    if (first < 0 || first === last) { complain(`${part} does not have the form scheme:id:perm`); continue; }
    let perms = 0;
    for (const letter of part.slice(last + 1)) {
      const bit = LETTERS.find(([known]) => known === letter)?.[1];
      if (bit === undefined) complain(`Unknown perm type: ${letter}`);
      else perms |= bit;
    }
    acl.push({ perms, id: { scheme: part.slice(0, first), id: part.slice(first + 1, last) } });
  }
  return acl;
}

const EVENT_NAMES: Readonly<Record<number, string>> = {
  1: 'NodeCreated', 2: 'NodeDeleted', 3: 'NodeDataChanged', 4: 'NodeChildrenChanged', 5: 'DataWatchRemoved', 6: 'ChildWatchRemoved', 7: 'PersistentWatchRemoved',
};

export function printEvent({ type, path, zxid }: WatchEvent): string {
  return `\nWATCHER::\n\nWatchedEvent state:SyncConnected type:${EVENT_NAMES[type] ?? String(type)} path:${path} zxid: ${zxid}`;
}

const WORDS: Partial<Record<KeeperErrorName, string>> = {
  NoNode: 'Node does not exist: ', NoChildrenForEphemerals: 'Ephemerals cannot have children: ', NodeExists: 'Node already exists: ', NotEmpty: 'Node not empty: ',
  NotReadOnly: 'Not a read-only call: ', InvalidACL: 'Acl is not valid : ', NoAuth: 'Insufficient permission : ', BadArguments: 'Arguments are not valid : ', BadVersion: 'version No is not valid : ',
  QuotaExceeded: 'Quota has exceeded : ',
};

/** Where KeeperException says something else than the name (getCodeMessage). */
const MESSAGES: Partial<Record<KeeperErrorName, string>> = {
  NoWatcher: 'No such watcher', SessionExpired: 'Session expired', SessionMoved: 'Session moved', EphemeralOnLocalSession: 'Ephemeral node on local session',
  ReconfigDisabled: 'Reconfig is disabled', SessionClosedRequireSaslAuth: 'Session closed because client failed to authenticate', ThrottledOp: 'Op throttled due to high load',
};

/** As CliWrapperException words it; other errors of ZooKeeper as KeeperException does. */
export function printError(error: unknown): string {
  if (error instanceof KeeperError) {
    const name = keeperErrorName(error.code);
    const words = WORDS[name as KeeperErrorName];
    if (words !== undefined) return words + (error.path ?? 'null');
    if (name === 'ReconfigInProgress') return 'Another reconfiguration is in progress -- concurrent reconfigs not supported (yet)';
    if (name === 'NewConfigNoQuorum') return 'No quorum of new config is connected and up-to-date with the leader of last committed config - try invoking reconfiguration after new servers are connected and synced';
    return `KeeperErrorCode = ${MESSAGES[name as KeeperErrorName] ?? name}${error.path === null ? '' : ` for ${error.path}`}`;
  }
  if (error instanceof SluiceError) return `${error.code}: ${Object.values(error.params).join(', ')}`;
  return error instanceof Error ? error.message : String(error);
}

/** Sixteen bytes a line, with offsets and the printable characters. */
export function hexDump(data: Buffer): string {
  const line = '+--------+-------------------------------------------------+----------------+';
  const head = ['         +-------------------------------------------------+', '         |  0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f |', line];
  const rows: string[] = [];
  for (let at = 0; at < data.length; at += 16) {
    const row = data.subarray(at, at + 16);
    const bytes = [...row].map((byte) => byte.toString(16).padStart(2, '0')).join(' ').padEnd(47);
    const text = [...row].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('').padEnd(16);
    rows.push(`|${at.toString(16).padStart(8, '0')}| ${bytes} |${text}|`);
  }
  return [...head, ...rows, line].join('\n');
}
