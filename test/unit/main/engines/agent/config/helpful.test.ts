// Helpful mode: what is one slip away from right is put right and told; what is not clear is left alone.
import { describe, expect, test } from 'vitest';
import { chooseAgent } from '../../../../../../main/engines/agent/config/choose-agent.ts';
import type { AgentConfig } from '../../../../../../main/engines/agent/config/agent-config.ts';
import { codes, load } from '../../../../../support/agent/configuration.ts';

const RIGHT = `a1.sources = r1
a1.channels = c1
a1.sinks = k1
a1.sources.r1.type = seq
a1.sources.r1.channels = c1
a1.channels.c1.type = memory
a1.sinks.k1.type = logger
a1.sinks.k1.channel = c1
`;

const shape = (agent: AgentConfig | undefined): unknown => agent && { sources: [...agent.sources.values()].map(({ name, channels, spec }) => [name, spec.type, channels]), channels: [...agent.channels.keys()], sinks: [...agent.sinks.values()].map(({ name, channel, spec }) => [name, spec.type, channel]) };
const WHOLE = { sources: [['r1', 'seq', ['c1']]], channels: ['c1'], sinks: [['k1', 'logger', 'c1']] };

describe('C8 helpful mode', () => {
  test.each<[string, string, readonly string[]]>([
    ['as it should be', RIGHT, []],
    ['no agent and section before components', RIGHT.replace(/a1\.(sources|sinks)\.(?=[rk])/g, ''), ['PREFIX_MENDED@4', 'PREFIX_MENDED@5', 'PREFIX_MENDED@7', 'PREFIX_MENDED@8']],
    ['no agent before sections', RIGHT.replace(/a1\.(?=(sources|sinks|channels)\.)/g, ''), ['PREFIX_MENDED@4', 'PREFIX_MENDED@5', 'PREFIX_MENDED@6', 'PREFIX_MENDED@7', 'PREFIX_MENDED@8']],
    ['sections in the singular', RIGHT.replaceAll('a1.sources.', 'a1.source.').replaceAll('a1.channels.', 'a1.channel.').replace('a1.sinks =', 'a1.sink ='), ['SECTION_MENDED@3', 'SECTION_MENDED@4', 'SECTION_MENDED@5', 'SECTION_MENDED@6']],
    ['sections with a slip', RIGHT.replaceAll('a1.sources.', 'a1.soruces.'), ['SECTION_MENDED@4', 'SECTION_MENDED@5']],
    ['channel and channels changed places', RIGHT.replace('r1.channels', 'r1.channel').replace('k1.channel', 'k1.channels'), ['SOURCE_CHANNEL@5', 'SINK_CHANNELS@8']],
  ])('C8 %s', async (_, text, expected) => {
    const loaded = await load(text);
    expect(codes(loaded)).toEqual(expected);
    expect(shape(loaded.agents.get('a1'))).toEqual(WHOLE);
  });

  test('C8 a name that two sections or two agents have is not guessed', async () => {
    const loaded = await load(`${RIGHT.replaceAll('k1', 'r1')}r1.batchSize = 5\n`);
    expect(codes(loaded)).toEqual(['SECTION_UNKNOWN@9']);
    const two = await load(`${RIGHT}${RIGHT.replaceAll('a1', 'a2')}r1.batchSize = 5\nsinks.k1.type = null\n`);
    expect(codes(two)).toEqual(['SECTION_UNKNOWN@17', 'SECTION_UNKNOWN@18']);
  });

  test('C8 a list that is there already is not overwritten by one that is put right', async () => {
    const loaded = await load(`${RIGHT}a1.source = r9\n`);
    expect(codes(loaded)).toEqual(['SECTION_UNKNOWN@9']);
    expect(shape(loaded.agents.get('a1'))).toEqual(WHOLE);
  });

  test('C8 only the component of an unknown type is left out, in Flume the whole agent', async () => {
    const text = `${RIGHT.replace('a1.sinks = k1', 'a1.sinks = k1 k2')}a1.sinks.k2.type = nosuch\na1.sinks.k2.channel = c1\n`;
    expect(shape((await load(text)).agents.get('a1'))).toEqual(WHOLE);
    expect((await load(text, { mode: 'strict' })).agents.size).toBe(0);
  });

  test('C8 a batch is made to fit: written, by default, and in a sink', async () => {
    const text = `${RIGHT.replace('type = logger', 'type = null')}a1.channels.c1.transactionCapacity = 7\na1.sources.r1.batchSize = 50\n`;
    const agent = (await load(text)).agents.get('a1') as AgentConfig;
    expect(agent.sources.get('r1')?.properties.get('batchSize')?.value).toBe('7');
    expect(agent.sinks.get('k1')?.properties.get('batchSize')).toMatchObject({ value: '7', line: 7 });
  });

  test('C8 a group without a processor fails over, one sink works alone', async () => {
    const group = `${RIGHT.replace('a1.sinks = k1', 'a1.sinks = k1 k2')}a1.sinks.k2.type = null\na1.sinks.k2.channel = c1\na1.sinkgroups = g1\n`;
    expect((await load(`${group}a1.sinkgroups.g1.sinks = k1 k2\n`)).agents.get('a1')?.groups.get('g1')?.processor.spec.type).toBe('failover');
    expect((await load(`${group}a1.sinkgroups.g1.sinks = k1\n`)).agents.get('a1')?.groups.get('g1')?.processor.spec.type).toBe('default');
  });

  test('C8 a file is UTF-8 where it can be, Latin-1 otherwise; the mark before it is no part of a key', async () => {
    const value = async (bytes: Buffer, mode: 'strict' | 'helpful'): Promise<string | undefined> => (await load(bytes, { mode })).resolved.get('x');
    expect(await value(Buffer.from('x = café 日本'), 'helpful')).toBe('café 日本');
    expect(await value(Buffer.from('x = caf\xe9', 'latin1'), 'helpful')).toBe('café');
    expect(await value(Buffer.from('x = café'), 'strict')).toBe('cafÃ©');
    expect(await value(Buffer.from('\ufeffx = 1'), 'helpful')).toBe('1');
    expect(await value(Buffer.from('\ufeffx = 1'), 'strict')).toBeUndefined();
  });

  test('C8 what has no channel is looked at all the same', async () => {
    const text = RIGHT.replace('a1.sources.r1.channels = c1\n', 'a1.sources.r1.batchSize = x\n').replace('a1.sinks.k1.channel = c1', 'a1.sinks.k1.maxByts = 5');
    expect(codes(await load(text))).toEqual(['NOTHING_RUNS@2', 'SOURCE_NO_CHANNEL@4', 'NUMBER_WRONG@5', 'SINK_NO_CHANNEL@7', 'KEY_UNKNOWN@8']);
  });

  test('C10 the agent that is named, else the only one, else none', async () => {
    const two = await load(`${RIGHT}${RIGHT.replaceAll('a1', 'a2')}`);
    expect(chooseAgent(two, 'a2', 'helpful', 'x').agent.name).toBe('a2');
    expect(() => chooseAgent(two, 'a3', 'helpful', 'x')).toThrow(expect.objectContaining({ code: 'AGENT_NO_AGENT', params: { name: 'a3', file: 'x', defined: 'a1, a2' } }));
    const dead = await load(RIGHT.replace('type = memory', 'type = nosuch'));
    expect(() => chooseAgent(dead, 'a1', 'helpful', 'x')).toThrow(expect.objectContaining({ code: 'AGENT_NOTHING_RUNS' }));
    expect(() => chooseAgent(dead, 'other', 'helpful', 'x')).toThrow(expect.objectContaining({ code: 'AGENT_NOTHING_RUNS', params: { agent: 'a1', file: 'x' } }));
  });

  test('C11 settings of ours stand below AGENT.sluice', async () => {
    const agent = (await load(`${RIGHT}a1.sluice.exclusive = true\n`)).agents.get('a1');
    expect(agent?.settings?.get('exclusive')?.value).toBe('true');
  });
});

