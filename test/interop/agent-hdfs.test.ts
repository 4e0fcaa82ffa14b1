// The hdfs source and sink beside a real HDFS, over WebHDFS: files that appear, grow and are renamed while the agent is killed and started.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openHdfs } from '../../main/engines/agent/hdfs/open-hdfs.ts';
import { WebHdfs } from '../../main/engines/agent/hdfs/web-hdfs.ts';
import type { HdfsClient } from '../../main/engines/agent/ports.ts';
import { openCoordination } from '../../main/services/agent-connections.ts';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { drain, event, makeMemoryChannel, makeSink, putAll, testPorts } from '../support/agent/probe.ts';
import { runHadoopFs } from '../peers/hadoop/tools.ts';
import { tryClient } from '../support/agent/hdfs-client-rules.ts';
import { seeded } from '../support/memory-disk.ts';
import { AgentProcess } from './support/agent-process.ts';

const problem = peerProblem('hadoop') ?? peerProblem('zookeeper');

/** The two configurations of the issue, word for word. */
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
const LITERAL_QUORUM = `${LITERAL}
agent.sources.hdfsSource.hdfs.zkQuorum = zk1:2181,zk2:2181,zk3:2181
agent.sources.hdfsSource.hdfs.batchSize = 1000
`;

describe.skipIf(problem)(`hdfs${problem ? ` (${problem})` : ''}`, () => {
  let hadoop: RunningPeer<'hadoop'>;
  let zookeeper: RunningPeer<'zookeeper'>;
  let client: HdfsClient;
  const agents: AgentProcess[] = [];

  beforeAll(async () => {
    [hadoop, zookeeper] = await Promise.all([startPeer('hadoop'), startPeer('zookeeper', { conf: ['tickTime=500', 'maxSessionTimeout=3000'] })]);
    client = new WebHdfs({ addresses: [`http://127.0.0.1:${hadoop.httpPort}`], user: 'hadoop' });
  }, 240_000);
  afterAll(async () => {
    await Promise.all(agents.map((agent) => agent.close()));
    await client?.close();
    await Promise.all([hadoop?.stop(), zookeeper?.stop()]);
  });

  const agent = (): AgentProcess => {
    const made = new AgentProcess();
    agents.push(made);
    return made;
  };
  const at = (config: string): string => config.replace('hdfs://namenode:9000', `webhdfs://127.0.0.1:${hadoop.httpPort}`).replace('zk1:2181,zk2:2181,zk3:2181', zookeeper.connect);

  const append = async (path: string, text: string): Promise<void> => {
    const writer = (await client.stat(path)) === null ? await client.create(path, { overwrite: false }) : await client.append(path);
    await writer.write(Buffer.from(text));
    await writer.close();
  };

  test('F21 WebHDFS is used as HDFS is', async () => {
    await client.list('/');
    const dir = await client.create('/try/x', { overwrite: true });
    await dir.close();
    await client.remove('/try/x');
    await tryClient(client, '/try');
  });

  test('F21 of two addresses the one that works is asked; what hdfs:// cannot reach is told', async () => {
    const two = await openHdfs({ uri: 'hdfs://cluster', user: null, httpUri: `http://127.0.0.1:1, http://127.0.0.1:${hadoop.httpPort}` });
    expect(await two.stat('/nothing')).toBeNull();
    await two.close();
    await expect(openHdfs({ uri: `hdfs://127.0.0.1:${hadoop.port}`, user: null, httpUri: null }).then((opened) => opened.close())).rejects.toMatchObject({ code: 'AGENT_CONNECT', params: { reason: expect.stringContaining('hdfs.httpUri') as string } });
    const wrong = new WebHdfs({ addresses: [`http://127.0.0.1:${hadoop.port}`], user: null, timeoutMs: 2000 });
    await expect(wrong.stat('/')).rejects.toMatchObject({ code: expect.stringMatching(/^AGENT_/) as string });
    await wrong.close();
  });

  /** How many bytes the places say were read. */
  const placed = async (it: AgentProcess, inTree: boolean): Promise<number> => {
    const last = new Map<string, number>();
    const take = (entries: Readonly<Record<string, string | null>>): void => {
      for (const [key, value] of Object.entries(entries)) if (value !== null) last.set(key, (JSON.parse(value) as [string, number])[1]);
    };
    if (inTree) {
      const tree = await openCoordination(zookeeper.connect, { machine: 'test', user: 'test', pid: 1 });
      try {
        const path = '/sluice/places/agent/hdfsSource';
        for (const name of (await tree.children(path)).filter((child) => child.startsWith('entries-'))) {
          take((JSON.parse((await tree.get(`${path}/${name}`))?.data.toString() ?? '{}') as { entries: Record<string, string> }).entries);
        }
      } finally {
        await tree.close();
      }
    } else {
      for (const line of readFileSync(join(it.stateDir, 'places', 'hdfsSource.hdfs'), 'utf8').split('\n').filter((text) => text !== '')) {
        const { entries, changes } = JSON.parse(line.slice(9)) as { entries?: Record<string, string>; changes?: Record<string, string | null> };
        take(entries ?? changes ?? {});
      }
    }
    return [...last.values()].reduce((sum, position) => sum + position, 0);
  };

  test.each([['in its own folder', LITERAL, false], ['in the coordination tree', LITERAL_QUORUM, true]] as const)('F14 the literal configuration, its place %s: every line once while the agent is killed and started', async (_, config, inTree) => {
    const it = agent();
    for (const entry of (await client.list('/data')) ?? []) await client.remove(entry.path);
    let line = 0;
    let bytes = 0;
    const some = (count: number): string => {
      const text = Array.from({ length: count }, () => `L${String(line++).padStart(5, '0')}\n`).join('');
      bytes += text.length;
      return text;
    };
    await append('/data/a.log', some(250));
    for (let life = 0; life < 2; life++) {
      await it.start(at(config), '--name', 'a1');
      await append(`/data/new-${life}.log`, some(20));
      await append('/data/a.log', some(3));
      await client.rename(life === 0 ? '/data/a.log' : `/data/a.${life}.log`, `/data/a.${life + 1}.log`);
      await append(`/data/a.${life + 1}.log`, some(3));
      await append('/data/a.log', some(4)); // an old name for another file
      // what was printed and whose place is kept will not come again; a kill between the two would print it once more
      await expect.poll(async () => (it.printed.length >= line ? placed(it, inTree) : -1), { timeout: 60_000, interval: 100 }).toBe(bytes);
      await it.end('SIGKILL');
      await append(`/data/a.${life + 1}.log`, some(2)); // while nobody looks
      await append(`/data/b-${life}.log`, some(5));
      await client.rename(`/data/new-${life}.log`, `/data/old-${life}.log`);
      await client.rename('/data/a.log', `/data/c-${life}.log`);
    }
    await it.start(at(config), '--name', 'a1');
    await expect.poll(() => it.printed.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(line);
    await it.end('SIGTERM');
    expect([...it.printed].sort()).toEqual(Array.from({ length: line }, (_unused, i) => `L${String(i).padStart(5, '0')}`));
    expect(it.said).toContain('agent a1'); // the name that is not there
    expect(it.said).toContain('channels'); // the key that Flume wants
  }, 180_000);

  test('F14 with a durable channel every line comes once, killed at any moment', async () => {
    const it = agent();
    const random = seeded(7);
    const config = (sinks: boolean): string => `agent.sources = r
agent.channels = c
agent.sources.r.type = hdfs
agent.sources.r.channels = c
agent.sources.r.hdfs.uri = webhdfs://127.0.0.1:${hadoop.httpPort}
agent.sources.r.hdfs.path = /busy
agent.sources.r.hdfs.pollInterval = 50
agent.sources.r.hdfs.batchSize = 7
agent.channels.c.type = file
agent.channels.c.checkpointDir = ${it.dir}/checkpoint
agent.channels.c.dataDirs = ${it.dir}/data
agent.channels.c.minimumRequiredSpace = 1048576
${sinks ? 'agent.sinks = k\nagent.sinks.k.type = logger\nagent.sinks.k.channel = c' : ''}
`;
    let line = 0;
    let writing = true;
    const names: string[] = [];
    const writer = (async (): Promise<void> => {
      while (writing) {
        const dice = random();
        if (dice < 0.3 || names.length === 0) names.push(`/busy/f${names.length}`);
        const i = Math.floor(random() * names.length);
        await append(names[i] as string, Array.from({ length: 1 + Math.floor(random() * 30) }, () => `L${String(line++).padStart(5, '0')}\n`).join(''));
        if (dice > 0.8) {
          const to = `/busy/r${line}`;
          await client.rename(names[i] as string, to);
          names[i] = to;
        }
      }
    })();
    for (let life = 0; life < 5; life++) {
      await it.start(config(false), '--name', 'agent');
      await sleep(300 + random() * 900);
      await it.end('SIGKILL');
    }
    writing = false;
    await writer;
    await it.start(config(true), '--name', 'agent');
    await expect.poll(() => it.printed.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(line);
    await it.end('SIGTERM');
    expect([...it.printed].sort()).toEqual(Array.from({ length: line }, (_unused, i) => `L${String(i).padStart(5, '0')}`));
    expect(line).toBeGreaterThan(100);
  }, 180_000);

  test('F55 files of the sink are read by Hadoop itself: streams, compressed streams, sequence files with and without compression', async () => {
    const variants = {
      data: { 'hdfs.fileType': 'DataStream' },
      gzip: { 'hdfs.fileType': 'CompressedStream', 'hdfs.codeC': 'gzip' },
      writable: { 'hdfs.fileType': 'SequenceFile' },
      text: { 'hdfs.fileType': 'SequenceFile', 'hdfs.writeFormat': 'Text' },
      'text-gzip': { 'hdfs.fileType': 'SequenceFile', 'hdfs.writeFormat': 'Text', 'hdfs.codeC': 'gzip' },
      'text-deflate': { 'hdfs.fileType': 'SequenceFile', 'hdfs.writeFormat': 'Text', 'hdfs.codeC': 'deflate' },
      'text-snappy': { 'hdfs.fileType': 'SequenceFile', 'hdfs.writeFormat': 'Text', 'hdfs.codeC': 'snappy' },
    } as const;
    const bodies = Array.from({ length: 1500 }, (_unused, i) => `${i} ${'ü'.repeat(i % 150)}`);
    await Promise.all(Object.entries(variants).map(async ([name, values]) => {
      const { sink } = await makeSink('hdfs', {
        'hdfs.path': `webhdfs://127.0.0.1:${hadoop.httpPort}/out/%{kind}`, 'hdfs.filePrefix': name, 'hdfs.user': 'flume', 'hdfs.batchSize': 1000, 'hdfs.rollCount': 0, 'hdfs.rollSize': 0, 'hdfs.rollInterval': 0, ...values,
      }, { ports: testPorts({ openHdfs }) });
      const channel = makeMemoryChannel();
      await putAll(channel, bodies.map((body, i) => event(body, { kind: name, timestamp: String(i) })));
      await drain(sink, channel);
      await sink.stop();
    }));
    const names = Object.keys(variants) as (keyof typeof variants)[];
    const { code, stdout, stderr } = await runHadoopFs(hadoop.conf, ['-text', ...names.map((name) => `/out/${name}/*`)]);
    expect(code, stderr).toBe(0);
    const hex = (body: string): string => [...Buffer.from(body)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const lines = stdout.trimEnd().split('\n');
    for (const [at, name] of names.entries()) {
      const expected = name === 'data' || name === 'gzip' ? bodies : bodies.map((body, i) => `${i}\t${name === 'writable' ? hex(body) : body}`);
      expect(lines.slice(at * bodies.length, (at + 1) * bodies.length), name).toEqual(expected);
    }
    expect(lines).toHaveLength(names.length * bodies.length);
  });
});
