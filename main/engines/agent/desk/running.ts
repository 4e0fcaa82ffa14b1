// A running agent as the desk has it: started from its text, reloaded by another, fed by a person.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { inject } from '../beyond/send-again.ts';
import { chooseAgent } from '../config/choose-agent.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import { loadConfiguration, type LoadedConfiguration } from '../config/load.ts';
import type { AgentPorts } from '../ports.ts';
import { startAgent, type RunningAgent } from '../runner/agent.ts';
import type { AgentSpec } from '../api.ts';
import type { DeskAgent } from './agents.ts';

/** As the text is named in errors and lints. */
export const FILE = 'flume-conf.properties';

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly vault: ((key: string) => Promise<string | null>) | null;
}

/** @param onlyLook the text may be anyone's: no filter of it runs a program */
export function loadText(text: string, { env, vault }: Surroundings, onlyLook = true): Promise<LoadedConfiguration> {
  return loadConfiguration({ files: [{ name: FILE, bytes: Buffer.from(text, 'utf8'), utf8: true }], mode: 'helpful', env, systemProperties: {}, now: Date.now(), vault, onlyLook });
}

/** AGENT_NO_AGENT, AGENT_NOTHING_RUNS. */
export async function configOf({ text, agent }: Pick<AgentSpec, 'text' | 'agent'>, around: Surroundings): Promise<AgentConfig> {
  return chooseAgent(await loadText(text, around, false), agent, 'helpful', FILE).agent;
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
