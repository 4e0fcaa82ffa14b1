// Names of users and groups of this machine, from /etc/passwd and /etc/group.
import { readFileSync } from 'node:fs';

export interface IdNames {
  readonly byId: ReadonlyMap<number, string>;
  readonly byName: ReadonlyMap<string, number>;
}

function read(file: string): IdNames {
  let text = '';
  try { text = readFileSync(file, 'latin1'); } catch { /* a system without the file has no names */ }
  const byId = new Map<number, string>();
  const byName = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [name, , id] = line.split(':');
    if (!name || !id || !/^\d+$/.test(id)) continue;
    const number = Number(id);
    if (!byId.has(number)) byId.set(number, name);
    if (!byName.has(name)) byName.set(name, number);
  }
  return { byId, byName };
}

export function localUsers(): IdNames { return read('/etc/passwd'); }
export function localGroups(): IdNames { return read('/etc/group'); }
