// The logs that are followed: which of the files that are there now is which of those that were, whatever a rotation did to names, inodes and contents.
import { dirname, join } from 'node:path';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../../lib/errno.ts';
import type { Clock, Say } from '../../parts.ts';
import type { Progress } from '../../places/progress.ts';
import { HEAD } from '../bytes/fingerprint.ts';
import { isGzip } from '../bytes/gunzip.ts';
import { commonPrefix, compare, openContent, type FileFacts } from './content.ts';
import type { CutterOptions } from './event-cutter.ts';
import { fileFacts, isRotationOf, type Folders, type FoundFile } from './groups.ts';
import { LostFiles, type Candidate } from './lost-files.ts';
import { TailFile } from './tail-file.ts';
import { decodeTail, encodeTail, unread, type TailState } from './tail-state.ts';

/** A file that may be the beginning of a copy is waited for so long after it changed, ms. */
const YOUNG_MS = 5000;
/** A file that could not be opened is tried again after this, ms. */
const RETRY_MS = 10_000;

export interface TailsOptions {
  readonly progress: Progress;
  readonly folders: Folders;
  readonly clock: Clock;
  readonly cutter: CutterOptions;
  readonly skipToEnd: boolean;
  /** Of the component. */
  readonly name: string;
  readonly say: Say;
}

export class Tails {
  private readonly options: TailsOptions;
  private readonly lost: LostFiles;
  private readonly open = new Map<string, TailFile>();
  /** Closed, or not to be read, as they were then. */
  private readonly aside = new Map<string, FileFacts>();
  /** Files that may be copies: since when they are as they are, and how many of their bytes were read in the original. */
  private readonly held = new Map<string, { readonly size: number; readonly since: number; readonly covered: number }>();
  /** Files that could not be opened, and when they are tried again, monotonic ms. */
  private readonly failed = new Map<string, number>();
  private isFirst = true;

  constructor(options: TailsOptions) {
    this.options = options;
    this.lost = new LostFiles(options.progress, options.folders, () => options.clock.now());
  }

  /** Those of which there is no more first, then the oldest change first. */
  inOrder(): TailFile[] {
    const rank = (tail: TailFile): bigint => (tail.leaving ? 0n : tail.seen.modified);
    return [...this.open.values()].sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
  }

  async look(): Promise<void> {
    const { progress, folders } = this.options;
    const found = await folders.files();
    const present = new Map(found.map((file) => [file.facts.key, file]));
    for (const tail of this.open.values()) await this.lookAt(tail, present.get(tail.key) ?? null);
    const known = found.filter(({ facts }) => progress.get(facts.key) !== undefined);
    for (const file of known) if (!this.open.has(file.facts.key)) await this.guarded(file, () => this.reopen(file));
    await this.findMissing(present);
    for (const file of found) if (!this.open.has(file.facts.key) && progress.get(file.facts.key) === undefined) await this.guarded(file, () => this.begin(file));
    await this.findLost();
    progress.note(new Map(this.lost.expired()));
    this.isFirst = false;
  }

  /** Nothing came for long. One that is among the files still is opened again when it changes; of another one the rest may turn up elsewhere. */
  async leave(tail: TailFile): Promise<void> {
    this.open.delete(tail.key);
    if (tail.leaving) this.options.progress.note(new Map<string, string | null>([...this.lost.lose(tail.key, tail.state), [tail.key, null]]));
    else this.aside.set(tail.key, tail.seen);
    await tail.close();
  }

  /** It cannot be read: not again before it changes. */
  async setAside(tail: TailFile): Promise<void> {
    this.open.delete(tail.key);
    this.aside.set(tail.key, tail.seen);
    await tail.close().catch(() => {});
  }

  async close(): Promise<void> {
    for (const tail of this.open.values()) await tail.close().catch(() => {});
    this.open.clear();
  }

