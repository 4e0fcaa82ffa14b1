// For sources whose senders wait for no answer: events are offered again until the channels take them, and meanwhile the sender is not read.
import { AGENT_ERRORS } from '../../../../preload/contract/agent/errors.ts';
import { SluiceError, toErrorInfo } from '../../../../preload/contract/sluice-error.ts';
import { delay } from '../../../lib/async.ts';
import type { SourceContext } from '../components/factory.ts';
import type { Event } from '../event/event.ts';

const FIRST_WAIT_MS = 50;
const MOST_WAIT_MS = 1000;

export type Offering = Pick<SourceContext, 'processor' | 'counters' | 'say'>;

/**
 * Resolves once the events are with the channels, in their order; events that no attempt can bring there are reported and left out one by one.
 * False when `signal` ended the wait: what was not taken by then is not with them.
 */
export async function offer(events: readonly Event[], { processor, counters, say }: Offering, signal: AbortSignal): Promise<boolean> {
  let most = Math.min(events.length, processor.most);
  let wait = FIRST_WAIT_MS;
  let told = false;
  counters.EventReceivedCount += events.length;
  for (let at = 0; at < events.length;) {
    const some = events.slice(at, at + most);
    try {
      await processor.process(some);
      counters.EventAcceptedCount += some.length;
      at += some.length;
      wait = FIRST_WAIT_MS;
      told = false;
    } catch (thrown) {
      const error = thrown instanceof SluiceError ? thrown : SluiceError.from(toErrorInfo(thrown));
      if (isTemporary(error)) {
        counters.ChannelWriteFail += 1;
        if (!told) say.problem(error);
        told = true;
        if (signal.aborted) return false;
        await delay(wait, signal).catch(() => {});
        wait = Math.min(wait * 2, MOST_WAIT_MS);
      } else if (some.length > 1) most = 1;
      else {
        counters.EventReadFail += 1;
        say.problem(error);
        at += 1;
      }
    }
  }
  return true;
}

/** Whether the same events may be taken later. */
export function isTemporary(error: SluiceError): boolean {
  return Object.hasOwn(AGENT_ERRORS, error.code) && AGENT_ERRORS[error.code as keyof typeof AGENT_ERRORS].retry;
}
