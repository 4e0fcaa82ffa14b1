// The configuration that the words of the command line name.
import { readFile } from 'node:fs/promises';
import { join, isAbsolute } from 'node:path';
import { existsSync } from 'node:fs';
import { SluiceError } from '../../../preload/contract/sluice-error.ts';
import { findSpec } from '../../../preload/contract/agent/specs/all.ts';
import type { ComponentSpec } from '../../../preload/contract/agent/keys.ts';
import { below, type AgentConfig, type PartConfig, type Properties } from '../../engines/agent/config/agent-config.ts';
import { parseProperties } from '../../lib/java-properties.ts';
import type { AgentArgs } from './agent-args.ts';
import type { Output } from './output.ts';
import { words } from './words.ts';

export interface Configuration {
  readonly agents: ReadonlyMap<string, AgentConfig>;
  /** Files or addresses, as they are shown. */
  readonly place: string;
}

export interface ConfigurationSource { read(): Promise<Configuration> }

/** Null when no configuration is named. */
export function openConfiguration(args: AgentArgs): ConfigurationSource | null {
  if (args.files.length === 0) return null;
  return { read: () => readFiles(args) };
}

/** AGENT_NO_AGENT. In helpful mode the only agent there is is taken, and said so. */
export function pickAgent({ agents, place }: Configuration, args: AgentArgs, err: Output): AgentConfig {
  const found = args.name === null ? undefined : agents.get(args.name);
  if (found) return found;
  const [only, ...others] = agents.values();
  if (only && others.length === 0 && !args.strict) {
    if (args.name !== null) err.line(`sluice: ${words.agent.otherAgent({ name: args.name, taken: only.name })}`);
    return only;
  }
  throw SluiceError.of('AGENT_NO_AGENT', { name: args.name ?? '', file: place, defined: [...agents.keys()].join(', ') });
}

async function readFiles(args: AgentArgs): Promise<Configuration> {
  const all = new Map<string, { value: string; file: string; line: number }>();
  for (const file of args.files) {
    const path = !existsSync(file) && args.conf !== null && !isAbsolute(file) ? join(args.conf, file) : file;
    const bytes = await readFile(path).catch((error: unknown) => { throw SluiceError.of('AGENT_CONFIG_SOURCE', { source: path, reason: (error as Error).message }, error); });
    for (const { key, value, line } of parseProperties(bytes).properties) all.set(key, { value, file, line });
  }
  const names = new Set([...all.keys()].map((key) => key.split('.')[0] as string));
  return { agents: new Map([...names].map((name) => [name, configure(all, name)])), place: args.files.join(', ') };
}

const list = (text: string | undefined): string[] => (text ?? '').split(/\s+/).filter((word) => word !== '');

function configure(all: Properties, name: string): AgentConfig {
  const own = below(all, `${name}.`);
  const value = (key: string): string | undefined => own.get(key)?.value;
  const part = (kind: ComponentSpec['kind'], partName: string, properties: Properties, otherwise?: string): PartConfig => {
    const type = properties.get('type')?.value ?? otherwise ?? '';
    const spec = findSpec(kind, type);
    if (!spec) throw SluiceError.of('AGENT_UNKNOWN_TYPE', { component: `${name}.${partName}`, type, nearest: '' });
    return { name: partName, spec, properties };
  };
  const named = <T>(key: string, make: (partName: string, properties: Properties) => T): Map<string, T> =>
    new Map(list(value(key)).map((partName) => [partName, make(partName, below(own, `${key}.${partName}.`))]));
  return {
    name,
    channels: named('channels', (partName, properties) => part('channel', partName, properties)),
    sources: named('sources', (partName, properties) => ({
      ...part('source', partName, properties),
      channels: list(properties.get('channels')?.value ?? properties.get('channel')?.value),
      selector: part('selector', 'selector', below(properties, 'selector.'), 'replicating'),
      interceptors: list(properties.get('interceptors')?.value).map((interceptor) => part('interceptor', interceptor, below(properties, `interceptors.${interceptor}.`))),
    })),
    sinks: named('sinks', (partName, properties) => ({ ...part('sink', partName, properties), channel: properties.get('channel')?.value ?? '' })),
    groups: named('sinkgroups', (partName, properties) => ({ name: partName, sinks: list(properties.get('sinks')?.value), processor: part('processor', 'processor', below(properties, 'processor.'), 'default') })),
    settings: below(own, 'sluice.'),
  };
}