  private async lookAt(tail: TailFile, now: FoundFile | null): Promise<void> {
    tail.leaving = now === null;
    if (now) tail.path = now.path;
    if ((await tail.look(this.options.clock.monotonic())) !== 'cut') return;
    const { state } = tail;
    tail.restart();
    this.options.progress.note(new Map<string, string | null>([...this.lost.lose(tail.key, state), [tail.key, encodeTail(tail.state)]]));
  }

  /** A file that is known and not open. */
  private async reopen(file: FoundFile): Promise<void> {
    const { progress } = this.options;
    const { path, facts } = file;
    const state = decodeTail(progress.get(facts.key) as string);
    const aside = this.aside.get(facts.key);
    if (aside && aside.size === facts.size && aside.modified === facts.modified) {
      if (state.path !== path) progress.note(new Map([[facts.key, encodeTail({ ...state, path })]]));
      return;
    }
    this.aside.delete(facts.key);
    const content = await openContent(path);
    const isSame = (await compare(content, state).finally(() => content.close())) === 'same';
    if (isSame) return this.follow(file, { ...state, path }, false);
    // the inode was used again, or the file written anew, while it was not watched
    progress.note(new Map<string, string | null>([...this.lost.lose(facts.key, state), [facts.key, null]]));
  }

  /** A file that is not known. */
  private async begin(file: FoundFile): Promise<void> {
    const { progress, skipToEnd } = this.options;
    const { facts, path } = file;
    const aside = this.aside.get(facts.key);
    if (facts.size === 0 || (aside && aside.size === facts.size && aside.modified === facts.modified)) return;
    const lost = await this.lost.isOneOf(file);
    if (lost) return this.adopt(file, lost[0], lost[1], false);
    if (await this.mayBeCopy(file)) return;
    const held = this.held.get(facts.key);
    this.held.delete(facts.key);
    if (held && held.covered >= HEAD) {
      // the original is not what it was any more, and all of this was read in it
      await this.follow(file, { ...unread(path), position: held.covered }, false);
      const tail = this.open.get(facts.key);
      if (tail) progress.note(new Map([[facts.key, encodeTail(tail.state)]]));
      return;
    }
    if (!this.isFirst || !skipToEnd) return this.follow(file, unread(path), false);
    await this.follow(file, { ...unread(path), position: facts.size }, false);
    const tail = this.open.get(facts.key);
    if (tail) progress.note(new Map([[facts.key, encodeTail(tail.state)]]));
  }

  /** Known files that are neither among the files nor open: they have another name, or are gone. */
  private async findMissing(present: ReadonlyMap<string, FoundFile>): Promise<void> {
    const { progress, folders } = this.options;
    for (const [key, text] of [...progress.all()]) {
      if (!/^\d+:\d+$/.test(key) || present.has(key) || this.open.has(key)) continue;
      const state = decodeTail(text);
      const dir = dirname(state.path);
      let elsewhere: Candidate | null = null;
      for (const name of await folders.names(dir)) {
        const path = join(dir, name);
        const facts = await fileFacts(path);
        if (facts?.key === key && (await this.lost.like({ path, facts }, state)) === 'same') elsewhere = { path, facts };
      }
      if (elsewhere) await this.guarded(elsewhere, () => this.follow(elsewhere, { ...state, path: elsewhere.path }, true));
      if (!this.open.has(key)) progress.note(new Map<string, string | null>([...this.lost.lose(key, state), [key, null]]));
    }
  }

  /** What was lost may stand in a file that nobody asked for: a copy or a packed one. */
  private async findLost(): Promise<void> {
    for (const [lostKey, state] of this.lost.all()) {
      const file = await this.lost.find(state, ({ key, size }) => size === 0 || this.open.has(key) || this.options.progress.get(key) !== undefined || this.aside.has(key));
      if (file) await this.guarded(file, () => this.adopt(file, lostKey, state, this.options.folders.groupOf(file.path) === null));
    }
  }

