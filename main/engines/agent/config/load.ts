// A configuration from the bytes of its files: what of each agent can run, and everything there is to say about it.
import type { AgentLint } from '../../../../preload/contract/agent/lints.ts';
import type { AgentConfig } from './agent-config.ts';
import { buildAgent } from './build/agent.ts';
import { Build } from './build/build.ts';
import { runFilters, type FilterPorts } from './filters.ts';
import { FlumeErrors, type FlumeError } from './flume-errors.ts';
import { hasAnything, readAgents } from './grammar.ts';
import { javaLookups } from './java-lookups.ts';
import { Fixes } from './lint/fixes.ts';
import { Lints, type Mode } from './lint/lints.ts';
import { checkCycles } from './lint/cycles.ts';
import { checkTogether } from './lint/together.ts';
import { resolveReferences, type Lookups } from './references.ts';
import { readFiles, type ConfigFile } from './text/read-files.ts';

export interface LoadOptions extends FilterPorts, Omit<Lookups, 'java'> {
  /** Merged in this order. */
  readonly files: readonly ConfigFile[];
  /** strict: as Flume 1.11 does. helpful: what is one slip away is mended and told. */
  readonly mode: Mode;
  readonly java?: Lookups['java'];
}

export interface LoadedConfiguration {
  /** Those of which something can run. */
  readonly agents: ReadonlyMap<string, AgentConfig>;
  /** Every agent that the files name, in their order. */
  readonly defined: readonly string[];
  readonly lints: readonly AgentLint[];
  /** In strict mode: the list that Flume itself would keep. */
  readonly flumeErrors: readonly FlumeError[];
  /** Everything after merging and references, before filters: what Flume keeps as a backup. */
  readonly resolved: ReadonlyMap<string, string>;
}

/** Never rejects: what is wrong stands in the lints. */
export async function loadConfiguration(options: LoadOptions): Promise<LoadedConfiguration> {
  const lints = new Lints(options.mode);
  const errors = new FlumeErrors();
  const read = readFiles(options.files, lints);
  const files = options.files.map(({ name }) => name);
  const nothing = (): LoadedConfiguration => ({ agents: new Map(), defined: [], lints: lints.inOrder(files), flumeErrors: [], resolved: new Map() });
  if (read.refused) return nothing();
  const resolved = resolveReferences(read.entries, { java: javaLookups(), ...options }, lints);
  if (resolved.refused && options.mode === 'strict') return nothing();
  const fixes = new Fixes(read.documents);
  const raw = readAgents(resolved, lints, fixes, errors);
  const agents = new Map<string, AgentConfig>();
  for (const agent of raw.values()) {
    await runFilters(agent, options, lints, errors);
    const build = new Build(agent, lints, fixes, errors, options);
    const config = await buildAgent(build);
    if (!config) continue;
    agents.set(agent.name, config);
    checkTogether(build, config);
  }
  if (raw.size === 0) lints.add('AGENTS_NONE', null, {}, {});
  checkCycles([...agents.values()], lints);
  return { agents, defined: [...raw.values()].filter(hasAnything).map(({ name }) => name), lints: lints.inOrder(files), flumeErrors: errors.list, resolved: new Map([...resolved.entries].map(([key, { value }]) => [key, value])) };
}
