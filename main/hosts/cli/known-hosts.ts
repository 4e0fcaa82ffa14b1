// The person's own ~/.ssh/known_hosts (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT): plain and hashed names, `[host]:port`, patterns, @revoked.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { HostKey } from '../../../preload/contract/domain.ts';
import { hostKeyOf } from '../../engines/sync/transport/host-keys.ts';

/** How a host is written there. */
const nameOf = (host: string, port: number): string => (port === 22 ? host : `[${host}]:${port}`);

function hashed(field: string, name: string): boolean {
  const [, , salt = '', digest = ''] = field.split('|');
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === digest;
}

function matches(field: string, name: string): boolean {
  if (field.startsWith('|1|')) return hashed(field, name);
  let hit = false;
  for (const pattern of field.split(',')) {
    const negated = pattern.startsWith('!');
    const glob = new RegExp(`^${pattern.slice(negated ? 1 : 0).replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i');
    if (!glob.test(name)) continue;
    if (negated) return false;
    hit = true;
  }
  return hit;
}

/** The keys that lines of a known_hosts file hold for a host, revoked ones left out. */
export function hostKeysIn(text: string, hosts: readonly string[], port: number): HostKey[] {
  const names = [...new Set(hosts)].map((host) => nameOf(host.toLowerCase(), port));
  const found = new Map<string, HostKey>();
  const revoked = new Set<string>();
  for (const line of text.split('\n')) {
    const fields = line.trim().split(/\s+/);
    if (fields[0] === undefined || fields[0] === '' || fields[0].startsWith('#')) continue;
    const marker = fields[0].startsWith('@') ? fields.shift() : undefined;
    const [field, , blob] = fields;
    if (field === undefined || blob === undefined || marker === '@cert-authority' || !names.some((name) => matches(field, name))) continue;
    const key = hostKeyOf(Buffer.from(blob, 'base64'));
    if (marker === '@revoked') revoked.add(key.sha256);
    else found.set(key.sha256, key);
  }
  return [...found.values()].filter((key) => !revoked.has(key.sha256));
}

/** Of the files ssh reads by default; one that is missing holds nothing. */
export function knownHostKeys(hosts: readonly string[], port: number): HostKey[] {
  const files = [join(homedir(), '.ssh', 'known_hosts'), join(homedir(), '.ssh', 'known_hosts2'), '/etc/ssh/ssh_known_hosts'];
  const text = files.map((file) => { try { return readFileSync(file, 'utf8'); } catch { return ''; } }).join('\n');
  return hostKeysIn(text, hosts, port);
}
