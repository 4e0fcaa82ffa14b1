// What makes the types of preload/contract/agent/specs/channels.ts.
import type { Family } from './family.ts';

export const CHANNELS: Family = {
  channels: {
    file: async () => (await import('../channels/file/file-channel-config.ts')).fileChannel,
    memory: async () => (await import('../channels/memory.ts')).memoryChannel,
    SPILLABLEMEMORY: async () => (await import('../channels/spillable.ts')).spillableChannel,
    jdbc: async () => (await import('../channels/jdbc.ts')).jdbcChannel,
    'org.apache.flume.channel.PseudoTxnMemoryChannel': async () => (await import('../channels/pseudo.ts')).pseudoChannel,
  },
};
