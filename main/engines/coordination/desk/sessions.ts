// Sessions as the words `cons` and `dump` tell of them, joined over all members.
import type { ClusterSession, SessionList } from '../../../../preload/contract/cluster.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';

const SHOWN_EPHEMERALS = 20;
export const WHITELIST = '4lw.commands.whitelist=srvr,mntr,stat,ruok,conf,cons,dump,wchs,isro';

export interface Connected { readonly id: string; readonly client: string; readonly timeoutMs: number; readonly queued: number; readonly received: number; readonly sent: number }

/** Lines of `cons` that belong to a session (ServerCnxn.dumpConnectionInfo): ` /1.2.3.4:5[1](queued=0,recved=9,sent=9,sid=0x1,to=30000,...)`. */
export function parseConnections(text: string): Connected[] {
  const found: Connected[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*\/?(\S+)\[\d+\]\((.*)\)\s*$/.exec(line);
    const figures = new Map((match?.[2] ?? '').split(',').map((part) => part.split('=') as [string, string]));
    const sid = figures.get('sid');
    if (!match || sid === undefined) continue;
    const number = (name: string): number => Number(figures.get(name) ?? 0) || 0;
    found.push({ id: sid, client: match[1] as string, timeoutMs: number('to'), queued: number('queued'), received: number('recved'), sent: number('sent') });
  }
  return found;
}

/** Sessions with their ephemerals, and all ids that `dump` names (SessionTrackerImpl, DataTree.dumpEphemerals). */
export function parseDump(text: string): { readonly ids: readonly string[]; readonly ephemerals: ReadonlyMap<string, readonly string[]> } {
  const ephemerals = new Map<string, string[]>();
  const ids = new Set<string>();
  let inEphemerals = false;
  let current: string[] | null = null;
  for (const line of text.split('\n')) {
    if (/^Sessions with Ephemerals/.test(line)) inEphemerals = true;
    else if (/^Connections|^Connection/.test(line)) inEphemerals = false;
    const id = /^\s*(0x[0-9a-f]+)(?::)?(?:\s.*)?$/i.exec(line)?.[1];
    if (id !== undefined) {
      ids.add(id);
      if (inEphemerals) ephemerals.set(id, current = []);
    } else if (inEphemerals && /^\s+\//.test(line)) current?.push(line.trim());
  }
  return { ids: [...ids], ephemerals };
}

export interface SessionSources {
  readonly members: readonly { readonly name: string; readonly word: (word: string) => Promise<string> }[];
  /** Of this app's own session; null while it has none. */
  readonly ours: string | null;
}

/** What could be had: with no member that answers `cons` or `dump`, an empty list and the line that would change it. */
export async function sessionsOf({ members, ours }: SessionSources): Promise<SessionList> {
  let refused = false;
  const ask = async (member: SessionSources['members'][number], word: string): Promise<string> => {
    try {
      return await member.word(word);
    } catch (error) {
      if (error instanceof SluiceError && error.code === 'COORD_FOUR_LETTER') refused = true;
      return '';
    }
  };
  const answers = await Promise.all(members.map(async (member) => ({ name: member.name, cons: parseConnections(await ask(member, 'cons')), dump: parseDump(await ask(member, 'dump')) })));
  const sessions = new Map<string, ClusterSession>();
  const of = (id: string): ClusterSession => sessions.get(id) ?? { id, client: null, member: null, timeoutMs: null, ephemerals: [], more: 0, queued: null, received: null, sent: null, ours: id === ours };
  for (const { name, cons, dump } of answers) {
    for (const id of dump.ids) sessions.set(id, of(id));
    for (const [id, paths] of dump.ephemerals) sessions.set(id, { ...of(id), ephemerals: paths.slice(0, SHOWN_EPHEMERALS), more: Math.max(0, paths.length - SHOWN_EPHEMERALS) });
    for (const { id, client, timeoutMs, queued, received, sent } of cons) sessions.set(id, { ...of(id), client, member: name, timeoutMs, queued, received, sent });
  }
  return { at: Date.now(), sessions: [...sessions.values()].sort((a, b) => Number(b.ours) - Number(a.ours) || b.ephemerals.length - a.ephemerals.length || (a.id < b.id ? -1 : 1)), whitelist: refused ? WHITELIST : null };
}
