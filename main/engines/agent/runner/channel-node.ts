// A channel of a running agent. A durable one is opened anew after a failure; one in memory is the same as long as its events are in it.
import { create, type ChannelContext, type Context } from '../components/factory.ts';
import { channelFactory } from '../components/registry.ts';
import type { PartConfig } from '../config/agent-config.ts';
import { channelCounters, type ChannelCounters } from '../monitoring/counters.ts';
import type { Channel } from '../parts.ts';
import { ChannelSlot } from './channel-slot.ts';
import { Life } from './life.ts';
import { endCounting, startCounting } from './start-time.ts';
import type { Voice } from './voice.ts';

/** A checkpoint of many events may take its time. */
const STOP_MS = 60_000;

export class ChannelNode {
  readonly config: PartConfig;
  readonly voice: Voice;
  readonly counters: ChannelCounters;
  readonly slot: ChannelSlot;
  readonly life: Life<Channel>;
  private kept: Channel | null = null;

  /**
   * @param before the node that this one comes after: its slot and counters go on.
   * @param adopt the channel itself goes on too.
   */
  constructor(config: PartConfig, context: Omit<Context, 'properties'>, voice: Voice, retryMs: number, before: ChannelNode | null = null, adopt = false) {
    if (adopt) this.kept = before?.kept ?? null;
    this.config = config;
    this.voice = voice;
    this.counters = before?.counters ?? channelCounters();
    this.slot = before?.slot ?? new ChannelSlot(config.name);
    this.life = new Life<Channel>({
      voice, retryMs, stopMs: STOP_MS,
      create: async () => {
        if (this.kept && !this.kept.durable) return this.kept;
        this.kept = await create<ChannelContext, Channel>(await channelFactory(config.spec), config, { ...context, properties: config.properties, counters: this.counters });
        return this.kept;
      },
      changed: (channel) => {
        if (channel) startCounting(this.counters, context.ports.clock);
        else endCounting(this.counters, context.ports.clock);
        this.slot.fill(channel);
      },
    });
  }

  /** The channel itself, to move its events; null when it never came to be. */
  get channel(): Channel | null { return this.kept; }
}
