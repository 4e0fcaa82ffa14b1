// The configuration that the words of the command line name, and the agent of it that is to run.
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { AgentLint } from '../../../preload/contract/agent/lints.ts';
import { SluiceError } from '../../../preload/contract/sluice-error.ts';
import type { AgentConfig } from '../../engines/agent/config/agent-config.ts';
import { chooseAgent } from '../../engines/agent/config/choose-agent.ts';
import { loadConfiguration, type LoadedConfiguration, type LoadOptions } from '../../engines/agent/config/load.ts';
import { openProvider } from '../../engines/agent/config/providers/open.ts';
import type { ConfigProvider, Trouble } from '../../engines/agent/config/providers/provider.ts';
import type { CoordinationClient } from '../../engines/agent/ports.ts';
import type { AgentArgs } from './agent-args.ts';
import { agentVault } from './agent-vault.ts';

export interface Picked {
  readonly config: AgentConfig;
  /** Of the agent that runs, and of the text as a whole. */
  readonly lints: readonly AgentLint[];
}

/** Null when no configuration is named. AGENT_CONFIG_SOURCE, AGENT_NOT_HERE. */
export function openConfiguration(args: AgentArgs, trouble: Trouble, openCoordination: ((connectString: string) => Promise<CoordinationClient>) | null): ConfigProvider | null {
  const { name, files, uris, user, password, zookeeper, basePath, backupDir, pollSeconds, strict } = args;
  if (files.length === 0 && uris.length === 0 && zookeeper === null) return null;
  return openProvider({
    agent: name ?? '', files: files.map((file) => place(file, args)), uris, user, password, backupDir, openCoordination, trouble, strict,
    zookeeper: zookeeper === null ? null : { connect: zookeeper, basePath }, everyMs: pollSeconds === null ? null : Math.max(1, pollSeconds) * 1000,
  });
}

const place = (file: string, { conf }: AgentArgs): string => (!existsSync(file) && conf !== null && !isAbsolute(file) && existsSync(join(conf, file)) ? join(conf, file) : file);

/** AGENT_CONFIG_SOURCE, AGENT_NO_AGENT, AGENT_NOTHING_RUNS. */
export async function readConfiguration(provider: ConfigProvider, args: AgentArgs): Promise<Picked> {
  return pickAgent(await loadConfiguration(loadOptions(args, await provider.read())), provider.place, args);
}

export function loadOptions(args: AgentArgs, files: LoadOptions['files']): LoadOptions {
  return { files, mode: args.strict ? 'strict' : 'helpful', env: process.env, systemProperties: args.properties, now: Date.now(), vault: agentVault(args.properties) };
}

function pickAgent(loaded: LoadedConfiguration, where: string, args: AgentArgs): Picked {
  const { agent: config, lints } = chooseAgent(loaded, args.name ?? nameOf(loaded, where), args.strict ? 'strict' : 'helpful', where);
  return { config, lints: [...lints, ...loaded.lints.filter(({ agent }) => agent === null || agent === config.name)] };
}

/** Without --name, the only agent there is. */
function nameOf({ defined }: LoadedConfiguration, where: string): string {
  const [only, ...others] = defined;
  if (only !== undefined && others.length === 0) return only;
  throw SluiceError.of('AGENT_NO_AGENT', { name: '', file: where, defined: defined.join(', ') });
}
