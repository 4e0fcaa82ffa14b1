// Work on each event of a batch that may take a while: others have turns in between.
import type { Event } from '../event/event.ts';

/** ms in one go; looked at after every so many events. */
const TURN_MS = 4;
const LOOK_EVERY = 32;

/** `change` of each event, in order; null leaves it out. At once where that is quick enough. */
export function inTurns(events: readonly Event[], change: (event: Event) => Event | null): readonly Event[] | Promise<readonly Event[]> {
  const out: Event[] = [];
  const some = (from: number): number => {
    const end = performance.now() + TURN_MS;
    let at = from;
    while (at < events.length) {
      const changed = change(events[at++] as Event);
      if (changed !== null) out.push(changed);
      if (at % LOOK_EVERY === 0 && performance.now() > end) break;
    }
    return at;
  };
  const first = some(0);
  return first >= events.length ? thinned(events, out) : later(first);

  async function later(from: number): Promise<readonly Event[]> {
    for (let at = from; at < events.length; at = some(at)) await new Promise((resolve) => { setImmediate(resolve); });
    return thinned(events, out);
  }
}

/** What is left of a batch; where that is little, with bytes of its own, so that it does not keep the frames of all. */
export function thinned(before: readonly Event[], after: readonly Event[]): readonly Event[] {
  return after.length * 2 < before.length ? after.map((event) => event.detached()) : after;
}
