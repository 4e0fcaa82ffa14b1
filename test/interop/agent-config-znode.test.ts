// A configuration in a real ZooKeeper, as -z and -p name it: read, watched, gone and back.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfiguration } from '../../main/engines/agent/config/load.ts';
import { openProvider } from '../../main/engines/agent/config/providers/open.ts';
import type { ConfigProvider } from '../../main/engines/agent/config/providers/provider.ts';
import type { CoordinationClient } from '../../main/engines/agent/ports.ts';
import { openCoordination } from '../../main/services/agent-connections.ts';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';

const problem = peerProblem('zookeeper');
const TEXT = 'a1.sources = r1\na1.channels = c1\na1.sources.r1.type = seq\na1.sources.r1.channels = c1\na1.channels.c1.type = memory\n# é 日本\n';

describe.skipIf(problem)(`a configuration in ZooKeeper${problem ? ` (${problem})` : ''}`, () => {
  let zookeeper: RunningPeer<'zookeeper'>;
  let writer: CoordinationClient;
  let from: ConfigProvider;
  beforeAll(async () => {
    zookeeper = await startPeer('zookeeper', {});
    writer = await openCoordination(zookeeper.connect, {});
    from = openProvider({
      agent: 'a1', files: [], uris: [], user: null, password: null, zookeeper: { connect: zookeeper.connect, basePath: '/flume' }, backupDir: null, everyMs: null,
      openCoordination: (connect) => openCoordination(connect, {}), trouble: () => {},
    });
  });
  afterAll(async () => { await from?.close(); await writer?.close(); await zookeeper?.stop(); });

  test('C9 a node that is not there is named; once written it is read, and each change is told', async () => {
    await expect(from.read()).rejects.toMatchObject({ code: 'AGENT_CONFIG_SOURCE', params: { source: `${zookeeper.connect}/flume/a1`, reason: 'there is no such znode' } });
    expect(await writer.set('/flume/a1', Buffer.from(TEXT), null)).toBe(true);
    const files = await from.read();
    const loaded = await loadConfiguration({ files, mode: 'strict', env: {}, systemProperties: {}, now: 0, vault: null });
    expect([...loaded.agents.get('a1')?.sources.keys() ?? []]).toEqual(['r1']);
    const stop = new AbortController();
    const changes = from.changes(stop.signal)[Symbol.asyncIterator]();
    for (const batchSize of ['5', '6']) {
      const next = changes.next();
      const { version } = await writer.get('/flume/a1') as { version: number };
      await writer.set('/flume/a1', Buffer.from(`${TEXT}a1.sources.r1.batchSize = ${batchSize}\n`), version);
      expect(await next).toEqual({ value: undefined, done: false });
      expect(Buffer.from((await from.read())[0]?.bytes ?? []).toString()).toContain(`batchSize = ${batchSize}`);
    }
    stop.abort();
    expect((await changes.next()).done).toBe(true);
  });
});
