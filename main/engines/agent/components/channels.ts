// What makes the types of preload/contract/agent/specs/channels.ts.
import type { Family } from './family.ts';

export const CHANNELS: Family = {
  channels: {
    memory: async () => (await import('../channels/memory.ts')).memoryChannel,
  },
};
