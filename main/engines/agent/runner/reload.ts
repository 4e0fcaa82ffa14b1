// A new configuration for a running agent: what changed is stopped and started again, events in memory go along, and what does not work is undone.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import { MemoryChannel } from '../channels/memory.ts';
import type { Event } from '../event/event.ts';
import type { Channel } from '../parts.ts';
import type { RunningAgent } from './agent.ts';
import type { ChannelNode } from './channel-node.ts';
import { diffAgents, type AgentChange, type AgentDiff } from './diff.ts';
import { asError } from './voice.ts';

export interface Reloaded {
  readonly changes: readonly AgentChange[];
  /** Why the former configuration runs on; null where the new one does. */
  readonly refused: SluiceError | null;
}

/** Never rejects. */
export async function reloadAgent(agent: RunningAgent, next: AgentConfig): Promise<Reloaded> {
  const before = agent.config;
  const diff = diffAgents(before, next);
  if (agent.ending.aborted || diff.changes.every(({ change, restarts }) => change === 'kept' && !restarts)) {
    if (!agent.ending.aborted) agent.adopt(next);
    return { changes: diff.changes, refused: null };
  }
  if (next.sources.size === 0 && next.sinks.size === 0) return { changes: diff.changes, refused: SluiceError.of('AGENT_NOTHING_RUNS', { agent: next.name, file: '' }) };
  const ill = new Set(failures(agent).map(({ id }) => id));
  const leaving = await stopOld(agent, diff);
  agent.adopt(next);
  const moved = new Set<string>();
  let refused: SluiceError | null;
  try {
    await agent.startChannels(diff.channels.start, (name) => handOver(leaving, name));
    for (const name of moveAll(agent, leaving)) moved.add(name);
    await agent.startEnds(diff.groups.start, diff.sources.start);
    refused = failures(agent).find(({ id }) => isOf(diff, id) && !ill.has(id))?.error ?? null;
  } catch (error) {
    refused = asError(error);
  }
  if (refused === null || agent.ending.aborted) {
    await putAside(agent, leaving, next);
    return { changes: diff.changes, refused: null };
  }
  await undo(agent, before, diff, leaving, moved);
  return { changes: diff.changes, refused };
}

/** By name, the channels that were stopped. */
type Leaving = ReadonlyMap<string, ChannelNode>;

async function stopOld(agent: RunningAgent, { sources, groups, channels }: AgentDiff): Promise<Leaving> {
  await agent.stopSources(sources.stop);
  const leaving = new Map([...channels.stop].flatMap((name) => {
    const node = agent.channels.get(name);
    return node ? [[name, node] as const] : [];
  }));
  await agent.drain([...leaving.values()].filter(({ config: { name }, channel }) => !channels.start.has(name) || !(channel instanceof MemoryChannel)));
  await agent.stopGroups(groups.stop);
  await agent.stopChannels(channels.stop);
  return leaving;
}

/** Of a channel that is of the same type as before, slot and counters go on. */
function handOver(leaving: Leaving, name: string): { readonly node: ChannelNode; readonly adopt: boolean } | null {
  const node = leaving.get(name);
  return node ? { node, adopt: false } : null;
}

/** Events in memory, and the marks of their sources, go from each channel into the one of the same name and type that came in its place. AGENT_CHANNEL_FULL when that has no room. */
function moveAll(agent: RunningAgent, leaving: Leaving): readonly string[] {
  const moved: string[] = [];
  for (const [name, { channel: from }] of leaving) {
    const to = agent.channels.get(name)?.channel;
    if (!(from instanceof MemoryChannel) || !(to instanceof MemoryChannel)) continue;
    if (!to.takeOver(from)) throw SluiceError.of('AGENT_CHANNEL_FULL', { channel: name, capacity: to.capacity });
    moved.push(name);
  }
  return moved;
}

/** What is left in memory of channels that the new configuration does not have, or has as another type. */
async function putAside(agent: RunningAgent, leaving: Leaving, next: AgentConfig): Promise<void> {
  for (const [name, { channel, config, voice }] of leaving) {
    if (!(channel instanceof MemoryChannel) || channel.size === 0) continue;
    const reason = next.channels.has(name) ? `the channel became one of type ${next.channels.get(name)?.spec.type}, before ${config.spec.type}` : 'the configuration no longer has the channel';
    await keepAside(agent, { channel, config, voice }, reason);
  }
}

async function keepAside(agent: RunningAgent, { channel, config, voice }: Pick<ChannelNode, 'channel' | 'config' | 'voice'>, reason: string): Promise<void> {
  const { letters } = agent;
  const count = channel?.size ?? 0;
  const isKept = channel !== null && letters !== null
    && await emptyInto(channel, (events) => letters.add(`${agent.name}.channels.${config.name}`, events.map((event) => ({ event, reason })))).then(() => true, () => false);
  voice.note(isKept ? `${count} events are among the dead letters: ${reason}` : `${count} events are gone: ${reason}`);
}

async function emptyInto(channel: Channel, keep: (events: readonly Event[]) => Promise<void>): Promise<void> {
  while (channel.size > 0) {
    const transaction = channel.begin();
    transaction.begin();
    try {
      const events = await transaction.take(channel.transactionCapacity);
      await keep(events);
      await transaction.commit();
      if (events.length === 0) return;
    } catch (error) {
      await transaction.rollback();
      throw error;
    } finally {
      transaction.close();
    }
  }
}

/** Everything that was started for the new configuration is stopped, and what ran before is started again, with the events that came meanwhile. */
async function undo(agent: RunningAgent, before: AgentConfig, { sources, groups, channels }: AgentDiff, leaving: Leaving, moved: ReadonlySet<string>): Promise<void> {
  await agent.stopSources(sources.start);
  await agent.stopGroups(groups.start);
  const came = new Map([...channels.start].flatMap((name) => {
    const node = agent.channels.get(name);
    return node ? [[name, node] as const] : [];
  }));
  await agent.stopChannels(channels.start);
  agent.adopt(before);
  for (const name of moved) {
    const [channel, back] = [leaving.get(name)?.channel, came.get(name)?.channel];
    // what came meanwhile may not fit: it has been acknowledged, and goes to the dead letters
    if (channel instanceof MemoryChannel && back instanceof MemoryChannel && !channel.takeOver(back)) await keepAside(agent, came.get(name) as ChannelNode, 'the configuration was undone, and the channel had no room for them');
  }
  await agent.startChannels(channels.stop, (name) => {
    const node = leaving.get(name);
    return node ? { node, adopt: true } : null;
  });
  await agent.startEnds(groups.stop, sources.stop);
}

interface Failed { readonly id: string; readonly error: SluiceError }

function failures(agent: RunningAgent): readonly Failed[] {
  const voices = [...[...agent.channels.values()].map(({ voice }) => voice), ...agent.sinks.map(({ voice }) => voice), ...[...agent.groups.values()].map(({ voice }) => voice), ...[...agent.sources.values()].map(({ voice }) => voice)];
  return voices.flatMap(({ id, state, error }) => (state === 'failed' && error ? [{ id: `${id.kind} ${id.name}`, error }] : []));
}

/** Whether the component is of those that were started for the new configuration. */
function isOf({ changes }: AgentDiff, id: string): boolean {
  return changes.some(({ kind, name, change, restarts }) => `${kind} ${name}` === id && (change === 'added' || change === 'changed' || restarts));
}
