// Reads ~/.ssh/config (ssh_config(5)) as far as a login needs it: Host, HostName, User, Port, IdentityFile,
// IdentitiesOnly, IdentityAgent, ProxyJump/ProxyCommand (noted: they need the system's ssh), Include. No Match blocks.
import { readFile, readdir } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';

interface Block {
  readonly patterns: readonly string[];
  readonly lines: (readonly [key: string, value: string])[];
}
export interface SshConfig {
  readonly blocks: readonly Block[];
}
export interface SshHost {
  readonly hostName: string;
  readonly user: string | null;
  readonly port: number | null;
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  readonly identityAgent: string | null;
  /** ProxyJump or ProxyCommand is set: only the system's ssh can get there. */
  readonly needsOpenssh: boolean;
}

const MAX_DEPTH = 8;
const MAX_BYTES = 1 << 20;

/** Key and value of a line: `Key value`, `Key=value`, `Key "va lue"`; null for blank lines and comments. */
function parseLine(line: string): readonly [string, string] | null {
  const match = /^\s*([A-Za-z0-9]+)(?:\s*=\s*|\s+)(.*?)\s*$/.exec(line);
  if (!match) return null;
  return [(match[1] as string).toLowerCase(), match[2] as string];
}

function words(value: string): string[] {
  return [...value.matchAll(/"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? (m[2] as string));
}

function globToRegExp(pattern: string): RegExp {
  return new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i');
}

async function included(pattern: string, home: string): Promise<string[]> {
  const path = pattern.startsWith('~/') ? join(home, pattern.slice(2)) : isAbsolute(pattern) ? pattern : join(home, '.ssh', pattern);
  if (!/[*?]/.test(basename(path))) return [path];
  const names = await readdir(dirname(path)).catch((): string[] => []);
  return names.filter((name) => globToRegExp(basename(path)).test(name)).sort().map((name) => join(dirname(path), name));
}

async function readInto(file: string, home: string, blocks: Block[], depth: number): Promise<void> {
  if (depth > MAX_DEPTH) return;
  const text = await readFile(file, 'utf8').catch(() => '');
  if (text.length > MAX_BYTES) return;
  const outer = blocks.at(-1)?.patterns ?? ['*'];
  let block: Block = { patterns: outer, lines: [] };
  blocks.push(block);
  for (const line of text.split('\n')) {
    const parsed = parseLine(line);
    if (!parsed || line.trimStart().startsWith('#')) continue;
    const [key, value] = parsed;
    if (key === 'host') blocks.push((block = { patterns: words(value), lines: [] }));
    else if (key === 'match') blocks.push((block = { patterns: value.trim().toLowerCase() === 'all' ? ['*'] : [], lines: [] }));
    else if (key === 'include') {
      for (const pattern of words(value)) for (const path of await included(pattern, home)) await readInto(path, home, blocks, depth + 1);
      blocks.push((block = { patterns: block.patterns, lines: [] }));
    } else block.lines.push([key, value]);
  }
}

/** Never fails: a file that is missing or unreadable is an empty one. */
export async function readSshConfig(file: string = join(homedir(), '.ssh', 'config'), home: string = homedir()): Promise<SshConfig> {
  const blocks: Block[] = [];
  await readInto(file, home, blocks, 0);
  return { blocks };
}

function matches(patterns: readonly string[], host: string): boolean {
  let hit = false;
  for (const pattern of patterns) {
    if (pattern.startsWith('!')) { if (globToRegExp(pattern.slice(1)).test(host)) return false; } else if (globToRegExp(pattern).test(host)) hit = true;
  }
  return hit;
}

/** What the config says of a host or alias; the first value of a key holds, as in ssh. */
export function resolveSshHost(config: SshConfig, alias: string, home: string = homedir()): SshHost {
  const first = new Map<string, string>();
  const identities: string[] = [];
  for (const block of config.blocks) {
    if (!matches(block.patterns, alias)) continue;
    for (const [key, value] of block.lines) {
      const word = words(value)[0] ?? '';
      if (key === 'identityfile') identities.push(word);
      else if (!first.has(key)) first.set(key, word);
    }
  }
  const hostName = (first.get('hostname') ?? alias).replaceAll('%h', alias).replaceAll('%%', '%');
  const user = first.get('user') ?? null;
  const port = Number(first.get('port') ?? Number.NaN);
  const expand = (path: string): string => path.replace(/^~(?=\/)/, home)
    .replace(/%([%dhuri])/g, (_all, letter: string) => ({ '%': '%', d: home, h: hostName, u: userInfo().username, r: user ?? userInfo().username, i: String(userInfo().uid) })[letter] ?? '');
  const proxy = (key: string): boolean => !['', 'none'].includes(first.get(key)?.toLowerCase() ?? '');
  const agent = first.get('identityagent');
  return {
    hostName, user, port: Number.isInteger(port) && port > 0 && port < 65_536 ? port : null,
    identityFiles: identities.map(expand), identitiesOnly: first.get('identitiesonly')?.toLowerCase() === 'yes',
    identityAgent: agent === undefined ? null : expand(agent),
    needsOpenssh: proxy('proxyjump') || proxy('proxycommand'),
  };
}

/** The names a person gave to hosts: patterns without wildcards, in the file's order. */
export function sshAliases(config: SshConfig): string[] {
  const names = config.blocks.flatMap((block) => block.patterns).filter((pattern) => !/[*?!]/.test(pattern));
  return [...new Set(names)];
}
