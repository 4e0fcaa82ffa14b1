// Types of the agent: memory, file, spillable, jdbc. Keys and defaults as Flume 1.11 has them in its code.
import { component, number, type ComponentSpec } from '../keys.ts';

export const MEMORY_CHANNEL = component({
  kind: 'channel', type: 'memory', classes: ['org.apache.flume.channel.MemoryChannel'],
  keys: {
    capacity: number({ default: 100, min: 1, unit: 'events' }),
    transactionCapacity: number({ default: 100, min: 1, unit: 'events' }),
    'keep-alive': number({ default: 3, unit: 's' }),
    /** Null: 80 % of the heap that the process may have. */
    byteCapacity: number({ max: Number.MAX_SAFE_INTEGER, unit: 'bytes' }),
    byteCapacityBufferPercentage: number({ default: 20, max: 100, unit: 'percent' }),
  },
});

export const CHANNELS_SPECS: readonly ComponentSpec[] = [MEMORY_CHANNEL];
