// A sample through the interceptors and the selector of one source, with what each step made of it. Sinks are not called, and channels keep nothing.
import type { DryRun } from '../../../../preload/contract/pipelines.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { MemoryChannel } from '../channels/memory.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import type { Event } from '../event/event.ts';
import { channelCounters } from '../monitoring/counters.ts';
import type { Channel, Route, Say } from '../parts.ts';
import type { AgentPorts } from '../ports.ts';
import { makeBetween } from '../runner/source-node.ts';
import { asError } from '../runner/voice.ts';
import { draftOf } from './shown.ts';

const QUIET: Say = { problem: () => {}, note: () => {}, failed: () => {} };

/** AGENT_KEY for an interceptor that cannot be made; what one throws for an event stands in its step. */
export async function dryRun(config: AgentConfig, name: string, events: readonly Event[], ports: AgentPorts): Promise<DryRun> {
  const source = config.sources.get(name);
  if (!source) throw SluiceError.of('PIPELINE_EDIT', { component: name, reason: 'it cannot run as it is written' });
  // stand-ins: a selector only needs to tell them apart
  const channels = source.channels.map((channel): Channel => new MemoryChannel({ name: channel, capacity: 1, transactionCapacity: 1, keepAliveMs: 0, byteCapacity: 1, counters: channelCounters() }));
  const { interceptors, selector } = await makeBetween(source, { name: `${config.name}.sources.${name}`, agent: config.name, ports, say: QUIET }, channels);
  const steps: DryRun['steps'] = [];
  let now = events;
  try {
    for (const [index, interceptor] of interceptors.entries()) {
      const part = source.interceptors[index];
      const step = { kind: 'interceptor' as const, name: part?.name ?? '', type: part?.spec.type ?? '', before: now.map(draftOf) };
      try {
        now = await interceptor.intercept(now);
        steps.push({ ...step, after: now.map(draftOf), error: null });
      } catch (error) {
        steps.push({ ...step, after: [], error: asError(error).toInfo() });
        return { steps, routes: [] };
      }
    }
    const shares = new Map<string, { channel: string; optional: boolean; events: ReturnType<typeof draftOf>[] }>();
    const goes = (channel: Channel, optional: boolean, event: Event): void => {
      const share = shares.get(channel.name) ?? { channel: channel.name, optional, events: [] };
      share.events.push(draftOf(event));
      shares.set(channel.name, share);
    };
    for (const event of now) {
      const { required, optional }: Route = selector.fixed ?? selector.route(event);
      for (const channel of required) goes(channel, false, event);
      for (const channel of optional) goes(channel, true, event);
    }
    return { steps, routes: [...shares.values()] };
  } finally {
    for (const interceptor of interceptors) interceptor.close?.();
  }
}
