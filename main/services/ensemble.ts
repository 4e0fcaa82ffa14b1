// An ensemble as the wizard draws it: the files each member needs, its connect string, and what speaks against it.
import { isIP } from 'node:net';
import type { EnsembleMember, EnsemblePlan } from '../../preload/contract/cluster.ts';

const bracketed = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host);
const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');

/** `server.N=host:quorum:election:role;clientPort`, as zoo.cfg has it. */
export function serverLine(member: EnsembleMember): string {
  return `server.${member.sid}=${bracketed(member.host)}:${member.quorumPort}:${member.electionPort}:${member.role};${member.clientPort}`;
}

/** A zoo.cfg and a myid for each member; `{dataDir}/N` on a shared machine, the folder itself elsewhere. */
export function ensembleFiles(members: readonly EnsembleMember[], dataDir: string): EnsemblePlan['files'] {
  const folder = dataDir.trim().replace(/\/+$/, '') || '/var/lib/zookeeper';
  return members.flatMap((member) => {
    const shared = members.filter((other) => other.host === member.host).length > 1;
    const dir = shared ? `${folder}/${member.sid}` : folder;
    const lines = [
      'tickTime=2000', 'initLimit=10', 'syncLimit=5', `dataDir=${dir}`, 'autopurge.snapRetainCount=3', 'autopurge.purgeInterval=24',
      '4lw.commands.whitelist=srvr,mntr,stat,ruok,conf,cons,dump,wchs,isro', ...(member.role === 'observer' ? ['peerType=observer'] : []), ...members.map(serverLine),
    ];
    return [{ sid: member.sid, name: 'zoo.cfg', text: `${lines.join('\n')}\n` }, { sid: member.sid, name: `${dir}/myid`, text: `${member.sid}\n` }];
  });
}

export function connectStringOf(members: readonly EnsembleMember[]): string {
  return members.map((member) => `${bracketed(member.host)}:${member.clientPort}`).join(',');
}

/** `even`: an even number of voters can lose no more than one fewer; it is told once, for the last of them. */
export function ensembleProblems(members: readonly EnsembleMember[]): EnsemblePlan['problems'] {
  const problems: EnsemblePlan['problems'] = [];
  const taken = new Set<string>();
  const numbers = new Set<number>();
  const mixed = members.some((member) => isLoopback(member.host)) && members.some((member) => !isLoopback(member.host));
  for (const member of members) {
    if (numbers.has(member.sid)) problems.push({ sid: member.sid, what: 'sameServer' });
    numbers.add(member.sid);
    const places = [member.clientPort, member.quorumPort, member.electionPort].map((port) => `${member.host}:${port}`);
    if (places.some((place, index) => taken.has(place) || places.indexOf(place) !== index)) problems.push({ sid: member.sid, what: 'samePort' });
    for (const place of places) taken.add(place);
    if (mixed && isLoopback(member.host)) problems.push({ sid: member.sid, what: 'loopback' });
  }
  const voters = members.filter((member) => member.role === 'participant');
  const last = voters.at(-1);
  if (last && voters.length % 2 === 0) problems.push({ sid: last.sid, what: 'even' });
  return problems;
}
