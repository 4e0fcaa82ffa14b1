// Sample events through the parts of an agent that change or route them, without a channel, a sink or a far side: what stands before and after each part.
import { toErrorInfo, type SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { ErrorInfo } from '../../../../preload/contract/errors.ts';
import { create, type Context, type SelectorContext } from '../components/factory.ts';
import { interceptorFactory, selectorFactory } from '../components/registry.ts';
import type { AgentConfig, PartConfig } from '../config/agent-config.ts';
import type { Event } from '../event/event.ts';
import type { Channel, Say, Transaction } from '../parts.ts';
import type { AgentPorts } from '../ports.ts';
import { ChannelSlot } from '../runner/channel-slot.ts';
import { groupsOf } from '../runner/groups.ts';

export interface DryStep {
  readonly kind: 'interceptor' | 'selector';
  readonly name: string;
  readonly type: string;
  readonly before: readonly Event[];
  readonly after: readonly Event[];
  /** It refused the batch: nothing follows. */
  readonly error: ErrorInfo | null;
}

export interface DryRoute { readonly channel: string; readonly optional: boolean; readonly events: readonly Event[] }

export interface DryRun {
  readonly steps: readonly DryStep[];
  readonly routes: readonly DryRoute[];
  /** What each sink would be given; of a group with several sinks each is given all, since any of them may take it. */
  readonly sinks: ReadonlyMap<string, readonly Event[]>;
}

const SILENT: Say = { problem: () => {}, note: () => {}, failed: () => {} };

/** Never rejects for what a part says; it stands in its step. */
export async function dryRun(config: AgentConfig, source: string, events: readonly Event[], ports: AgentPorts): Promise<DryRun> {
  const part = config.sources.get(source);
  if (!part) throw new Error(`there is no source ${source}`);
  const context: Omit<Context, 'properties'> = { name: `${config.name}.sources.${source}`, agent: config.name, ports, say: SILENT };
  const steps: DryStep[] = [];
  let batch: readonly Event[] = events;
  for (const interceptor of part.interceptors) {
    const before = batch;
    const step = { kind: 'interceptor' as const, name: interceptor.name, type: interceptor.spec.type, before };
    const result = await intercept(interceptor, before, context);
    if (result.error) return { steps: [...steps, { ...step, after: [], error: result.error }], routes: [], sinks: new Map() };
    batch = result.events;
    steps.push({ ...step, after: batch, error: null });
  }
  const selected = await select(part.selector, part.channels, batch, context);
  if (part.selector.spec.type !== 'replicating' || selected.error) {
    steps.push({ kind: 'selector', name: 'selector', type: part.selector.spec.type, before: batch, after: selected.error ? [] : batch, error: selected.error });
  }
  return { steps, routes: selected.routes, sinks: sinksOf(config, selected.routes) };
}

async function intercept(part: PartConfig, events: readonly Event[], context: Omit<Context, 'properties'>): Promise<{ readonly events: readonly Event[]; readonly error: ErrorInfo | null }> {
  try {
    const made = await create(await interceptorFactory(part.spec), part, { ...context, name: `${context.name}.interceptors.${part.name}`, properties: part.properties });
    try {
      return { events: await made.intercept(events), error: null };
    } finally {
      made.close?.();
    }
  } catch (error) {
    return { events: [], error: toErrorInfo(error as SluiceError) };
  }
}

async function select(part: PartConfig, names: readonly string[], events: readonly Event[], context: Omit<Context, 'properties'>): Promise<{ readonly routes: readonly DryRoute[]; readonly error: ErrorInfo | null }> {
  try {
    const channels = names.map((name) => new NoChannel(name));
    const selector = await create(await selectorFactory(part.spec), part, { ...context, name: `${context.name}.selector`, properties: part.properties, channels } satisfies SelectorContext);
    const found = new Map<string, { channel: string; optional: boolean; events: Event[] }>();
    const add = (channel: Channel, optional: boolean, event: Event): void => {
      const key = `${channel.name} ${optional}`;
      const route = found.get(key) ?? { channel: channel.name, optional, events: [] };
      route.events.push(event);
      found.set(key, route);
    };
    for (const event of events) {
      const { required, optional } = selector.fixed ?? selector.route(event);
      for (const channel of required) add(channel, false, event);
      for (const channel of optional) add(channel, true, event);
    }
    return { routes: [...found.values()], error: null };
  } catch (error) {
    return { routes: [], error: toErrorInfo(error as SluiceError) };
  }
}

function sinksOf(config: AgentConfig, routes: readonly DryRoute[]): ReadonlyMap<string, readonly Event[]> {
  const given = new Map<string, readonly Event[]>();
  for (const { sinks } of groupsOf(config)) {
    for (const sink of sinks) {
      const channel = config.sinks.get(sink)?.channel;
      given.set(sink, routes.filter((route) => route.channel === channel).flatMap(({ events }) => events));
    }
  }
  return given;
}

/** A channel of which only the name is asked. */
class NoChannel extends ChannelSlot {
  override begin(): Transaction { throw new Error('nothing is put into the channel of a dry run'); }
}
