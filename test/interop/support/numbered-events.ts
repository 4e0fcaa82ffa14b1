// Events that name themselves, so that what arrives can be compared with what was sent: count, order, bodies and headers.
import { Event } from '../../../main/engines/agent/event/event.ts';
import type { ChannelProcessor } from '../../../main/engines/agent/parts.ts';

const TAILS = Array.from({ length: 40 }, (_, i) => 'ä'.repeat(i));
const bodyOf = (n: number): string => `event ${n} ${TAILS[n % TAILS.length]}`;

/** A header that is no ASCII, one that is empty, and one that names the event. */
export function numberedEvent(n: number): Event {
  return Event.of(new Map([['größe', '漢字 €'], ['leer', ''], ['n', String(n)]]), Buffer.from(bodyOf(n)));
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
    const { headers } = event;
    const n = Number(headers.get('n'));
    const isRight = Number.isInteger(n) && n >= 0 && n < this.seen.length && headers.size === 3 && headers.get('größe') === '漢字 €' && headers.get('leer') === '' &&
      event.body.toString('utf8') === bodyOf(n);
    if (!isRight) {
      this.alien ??= `${JSON.stringify([...headers])} ${event.body.toString('utf8', 0, 200)}`;
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