  private async adopt(file: Candidate, lostKey: string, state: TailState, leaving: boolean): Promise<void> {
    const here: TailState = { path: file.path, position: state.position, head: state.head, tail: state.tail };
    await this.follow(file, here, leaving);
    this.held.delete(file.facts.key);
    this.options.progress.note(new Map<string, string | null>([[lostKey, null], [file.facts.key, encodeTail(here)]]));
  }

  /** Whether a new file is, or is becoming, what a rotation makes of one that is followed: it would be read twice. */
  private async mayBeCopy(file: FoundFile): Promise<boolean> {
    const { progress } = this.options;
    for (const key of new Set([...progress.all().keys(), ...this.open.keys()])) {
      if (!/^\d+:\d+$/.test(key) || key === file.facts.key) continue;
      const open = this.open.get(key);
      const state = open?.state ?? decodeTail(progress.get(key) as string);
      if (dirname(state.path) !== dirname(file.path)) continue;
      const isRotation = isRotationOf(file.path, state.path);
      if (isRotation && open && open.position < open.seen.size) return true; // that one is read first
      if (state.head.size < (isRotation ? 1 : HEAD)) continue;
      const like = await this.lost.like(file, state);
      if (like === 'other' || (like === 'shorter' && !isRotation)) continue;
      const covered = like === 'same' ? state.position : await this.copied(file, state);
      // much in common is no chance; little may be the lines that all logs of a program begin with
      if (covered > 0 && open?.leaving === true) return true; // it will be what is left of that one
      if (covered >= HEAD || (covered > 0 && this.isYoung(file, covered))) return true;
      if (covered === 0 && isGzip(file.path) && this.isYoung(file, 0)) return true;
    }
    return false;
  }

  /** Bytes of a file that are all a beginning of the one that is followed; 0 when they are not. */
  private async copied(file: FoundFile, state: TailState): Promise<number> {
    const held = this.held.get(file.facts.key);
    if (held && held.covered > 0 && held.size === file.facts.size) return held.covered;
    const [copy, original] = await Promise.all([openContent(file.path), openContent(state.path)]);
    try {
      const covered = await commonPrefix(copy, original);
      if (covered === null) return 0;
      this.held.set(file.facts.key, { size: file.facts.size, since: this.options.clock.monotonic(), covered });
      return covered;
    } finally {
      await copy.close();
      await original.close();
    }
  }

  private isYoung(file: FoundFile, covered: number): boolean {
    const now = this.options.clock.monotonic();
    const held = this.held.get(file.facts.key);
    if (held?.size === file.facts.size) return now - held.since < YOUNG_MS;
    this.held.set(file.facts.key, { size: file.facts.size, since: now, covered });
    return true;
  }

  private async follow(file: Candidate, state: TailState, leaving: boolean): Promise<void> {
    const { cutter, clock, folders } = this.options;
    const content = await openContent(file.path);
    try {
      const facts = await content.facts();
      if (facts.key !== file.facts.key) return void (await content.close()); // another one took the name just now
      const headers = folders.groupOf(file.path)?.headers ?? folders.groupOf(state.path)?.headers ?? new Map<string, string>();
      this.open.set(facts.key, await TailFile.open({ key: facts.key, content, state, facts, headers, cutter, leaving, now: clock.monotonic() }));
    } catch (error) {
      await content.close();
      throw error;
    }
  }

  /** What goes wrong with one file does not stop the others. */
  private async guarded(file: Candidate, work: () => Promise<void>): Promise<void> {
    const { clock, name, say } = this.options;
    const retryAt = this.failed.get(file.facts.key);
    if (retryAt !== undefined && clock.monotonic() < retryAt) return;
    try {
      await work();
      this.failed.delete(file.facts.key);
    } catch (error) {
      if (error instanceof SluiceError) throw error;
      if (codeOf(error) === 'ENOENT') return; // seen again, or not, at the next look
      if (retryAt === undefined) say.problem(SluiceError.of('AGENT_READ', { component: name, file: file.path, reason: codeOf(error) }));
      this.failed.set(file.facts.key, clock.monotonic() + RETRY_MS);
    }
  }
}
