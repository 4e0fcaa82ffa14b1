// Makes every component of a configuration without starting any: what a value alone cannot tell (a regular expression, a file of keys, a class) is found before the deploy.
import type { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { create, type Context, type ProcessorContext } from '../components/factory.ts';
import { channelFactory, processorFactory, sinkFactory, sourceFactory } from '../components/registry.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import { channelCounters, sinkCounters, sourceCounters } from '../monitoring/counters.ts';
import type { ComponentId, Say } from '../parts.ts';
import type { AgentPorts } from '../ports.ts';
import { ChannelSlot } from './channel-slot.ts';
import { groupsOf } from './groups.ts';
import { makeBetween } from './source-node.ts';
import { asError } from './voice.ts';

export interface CreationProblem { readonly component: ComponentId; readonly error: SluiceError }

const SILENT: Say = { problem: () => {}, note: () => {}, failed: () => {} };

export async function checkCreation(config: AgentConfig, ports: AgentPorts): Promise<readonly CreationProblem[]> {
  const problems: CreationProblem[] = [];
  const check = async (component: ComponentId, make: () => Promise<unknown>): Promise<void> => {
    try {
      await make();
    } catch (error) {
      problems.push({ component, error: asError(error) });
    }
  };
  const context = (plural: string, name: string): Omit<Context, 'properties'> => ({ name: `${config.name}.${plural}.${name}`, agent: config.name, ports, say: SILENT });
  for (const part of config.channels.values()) {
    await check({ kind: 'channel', name: part.name }, async () => create(await channelFactory(part.spec), part, { ...context('channels', part.name), properties: part.properties, counters: channelCounters() }));
  }
  for (const part of config.sinks.values()) {
    await check({ kind: 'sink', name: part.name }, async () => create(await sinkFactory(part.spec), part, { ...context('sinks', part.name), properties: part.properties, counters: sinkCounters(), deadLetters: null }));
  }
  for (const { name, isGroup, processor, sinks } of groupsOf(config).filter((group) => group.isGroup)) {
    const idle = { start: async (): Promise<void> => {}, stop: async (): Promise<void> => {}, process: async (): Promise<'backoff'> => 'backoff' };
    await check({ kind: isGroup ? 'sinkgroup' : 'sink', name }, async () => create(await processorFactory(processor.spec), processor,
      { ...context('sinkgroups', name), properties: processor.properties, sinks: sinks.map((sink) => ({ name: sink, sink: idle })) } satisfies ProcessorContext));
  }
  for (const part of config.sources.values()) {
    await check({ kind: 'source', name: part.name }, async () => {
      const around = context('sources', part.name);
      const { interceptors } = await makeBetween(part, around, part.channels.map((name) => new ChannelSlot(name)));
      for (const interceptor of interceptors) interceptor.close?.();
      const processor = { most: 100, process: async (): Promise<void> => {} };
      await create(await sourceFactory(part.spec), part, { ...around, properties: part.properties, processor, counters: sourceCounters() });
    });
  }
  return problems;
}
