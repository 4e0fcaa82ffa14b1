// Files that are not where they were: what was not read of them may stand elsewhere, under another name, as the copy that was made before the log was emptied, or in gzip.
import { basename, dirname, join } from 'node:path';
import type { Progress } from '../../places/progress.ts';
import { compare, openContent, type FileFacts } from './content.ts';
import { fileFacts, isRotationOf, type Folders } from './groups.ts';
import { decodeTail, encodeTail, type TailState } from './tail-state.ts';

/** How long a lost file is looked for, ms: as long as packing it may take. */
const KEEP = 3600 * 1000;
const PREFIX = 'lost:';
/** More are forgotten, the oldest first. */
const MOST = 1000;

export interface Candidate { readonly path: string; readonly facts: FileFacts }

export class LostFiles {
  private readonly progress: Progress;
  private readonly folders: Folders;
  private readonly now: () => number;
  /** Comparisons that need not be made again, by both files as they were. */
  private readonly compared = new Map<string, 'same' | 'shorter' | 'other'>();

  /** @param now wall clock, ms. */
  constructor(progress: Progress, folders: Folders, now: () => number) {
    this.progress = progress;
    this.folders = folders;
    this.now = now;
  }

  /** Places to be noted for a file that is gone, or was written anew, at `state`. */
  lose(key: string, state: TailState): [string, string][] {
    if (state.head.size === 0) return [];
    return [[`${PREFIX}${key}:${state.position}:${state.head.crc}`, encodeTail({ ...state, lostAt: this.now() })]];
  }

  all(): [string, TailState][] {
    const lost: [string, TailState][] = [];
    for (const [key, text] of this.progress.all()) if (key.startsWith(PREFIX)) lost.push([key, decodeTail(text)]);
    return lost;
  }

  /** Those that are not looked for any more. */
  expired(): [string, null][] {
    const lost = this.all();
    const old = lost.filter(([, { lostAt = 0 }]) => this.now() - lostAt > KEEP);
    return [...old, ...lost.slice(0, Math.max(0, lost.length - MOST))].map(([key]) => [key, null]);
  }

  /** The lost file that this one is, if it is one. */
  async isOneOf(candidate: Candidate): Promise<[string, TailState] | null> {
    for (const [key, state] of this.all()) if ((await this.like(candidate, state)) === 'same') return [key, state];
    return null;
  }

  /** Where what was lost at `state` may be read on, among files that are not followed already. */
  async find(state: TailState, isFollowed: (facts: FileFacts) => boolean): Promise<Candidate | null> {
    const dir = dirname(state.path);
    for (const name of await this.folders.names(dir)) {
      const path = join(dir, name);
      if (!isRotationOf(path, state.path) && this.folders.groupOf(path) === null) continue;
      const facts = await fileFacts(path);
      if (facts === null || isFollowed(facts)) continue;
      if ((await this.like({ path, facts }, state)) === 'same') return { path, facts };
    }
    return null;
  }

  /** By what it has, and remembered until one of the two changes. */
  async like({ path, facts }: Candidate, state: TailState): Promise<'same' | 'shorter' | 'other'> {
    if (!/\.gz$/i.test(basename(path)) && facts.size < Math.min(state.head.size, state.position)) return facts.size === 0 ? 'other' : 'shorter';
    const pair = `${facts.key} ${facts.size} ${facts.modified} ${state.position} ${state.head.crc} ${state.tail.crc}`;
    const known = this.compared.get(pair);
    if (known) return known;
    const content = await openContent(path);
    try {
      const result = await compare(content, state);
      if (this.compared.size > 10_000) this.compared.clear();
      this.compared.set(pair, result);
      return result;
    } finally {
      await content.close();
    }
  }
}
