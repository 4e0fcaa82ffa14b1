// The groups of files of the source, and which files there are (TaildirMatcher): a folder is listed again when it has changed.
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../../lib/errno.ts';
import type { Properties } from '../../config/agent-config.ts';
import { filePattern, type FilePattern } from '../file-pattern.ts';
import { factsOf, type FileFacts } from './content.ts';

/** A change within this time of another one may leave the folder's time as it was, ms. */
const GRAIN = 2000;

export interface Group {
  readonly name: string;
  readonly dir: string;
  readonly matches: FilePattern;
  readonly headers: ReadonlyMap<string, string>;
}

export interface FoundFile { readonly path: string; readonly group: Group; readonly facts: FileFacts }

/** Throws AGENT_KEY. */
export function parseGroups(component: string, names: string, properties: Properties): Group[] {
  const bad = (key: string, value: string, reason: string): SluiceError => SluiceError.of('AGENT_KEY', { component, key, value, reason });
  const groups = names.split(/\s+/).filter((name) => name !== '').map((name) => {
    const key = `filegroups.${name}`;
    const value = properties.get(key)?.value.trim() ?? '';
    if (value === '') throw bad(key, '', 'it is required: the folder and the pattern of the names in it, as in /var/log/app/.*\\.log');
    if (!value.startsWith('/') && !/^[A-Za-z]:[\\/]/.test(value)) throw bad(key, value, 'a path from the root is wanted');
    const prefix = `headers.${name}.`;
    const headers = new Map([...properties].flatMap(([property, { value: text }]) => (property.startsWith(prefix) ? [[property.slice(prefix.length), text] as const] : [])));
    return { name, dir: dirname(value), matches: filePattern(component, key, basename(value)), headers };
  });
  if (groups.length === 0) throw bad('filegroups', names, 'at least one group is wanted');
  return groups;
}

export class Folders {
  private readonly groups: readonly Group[];
  private readonly cache: boolean;
  private readonly now: () => number;
  private readonly listed = new Map<string, { readonly modified: number; readonly at: number; readonly names: readonly string[] }>();

  /** @param now wall clock, ms. */
  constructor(groups: readonly Group[], cache: boolean, now: () => number) {
    this.groups = groups;
    this.cache = cache;
    this.now = now;
  }

  /** Of all groups, oldest change first; a file of two groups is of the first. A folder that is not there has none. */
  async files(): Promise<FoundFile[]> {
    const found = new Map<string, FoundFile>();
    for (const group of this.groups) {
      for (const name of await this.names(group.dir)) {
        const path = join(group.dir, name);
        if (!group.matches(name) || found.has(path)) continue;
        const facts = await fileFacts(path);
        if (facts) found.set(path, { path, group, facts });
      }
    }
    return [...found.values()].sort((a, b) => (a.facts.modified < b.facts.modified ? -1 : a.facts.modified > b.facts.modified ? 1 : 0));
  }

  groupOf(path: string): Group | null {
    return this.groups.find(({ dir, matches }) => dir === dirname(path) && matches(basename(path))) ?? null;
  }

  get dirs(): readonly string[] { return [...new Set(this.groups.map(({ dir }) => dir))]; }

  async names(dir: string): Promise<readonly string[]> {
    const known = this.listed.get(dir);
    const modified = await stat(dir).then(({ mtimeMs }) => mtimeMs, (error: unknown) => {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
      throw error;
    });
    if (modified === null) return [];
    if (this.cache && known && known.modified === modified && known.at - modified > GRAIN) return known.names;
    const at = this.now();
    const names = await readdir(dir);
    this.listed.set(dir, { modified, at, names });
    return names;
  }
}

/** Null when there is no such file, or it is a folder. */
export async function fileFacts(path: string): Promise<FileFacts | null> {
  try {
    const stats = await stat(path, { bigint: true });
    return stats.isFile() ? factsOf(stats) : null;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
    throw error;
  }
}

/** Whether a rotation may have given `path` to what was `original`: x.log -> x.log.1, x.log-20261128, x-20261128.log, x.log.gz. */
export function isRotationOf(path: string, original: string): boolean {
  if (dirname(path) !== dirname(original)) return false;
  const name = basename(path);
  const old = basename(original);
  const dot = old.lastIndexOf('.');
  return name.length > old.length && (name.startsWith(old) || (dot > 0 && name.startsWith(old.slice(0, dot)) && /[-._\d]/.test(name[dot] as string)));
}
