// What all RPC sources do with events: count them, hand them on, and say whether they are safe.
import { SluiceError, toErrorInfo } from '../../../../preload/contract/sluice-error.ts';
import type { SourceContext } from '../components/factory.ts';
import type { Event } from '../event/event.ts';

const TELL_AGAIN_MS = 1000;

export class Appends {
  private readonly context: Pick<SourceContext, 'name' | 'processor' | 'counters' | 'say' | 'ports'>;

  private told = { code: '', at: 0 };

  constructor(context: Pick<SourceContext, 'name' | 'processor' | 'counters' | 'say' | 'ports'>) { this.context = context; }

  get most(): number { return this.context.processor.most; }

  async append(event: Event): Promise<boolean> {
    const { counters } = this.context;
    counters.AppendReceivedCount += 1;
    counters.EventReceivedCount += 1;
    if (!(await this.process([event]))) return false;
    counters.AppendAcceptedCount += 1;
    counters.EventAcceptedCount += 1;
    return true;
  }

  async appendBatch(events: readonly Event[]): Promise<boolean> {
    const { counters } = this.context;
    counters.AppendBatchReceivedCount += 1;
    counters.EventReceivedCount += events.length;
    if (events.length > 0 && !(await this.process(events))) return false;
    counters.AppendBatchAcceptedCount += 1;
    counters.EventAcceptedCount += events.length;
    return true;
  }

  /** A batch that no transaction can hold: it is refused unread, as it would be after it was read. */
  tooMany(events: number): void {
    const { counters, processor, name } = this.context;
    counters.AppendBatchReceivedCount += 1;
    counters.EventReceivedCount += events;
    this.refused(SluiceError.of('AGENT_BATCH_TOO_LARGE', { channel: name, events, capacity: processor.most }));
  }

  /** False: none of them was taken, and the sender is asked to come again. */
  async process(events: readonly Event[]): Promise<boolean> {
    try {
      await this.context.processor.process(events);
      return true;
    } catch (error) {
      this.refused(error instanceof SluiceError ? error : SluiceError.from(toErrorInfo(error)));
      return false;
    }
  }

  /** A sender that is refused comes again at once: the same refusal is told once a second. */
  private refused(error: SluiceError): void {
    const { counters, say, ports } = this.context;
    counters.ChannelWriteFail += 1;
    const now = ports.clock.monotonic();
    if (error.code === this.told.code && now - this.told.at < TELL_AGAIN_MS) return;
    this.told = { code: error.code, at: now };
    say.problem(error);
  }
}
