// Makes load: events of one size as fast as they are taken, or so many a second (StressSource).
import { STRESS_SOURCE } from '../../../../preload/contract/agent/specs/basic.ts';
import { delay } from '../../../lib/async.ts';
import { source } from '../components/factory.ts';
import { Event } from '../event/event.ts';

export const stressSource = source(STRESS_SOURCE, (values, { processor, counters, ports: { clock } }) => {
  const event = Event.of(null, Buffer.alloc(values.size, 0x7f));
  const gapMs = values.maxEventsPerSecond > 0 ? 1000 / values.maxEventsPerSecond : 0;
  let sent = 0;
  let taken = 0;
  let due = -Infinity;
  return {
    start: async () => {},
    stop: async () => {},
    poll: async (signal) => {
      if ((values.maxTotalEvents >= 0 && sent >= values.maxTotalEvents) || (values.maxSuccessfulEvents >= 0 && taken >= values.maxSuccessfulEvents)) return 'backoff';
      const left = values.maxTotalEvents >= 0 ? values.maxTotalEvents - sent : Infinity;
      const count = Math.min(values.batchSize, processor.most, left);
      if (gapMs > 0) {
        const now = clock.monotonic();
        if (due > now) await delay(due - now, signal);
        due = Math.max(due, now) + count * gapMs;
      }
      sent += count;
      counters.EventReceivedCount += count;
      await processor.process(Array.from({ length: count }, () => event));
      taken += count;
      counters.EventAcceptedCount += count;
      return 'ready';
    },
  };
});
