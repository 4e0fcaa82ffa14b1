import { describe, expect, test } from 'vitest';
import type { Selector } from '../../../../../../main/engines/agent/parts.ts';
import { event, makeMemoryChannel, makeSelector } from '../../../../../support/agent/probe.ts';

const channels = ['ch1', 'ch2', 'ch3'].map((name) => makeMemoryChannel({ name }));
const route = (selector: Selector, headers: Record<string, string>): [string, string] => {
  const { required, optional } = selector.route(event('', headers));
  return [required.map(({ name }) => name).join(' '), optional.map(({ name }) => name).join(' ')];
};

describe('I40 multiplexing', () => {
  const make = (values: Record<string, string>) => makeSelector('multiplexing', { header: 'h', ...values }, channels);
  const mapped = { 'mapping.foo': 'ch1 ch2', 'mapping.bar': 'ch2 ch3', 'mapping.xyz': 'ch1 ch2 ch3', default: 'ch1 ch3' };

  test('goes where the value of the header is mapped, else to the default', async () => {
    const selector = await make(mapped);
    expect(route(selector, { h: 'foo' })).toEqual(['ch1 ch2', '']);
    expect(route(selector, { h: 'bar' })).toEqual(['ch2 ch3', '']);
    for (const headers of [{}, { h: '' }, { h: '  ' }, { h: 'other' }, { H: 'foo' }]) expect(route(selector, headers as Record<string, string>)).toEqual(['ch1 ch3', '']);
  });
  test('an optional channel that is required too is required', async () => {
    const selector = await make({ ...mapped, 'optional.foo': 'ch1 ch3', 'optional.zebra': 'ch2 ch3' });
    expect(route(selector, { h: 'foo' })).toEqual(['ch1 ch2', 'ch3']);
    expect(route(selector, { h: 'zebra' })).toEqual(['ch1 ch3', 'ch2']);
  });
  test('without a default an unmapped event goes nowhere', async () => { expect(route(await make({ 'mapping.foo': 'ch1' }), { h: 'x' })).toEqual(['', '']); });
  test('a channel that the source does not have, or none, is said', async () => {
    await expect(make({ 'mapping.foo': 'ch9' })).rejects.toMatchObject({ code: 'AGENT_KEY', params: { key: 'mapping.foo', value: 'ch9' } });
    await expect(make({ 'mapping.foo': '' })).rejects.toMatchObject({ code: 'AGENT_KEY' });
  });
});

test('I41 replicating sends to all, optional ones apart', async () => {
  const { fixed } = await makeSelector('replicating', { optional: 'ch2' }, channels);
  expect(fixed?.required.map(({ name }) => name)).toEqual(['ch1', 'ch3']);
  expect(fixed?.optional.map(({ name }) => name)).toEqual(['ch2']);
});

test('I42 load_balancing takes turns, or chance', async () => {
  const turns = await makeSelector('load_balancing', {}, channels);
  expect(Array.from({ length: 5 }, () => route(turns, {})[0])).toEqual(['ch1', 'ch2', 'ch3', 'ch1', 'ch2']);
  const chance = await makeSelector('org.apache.flume.channel.LoadBalancingChannelSelector', { policy: 'RANDOM' }, channels);
  const seen = new Set(Array.from({ length: 200 }, () => route(chance, {})[0]));
  expect([...seen].sort()).toEqual(['ch1', 'ch2', 'ch3']);
  await expect(makeSelector('load_balancing', { policy: 'com.x.Y' }, channels)).rejects.toMatchObject({ code: 'AGENT_KEY' });
});
