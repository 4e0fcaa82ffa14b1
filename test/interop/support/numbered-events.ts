// Events that name themselves, so that what arrives can be compared with what was sent: count, order, bodies and headers.
import { Event } from '../../../main/engines/agent/event/event.ts';
import type { ChannelProcessor } from '../../../main/engines/agent/parts.ts';

/** A header that is no ASCII, one that is empty, and one that names the event. */
export function numberedEvent(n: number): Event {
  return Event.of(new Map([['größe', '漢字 €'], ['leer', ''], ['n', String(n)]]), Buffer.from(`event ${n} ${'ä'.repeat(n % 40)}`));
}

/** Checks events as they come instead of keeping them; `alien` is the first that is not what its number says. */
export class NumberedCollector implements ChannelProcessor {
  most = 10_000;
  count = 0;
  inOrder = true;
  alien: string | null = null;
  readonly seen: Uint8Array;

  constructor(most: number) { this.seen = new Uint8Array(most); }

  async process(events: readonly Event[]): Promise<void> {
    for (const event of events) this.check(event);
  }

  get distinct(): number { return this.seen.reduce((sum, times) => sum + (times > 0 ? 1 : 0), 0); }

  private check(event: Event): void {
    const n = Number(event.headers.get('n'));
    const wanted = numberedEvent(n);
    const isRight = Number.isInteger(n) && n >= 0 && n < this.seen.length && event.body.equals(wanted.body) && event.headers.size === wanted.headers.size &&
      [...wanted.headers].every(([key, value]) => event.headers.get(key) === value);
    if (!isRight) {
      this.alien ??= `${JSON.stringify([...event.headers])} ${event.body.toString('utf8', 0, 200)}`;
      return;
    }
    if (n !== this.count) this.inOrder = false;
    this.count += 1;
    this.seen[n] = Math.min(255, (this.seen[n] ?? 0) + 1);
  }
}

/** Resolves when `done`, asked every 20 ms; false when it never was. */
export async function eventually(done: () => boolean | Promise<boolean>, timeoutMs = 60_000): Promise<boolean> {
  for (const end = performance.now() + timeoutMs; performance.now() < end;) {
    if (await done()) return true;
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
  return false;
}
