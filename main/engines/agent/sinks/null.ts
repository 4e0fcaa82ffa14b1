// Takes events and drops them (NullSink).
import { NULL_SINK } from '../../../../preload/contract/agent/specs/basic.ts';
import { sink } from '../components/factory.ts';
import { deliverBatch } from './deliver.ts';

export const nullSink = sink(NULL_SINK, ({ batchSize, logEveryNEvents }, { counters, say }) => {
  let dropped = 0;
  return {
    start: async () => {},
    stop: async () => { say.note(`null sink: ${dropped} events in all`); },
    process: (channel, signal) => deliverBatch(channel, batchSize, counters, signal, (events) => {
      const before = Math.floor(dropped / logEveryNEvents);
      dropped += events.length;
      if (Math.floor(dropped / logEveryNEvents) > before) say.note(`null sink: ${dropped} events so far`);
    }),
  };
});
