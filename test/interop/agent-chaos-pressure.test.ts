// Senders faster than the sink, senders that stop in the middle, and too many of them: the agent's memory stays bounded, others are served, and nothing acknowledged is lost.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Source } from '../../main/engines/agent/parts.ts';
import { freePort, freePorts } from '../peers/peer-process.ts';
import { ChaosAgent, until } from '../support/agent/chaos-agent.ts';
import { avroSink, avroSource, configurationOf, fileChannel, fileSink } from '../support/agent/chaos-config.ts';
import { account, joinLives, livesOf, SOUND, untilDelivered } from '../support/agent/chaos-oracle.ts';
import { numberedLine, Producer } from '../support/agent/chaos-producer.ts';
import { callPack, handshakePack } from '../support/agent/chaos-raw.ts';
import { CollectingProcessor, makeSource } from '../support/agent/probe.ts';

const MIB = 2 ** 20;
const METRICS = ['-Dflume.monitoring.type=http', '-Dflume.monitoring.port=0'];

let dir = '';
const agents: ChaosAgent[] = [];
const sockets: Socket[] = [];
const servers: Server[] = [];
const sources: Source[] = [];
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'sluice-chaos-')); });
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
  for (const source of sources.splice(0)) await source.stop();
  for (const agent of agents.splice(0)) await agent.end('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

function agentOf(name: string, config: string, words: readonly string[] = []): ChaosAgent {
  const agent = new ChaosAgent(join(dir, name), config, words);
  agents.push(agent);
  return agent;
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => {});
  socket.resume();
  await once(socket, 'connect');
  return socket;
}

/** A far side that takes connections and never says a word. */
async function stuck(port: number): Promise<{ end(): Promise<void> }> {
  const taken = new Set<Socket>();
  const server = createServer((socket) => { taken.add(socket.on('error', () => {})); socket.resume(); });
  servers.push(server);
  await new Promise<void>((listening) => { server.listen(port, '127.0.0.1', listening); });
  return { end: () => new Promise((closed) => { server.close(() => { closed(); }); for (const socket of taken) socket.destroy(); }) };
}

/** Writes the same bytes again and again for as long as the far side reads, up to `most`. Answers how many went. */
function pour(socket: Socket, bytes: Buffer, most: number): () => number {
  let given = 0;
  const go = (): void => {
    while (given < most && !socket.destroyed) {
      given += bytes.length;
      if (!socket.write(bytes)) { socket.once('drain', go); return; }
    }
  };
  go();
  return () => given - socket.writableLength;
}

async function untilQuiet(figure: () => number): Promise<number> {
  let last = -1;
  for (let same = 0; same < 15;) {
    const now = figure();
    same = now === last ? same + 1 : 0;
    last = now;
    await sleep(100);
  }
  return last;
}

test('X20 a sink that is stuck: the channel fills, senders are refused or read no further, memory is bounded, and all of it comes once the sink works', async () => {
  const [refusing, waiting, far, nowhere] = await freePorts(4) as [number, number, number, number];
  const target = await stuck(far);
  await stuck(nowhere);
  const memory = { type: 'memory', capacity: 2000, transactionCapacity: 100, byteCapacity: 16 * MIB };
  const agent = agentOf('slow', configurationOf({
    sources: { r1: avroSource(refusing, 'c1'), r2: avroSource(waiting, 'c2') },
    channels: { c1: { ...memory, 'keep-alive': 0 }, c2: { ...memory, 'keep-alive': 1000 } },
    sinks: { k1: avroSink(far, 100), k2: avroSink(nowhere, 100, { channel: 'c2' }) },
  }), METRICS);
  await agent.start();
  const idle = agent.memory('VmRSS');

  const producer = new Producer({ port: refusing, run: 'p', batch: 50, window: 1, filler: 'y'.repeat(5000) });
  await until(() => `refusals: ${agent.tail}`, () => producer.refusals >= 5);
  const full = await agent.metrics('CHANNEL.c1');
  expect((full['EventPutSuccessCount'] ?? 0) - (full['EventTakeSuccessCount'] ?? 0)).toBe(full['ChannelSize']);
  expect(full['ChannelSize']).toBe(producer.acknowledged * producer.batch);
  expect(agent.said).toContain('Channel c1 is full');

  // a flood of a gigabyte over ten connections into the other source, whose channel makes senders wait
  const call = callPack(1, Array.from({ length: 20 }, (_, i) => numberedLine('flood', i, 'z'.repeat(15_000))));
  const flood = await Promise.all(Array.from({ length: 10 }, async () => {
    const socket = await open(waiting);
    socket.write(handshakePack(0));
    return pour(socket, call, 100 * MIB);
  }));
  const taken = await untilQuiet(() => flood.reduce((sum, poured) => sum + poured(), 0));
  expect(taken).toBeLessThan(400 * MIB);
  expect(agent.memory('VmHWM') - idle).toBeLessThan(400 * MIB);
  for (const socket of sockets.splice(0)) socket.destroy();

  const processor = new CollectingProcessor();
  await target.end();
  const { source } = await makeSource('avro', { bind: '127.0.0.1', port: far }, { processor });
  sources.push(source);
  await source.start();
  await producer.finish();
  await until(() => `all of ${producer.events}: ${agent.tail}`, () => processor.events.length >= producer.events);
  expect(account(processor.bodies, [producer])).toMatchObject({ ...SOUND, unexplained: [], duplicates: 0, distinct: producer.events });
  await until(() => 'an empty channel', async () => (await agent.metrics('CHANNEL.c1'))['ChannelSize'] === 0);
});

