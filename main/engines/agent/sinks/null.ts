// Takes events and drops them (NullSink).
import { NULL_SINK } from '../../../../preload/contract/agent/specs/basic.ts';
import { sink } from '../components/factory.ts';
import { deliverBatch } from './deliver.ts';

export const nullSink = sink(NULL_SINK, ({ batchSize, logEveryNEvents }, { name, counters, say }) => {
  let dropped = 0;
  const own = name.slice(name.lastIndexOf('.') + 1);
  return {
    start: async () => {},
    stop: async () => { say.note(`Null sink ${own} stopped after ${dropped} events.`); },
    process: (channel, signal) => deliverBatch(channel, batchSize, counters, signal, (events) => {
      const next = dropped - (dropped % logEveryNEvents) + logEveryNEvents;
      dropped += events.length;
      for (let told = next; told <= dropped; told += logEveryNEvents) say.note(`Null sink ${own} successful processed ${told} events.`);
    }),
  };
});
