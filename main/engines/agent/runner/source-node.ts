// A source of a running agent, with its interceptors and its selector. It works while all its channels do for the first time.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { create, type Context, type SelectorContext, type SourceContext } from '../components/factory.ts';
import { interceptorFactory, selectorFactory, sourceFactory } from '../components/registry.ts';
import type { SourceConfig } from '../config/agent-config.ts';
import { sourceCounters, type SourceCounters } from '../monitoring/counters.ts';
import type { Channel, Selector, Source } from '../parts.ts';
import { SelectingProcessor, type NamedInterceptor, type SetAside } from './channel-processor.ts';
import type { ChannelNode } from './channel-node.ts';
import { Edge } from './edge.ts';
import { Life } from './life.ts';
import { pollWaits, runSource } from './source-runner.ts';
import { endCounting, startCounting } from './start-time.ts';
import type { Voice } from './voice.ts';

export interface SourceSurroundings {
  readonly context: Omit<Context, 'properties'>;
  readonly channels: readonly ChannelNode[];
  readonly retryMs: number;
  /** Where the interceptors' refused events go; null: they fail the batch. */
  readonly setAside: SetAside | null;
}

export class SourceNode {
  readonly config: SourceConfig;
  readonly voice: Voice;
  readonly counters: SourceCounters = sourceCounters();
  /** In the order of the channels. */
  readonly edges: readonly Edge[];
  readonly life: Life<Source>;
  private readonly around: SourceSurroundings;
  private interceptors: readonly NamedInterceptor[] = [];
  private processor: SelectingProcessor | null = null;

  constructor(config: SourceConfig, voice: Voice, around: SourceSurroundings) {
    this.config = config;
    this.voice = voice;
    this.around = around;
    this.edges = around.channels.map(({ voice: { id } }) => new Edge(voice.id, id));
    const waits = pollWaits(config.properties);
    const slots = around.channels.map(({ slot }) => slot);
    this.life = new Life<Source>({
      voice, retryMs: around.retryMs,
      create: () => this.make(),
      work: async (source, signal) => {
        const { poll } = source;
        if (poll) await runSource({ poll: (ended) => poll.call(source, ended) }, slots, waits, voice, signal);
      },
      changed: (source) => {
        if (source) startCounting(this.counters, around.context.ports.clock);
        else endCounting(this.counters, around.context.ports.clock);
      },
    });
  }

  async end(): Promise<void> {
    await this.life.end();
    this.closeInterceptors();
  }

  /** What the source itself hands its events to; null before its first start. */
  get intake(): SelectingProcessor | null { return this.life.part ? this.processor : null; }

  private async make(): Promise<Source> {
    const { config, around: { context, channels, setAside } } = this;
    const down = channels.find(({ slot }) => !slot.isUp);
    if (down) throw SluiceError.of('AGENT_CHANNEL_STOPPED', { channel: down.config.name }, down.voice.error ?? undefined);
    this.closeInterceptors();
    const { interceptors, selector } = await makeBetween(config, context, channels.map(({ slot }) => slot));
    this.interceptors = interceptors;
    const edges = new Map<Channel, Edge>(channels.map(({ slot }, i) => [slot, this.edges[i] as Edge]));
    const processor = new SelectingProcessor({
      interceptors, selector, channels: [...edges.keys()], say: context.say, setAside,
      passed: (channel, events) => { edges.get(channel)?.passed(events); },
    });
    this.processor = processor;
    return create<SourceContext, Source>(await sourceFactory(config.spec), config, { ...context, properties: config.properties, processor, counters: this.counters });
  }

  private closeInterceptors(): void {
    for (const interceptor of this.interceptors) interceptor.close?.();
    this.interceptors = [];
  }
}

/** What stands between a source and its channels. */
export async function makeBetween(config: SourceConfig, context: Omit<Context, 'properties'>, channels: readonly Channel[]): Promise<{ readonly interceptors: readonly NamedInterceptor[]; readonly selector: Selector }> {
  const interceptors: NamedInterceptor[] = [];
  try {
    for (const part of config.interceptors) {
      const made = await create(await interceptorFactory(part.spec), part, { ...context, name: `${context.name}.interceptors.${part.name}`, properties: part.properties });
      interceptors.push({ name: part.name, intercept: (events) => made.intercept(events), close: () => made.close?.() });
    }
    const selector = await create<SelectorContext, Selector>(await selectorFactory(config.selector.spec), config.selector, { ...context, name: `${context.name}.selector`, properties: config.selector.properties, channels });
    return { interceptors, selector };
  } catch (error) {
    for (const interceptor of interceptors) interceptor.close?.();
    throw error;
  }
}
