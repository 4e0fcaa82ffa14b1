// Agents killed with -9 at random times while numbered events flow through their durable channels: one agent, two in a row, and one that fans out.
// SLUICE_CHAOS_RUNS multiplies the kills.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyChannel } from '../../main/engines/agent/channels/file/integrity.ts';
import { nodeDisk } from '../../main/lib/disk/node-disk.ts';
import { missingPackages } from '../peers/packages.ts';
import { freePort } from '../peers/peer-process.ts';
import { ChaosAgent, until } from '../support/agent/chaos-agent.ts';
import { avroSink, avroSource, configurationOf, fileChannel, fileSink } from '../support/agent/chaos-config.ts';
import { breakCalls } from '../support/agent/chaos-disk.ts';
import { account, joinLives, livesOf, SOUND, untilDelivered } from '../support/agent/chaos-oracle.ts';
import { Producer } from '../support/agent/chaos-producer.ts';

const RUNS = Number(process.env['SLUICE_CHAOS_RUNS'] ?? 1);
const SINK_BATCH = 60;
/** Without it kills meet the same moments, less often. */
const canSlow = process.platform === 'linux' && missingPackages(['strace']).length === 0;

let dir = '';
const agents: ChaosAgent[] = [];
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'sluice-chaos-')); });
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.end('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

function agentOf(name: string, config: string): ChaosAgent {
  const agent = new ChaosAgent(join(dir, name), config);
  agents.push(agent);
  return agent;
}

/** Events of a channel that is not in use. */
async function leftIn(channel: string): Promise<number | null> {
  const { damage, pending } = await verifyChannel(nodeDisk, join(channel, 'checkpoint'), [join(channel, 'data')]);
  expect(damage.filter(({ torn }) => !torn)).toEqual([]);
  return pending;
}

const acknowledged = (producers: readonly Producer[]): number => producers.reduce((sum, producer) => sum + producer.acknowledged, 0);

/** Kills one of them so many times: while events flow, or, every third time, while it starts. */
async function killing(among: readonly ChaosAgent[], producers: readonly Producer[], kills: number): Promise<void> {
  for (let n = 0; n < kills; n++) {
    const victim = among[Math.floor(Math.random() * among.length)] as ChaosAgent;
    if (n % 3 === 2) {
      await victim.end('SIGKILL');
      victim.launch();
      await sleep(Math.random() * 1500);
    } else {
      const before = acknowledged(producers);
      const batches = 2 + Math.floor(Math.random() * 30);
      await until(() => `${batches} batches more: ${among.map(({ tail }) => tail).join('\n')}`, () => acknowledged(producers) >= before + batches);
      await sleep(Math.random() * 20);
    }
    await victim.end('SIGKILL');
    victim.launch();
  }
  await Promise.all(among.map((agent) => agent.untilReady()));
}

describe('killed at random', () => {
  test('X1 one agent: what was acknowledged comes out, in order; what comes twice was under way at a kill', { timeout: 180_000 * RUNS }, async () => {
    const kills = 5 * RUNS;
    const [port, out] = [await freePort(), join(dir, 'out')];
    const agent = agentOf('one', configurationOf({ sources: { r1: avroSource(port) }, channels: { c1: fileChannel(join(dir, 'channel')) }, sinks: { k1: fileSink(out, SINK_BATCH) } }));
    await agent.start();
    const producers = ['p', 'q'].map((run, i) => new Producer({ port, run, batch: 20 + i * 13, window: 4 }));
    await killing([agent], producers, kills);
    await Promise.all(producers.map((producer) => producer.finish()));
    const sent = producers.reduce((sum, { events }) => sum + events, 0);
    await untilDelivered(out, producers, [agent]);
    expect(await agent.end('SIGTERM')).toBe(0);
    const { lines, redelivered } = joinLives(livesOf(out), SINK_BATCH);
    expect(account(lines, producers)).toMatchObject({ ...SOUND, unexplained: [], distinct: sent });
    expect(redelivered).toBeLessThanOrEqual(2 * kills * SINK_BATCH);
    expect(await leftIn(join(dir, 'channel'))).toBe(0);
  });

  test('X2 two agents in a row, either killed: nothing acknowledged is missing, and only what was under way comes again, as a whole and in order', { timeout: 180_000 * RUNS }, async () => {
    const kills = 5 * RUNS;
    const [first, second, out] = [await freePort(), await freePort(), join(dir, 'out')];
    const front = agentOf('front', configurationOf({ sources: { r1: avroSource(first) }, channels: { c1: fileChannel(join(dir, 'front-channel')) }, sinks: { k1: avroSink(second, 50) } }));
    const back = agentOf('back', configurationOf({ sources: { r1: avroSource(second) }, channels: { c1: fileChannel(join(dir, 'back-channel')) }, sinks: { k1: fileSink(out, SINK_BATCH) } }));
    await Promise.all([front.start(), back.start()]);
    const producer = new Producer({ port: first, run: 'p', batch: 25, window: 3 });
    await killing([front, back], [producer], kills);
    await producer.finish();
    await untilDelivered(out, [producer], [front, back]);
    expect(await front.end('SIGTERM')).toBe(0);
    expect(await back.end('SIGTERM')).toBe(0);
    for (const channel of ['front-channel', 'back-channel']) expect(await leftIn(join(dir, channel))).toBe(0);
    const result = account(joinLives(livesOf(out), SINK_BATCH).lines, [producer]);
    expect(result).toMatchObject({ ...SOUND, distinct: producer.events });
    // each broken connection sends one window again: the producer's, or the one batch of the sink between them
    expect(result.stepsBack).toBeLessThanOrEqual(producer.breaks + 2 * kills);
    expect(result.duplicates).toBeLessThanOrEqual(producer.breaks * 75 + 2 * kills * 50);
  });

  test('X3 fan-out to two durable channels: they bring the same events in the same order, though one of them was full at times and the agent killed', { timeout: 180_000 * RUNS }, async () => {
    const kills = 4 * RUNS;
    const [port, outs] = [await freePort(), [join(dir, 'out1'), join(dir, 'out2')]];
    const configFor = (capacity: number): string => configurationOf({
      sources: { r1: avroSource(port, 'c1 c2') },
      channels: { c1: fileChannel(join(dir, 'channel1')), c2: fileChannel(join(dir, 'channel2'), { capacity, transactionCapacity: 100, 'keep-alive': 0 }) },
      sinks: { k1: fileSink(outs[0] as string, SINK_BATCH), k2: fileSink(outs[1] as string, 10, 'c2') },
    });
    // at first the second holds little, and its sink is slow by its small batches: it refuses again and again
    const agent = agentOf('fan', configFor(100));
    await agent.start();
    const producer = new Producer({ port, run: 'p', batch: 20, window: 1 });
    await until(() => `a refusal: ${agent.tail}`, () => producer.refusals > 3);
    agent.configure(configFor(100_000)); // from its next life on
    for (let n = 0; n < kills; n++) {
      // a slow disk: most of the time a commit is between the two
      if (canSlow && n > 0) await breakCalls(agent.pid, 'pwrite64', 'delay_exit=15000');
      await killing([agent], [producer], 1);
    }
    await producer.finish();
    const sent = producer.events;
    for (const out of outs) await untilDelivered(out, [producer], [agent]);
    expect(await agent.end('SIGTERM')).toBe(0);
    const [one, two] = [joinLives(livesOf(outs[0] as string), SINK_BATCH).lines, joinLives(livesOf(outs[1] as string), 10).lines];
    expect(account(one, [producer])).toMatchObject({ ...SOUND, unexplained: [], distinct: sent });
    expect(two).toEqual(one);
    expect(agent.said).toContain('is full');
    for (const channel of ['channel1', 'channel2']) expect(await leftIn(join(dir, channel))).toBe(0);
  });
});
