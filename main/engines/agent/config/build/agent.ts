// One agent from its raw form: what of it can run (FlumeConfiguration.AgentConfiguration and AbstractConfigurationProvider).
import type { AgentConfig } from '../agent-config.ts';
import type { Build } from './build.ts';
import { buildChannels, type BuiltChannel } from './channels.ts';
import { buildGroups, buildSinks } from './sinks.ts';
import { buildSources } from './sources.ts';

/** Null where nothing of it can run; told. */
export async function buildAgent(build: Build): Promise<AgentConfig | null> {
  const { raw, agent, lints, errors } = build;
  const at = raw.lists.channels ?? raw.lists.sources ?? raw.lists.sinks ?? null;
  const channels = await buildChannels(build);
  if (channels.active.size === 0) {
    errors.add(agent, 'channels', 'PROPERTY_VALUE_NULL');
    errors.add(agent, '', 'AGENT_CONFIGURATION_INVALID');
    lints.add('CHANNELS_NONE', at, { agent }, { agent });
    return null;
  }
  const sources = await buildSources(build, channels);
  const sinks = await buildSinks(build, channels);
  const { groups, gone } = buildGroups(build, sinks);
  if (sources.active.size === 0 && sinks.active.size === 0) {
    errors.add(agent, 'sources', 'PROPERTY_VALUE_NULL');
    errors.add(agent, 'sinks', 'PROPERTY_VALUE_NULL');
    errors.add(agent, '', 'AGENT_CONFIGURATION_INVALID');
  }
  const running = new Map([...sinks.running].filter(([name]) => !gone.has(name)));
  if (sources.running.size === 0 && running.size === 0) lints.add('NOTHING_RUNS', at, { agent }, { agent });
  if (build.failed || sources.running.size === 0 && running.size === 0) return null;
  return {
    name: agent, channels: connected(build, channels.running, new Set([...sources.running.values()].flatMap((source) => source.channels)), new Set([...sinks.running.values()].map((sink) => sink.channel))),
    sources: sources.running, sinks: running, groups, settings: raw.settings,
  };
}

/** Channels that something is connected to. */
function connected(build: Build, channels: ReadonlyMap<string, BuiltChannel>, filled: ReadonlySet<string>, drained: ReadonlySet<string>): Map<string, BuiltChannel> {
  const used = new Map<string, BuiltChannel>();
  for (const [name, channel] of channels) {
    const at = channel.listed.properties.get('type') ?? channel.listed.at;
    const { label, whose } = channel.listed;
    // a channel that is a topic of a broker has its other side elsewhere
    const shared = channel.spec.type.toLowerCase().includes('kafka');
    if (!filled.has(name) && !drained.has(name)) { build.lints.add('CHANNEL_UNUSED', at, whose, { channel: label }); continue; }
    if (!drained.has(name) && !shared) build.lints.add('CHANNEL_NO_SINK', at, whose, { channel: label });
    if (!filled.has(name) && !shared) build.lints.add('CHANNEL_NO_SOURCE', at, whose, { channel: label });
    used.set(name, channel);
  }
  return used;
}
