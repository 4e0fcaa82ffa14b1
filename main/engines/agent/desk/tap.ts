// A look at one edge: a sample of what passes, at a pace a person can follow. It never holds the edge up; what is too much is dropped and counted.
import type { EventShown, TapItem } from '../../../../preload/contract/pipelines.ts';
import { AsyncQueue, onAbort } from '../../../lib/async.ts';
import type { Event } from '../event/event.ts';
import type { Watcher } from '../runner/edge.ts';
import { shownEvent } from './shown.ts';

/** Between two items to the screen, ms, and events in one. */
const PACE_MS = 250;
const MOST = 25;
/** Bytes of bodies and headers in one item. */
const MOST_BYTES = 512 * 1024;

export interface TapOptions {
  /** Makes the edge tell `watcher`; the answer ends it. */
  readonly watch: (watcher: Watcher) => () => void;
  readonly filter: string;
  readonly now: () => number;
}

export async function* tapEdge({ watch, filter, now }: TapOptions, signal: AbortSignal): AsyncGenerator<TapItem, void, undefined> {
  const queue = new AsyncQueue<TapItem>();
  const fits = filterOf(filter);
  let [seen, looked, dropped, bytes, number] = [0, 0, 0, 0, 0];
  let kept: EventShown[] = [];
  let told = -1;
  let unread = 0;
  const unwatch = watch((events) => {
    seen += events.length;
    for (const event of events) {
      if (kept.length >= MOST || bytes >= MOST_BYTES || unread > 2) { dropped += 1; continue; }
      looked += 1;
      if (!fits(event)) continue;
      const shown = shownEvent(event, String(++number), now());
      bytes += shown.body.length;
      kept.push(shown);
    }
  });
  const timer = setInterval(() => {
    if (seen === told && kept.length === 0) return;
    told = seen;
    unread += 1;
    queue.push({ events: kept, seen, oneIn: looked === 0 ? 1 : Math.max(1, Math.round(seen / looked)), dropped });
    [kept, bytes] = [[], 0];
  }, PACE_MS);
  const undo = onAbort(signal, () => { queue.end(); });
  try {
    yield { events: [], seen: 0, oneIn: 1, dropped: 0 };
    for await (const item of queue) {
      unread -= 1;
      yield item;
    }
  } finally {
    undo();
    clearInterval(timer);
    unwatch();
  }
}

/** `name=text` looks into one header, anything else into the body and all headers; without regard to case. */
export function filterOf(text: string): (event: Event) => boolean {
  const asked = text.trim();
  if (asked === '') return () => true;
  const header = /^([\w.-]+)=(.*)$/.exec(asked);
  const contains = (value: string | undefined, part: string): boolean => value?.toLowerCase().includes(part.toLowerCase()) ?? false;
  if (header) return (event) => contains(event.headers.get(header[1] ?? ''), header[2] ?? '');
  return (event) => contains(event.body.toString('utf8'), asked) || [...event.headers].some(([key, value]) => contains(key, asked) || contains(value, asked));
}
