// The list of what happened. Everything a notification says also stands here.
import { randomUUID } from 'node:crypto';
import type { Activity } from '../../preload/contract/domain.ts';
import type { ErrorInfo } from '../../preload/contract/errors.ts';
import { CollectionTopic } from '../lib/topic.ts';
import type { ActivityRows } from '../store/activity.ts';

const SHOWN = 500;

export interface ActivityNote {
  readonly kind: Activity['kind'];
  readonly params: Activity['params'];
  readonly error?: ErrorInfo | null;
  readonly link?: string | null;
  /** Belongs to "Needs you" until seen. */
  readonly problem?: boolean;
}

export class ActivityService {
  private readonly rows: ActivityRows;
  private readonly now: () => number;
  private readonly topic: CollectionTopic<Activity>;
  private readonly listeners: (() => void)[] = [];
  private readonly recordListeners: ((entry: Activity) => void)[] = [];
  private newest: Activity[];

  constructor(deps: { readonly rows: ActivityRows; readonly now: () => number }) {
    this.rows = deps.rows;
    this.now = deps.now;
    this.newest = this.rows.newest(SHOWN);
    this.topic = new CollectionTopic<Activity>(this.newest);
  }

  record(note: ActivityNote): Activity {
    const entry: Activity = {
      id: randomUUID(), at: this.now(), kind: note.kind, params: note.params, error: note.error ?? null,
      link: note.link ?? null, problem: note.problem ?? false, seen: false,
    };
    this.rows.insert(entry);
    this.newest.unshift(entry);
    const dropped = this.newest.splice(SHOWN);
    this.topic.upsert(entry);
    if (dropped.length > 0) this.topic.remove(...dropped.map((old) => old.id));
    this.tell();
    for (const listener of this.recordListeners) listener(entry);
    return entry;
  }

  seen(ids: readonly string[]): void {
    const changed = new Map(this.rows.markSeen(ids).map((entry) => [entry.id, entry]));
    if (changed.size === 0) return;
    this.newest = this.newest.map((entry) => changed.get(entry.id) ?? entry);
    this.topic.upsert(...this.newest.filter((entry) => changed.has(entry.id)));
    this.tell();
  }

  /** The last `count`, newest first. */
  last(count: number): readonly Activity[] {
    return this.newest.slice(0, count);
  }

  unseenProblems(): number {
    return this.rows.unseenProblems();
  }

  watch(signal: AbortSignal): ReturnType<CollectionTopic<Activity>['watch']> {
    return this.topic.watch(signal);
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Once for each new entry. */
  onRecord(listener: (entry: Activity) => void): void {
    this.recordListeners.push(listener);
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
