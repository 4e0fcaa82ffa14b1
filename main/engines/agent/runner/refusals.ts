// Finds the event that a sink refuses again and again, by halving the batch it stands in, and puts it among the dead letters so that the others go on.
import { createHash } from 'node:crypto';
import type { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { DeadLetters } from '../components/factory.ts';
import type { Event } from '../event/event.ts';
import type { Channel } from '../parts.ts';
import type { SinkView } from './sink-view.ts';

/** The far side is away or lets nobody in: no event is to blame. */
const BLAMELESS = new Set(['AGENT_CONNECT', 'AGENT_TLS', 'AGENT_AUTH', 'AGENT_COMPRESSION', 'AGENT_NOT_HERE', 'AGENT_CHANNEL_STOPPED', 'AGENT_DISK', 'AGENT_DISK_FULL', 'APP_CANCELLED']);

export class Refusals {
  private readonly view: SinkView;
  private readonly channel: Channel;
  private readonly letters: DeadLetters;
  /** Deliveries of the same events that must fail before one of them is looked for. */
  private readonly after: number;
  private first = '';
  private failures = 0;
  /** Events of the failing batch that are still to be delivered; 0 while none is looked for. */
  private left = 0;

  constructor(view: SinkView, channel: Channel, letters: DeadLetters, after: number) {
    this.view = view;
    this.channel = channel;
    this.letters = letters;
    this.after = after;
  }

  delivered(count: number): void {
    if (count > 0) this.failures = 0;
    if (this.left === 0) return;
    this.left -= count;
    if (this.left <= 0) this.over();
  }

  /** Told of a delivery that failed, after the events went back. True when the next one is worth trying at once. AGENT_DISK of the letters. */
  async failed(events: readonly Event[], error: SluiceError): Promise<boolean> {
    const [event] = events;
    if (!event || BLAMELESS.has(error.code)) return false;
    const first = nameOf(event);
    this.failures = first === this.first ? this.failures + 1 : 1;
    this.first = first;
    if (this.left === 0) {
      if (this.failures < this.after) return false;
      this.left = events.length;
    }
    if (events.length > 1) {
      this.view.limit = Math.floor(events.length / 2);
      return true;
    }
    await this.putAside(event, error);
    return true;
  }

  private async putAside(event: Event, error: SluiceError): Promise<void> {
    const transaction = this.channel.begin();
    transaction.begin();
    try {
      const [taken] = await transaction.take(1);
      if (taken && nameOf(taken) === nameOf(event)) {
        await this.letters.add([{ event: taken, reason: `${this.failures} deliveries failed, the last one with: ${String(error.params['reason'] ?? error.code)}` }]);
        await transaction.commit();
        this.delivered(1);
      } else {
        await transaction.rollback(); // another sink of the channel has it
        this.over();
      }
    } catch (thrown) {
      await transaction.rollback();
      throw thrown;
    } finally {
      transaction.close();
    }
    if (this.left > 0) this.view.limit = this.left;
  }

  private over(): void {
    this.left = 0;
    this.failures = 0;
    this.view.limit = Number.MAX_SAFE_INTEGER;
  }
}

/** The same for the same event, also when it was read from disk again. */
const nameOf = (event: Event): string => createHash('sha1').update(event.toAvro()).digest('base64');
