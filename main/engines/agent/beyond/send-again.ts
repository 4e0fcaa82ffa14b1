// Events put into a running agent by hand: samples into a source, dead letters back where they came from, what passed an edge once more.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { MemoryChannel } from '../channels/memory.ts';
import type { Event } from '../event/event.ts';
import { channelCounters } from '../monitoring/counters.ts';
import type { Channel } from '../parts.ts';
import type { RunningAgent } from '../runner/agent.ts';
import type { DryRun } from './dry-run.ts';
import type { PassedEvent } from './provenance.ts';

/** Through the interceptors and the selector of the source, as if it had received them. AGENT_NOT_HERE while it does not work, and what its channels say. */
export async function inject(agent: RunningAgent, source: string, events: readonly Event[]): Promise<void> {
  const node = agent.sources.get(source);
  const intake = node?.intake;
  if (!node || !intake) throw away(agent, 'sources', source);
  for (let at = 0; at < events.length; at += intake.most) await intake.process(events.slice(at, at + intake.most));
}

/**
 * Letters of a sink go into its channel again, those of an interceptor to its source, those of a channel into it; each is gone from the box once it is there. `event` takes the
 * place of the one that was refused. Answers how many; ids that are not there are passed over. A crash in between sends one again.
 */
export async function resubmit(agent: RunningAgent, letters: readonly { readonly id: string; readonly event: Event | null }[]): Promise<number> {
  const { letters: box } = agent;
  let count = 0;
  for (const { id, event } of letters) {
    const letter = await box?.read(id);
    if (!box || !letter) continue;
    await deliver(agent, letter.component, event ?? letter.event);
    count += await box.remove([id]);
  }
  return count;
}

function deliver(agent: RunningAgent, component: string, event: Event): Promise<void> {
  const [, kind = '', name = ''] = component.split('.');
  if (kind === 'sources') return inject(agent, name, [event]);
  const channel = kind === 'channels' ? name : agent.sinks.find(({ config }) => config.name === name)?.config.channel;
  return putInto(agent, channel ?? '', [event], component);
}

/** Those that are still kept of the numbers from `first` to `last`; none where nothing is kept of the edge. */
export function passedBetween(agent: RunningAgent, edgeId: string, first: number, last: number): readonly PassedEvent[] {
  const edge = agent.edges.find(({ id }) => id === edgeId);
  return (edge && agent.pastOf(edge)?.between(first, last)) ?? [];
}

/** Sends them along the edge once more: into its channel, or to its sink alone. Answers how many. AGENT_NOT_HERE when the far end does not work; a sink's own error when it refuses. */
export async function replay(agent: RunningAgent, edgeId: string, first: number, last: number): Promise<number> {
  const edge = agent.edges.find(({ id }) => id === edgeId);
  const events = passedBetween(agent, edgeId, first, last).map(({ event }) => event);
  if (!edge || events.length === 0) return 0;
  if (edge.to.kind === 'channel') await putInto(agent, edge.to.name, events, edge.to.name);
  else await sendTo(agent, edge.to.name, events);
  return events.length;
}

/** Where `replay` would bring them, with nothing sent. */
export function dryReplay(agent: RunningAgent, edgeId: string, first: number, last: number): DryRun {
  const edge = agent.edges.find(({ id }) => id === edgeId);
  const events = passedBetween(agent, edgeId, first, last).map(({ event }) => event);
  const { to } = edge ?? { to: { kind: 'sink', name: '' } };
  const sinks = agent.sinks.filter(({ config }) => (to.kind === 'channel' ? config.channel === to.name : config.name === to.name));
  return { steps: [], routes: to.kind === 'channel' ? [{ channel: to.name, optional: false, events }] : [], sinks: new Map(sinks.map(({ config }) => [config.name, events])) };
}

async function putInto(agent: RunningAgent, name: string, events: readonly Event[], whose: string): Promise<void> {
  const slot = agent.channels.get(name)?.slot;
  if (!slot?.isUp) throw SluiceError.of('AGENT_NOT_HERE', { component: whose, what: name === '' ? 'a channel: the sink is no longer in the configuration' : `the channel ${name}` });
  for (let at = 0; at < events.length; at += slot.transactionCapacity) await put(slot, events.slice(at, at + slot.transactionCapacity));
}

async function put(channel: Channel, events: readonly Event[]): Promise<void> {
  const transaction = channel.begin();
  transaction.begin();
  try {
    transaction.put(events);
    await transaction.commit();
  } catch (error) {
    await transaction.rollback();
    throw error;
  } finally {
    transaction.close();
  }
}

/** Between two batches of its own, from a channel that holds nothing else. */
async function sendTo(agent: RunningAgent, name: string, events: readonly Event[]): Promise<void> {
  const group = [...agent.groups.values()].find(({ sinks }) => sinks.some(({ config }) => config.name === name));
  const node = group?.sinks.find(({ config }) => config.name === name);
  if (!group || !node?.life.part) throw away(agent, 'sinks', name);
  await group.runner.between(async () => {
    const sink = node.life.part;
    if (!sink) throw away(agent, 'sinks', name);
    const most = Math.max(events.length, 10_000);
    const own = new MemoryChannel({ name: node.config.channel, capacity: most, transactionCapacity: most, keepAliveMs: 0, byteCapacity: Number.MAX_SAFE_INTEGER, counters: channelCounters() });
    await put(own, events);
    while (own.size > 0 && !agent.ending.aborted) await sink.process(own, agent.ending);
  });
}

const away = (agent: RunningAgent, kind: string, name: string): SluiceError => SluiceError.of('AGENT_NOT_HERE', { component: `${agent.name}.${kind}.${name}`, what: 'it does not work now' });
