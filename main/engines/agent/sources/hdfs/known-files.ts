// The files that the source knows: how far each was read, which of those that are listed now they are, and which have more.
import type { Clock } from '../../parts.ts';
import type { HdfsClient, HdfsEntry } from '../../ports.ts';
import type { Progress } from '../../places/progress.ts';
import { fingerprintOf, HEAD, matches, readFully } from '../bytes/fingerprint.ts';
import { gunzipped, isGzip } from '../bytes/gunzip.ts';
import { StreamSource } from '../bytes/stream-source.ts';
import { decodeState, encodeState, keyOf, type FileState } from './entry.ts';

/** How long the place of a file that is gone is kept, ms: it may come back under another name. */
const KEEP_GONE = 24 * 3600 * 1000;

export interface KnownFilesOptions {
  readonly progress: Progress;
  readonly client: HdfsClient;
  readonly clock: Clock;
  readonly lastLineAfterMs: number;
}

interface Seen { readonly size: number; readonly modified: number; readonly since: number }

export class KnownFiles {
  private readonly options: KnownFilesOptions;
  /** Since when a file is as it is. */
  private seen = new Map<string, Seen>();
  /** Files whose last line was asked for, with their size then: there is no more in them. */
  private readonly finished = new Map<string, number>();

  constructor(options: KnownFilesOptions) {
    this.options = options;
  }

  keyOf(entry: HdfsEntry): string { return keyOf(entry); }

  get(key: string): FileState | null {
    const text = this.options.progress.get(key);
    return text === undefined ? null : decodeState(text);
  }

  hasMore(entry: HdfsEntry): boolean {
    const state = this.get(keyOf(entry));
    if (state === null) return true;
    if (state.size !== entry.size) return true;
    // read to its end, but for a last line without an end
    return !isGzip(entry.name) && state.place.position < entry.size && this.isQuiet(entry) && this.finished.get(keyOf(entry)) !== entry.size;
  }

  /** It was read to its end. */
  ended(entry: HdfsEntry, withLastLine: boolean): void {
    if (withLastLine) this.finished.set(keyOf(entry), entry.size);
  }

  /** Not changed for so long that a last line without its end will not get one; what is packed is whole. */
  isQuiet(entry: HdfsEntry): boolean {
    if (isGzip(entry.name)) return true;
    const seen = this.seen.get(keyOf(entry));
    return seen !== undefined && this.options.clock.monotonic() - seen.since >= this.options.lastLineAfterMs;
  }

  /** Takes in what is listed now. The answer is what changes in the places: files that went, came back, or go by another name where only the name told them. */
  async update(found: readonly HdfsEntry[]): Promise<ReadonlyMap<string, string | null>> {
    const { progress, clock } = this.options;
    const changes = new Map<string, string | null>();
    const present = new Set<string>();
    const seen = new Map<string, Seen>();
    for (const entry of found) {
      const key = keyOf(entry);
      present.add(key);
      const before = this.seen.get(key);
      seen.set(key, before && before.size === entry.size && before.modified === entry.modified ? before : { size: entry.size, modified: entry.modified, since: clock.monotonic() });
    }
    this.seen = seen;
    const gone: [string, FileState][] = [];
    for (const [key, text] of progress.all()) {
      const state = decodeState(text);
      if (present.has(key)) {
        if (state.goneAt !== undefined) changes.set(key, encodeState({ path: state.path, place: state.place, size: state.size, print: state.print }));
        continue;
      }
      if (state.goneAt === undefined) changes.set(key, encodeState({ ...state, goneAt: clock.now() }));
      else if (clock.now() - state.goneAt > KEEP_GONE) {
        changes.set(key, null);
        this.finished.delete(key);
      }
      gone.push([key, state]);
    }
    if (gone.length > 0) for (const entry of found) await this.adopt(entry, gone, changes);
    return changes;
  }

  /** Every file counts as read. */
  async skipAll(found: readonly HdfsEntry[]): Promise<ReadonlyMap<string, string>> {
    const changes = new Map<string, string>();
    for (const entry of found) {
      const head = await this.head(entry);
      const place = isGzip(entry.name) ? { position: Number.MAX_SAFE_INTEGER, skip: 0 } : { position: entry.size, skip: 0 };
      changes.set(keyOf(entry), encodeState({ path: entry.path, place, size: entry.size, print: fingerprintOf(head, place.position) }));
    }
    return changes;
  }

  /** Where names alone tell files, a new name whose file begins as one that is gone is that one. */
  private async adopt(entry: HdfsEntry, gone: readonly [string, FileState][], changes: Map<string, string | null>): Promise<void> {
    const key = keyOf(entry);
    if (!key.startsWith('path:') || this.options.progress.get(key) !== undefined) return;
    const candidates = gone.filter(([goneKey, { print, place }]) => goneKey.startsWith('path:') && print.size > 0 && changes.get(goneKey) !== null && place.position <= entry.size);
    if (candidates.length === 0) return;
    const head = await this.head(entry);
    const match = candidates.find(([, { print }]) => matches(print, head));
    if (!match) return;
    const [oldKey, { place, size, print }] = match;
    changes.set(oldKey, null);
    changes.set(key, encodeState({ path: entry.path, place, size, print }));
  }

  private async head(entry: HdfsEntry): Promise<Buffer> {
    const plain = (position: number, signal: AbortSignal): AsyncIterable<Buffer> => this.options.client.read(entry.path, position, null, signal);
    const bytes = new StreamSource(isGzip(entry.name) ? gunzipped(plain) : plain);
    try {
      return await readFully(bytes, 0, HEAD);
    } finally {
      await bytes.close();
    }
  }
}