describe('C12 whatever the bytes are', () => {
  test('C12 2000 random files are read in both modes without an exception, and every fix can be applied', async () => {
    const random = (seed: number) => () => { seed = (seed + 0x6d2b79f5) | 0; let t = Math.imul(seed ^ (seed >>> 15), 1 | seed); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32; };
    const pieces = ['a1', 'a2', '.', '.', '.', 'sources', 'channels', 'sinks', 'sinkgroups', 'configfilters', 'sluice', 'r1', 'c1', 'k1', 'g1', 'type', 'channel', 'interceptors', 'selector', 'mapping', 'processor', 'priority', ' = ', ' = ', '=', ':', ' ', '\n', '\n', '\n', '\r', '\\', '\\\n', '#', '!', '${', '}', 'env:X', '["k"]', 'memory', 'file', 'seq', 'avro', 'hdfs', 'logger', 'failover', 'multiplexing', 'timestamp', '5', '-1', 'é', '\u0000', ',', '__proto__', 'constructor', 'toString'];
    for (let seed = 1; seed <= 2000; seed++) {
      const next = random(seed);
      const text = (next() < 0.5 ? RIGHT : '') + Array.from({ length: Math.floor(next() * 80) }, () => pieces[Math.floor(next() * pieces.length)]).join('');
      for (const mode of ['helpful', 'strict'] as const) {
        const { lints } = await load(text, { mode, env: { X: '1' } });
        const lines = text.split(/\r\n|\n|\r/).length;
        for (const lint of lints) for (const edit of lint.fix ?? []) expect(edit.line >= 1 && edit.line + edit.count <= lines + 1, `seed ${seed} ${JSON.stringify(lint)}`).toBe(true);
      }
    }
  });
});
