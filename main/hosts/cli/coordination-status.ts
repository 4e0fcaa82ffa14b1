// `sluice coordination status`: what each member says of itself, by srvr, or by its AdminServer where that word is not allowed.
import { fetchStats, membersOf, statusOf, type MemberStatus } from '../../engines/coordination/admin/member-status.ts';
import type { Host } from '../../engines/coordination/admin/ask-word.ts';
import { showHost } from '../../engines/coordination/admin/ask-word.ts';
import { readNodeConfig } from '../../engines/coordination/config/read-config.ts';
import { SluiceError } from '../../../preload/contract/sluice-error.ts';
import { counterOf, epochOf, showZxid } from '../../engines/coordination/zxid.ts';
import { UsageError } from './args.ts';
import { parseHost, parseWords } from './coordination-args.ts';
import type { Terminal } from './terminal.ts';
import { EXIT } from './exit-codes.ts';
import { words } from './words.ts';

const texts = words.coordination;
const USAGE = 'status [--config ZOO.CFG | HOST:PORT...] [--admin-port PORT] [--json]';

interface Row {
  readonly member: string;
  readonly voter: boolean;
  readonly status: MemberStatus | null;
  readonly note: string | null;
}

/** Exit code 10 when a member does not answer, or too few voters serve. */
export async function status(rest: readonly string[], { out, err, signal }: Terminal): Promise<number> {
  const args = parseWords(rest, { values: ['config', 'admin-port'], switches: ['json'], words: [0, 1000], usage: USAGE });
  const { members, adminPort } = await asked(args.value('config'), args.words, args.value('admin-port'));
  const rows = await Promise.all(members.map((member) => look(member, adminPort, signal)));
  const last = Math.max(-1, ...rows.map(({ status: found }) => found?.zxid ?? -1));
  if (args.has('json')) for (const { member, status: found, note } of rows) out.line(JSON.stringify({ type: 'member', member, ...found, lag: found ? lagOf(found, last) : null, note }));
  else table(rows, last, out);
  for (const { member, note } of rows) if (note !== null && !args.has('json')) err.line(texts.statusNote({ member, reason: note }));
  return quorumLine(rows, args.has('json') ? null : out) && rows.every((row) => row.status !== null) ? EXIT.OK : EXIT.SOCKET;
}

interface Asked {
  readonly host: Host;
  readonly name: string;
  readonly voter: boolean;
}

async function asked(config: string | null, hosts: readonly string[], adminPort: string | null): Promise<{ readonly members: readonly Asked[]; readonly adminPort: number }> {
  const port = adminPort === null ? null : Number(adminPort);
  if (port !== null && !(port >= 1 && port <= 65_535)) throw new UsageError({ kind: 'usage', option: USAGE });
  if (config !== null) {
    const { config: read } = await readNodeConfig(config);
    const members = membersOf(read).map(({ sid, host, role }) => ({ host, name: sid === null ? showHost(host) : `${sid} ${showHost(host)}`, voter: role === 'participant' }));
    if (members.length === 0) throw SluiceError.of('COORD_CONFIG', { file: config, line: 0, reason: texts.noHosts });
    return { members, adminPort: port ?? read.admin.port };
  }
  const members = (hosts.length === 0 ? ['127.0.0.1:2181'] : hosts.flatMap((word) => word.split(','))).map((word): Asked => {
    const host = parseHost(word, 2181);
    if (!host) throw new UsageError({ kind: 'usage', option: USAGE });
    return { host, name: showHost(host), voter: true };
  });
  return { members, adminPort: port ?? 8080 };
}

async function look({ host, name, voter }: Asked, adminPort: number, signal: AbortSignal): Promise<Row> {
  try {
    return { member: name, voter, status: await statusOf(host, signal), note: null };
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    if (error.code !== 'COORD_FOUR_LETTER') return { member: name, voter, status: null, note: String(error.params['reason'] ?? error.message) };
    const found = await fetchStats({ host: host.host, port: adminPort }, signal);
    return { member: name, voter, status: found, note: found ? texts.viaAdmin : texts.notAllowed };
  }
}

/** How many txns of the newest epoch a member has still to get; null when it is of an older one. */
function lagOf(found: MemberStatus, last: number): number | null {
  if (found.zxid === null) return null;
  return epochOf(found.zxid) === epochOf(last) ? counterOf(last) - counterOf(found.zxid) : null;
}

function table(rows: readonly Row[], last: number, out: Terminal['out']): void {
  const cells = rows.map(({ member, status: found }): string[] => {
    if (!found) return [member, texts.role.unreachable];
    const shown = (value: number | null): string => (value === null ? '-' : String(value));
    return [
      member, found.mode === null ? texts.role.none : (texts.role as Readonly<Record<string, string>>)[found.mode] ?? found.mode, found.zxid === null ? '-' : String(epochOf(found.zxid)), found.zxid === null ? '-' : showZxid(found.zxid), shown(lagOf(found, last)),
      found.latency === null ? '-' : `${found.latency.min}/${found.latency.avg}/${found.latency.max}`, shown(found.connections), shown(found.outstanding), shown(found.znodes), found.version ?? '-',
    ];
  });
  const all = [Object.values(texts.columns), ...cells];
  const widths = texts.columns.member.length === 0 ? [] : Object.keys(texts.columns).map((_, i) => Math.max(...all.map((row) => widthOf(row[i] ?? ''))));
  for (const row of all) out.line(row.map((cell, i) => (i === row.length - 1 ? cell : cell + ' '.repeat((widths[i] ?? 0) - widthOf(cell)))).join('  '));
}

/** Columns on a terminal: Chinese characters take two. */
function widthOf(text: string): number {
  return [...text].reduce((sum, char) => sum + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(char) ? 2 : 1), 0);
}

/** Whether enough voters serve; says so of an ensemble. */
function quorumLine(rows: readonly Row[], out: Terminal['out'] | null): boolean {
  const voters = rows.filter((row) => row.voter && row.status?.mode !== 'observer');
  if (voters.length < 2 || rows.some((row) => row.status?.mode === 'standalone')) return true;
  const up = voters.filter(({ status: found }) => found?.mode === 'leader' || found?.mode === 'follower').length;
  const needed = Math.floor(voters.length / 2) + 1;
  out?.line(up >= needed ? texts.quorumFine({ up, of: voters.length, more: up - needed }) : texts.quorumLost({ up, of: voters.length }));
  return up >= needed;
}
