// An agent whose disks fill up or fail under load, and two agents on one channel: senders are refused, nothing acknowledged is lost, and it goes on when it can.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { missingPackages } from '../peers/packages.ts';
import { freePort } from '../peers/peer-process.ts';
import { ChaosAgent, until } from '../support/agent/chaos-agent.ts';
import { avroSource, configurationOf, fileChannel, fileSink } from '../support/agent/chaos-config.ts';
import { breakCalls, mountProblem, mountSmall, type SmallDisk } from '../support/agent/chaos-disk.ts';
import { account, joinLives, livesOf, SOUND, untilDelivered } from '../support/agent/chaos-oracle.ts';
import { Producer } from '../support/agent/chaos-producer.ts';

const MIB = 2 ** 20;
const SINK_BATCH = 60;

let dir = '';
const agents: ChaosAgent[] = [];
const disks: SmallDisk[] = [];
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'sluice-chaos-')); });
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.end('SIGKILL');
  for (const disk of disks.splice(0)) disk.unmount();
  rmSync(dir, { recursive: true, force: true });
});

function agentOf(name: string, config: string): ChaosAgent {
  const agent = new ChaosAgent(join(dir, name), config);
  agents.push(agent);
  return agent;
}

function small(name: string, bytes: number): SmallDisk {
  const disk = mountSmall(join(dir, name), bytes);
  disks.push(disk);
  return disk;
}

async function moreAcknowledged(producer: Producer, agent: ChaosAgent, batches: number): Promise<void> {
  const before = producer.acknowledged;
  await until(() => `${batches} batches more: ${agent.tail}`, () => producer.acknowledged >= before + batches);
}

async function refusedAgain(producer: Producer, agent: ChaosAgent): Promise<void> {
  const before = producer.refusals;
  await until(() => `a refusal: ${agent.tail}`, () => producer.refusals > before);
}

/** All that was acknowledged is delivered, a refused batch never. */
async function closeAccount(producer: Producer, agent: ChaosAgent, out: string): Promise<void> {
  await producer.finish();
  await untilDelivered(out, [producer], [agent]);
  expect(await agent.end('SIGTERM')).toBe(0);
  expect(account(joinLives(livesOf(out), SINK_BATCH).lines, [producer])).toMatchObject({ ...SOUND, unexplained: [], distinct: producer.events });
}

const noMount = mountProblem();

describe.skipIf(noMount)(`a full disk${noMount ? ` (${noMount})` : ''}`, () => {
  test('X10 while there is no room for the channel or its checkpoint the agent stays up; it refuses what it cannot keep, says why, and goes on with the room', async () => {
    const [port, out] = [await freePort(), join(dir, 'out')];
    const data = small('data', 6 * MIB);
    const checkpoint = small('checkpoint', MIB / 4);
    const agent = agentOf('full', configurationOf({
      sources: { r1: avroSource(port) }, sinks: { k1: fileSink(out, SINK_BATCH) },
      channels: { c1: fileChannel('', { checkpointDir: join(checkpoint.dir, 'c'), dataDirs: join(data.dir, 'd') }) },
    }));
    await agent.start();
    const pid = agent.pid;
    const producer = new Producer({ port, run: 'p', batch: 20, window: 1 });
    await moreAcknowledged(producer, agent, 5);
    // filled between two looks at the room the write itself meets it, otherwise the look does
    const ways = [/Too little room on the disk\. \S*\/d: the disk refused a write for want of room/, /Too little room on the disk\. \S*\/d: [\d,]+ bytes are free, 1,048,576 are kept free/];
    for (let n = 0; n < 3 || !ways.every((words) => words.test(agent.said)); n++) {
      data.fill();
      await refusedAgain(producer, agent);
      data.clear();
      await moreAcknowledged(producer, agent, 2 + (n % 7));
      expect(n).toBeLessThan(200);
    }
    checkpoint.fill();
    const told = /Too little room on the disk\. \S*\/c\b/;
    await Promise.all([agent.untilSaid(told), moreAcknowledged(producer, agent, 20)]);
    checkpoint.clear();
    await moreAcknowledged(producer, agent, 5);
    expect([agent.isUp, agent.pid]).toEqual([true, pid]);
    // killed while it has no room
    data.fill();
    await refusedAgain(producer, agent);
    await agent.end('SIGKILL');
    await agent.start();
    data.clear();
    await moreAcknowledged(producer, agent, 5);
    await closeAccount(producer, agent, out);
  });
});

