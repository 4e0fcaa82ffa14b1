import { describe, expect, it } from 'vitest';
import { agentsOf, graphOf, lastOf } from '../../../../../../main/engines/agent/desk/draw.ts';

const graph = (text: string, agent = 'a1') => graphOf(lastOf(text), agent);

describe('what is drawn of a text', () => {
  it('every component that is named, with its line, whether it can run or not', () => {
    const drawn = graph('# one\na1.sources = r1 r2\na1.channels = c1\na1.sinks = k1\na1.sources.r1.type = netcat\na1.sources.r1.channels = c1 c2\na1.channels.c1.type = memory\na1.sinks.k1.type = hive\na1.sinks.k1.channel = c1\na1.sinks.k2.type = nosuch\n');
    expect(drawn.sources.map(({ name, spec, line, listed }) => [name, spec, line, listed])).toEqual([['r1', 'netcat', 5, true], ['r2', null, 2, true]]);
    expect(drawn.sources[0]?.channels).toEqual(['c1', 'c2']);
    expect(drawn.sinks.map(({ name, spec, instead, listed, channel }) => [name, spec, instead, listed, channel])).toEqual([['k1', null, ['hdfs'], true, 'c1'], ['k2', null, null, false, null]]);
  });

  it('a source by `channel`, interceptors in their order, a selector, a group with its processor', () => {
    const drawn = graph('a1.sources = r1\na1.sources.r1.channel = c1\na1.sources.r1.interceptors = b a\na1.sources.r1.interceptors.a.type = host\na1.sources.r1.selector.type = multiplexing\na1.sinkgroups = g1\na1.sinkgroups.g1.sinks = k1 k2\na1.sinkgroups.g1.processor.type = failover\n');
    const [source] = drawn.sources;
    expect(source?.channels).toEqual(['c1']);
    expect(source?.interceptors.map(({ name, type, spec }) => [name, type, spec])).toEqual([['b', '', null], ['a', 'host', 'host']]);
    expect(source?.selector?.spec).toBe('multiplexing');
    expect(drawn.groups.map(({ sinks, processor }) => [sinks, processor?.spec])).toEqual([[['k1', 'k2'], 'failover']]);
  });

  it('a class stands for its alias, the last line of a key holds, and continued lines are one', () => {
    const drawn = graph('a1.channels = c1\na1.channels.c1.type = file\na1.channels.c1.type = org.apache.flume.channel.MemoryChannel\na1.sinks = \\\n  k1 \\\n  k2\n');
    expect(drawn.channels.map(({ type, spec, line }) => [type, spec, line])).toEqual([['org.apache.flume.channel.MemoryChannel', 'memory', 3]]);
    expect(drawn.sinks.map(({ name }) => name)).toEqual(['k1', 'k2']);
  });

  it('agents in the order of the text; a first word without a section word is none', () => {
    const found = agentsOf(lastOf('log4j.level = INFO\nb.sources = r1\na.channels = c1\na.channels.c1.type = nosuch\n'));
    expect(found).toEqual([{ name: 'b', sources: 1, channels: 0, sinks: 0, groups: 0, unknown: 1 }, { name: 'a', sources: 0, channels: 1, sinks: 0, groups: 0, unknown: 1 }]);
    expect(agentsOf(lastOf(''))).toEqual([]);
  });
});
