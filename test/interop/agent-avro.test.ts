// Our Avro sink and source beside a real Flume 1.11's, in both directions: ours -> Flume's source -> its channel -> its sink -> ours.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RpcListener } from '../../main/engines/agent/rpc/rpc-listener.ts';
import { freePort } from '../peers/peer-process.ts';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { flumeMetrics } from '../peers/flume/metrics.ts';
import { CollectingProcessor, drain, makeMemoryChannel, makeSink, makeSource, putAll } from '../support/agent/probe.ts';
import { makeFlumeStores, type FlumeStores } from '../support/agent/flume-stores.ts';
import { eventually, NumberedCollector, numberedEvent } from './support/numbered-events.ts';

const problem = peerProblem('flume');
const EVENTS = 100_000;
const BATCH = 1000;
const VARIANTS = ['plain', 'deflate', 'tls', 'both'] as const;
type Variant = (typeof VARIANTS)[number];

type Values = Readonly<Record<string, string | number | boolean>>;
const lines = (prefix: string, values: Values): string => Object.entries(values).map(([key, value]) => `a1.${prefix}.${key}=${value}\n`).join('');

describe.skipIf(problem)(`avro with Flume${problem ? ` (${problem})` : ''}`, () => {
  const dir = mkdtempSync(join(tmpdir(), 'agent-avro-'));
  let stores: FlumeStores;
  let flume: RunningPeer<'flume'>;
  const ports = new Map<Variant, number>();
  const counting = new CollectingProcessor();
  const collectors = new Map(VARIANTS.map((variant) => [variant, new NumberedCollector(EVENTS)]));
  const stops: (() => Promise<unknown>)[] = [];

  const compressed = (variant: Variant): Values => (variant === 'deflate' || variant === 'both' ? { 'compression-type': 'deflate' } : {});
  const isSecure = (variant: Variant): boolean => variant === 'tls' || variant === 'both';

  beforeAll(async () => {
    stores = makeFlumeStores(dir);
    const server = (variant: Variant, keystore: string): Values => ({ ...compressed(variant), ...(isSecure(variant) ? { ssl: true, keystore, 'keystore-password': stores.password } : {}) });
    const trusting: Values = { ssl: true, truststore: stores.trustStore, 'truststore-password': stores.password };
    let config = 'a1.sources = plain deflate tls both seq\na1.channels = plain deflate tls both seq\na1.sinks = plain deflate tls both seq\n';
    for (const variant of VARIANTS) {
      const { source } = await makeSource('avro', { bind: '127.0.0.1', port: 0, ...server(variant, stores.keyStore) }, { processor: collectors.get(variant) as NumberedCollector });
      await source.start();
      stops.push(() => source.stop());
      ports.set(variant, await freePort());
      config += lines(`channels.${variant}`, { type: 'memory', capacity: 150_000, transactionCapacity: BATCH });
      config += lines(`sources.${variant}`, { type: 'avro', bind: '127.0.0.1', port: ports.get(variant) ?? 0, channels: variant, ...server(variant, stores.keyStore), ...(isSecure(variant) ? { 'keystore-type': 'JKS' } : {}) });
      config += lines(`sinks.${variant}`, { type: 'avro', hostname: '127.0.0.1', port: (source as RpcListener).port, 'batch-size': BATCH, channel: variant, ...compressed(variant), ...(isSecure(variant) ? trusting : {}) });
    }
    const { source } = await makeSource('avro', { bind: '127.0.0.1', port: 0 }, { processor: counting });
    await source.start();
    stops.push(() => source.stop());
    config += lines('sources.seq', { type: 'seq', batchSize: BATCH, totalEvents: EVENTS, channels: 'seq', interceptors: 's t', 'interceptors.s.type': 'static', 'interceptors.s.key': 'k\\u00fc', 'interceptors.s.value': '\\u6f22\\u5b57', 'interceptors.t.type': 'timestamp' });
    config += lines('channels.seq', { type: 'memory', capacity: 150_000, transactionCapacity: BATCH });
    config += lines('sinks.seq', { type: 'avro', hostname: '127.0.0.1', port: (source as RpcListener).port, 'batch-size': BATCH, channel: 'seq' });
    flume = await startPeer('flume', { config, ports: [...ports.values()] });
  }, 120_000);
  afterAll(async () => {
    if (flume) process.kill(flume.pid, 'SIGKILL');
    await flume?.stop();
    await Promise.all(stops.map((stop) => stop()));
    rmSync(dir, { recursive: true, force: true });
  });

  test('R30 what Flume makes and sends arrives, numbered, with its headers', async () => {
    expect(await eventually(() => counting.events.length >= EVENTS)).toBe(true);
    expect(counting.events.length).toBe(EVENTS);
    expect(counting.events.every((event, i) => event.body.toString() === String(i) && event.headers.get('kü') === '漢字' && /^\d{13}$/.test(event.headers.get('timestamp') ?? ''))).toBe(true);
  }, 90_000);

  test.for(VARIANTS)('R31 there and back through Flume, %s: every event once, in order, unchanged', { timeout: 120_000 }, async (variant) => {
    const channel = makeMemoryChannel({ capacity: EVENTS });
    for (let n = 0; n < EVENTS; n += BATCH) await putAll(channel, Array.from({ length: BATCH }, (_, i) => numberedEvent(n + i)));
    const trusting: Values = { ssl: true, truststore: stores.trustStore12, 'truststore-password': stores.password };
    const { sink, said } = await makeSink('avro', { hostname: '127.0.0.1', port: ports.get(variant) ?? 0, 'batch-size': BATCH, ...compressed(variant), ...(isSecure(variant) ? trusting : {}) });
    stops.push(() => sink.stop());
    await sink.start();
    await drain(sink, channel);
    const collector = collectors.get(variant) as NumberedCollector;
    await eventually(() => collector.count >= EVENTS || collector.alien !== null, 60_000);
    expect({ alien: collector.alien, count: collector.count, distinct: collector.distinct, inOrder: collector.inOrder }).toEqual({ alien: null, count: EVENTS, distinct: EVENTS, inOrder: true });
    expect(said.problems).toEqual([]);
    expect((await flumeMetrics(flume.metrics))[`SOURCE.${variant}`]).toMatchObject({ EventAcceptedCount: String(EVENTS), AppendBatchAcceptedCount: String(EVENTS / BATCH) });
  });

  test('R33 Flume’s order of TLS and zlib is found by ours when the other one was tried first', async () => {
    const both = { hostname: '127.0.0.1', port: ports.get('both') ?? 0, 'compression-type': 'deflate', ssl: true, 'trust-all-certs': true, 'connect-timeout': 2000 };
    const wrong = await makeSink('avro', { ...both, 'ssl-compression-order': 'flume-1.9' });
    await wrong.sink.start();
    expect(wrong.said.problems).toHaveLength(1);
    await wrong.sink.stop();
    const right = await makeSink('avro', both);
    await right.sink.start();
    expect(right.said.problems).toEqual([]);
    await right.sink.stop();
  }, 30_000);
});
