import { describe, expect, it, onTestFinished } from 'vitest';
import { makeAgentEngine } from '../../../../../../main/app/engine-process/compose-agent.ts';

/** As users have written them: an HDFS source that Flume never had, bound by `channel`. */
const LITERAL = `agent.sources = hdfsSource
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
const WITH_QUORUM = LITERAL.replace('hdfs.path = /data\n', 'hdfs.path = /data\nagent.sources.hdfsSource.hdfs.zkQuorum = zk1:2181,zk2:2181,zk3:2181\nagent.sources.hdfsSource.hdfs.batchSize = 1000\n');

describe.each([['with a place of its own', LITERAL], ['with zkQuorum', WITH_QUORUM]])('the HDFS configuration %s', (_name, text) => {
  it('is drawn, hinted at, not kept from a deploy, and mended by its lints to what Flume takes', async () => {
    const { engine, close } = makeAgentEngine(() => undefined);
    onTestFinished(close);
    const { agents, graph, lints } = await engine.examine({ text, agent: 'a1' });
    expect(agents).toEqual([{ name: 'agent', sources: 1, channels: 1, sinks: 1, groups: 0, unknown: 0 }]);
    expect([graph?.sources[0]?.channels, graph?.sinks[0]?.channel]).toEqual([['memoryChannel'], 'memoryChannel']);
    expect(lints.filter(({ code }) => code === 'SOURCE_CHANNEL' || code === 'TYPE_OURS').map(({ node }) => node)).toEqual(['source hdfsSource', 'source hdfsSource']);
    expect((await engine.plan({ before: null, after: { text, agent: 'agent' } })).blocking).toEqual([]);
    let mended = text;
    for (;;) {
      const lint = (await engine.examine({ text: mended, agent: 'agent' })).lints.find(({ severity, fixable }) => severity !== 'hint' && fixable);
      if (!lint) break;
      mended = (await engine.fix({ text: mended, agent: 'agent', index: lint.index, code: lint.code })).text;
    }
    expect(mended).toContain('agent.sources.hdfsSource.channels = memoryChannel\n');
    expect((await engine.examine({ text: mended, agent: 'agent' })).lints.filter(({ severity }) => severity !== 'hint')).toEqual([]);
  });
});
