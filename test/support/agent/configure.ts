// An agent's configuration from the lines of a properties file, for tests of what runs it: nothing is checked, a type that is not known is a failure of the test.
import type { ComponentSpec } from '../../../preload/contract/agent/keys.ts';
import { findSpec } from '../../../preload/contract/agent/specs/all.ts';
import { below, type AgentConfig, type PartConfig, type Properties } from '../../../main/engines/agent/config/agent-config.ts';
import { parseProperties } from '../../../main/lib/java-properties.ts';

const words = (text: string | undefined): string[] => (text ?? '').split(/\s+/).filter((word) => word !== '');

/** The lines of agent `name`. */
export function configure(text: string, name = 'a1'): AgentConfig {
  const all: Properties = new Map(parseProperties(Buffer.from(text)).properties.map(({ key, value, line }) => [key, { value, file: 'test.conf', line }]));
  const own = below(all, `${name}.`);
  const value = (key: string): string | undefined => own.get(key)?.value;
  const part = (kind: ComponentSpec['kind'], partName: string, properties: Properties, otherwise?: string): PartConfig => {
    const type = properties.get('type')?.value ?? otherwise ?? '';
    const spec = findSpec(kind, type);
    if (!spec) throw new Error(`no ${kind} ${type}`);
    return { name: partName, spec, properties };
  };
  const named = <T>(key: string, make: (partName: string, properties: Properties) => T): Map<string, T> =>
    new Map(words(value(key)).map((partName) => [partName, make(partName, below(own, `${key}.${partName}.`))]));
  return {
    name,
    channels: named('channels', (partName, properties) => part('channel', partName, properties)),
    sources: named('sources', (partName, properties) => ({
      ...part('source', partName, properties),
      channels: words(properties.get('channels')?.value),
      selector: part('selector', 'selector', below(properties, 'selector.'), 'replicating'),
      interceptors: words(properties.get('interceptors')?.value).map((interceptor) => part('interceptor', interceptor, below(properties, `interceptors.${interceptor}.`))),
    })),
    sinks: named('sinks', (partName, properties) => ({ ...part('sink', partName, properties), channel: properties.get('channel')?.value ?? '' })),
    groups: named('sinkgroups', (partName, properties) => ({
      name: partName, sinks: words(properties.get('sinks')?.value), processor: part('processor', 'processor', below(properties, 'processor.'), 'default'),
    })),
    settings: below(own, 'sluice.'),
  };
}
