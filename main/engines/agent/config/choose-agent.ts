// Which agent of a configuration runs: the one that is named, or, in helpful mode, the only one there is.
import type { AgentLint } from '../../../../preload/contract/agent/lints.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { AgentConfig } from './agent-config.ts';
import { Lints, type Mode } from './lint/lints.ts';
import type { LoadedConfiguration } from './load.ts';

export interface Chosen {
  readonly agent: AgentConfig;
  /** That another one was taken; empty where it was not. */
  readonly lints: readonly AgentLint[];
}

/** @param files as they are shown. Throws AGENT_NO_AGENT, AGENT_NOTHING_RUNS. */
export function chooseAgent(loaded: LoadedConfiguration, name: string, mode: Mode, files: string): Chosen {
  const agent = loaded.agents.get(name);
  if (agent) return { agent, lints: [] };
  if (loaded.defined.includes(name)) throw SluiceError.of('AGENT_NOTHING_RUNS', { agent: name, file: files });
  const [only] = loaded.agents.values();
  if (mode === 'helpful' && only && loaded.defined.length === 1) {
    const lints = new Lints(mode);
    lints.add('AGENT_OTHER_NAME', null, { agent: only.name }, { name, taken: only.name });
    return { agent: only, lints: lints.inOrder([]) };
  }
  if (mode === 'helpful' && loaded.defined.length === 1) throw SluiceError.of('AGENT_NOTHING_RUNS', { agent: loaded.defined[0] as string, file: files });
  throw SluiceError.of('AGENT_NO_AGENT', { name, file: files, defined: loaded.defined.join(', ') });
}
