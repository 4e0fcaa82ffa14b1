// The two configurations that must run as they are.
import { describe, expect, test } from 'vitest';
import { choose, codes, load } from '../../../../../support/agent/configuration.ts';

const FIRST = `agent.sources = hdfsSource
agent.channels = memoryChannel
agent.sinks = consoleSink

agent.sources.hdfsSource.type = org.apache.flume.source.hdfs.HdfsSource
agent.sources.hdfsSource.channel = memoryChannel
agent.sources.hdfsSource.hdfs.uri = hdfs://namenode:9000/data
agent.sources.hdfsSource.hdfs.user = hadoop
agent.sources.hdfsSource.hdfs.path = /data

agent.channels.memoryChannel.type = memory

agent.sinks.consoleSink.type = logger
agent.sinks.consoleSink.channel = memoryChannel
`;
const SECOND = FIRST.replace('hdfs.path = /data\n', `hdfs.path = /data
agent.sources.hdfsSource.hdfs.zkQuorum = zk1:2181,zk2:2181,zk3:2181
agent.sources.hdfsSource.hdfs.batchSize = 1000
`);

describe('C1 the configurations of a Flume that never was', () => {
  test('C1 the first, started as a1: the only agent is taken, the source binds by `channel`, each with a hint', async () => {
    const { agent, lints, loaded } = await choose(FIRST, 'a1');
    expect(agent.name).toBe('agent');
    expect(agent.sources.get('hdfsSource')).toMatchObject({ channels: ['memoryChannel'], spec: { kind: 'source', type: 'hdfs' } });
    expect(agent.sinks.get('consoleSink')).toMatchObject({ channel: 'memoryChannel', spec: { type: 'logger' } });
    expect([...agent.channels.keys()]).toEqual(['memoryChannel']);
    expect(lints).toMatchObject([{ code: 'AGENT_OTHER_NAME', params: { name: 'a1', taken: 'agent' } }]);
    expect(codes(loaded)).toEqual(['TYPE_OURS@5', 'SOURCE_CHANNEL@6']);
  });

  test('C1 the second: the batch of 1000 is made to fit the channel', async () => {
    const { agent, loaded } = await choose(SECOND, 'a1');
    expect(agent.sources.get('hdfsSource')?.properties.get('hdfs.batchSize')).toMatchObject({ value: '100', line: 11 });
    expect(agent.sources.get('hdfsSource')?.properties.get('hdfs.zkQuorum')?.value).toBe('zk1:2181,zk2:2181,zk3:2181');
    expect(codes(loaded)).toEqual(['TYPE_OURS@5', 'SOURCE_CHANNEL@6', 'BATCH_TOO_LARGE@11']);
  });

  test('C1 strict: as in Flume there is no a1, and of `agent` the source is gone', async () => {
    await expect(choose(FIRST, 'a1', { mode: 'strict' })).rejects.toMatchObject({ code: 'AGENT_NO_AGENT', params: { name: 'a1', defined: 'agent' } });
    const loaded = await load(FIRST, { mode: 'strict' });
    expect([...(loaded.agents.get('agent')?.sources.keys() ?? [])]).toEqual([]);
    expect([...(loaded.agents.get('agent')?.sinks.keys() ?? [])]).toEqual(['consoleSink']);
    expect(loaded.lints.find(({ code }) => code === 'SOURCE_CHANNEL')?.severity).toBe('error');
    // with `channels` the class is looked up, and the whole load fails
    const whole = await load(FIRST.replace('.channel = m', '.channels = m'), { mode: 'strict' });
    expect(whole.agents.size).toBe(0);
    expect(whole.lints.map(({ code }) => code)).toContain('LOAD_FAILS');
  });
});
