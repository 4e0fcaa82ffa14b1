// A running agent as the desk has it: started from its text, reloaded by another, fed by a person.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { chooseAgent } from '../config/choose-agent.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import { loadConfiguration, type LoadedConfiguration } from '../config/load.ts';
import type { Event } from '../event/event.ts';
import type { Channel, Say } from '../parts.ts';
import type { AgentPorts } from '../ports.ts';
import { startAgent, type RunningAgent } from '../runner/agent.ts';
import { SelectingProcessor } from '../runner/channel-processor.ts';
import type { Edge } from '../runner/edge.ts';
import { makeBetween } from '../runner/source-node.ts';
import type { AgentSpec } from '../api.ts';
import type { DeskAgent } from './agents.ts';

/** As the text is named in errors and lints. */
export const FILE = 'flume-conf.properties';

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly vault: ((key: string) => Promise<string | null>) | null;
}

export function loadText(text: string, { env, vault }: Surroundings): Promise<LoadedConfiguration> {
  return loadConfiguration({ files: [{ name: FILE, bytes: Buffer.from(text, 'utf8'), utf8: true }], mode: 'helpful', env, systemProperties: {}, now: Date.now(), vault });
}

/** AGENT_NO_AGENT, AGENT_NOTHING_RUNS. */
export async function configOf({ text, agent }: Pick<AgentSpec, 'text' | 'agent'>, around: Surroundings): Promise<AgentConfig> {
  return chooseAgent(await loadText(text, around), agent, 'helpful', FILE).agent;
}

export interface StartedAgent extends DeskAgent {
  readonly running: RunningAgent;
}

export async function startFromText(spec: AgentSpec, ports: AgentPorts, around: Surroundings): Promise<StartedAgent> {
  const running = await startAgent(await configOf(spec, around), ports);
  return {
    running,
    status: () => running.status(),
    watch: (edge, watcher) => {
      if (!running.edges.some(({ id }) => id === edge)) throw SluiceError.of('PIPELINE_EDIT', { component: edge, reason: 'nothing like it runs' });
      return running.watch(edge, watcher);
    },
    reload: async (next) => {
      const { refused } = await running.reload(await configOf(next, around));
      if (refused) throw refused;
    },
    inject: (source, events) => inject(running, source, events),
    stop: () => running.stop(),
  };
}

const QUIET: Say = { problem: () => {}, note: () => {}, failed: () => {} };

/** Through the interceptors and the selector of the source, made for it alone, into its channels. */
export async function inject(agent: RunningAgent, name: string, events: readonly Event[]): Promise<void> {
  const node = agent.sources.get(name);
  if (!node) throw SluiceError.of('PIPELINE_EDIT', { component: name, reason: 'no such source runs' });
  const channels: Channel[] = node.config.channels.flatMap((channel) => agent.channels.get(channel)?.slot ?? []);
  const { interceptors, selector } = await makeBetween(node.config, { name: `${agent.name}.sources.${name}`, agent: agent.name, ports: agent.ports, say: QUIET }, channels);
  try {
    const edges = new Map<Channel, Edge | undefined>(channels.map((channel, i) => [channel, node.edges[i]]));
    const processor = new SelectingProcessor({ interceptors, selector, channels, say: QUIET, passed: (channel, passed) => { edges.get(channel)?.passed(passed); } });
    for (let at = 0; at < events.length; at += processor.most) await processor.process(events.slice(at, at + processor.most));
  } finally {
    for (const interceptor of interceptors) interceptor.close?.();
  }
}