test('X21 senders that stop in the middle of a batch: nothing of it is taken, their halves take bounded memory, others are served', async () => {
  const [port, out] = [await freePort(), join(dir, 'out')];
  const agent = agentOf('halves', configurationOf({ sources: { r1: avroSource(port) }, channels: { c1: fileChannel(join(dir, 'channel')) }, sinks: { k1: fileSink(out, 60) } }), METRICS);
  await agent.start();
  const idle = agent.memory('VmRSS');
  const producer = new Producer({ port, run: 'p', batch: 20, window: 2 });
  const call = callPack(1, Array.from({ length: 20 }, (_, i) => numberedLine('half', i)));

  // its connection ends, or breaks, within a batch
  for (const end of [(socket: Socket) => { socket.end(); }, (socket: Socket) => { socket.resetAndDestroy(); }]) {
    const socket = await open(port);
    const before = agent.saidTimes(/in the middle of a message|broke off|ECONNRESET/);
    socket.write(Buffer.concat([handshakePack(0), call.subarray(0, call.length - 7)]));
    await until(() => 'its connection', async () => ((await agent.metrics('SOURCE.r1'))['OpenConnectionCount'] ?? 0) >= 2);
    await sleep(50);
    end(socket);
    await agent.untilSaid(/in the middle of a message|broke off|ECONNRESET/, before + 1);
  }
  // 100 batches of 100 MiB are announced, 12 MiB of each come, and then nothing
  const begun = Buffer.alloc(12 * MIB);
  begun.writeInt32BE(1, 0);
  begun.writeInt32BE(1, 4);
  begun.writeInt32BE(100 * MIB, 8);
  const halves = await Promise.all(Array.from({ length: 100 }, async () => {
    const socket = await open(port);
    return pour(socket, begun, begun.length);
  }));
  await untilQuiet(() => halves.reduce((sum, poured) => sum + poured(), 0));
  expect(agent.memory('VmHWM') - idle).toBeLessThan(700 * MIB);
  const before = producer.acknowledged;
  await until(() => `others: ${agent.tail}`, () => producer.acknowledged >= before + 10);
  for (const socket of sockets.splice(0)) socket.destroy();

  await producer.finish();
  await untilDelivered(out, [producer], [agent]);
  expect(account(joinLives(livesOf(out), 60).lines, [producer])).toMatchObject({ ...SOUND, unexplained: [], distinct: producer.events });
});

test('X22 a flood of connections: memory is bounded, others are served, and it is as before when they are gone', async () => {
  const [port, out] = [await freePort(), join(dir, 'out')];
  const agent = agentOf('flood', configurationOf({ sources: { r1: avroSource(port) }, channels: { c1: fileChannel(join(dir, 'channel')) }, sinks: { k1: fileSink(out, 60) } }), METRICS);
  await agent.start();
  const idle = agent.memory('VmRSS');
  const producer = new Producer({ port, run: 'p', batch: 20, window: 2 });
  const opened = async (): Promise<number> => (await agent.metrics('SOURCE.r1'))['OpenConnectionCount'] ?? 0;
  for (let wave = 0; wave < 2; wave++) {
    // a third says nothing, a third shakes hands, a third begins a call
    await Promise.all(Array.from({ length: 1000 }, async (_, i) => {
      const socket = await open(port);
      if (i % 3 > 0) socket.write(handshakePack(0));
      if (i % 3 > 1) socket.write(callPack(1, [numberedLine('flood', i)]).subarray(0, 30));
    }));
    await until(() => `1001 connections: ${agent.tail}`, async () => (await opened()) >= 1001);
    const before = producer.acknowledged;
    await until(() => `others: ${agent.tail}`, () => producer.acknowledged >= before + 10);
    expect(agent.memory('VmHWM') - idle).toBeLessThan(256 * MIB);
    for (const socket of sockets.splice(0)) socket.destroy();
    await until(() => `they are gone: ${agent.tail}`, async () => (await opened()) === 1);
  }
  await producer.finish();
  await untilDelivered(out, [producer], [agent]);
  expect(account(joinLives(livesOf(out), 60).lines, [producer])).toMatchObject({ ...SOUND, unexplained: [], duplicates: 0, distinct: producer.events });
});
