// The configuration that the words of the command line name: read, looked at for changes, and the agent of it that is to run.
import { readFile, stat } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { AgentLint } from '../../../preload/contract/agent/lints.ts';
import { SluiceError } from '../../../preload/contract/sluice-error.ts';
import type { AgentConfig } from '../../engines/agent/config/agent-config.ts';
import { chooseAgent } from '../../engines/agent/config/choose-agent.ts';
import { loadConfiguration, type LoadedConfiguration } from '../../engines/agent/config/load.ts';
import type { AgentArgs } from './agent-args.ts';

export interface Configuration {
  readonly loaded: LoadedConfiguration;
  /** Files or addresses, as they are shown. */
  readonly place: string;
}

export interface ConfigurationSource {
  /** AGENT_CONFIG_SOURCE when it cannot be read. */
  read(): Promise<Configuration>;
  /** Whether it may differ from what was read last. Never rejects. */
  isNew(): Promise<boolean>;
  /** Between two looks, s. */
  readonly pollSeconds: number;
}

/** Null when no configuration is named. */
export function openConfiguration(args: AgentArgs): ConfigurationSource | null {
  return args.files.length === 0 ? null : fileSource(args);
}

/** AGENT_NO_AGENT, AGENT_NOTHING_RUNS. `lints`: those of the agent that runs, and of the text as a whole. */
export function pickAgent({ loaded, place }: Configuration, args: AgentArgs): { readonly config: AgentConfig; readonly lints: readonly AgentLint[] } {
  const mode = args.strict ? 'strict' : 'helpful';
  const { agent: config, lints } = chooseAgent(loaded, args.name ?? nameOf(loaded, place), mode, place);
  return { config, lints: [...lints, ...loaded.lints.filter(({ agent }) => agent === null || agent === config.name)] };
}

/** Without --name, the only agent there is. */
function nameOf({ defined }: LoadedConfiguration, place: string): string {
  const [only, ...others] = defined;
  if (only !== undefined && others.length === 0) return only;
  throw SluiceError.of('AGENT_NO_AGENT', { name: '', file: place, defined: defined.join(', ') });
}

function fileSource(args: AgentArgs): ConfigurationSource {
  const paths = args.files.map((file) => (!existsSync(file) && args.conf !== null && !isAbsolute(file) ? join(args.conf, file) : file));
  let seen = '';
  const stamp = async (): Promise<string> => (await Promise.all(paths.map(async (path) => {
    const found = await stat(path, { bigint: true }).catch(() => null);
    return found === null ? 'none' : `${found.mtimeNs} ${found.size} ${found.ino}`;
  }))).join('\n');
  return {
    pollSeconds: args.pollSeconds ?? 30,
    isNew: async () => (await stamp()) !== seen,
    read: async () => {
      seen = await stamp();
      const files = await Promise.all(paths.map(async (path, i) => {
        try {
          return { name: args.files[i] as string, bytes: await readFile(path) };
        } catch (error) {
          throw SluiceError.of('AGENT_CONFIG_SOURCE', { source: path, reason: (error as Error).message }, error);
        }
      }));
      const loaded = await loadConfiguration({ files, mode: args.strict ? 'strict' : 'helpful', env: process.env, systemProperties: args.properties, now: Date.now(), vault: null });
      return { loaded, place: args.files.join(', ') };
    },
  };
}
