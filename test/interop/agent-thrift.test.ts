// Our Thrift sink and source beside a real Flume 1.11's, in both directions: ours -> Flume's source -> its channel -> its sink -> ours.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RpcListener } from '../../main/engines/agent/rpc/rpc-listener.ts';
import { freePort } from '../peers/peer-process.ts';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { drain, makeMemoryChannel, makeSink, makeSource, putAll } from '../support/agent/probe.ts';
import { makeFlumeStores, type FlumeStores } from '../support/agent/flume-stores.ts';
import { eventually, NumberedCollector, numberedEvent } from './support/numbered-events.ts';

const problem = peerProblem('flume');
const EVENTS = 100_000;
const BATCH = 1000;
const VARIANTS = ['compact', 'binary', 'tls'] as const;
type Variant = (typeof VARIANTS)[number];

type Values = Readonly<Record<string, string | number | boolean>>;
const lines = (prefix: string, values: Values): string => Object.entries(values).map(([key, value]) => `a1.${prefix}.${key}=${value}\n`).join('');

describe.skipIf(problem)(`thrift with Flume${problem ? ` (${problem})` : ''}`, () => {
  const dir = mkdtempSync(join(tmpdir(), 'agent-thrift-'));
  let stores: FlumeStores;
  let flume: RunningPeer<'flume'>;
  const ports = new Map<Variant, number>();
  const collectors = new Map(VARIANTS.map((variant) => [variant, new NumberedCollector(EVENTS)]));
  const stops: (() => Promise<unknown>)[] = [];
  const protocol = (variant: Variant): Values => (variant === 'binary' ? { protocol: 'binary' } : {});

  beforeAll(async () => {
    stores = makeFlumeStores(dir);
    const server = (variant: Variant): Values => ({ ...protocol(variant), ...(variant === 'tls' ? { ssl: true, keystore: stores.keyStore, 'keystore-password': stores.password } : {}) });
    const trusting: Values = { ssl: true, truststore: stores.trustStore, 'truststore-password': stores.password };
    let config = 'a1.sources = compact binary tls\na1.channels = compact binary tls\na1.sinks = compact binary tls\n';
    for (const variant of VARIANTS) {
      const { source } = await makeSource('thrift', { bind: '127.0.0.1', port: 0, ...server(variant) }, { processor: collectors.get(variant) as NumberedCollector });
      await source.start();
      stops.push(() => source.stop());
      ports.set(variant, await freePort());
      config += lines(`channels.${variant}`, { type: 'memory', capacity: 150_000, transactionCapacity: BATCH });
      config += lines(`sources.${variant}`, { type: 'thrift', bind: '127.0.0.1', port: ports.get(variant) ?? 0, channels: variant, threads: 5, ...server(variant), ...(variant === 'tls' ? { 'keystore-type': 'JKS' } : {}) });
      config += lines(`sinks.${variant}`, { type: 'thrift', hostname: '127.0.0.1', port: (source as RpcListener).port, 'batch-size': BATCH, channel: variant, ...protocol(variant), ...(variant === 'tls' ? trusting : {}) });
    }
    flume = await startPeer('flume', { config, ports: [...ports.values()] });
  }, 120_000);
  afterAll(async () => {
    if (flume) process.kill(flume.pid, 'SIGKILL');
    await flume?.stop();
    await Promise.all(stops.map((stop) => stop()));
    rmSync(dir, { recursive: true, force: true });
  });

  test.for(VARIANTS)('R48 there and back through Flume, %s: every event once, in order, unchanged', { timeout: 120_000 }, async (variant) => {
    const channel = makeMemoryChannel({ capacity: EVENTS });
    for (let n = 0; n < EVENTS; n += BATCH) await putAll(channel, Array.from({ length: BATCH }, (_, i) => numberedEvent(n + i)));
    const trusting: Values = { ssl: true, truststore: stores.trustStore12, 'truststore-password': stores.password };
    const { sink, said } = await makeSink('thrift', { hostname: '127.0.0.1', port: ports.get(variant) ?? 0, 'batch-size': BATCH, ...protocol(variant), ...(variant === 'tls' ? trusting : {}) });
    stops.push(() => sink.stop());
    await sink.start();
    await drain(sink, channel);
    const collector = collectors.get(variant) as NumberedCollector;
    await eventually(() => collector.count >= EVENTS || collector.alien !== null, 60_000);
    expect({ alien: collector.alien, count: collector.count, distinct: collector.distinct, inOrder: collector.inOrder }).toEqual({ alien: null, count: EVENTS, distinct: EVENTS, inOrder: true });
    expect(said.problems).toEqual([]);
  });
});
