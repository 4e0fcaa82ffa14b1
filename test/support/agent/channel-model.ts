// Drives a file channel at random and keeps account: what was acknowledged, what was taken for good, what is in doubt.
import type { Channel } from '../../../main/engines/agent/parts.ts';
import { event } from './probe.ts';

export class ChannelModel {
  /** Commits that were told done. */
  readonly acked = new Set<number>();
  /** Takes that were told done. */
  readonly gone = new Set<number>();
  /** A take of them was under way or failed: they may be gone. */
  readonly maybeGone = new Set<number>();
  private next = 0;
  private life = 0;
  private readonly random: () => number;

  constructor(random: () => number) { this.random = random; }

  pick(below: number): number { return Math.floor(this.random() * below); }

  /** The power is cut: what is told done from now on is told to nobody. */
  cut(): void { this.life += 1; }

  async put(channel: Channel): Promise<void> {
    const { life } = this;
    const first = this.next;
    const count = 1 + this.pick(12);
    this.next += count;
    const transaction = channel.begin();
    transaction.begin();
    transaction.put(Array.from({ length: count }, (_, i) => event(`${first + i} ${'x'.repeat(this.pick(300))}`, this.pick(2) ? { n: String(first + i) } : {})));
    try {
      await transaction.commit();
      if (life === this.life) for (let i = 0; i < count; i++) this.acked.add(first + i);
    } catch {
      await transaction.rollback();
    }
    transaction.close();
  }

  async take(channel: Channel): Promise<void> {
    const { life } = this;
    const transaction = channel.begin();
    transaction.begin();
    let numbers: number[] = [];
    try {
      numbers = (await transaction.take(1 + this.pick(20))).map(({ body }) => parseInt(body.toString('utf8'), 10));
      for (const n of numbers) {
        if (life === this.life && this.gone.has(n)) throw new Error(`${n} came back after its take was told done`);
      }
      if (this.pick(4) === 0) await transaction.rollback();
      else {
        if (life === this.life) for (const n of numbers) this.maybeGone.add(n);
        await transaction.commit();
        if (life === this.life) for (const n of numbers) this.gone.add(n);
      }
    } catch (error) {
      if (error instanceof Error && error.message.includes('came back')) throw error;
      if (transaction.state === 'open') await transaction.rollback();
    }
    if (transaction.state === 'completed') transaction.close();
  }

  /** Takes everything. Throws for an event that was lost, or that came back. Answers how many came that were never told done. */
  async settle(channel: Channel): Promise<number> {
    const seen = new Set<number>();
    let last = -1;
    let extra = 0;
    let disorder = 0;
    for (;;) {
      const transaction = channel.begin();
      transaction.begin();
      const events = await transaction.take(1000);
      await transaction.commit();
      transaction.close();
      if (events.length === 0) break;
      for (const { body } of events) {
        const n = parseInt(body.toString('utf8'), 10);
        if (this.gone.has(n)) throw new Error(`${n} came back after its take was told done`);
        if (seen.has(n)) throw new Error(`${n} is there twice`);
        if (n < last) disorder += 1;
        last = n;
        seen.add(n);
        if (!this.acked.has(n)) extra += 1;
      }
    }
    for (const n of this.acked) if (!seen.has(n) && !this.gone.has(n) && !this.maybeGone.has(n)) throw new Error(`${n} was acknowledged and is lost`);
    for (const n of seen) this.gone.add(n);
    if (channel.size !== 0) throw new Error(`${channel.size} events are counted in an empty channel`);
    this.disorder += disorder;
    return extra;
  }

  disorder = 0;
}
