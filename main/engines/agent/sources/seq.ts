// Counts: the body of each event is the next number in decimals, from 0 (SequenceGeneratorSource). A number that the channel refused comes again.
import { SEQ_SOURCE } from '../../../../preload/contract/agent/specs/basic.ts';
import { source } from '../components/factory.ts';
import { Event } from '../event/event.ts';

export const seqSource = source(SEQ_SOURCE, ({ batchSize, totalEvents }, { processor, counters }) => {
  let next = 0;
  return {
    start: async () => {},
    stop: async () => {},
    poll: async () => {
      const events: Event[] = [];
      const end = Math.min(next + Math.min(batchSize, processor.most), totalEvents);
      for (let i = next; i < end; i++) events.push(Event.of(null, Buffer.from(String(i))));
      if (events.length === 0) return 'backoff';
      counters.EventReceivedCount += events.length;
      await processor.process(events);
      next = end;
      counters.EventAcceptedCount += events.length;
      return 'ready';
    },
  };
});
