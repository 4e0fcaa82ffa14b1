// The way from one component to the next: what passed is counted, and shown to whoever looks at it.
import type { Event } from '../event/event.ts';
import type { ComponentId } from '../parts.ts';

/** Called with what has just passed, for good. Must neither wait nor throw; the events are not to be changed. */
export type Watcher = (events: readonly Event[]) => void;

export class Edge {
  /** "source r1 > channel c1". */
  readonly id: string;
  readonly from: ComponentId;
  readonly to: ComponentId;
  /** So far, those that came twice counted twice. */
  events = 0;
  /** Of bodies. */
  bytes = 0;
  private watchers: readonly Watcher[] = [];

  constructor(from: ComponentId, to: ComponentId) {
    this.from = from;
    this.to = to;
    this.id = `${from.kind} ${from.name} > ${to.kind} ${to.name}`;
  }

  passed(events: readonly Event[]): void {
    this.events += events.length;
    let bytes = 0;
    for (const event of events) bytes += event.bodySize;
    this.bytes += bytes;
    for (const watcher of this.watchers) watcher(events);
  }

  /** The answer ends it. */
  watch(watcher: Watcher): () => void {
    this.watchers = [...this.watchers, watcher];
    return () => { this.watchers = this.watchers.filter((other) => other !== watcher); };
  }
}
