// Everything there is to say about a configuration before it runs: its lints, and what the components themselves refuse when they are made. Nothing is started.
import { SluiceError, toErrorInfo } from '../../../../preload/contract/sluice-error.ts';
import type { ErrorInfo } from '../../../../preload/contract/errors.ts';
import type { AgentLint } from '../../../../preload/contract/agent/lints.ts';
import type { AgentConfig } from './agent-config.ts';
import { chooseAgent } from './choose-agent.ts';
import { Lints } from './lint/lints.ts';
import { loadConfiguration, type LoadedConfiguration, type LoadOptions } from './load.ts';

/** A component that its own factory refuses: AGENT_KEY and the like. */
export interface Refusal { readonly component: string; readonly node: string; readonly error: ErrorInfo }

export interface Validated {
  readonly loaded: LoadedConfiguration;
  /** The agent that would run; null where none is named, or there is no such one. */
  readonly agent: AgentConfig | null;
  /** Of the agent that would run, or of all where none is named. */
  readonly lints: readonly AgentLint[];
  readonly refusals: readonly Refusal[];
  /** No error among them. */
  readonly sound: boolean;
}

export interface ValidateOptions extends LoadOptions {
  /** Null: every agent of the files is looked at. */
  readonly name: string | null;
  /** Makes each component of the agent and throws it away; answers those that are refused. */
  readonly tryToMake: ((agent: AgentConfig) => Promise<readonly Refusal[]>) | null;
}

/** Never rejects for what is wrong in the configuration. */
export async function validate(options: ValidateOptions): Promise<Validated> {
  const loaded = await loadConfiguration(options);
  const { agent, lints } = pick(loaded, options);
  const refusals: Refusal[] = [];
  for (const config of agent ? [agent] : options.name === null ? loaded.agents.values() : []) refusals.push(...(await options.tryToMake?.(config)) ?? []);
  return { loaded, agent, lints, refusals, sound: refusals.length === 0 && lints.every(({ severity }) => severity !== 'error') };
}

function pick(loaded: LoadedConfiguration, { name, mode, files }: ValidateOptions): { readonly agent: AgentConfig | null; readonly lints: readonly AgentLint[] } {
  if (name === null) return { agent: null, lints: loaded.lints };
  try {
    const chosen = chooseAgent(loaded, name, mode, files.map((file) => file.name).join(', '));
    return { agent: chosen.agent, lints: [...chosen.lints, ...ofAgent(loaded.lints, chosen.agent.name)] };
  } catch (error) {
    const { code, params } = error instanceof SluiceError ? error : toErrorInfo(error);
    // what keeps it from running is among its own lints
    if (code === 'AGENT_NOTHING_RUNS') return { agent: null, lints: ofAgent(loaded.lints, String(params['agent'])) };
    const told = new Lints(mode);
    told.add('AGENT_NOT_THERE', null, {}, { name, defined: loaded.defined.join(', ') });
    return { agent: null, lints: [...told.inOrder([]), ...loaded.lints] };
  }
}

const ofAgent = (lints: readonly AgentLint[], name: string): AgentLint[] => lints.filter(({ agent }) => agent === null || agent === name);