const noStrace = process.platform !== 'linux' ? 'strace is for Linux' : missingPackages(['strace']).length > 0 ? 'the Debian package strace is needed' : null;

describe.skipIf(noStrace)(`a disk that fails${noStrace ? ` (${noStrace})` : ''}`, () => {
  test('X11 writes and syncs that fail: refused, told, and never delivered; it goes on when they work, also after kill -9', async () => {
    const [port, out] = [await freePort(), join(dir, 'out')];
    const agent = agentOf('failing', configurationOf({ sources: { r1: avroSource(port) }, channels: { c1: fileChannel(join(dir, 'channel'), { maxFileSize: 20_000 }) }, sinks: { k1: fileSink(out, SINK_BATCH) } }));
    await agent.start();
    const pid = agent.pid;
    const producer = new Producer({ port, run: 'p', batch: 20, window: 1 });
    await moreAcknowledged(producer, agent, 5);
    // sockets are written with other calls
    for (const [calls, fault] of [['pwrite64,pwritev', 'error=EIO'], ['fsync,fdatasync', 'error=EIO'], ['pwrite64,pwritev', 'error=ENOSPC'], ['pwrite64,pwritev,fsync,fdatasync', 'error=EIO:when=3+4']] as const) {
      const mend = await breakCalls(agent.pid, calls, fault);
      await refusedAgain(producer, agent);
      await mend();
      await moreAcknowledged(producer, agent, 5);
    }
    expect(agent.said).toMatch(/cannot write to its disk\. \S*channel\S*: EIO/);
    expect([agent.isUp, agent.pid]).toEqual([true, pid]);
    const mend = await breakCalls(agent.pid, 'fsync,fdatasync,pwrite64', 'error=EIO:when=2+3');
    await refusedAgain(producer, agent);
    await agent.end('SIGKILL');
    await mend();
    await agent.start();
    await moreAcknowledged(producer, agent, 5);
    await closeAccount(producer, agent, out);
  });
});

test('X12 two agents on one channel: the second names the first, keeps its port shut, and goes on by itself once the first is gone', async () => {
  const [first, second, out] = [await freePort(), await freePort(), join(dir, 'out')];
  const configFor = (port: number): string => configurationOf({ sources: { r1: avroSource(port) }, channels: { c1: fileChannel(join(dir, 'channel')) }, sinks: { k1: fileSink(out, SINK_BATCH) } });
  const [one, two] = [agentOf('one', configFor(first)), agentOf('two', configFor(second))];
  await one.start();
  const producer = new Producer({ port: first, run: 'p', batch: 20, window: 2 });
  await moreAcknowledged(producer, one, 5);
  two.launch();
  await two.untilSaid(new RegExp(`folder is in use\\. ${join(dir, 'channel')}/\\S+ is held by process ${one.pid}\\b`));
  const late = new Producer({ port: second, run: 'late', batch: 20, window: 2 });
  await moreAcknowledged(producer, one, 5);
  await one.end('SIGKILL');
  await moreAcknowledged(late, two, 5);
  await late.finish();
  producer.abandon();
  await untilDelivered(out, [producer, late], [two]);
  expect(await two.end('SIGTERM')).toBe(0);
  const { lost, alien, unexplained, outOfOrder } = account(joinLives(livesOf(out), SINK_BATCH).lines, [producer, late]);
  expect({ lost, alien, unexplained, outOfOrder }).toEqual({ ...SOUND, unexplained: [] });
});
