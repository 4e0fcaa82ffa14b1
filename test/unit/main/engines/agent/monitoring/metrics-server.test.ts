import { createServer, type AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { startMetricsServer, type MetricsServer } from '../../../../../../main/engines/agent/monitoring/metrics-server.ts';
import { channelCounters, sinkCounters, sourceCounters } from '../../../../../../main/engines/agent/monitoring/counters.ts';
import type { AgentStatus } from '../../../../../../main/engines/agent/runner/status.ts';

const open: MetricsServer[] = [];
afterEach(async () => { for (const server of open.splice(0)) await server.close(); });

const CHANNEL = { ...channelCounters(), EventPutAttemptCount: 7, EventPutSuccessCount: 6, StartTime: 1_764_366_000_000, more: { Unhealthy: 0 } };
const STATUS: AgentStatus = {
  agent: 'a1', state: 'ready',
  sources: [{ id: { kind: 'source', name: 'r1' }, type: 'avro', state: 'ready', error: null, counters: { ...sourceCounters(), EventReceivedCount: 5 } }],
  channels: [{ id: { kind: 'channel', name: 'c1' }, type: 'memory', state: 'ready', error: null, counters: CHANNEL, size: 25, capacity: 100, durable: false }],
  sinks: [{ id: { kind: 'sink', name: 'k"1' }, type: 'null', state: 'failed', error: null, counters: sinkCounters() }],
  edges: [{ id: 'source r1 > channel c1', from: { kind: 'source', name: 'r1' }, to: { kind: 'channel', name: 'c1' }, events: 6, bytes: 60 }],
};

async function serve(): Promise<string> {
  const server = await startMetricsServer('a1', () => STATUS, { port: 0, host: '127.0.0.1' });
  open.push(server);
  return `http://127.0.0.1:${server.port}`;
}

test('M1 /metrics is what Flume answers: keys TYPE.name, every value a string', async () => {
  const response = await fetch(`${await serve()}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json;charset=utf-8');
  const all = await response.json() as Record<string, Record<string, unknown>>;
  expect(Object.keys(all)).toEqual(['SOURCE.r1', 'CHANNEL.c1', 'SINK.k"1']);
  expect(all['CHANNEL.c1']).toEqual({
    Type: 'CHANNEL', ChannelCapacity: '100', ChannelFillPercentage: '25.0', ChannelSize: '25', EventPutAttemptCount: '7', EventPutSuccessCount: '6', EventTakeAttemptCount: '0', EventTakeSuccessCount: '0',
    StartTime: '1764366000000', StopTime: '0', Unhealthy: '0',
  });
  expect(Object.keys(all['SOURCE.r1'] ?? {}).sort()).toEqual([
    'AppendAcceptedCount', 'AppendBatchAcceptedCount', 'AppendBatchReceivedCount', 'AppendReceivedCount', 'ChannelWriteFail', 'EventAcceptedCount', 'EventReadFail', 'EventReceivedCount',
    'GenericProcessingFail', 'OpenConnectionCount', 'StartTime', 'StopTime', 'Type',
  ]);
  expect(Object.keys(all['SINK.k"1'] ?? {}).sort()).toEqual([
    'BatchCompleteCount', 'BatchEmptyCount', 'BatchUnderflowCount', 'ChannelReadFail', 'ConnectionClosedCount', 'ConnectionCreatedCount', 'ConnectionFailedCount', 'EventDrainAttemptCount',
    'EventDrainSuccessCount', 'EventWriteFail', 'StartTime', 'StopTime', 'Type',
  ]);
  expect(Object.values(all).flatMap((group) => Object.values(group)).every((value) => typeof value === 'string')).toBe(true);
});

test('M2 / links to /metrics, other paths are not found, OPTIONS and TRACE are forbidden', async () => {
  const address = await serve();
  expect(await (await fetch(address)).text()).toContain('./metrics');
  expect((await fetch(`${address}/other`)).status).toBe(404);
  expect((await fetch(`${address}/metrics`, { method: 'OPTIONS' })).status).toBe(403);
  expect((await fetch(`${address}/metrics`, { method: 'POST', body: 'x' })).status).toBe(200);
});

test('M3 Prometheus has the same figures in its own form, by path or by what it asks for', async () => {
  const address = await serve();
  const byPath = await fetch(`${address}/metrics/prometheus`);
  expect(byPath.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await byPath.text();
  expect(text).toContain('# TYPE sluice_source_event_received_total counter\nsluice_source_event_received_total{agent="a1",name="r1",type="avro"} 5\n');
  expect(text).toContain('sluice_channel_size{agent="a1",name="c1",type="memory"} 25\n');
  expect(text).toContain('sluice_edge_events_total{agent="a1",from="r1",to="c1"} 6\n');
  expect(text).toContain('sluice_component_up{agent="a1",kind="sink",name="k\\"1",type="null"} 0\n');
  expect(text).toContain('sluice_channel_start_time_seconds{agent="a1",name="c1",type="memory"} 1764366000\n');
  for (const line of text.trimEnd().split('\n')) expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+\{(\w+="(?:[^"\\]|\\.)*",?)+\} -?[\d.]+)$/);
  expect(await (await fetch(`${address}/metrics`, { headers: { Accept: 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5' } })).text()).toBe(text);
});

test('M4 a port that is taken is said in words', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => { other.once('listening', resolve); });
  const { port } = other.address() as AddressInfo;
  await expect(startMetricsServer('a1', () => STATUS, { port, host: '127.0.0.1' })).rejects.toMatchObject({ code: 'AGENT_PORT', params: { port, component: 'a1.monitoring' } });
  other.close();
});
