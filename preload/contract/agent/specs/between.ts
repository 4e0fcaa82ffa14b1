// Types of the agent: interceptors, selectors, processors, serializers, deserializers. Keys and defaults as Flume 1.11 has them in its code.
import { component, list, type ComponentSpec } from '../keys.ts';

export const REPLICATING_SELECTOR = component({
  kind: 'selector', type: 'replicating', classes: ['org.apache.flume.channel.ReplicatingChannelSelector'],
  keys: { optional: list('space') },
});

export const DEFAULT_PROCESSOR = component({
  kind: 'processor', type: 'default', classes: ['org.apache.flume.sink.DefaultSinkProcessor'], keys: {},
});

export const BETWEEN_SPECS: readonly ComponentSpec[] = [REPLICATING_SELECTOR, DEFAULT_PROCESSOR];
