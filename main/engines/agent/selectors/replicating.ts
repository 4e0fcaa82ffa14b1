// Every event goes to every channel; those of `optional` may refuse it (ReplicatingChannelSelector).
import { REPLICATING_SELECTOR } from '../../../../preload/contract/agent/specs/between.ts';
import { selector } from '../components/factory.ts';

export const replicatingSelector = selector(REPLICATING_SELECTOR, (values, { channels }) => {
  const fixed = {
    required: channels.filter((channel) => !values.optional.includes(channel.name)),
    optional: channels.filter((channel) => values.optional.includes(channel.name)),
  };
  return { fixed, route: () => fixed };
});
