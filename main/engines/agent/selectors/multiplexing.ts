// A header's value chooses the channels (MultiplexingChannelSelector).
import { MULTIPLEXING_SELECTOR } from '../../../../preload/contract/agent/specs/between.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { selector } from '../components/factory.ts';
import { below } from '../config/agent-config.ts';
import type { Channel, Route } from '../parts.ts';

export const multiplexingSelector = selector(MULTIPLEXING_SELECTOR, (values, { name, channels, properties }) => {
  const byName = new Map(channels.map((channel) => [channel.name, channel]));
  const named = (key: string, words: readonly string[]): readonly Channel[] => words.map((word) => {
    const channel = byName.get(word);
    if (!channel) throw SluiceError.of('AGENT_KEY', { component: name, key, value: word, reason: `it is not among the channels of the source: ${[...byName.keys()].join(', ')}` });
    return channel;
  });
  const lists = (prefix: string): ReadonlyMap<string, readonly Channel[]> =>
    new Map([...below(properties, prefix)].map(([value, property]) => [value, named(`${prefix}${value}`, property.value.trim().split(/\s+/).filter((word) => word !== ''))]));

  const mappings = lists('mapping.');
  for (const [value, mapped] of mappings) if (mapped.length === 0) throw SluiceError.of('AGENT_KEY', { component: name, key: `mapping.${value}`, value: '', reason: 'it names no channel' });
  const optionals = lists('optional.');
  const standard: Route = { required: named('default', values.default), optional: [] };

  const routes = new Map<string, Route>();
  for (const value of [...mappings.keys(), ...optionals.keys()]) {
    const required = mappings.get(value) ?? standard.required;
    routes.set(value, { required, optional: (optionals.get(value) ?? []).filter((channel) => !required.includes(channel)) });
  }
  return {
    fixed: null,
    route: (event) => {
      const value = event.headers.get(values.header);
      return value === undefined || value.trim() === '' ? standard : routes.get(value) ?? standard;
    },
  };
});
