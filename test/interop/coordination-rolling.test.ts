// Rolling replacement: real servers become ours and ours real ones, one at a time, on their own data directories and under load.
import { afterEach, describe, expect, test } from 'vitest';
import type { CoordinationClient } from '../../main/engines/coordination/client/client-types.ts';
import { peerProblem } from '../peers/start-peer.ts';
import { Ensemble, digestMismatches, eventually, type Kind } from './support/coordination-members.ts';

const problem = peerProblem('zookeeper');
let ensemble: Ensemble | null = null;
afterEach(async () => { await ensemble?.close(); ensemble = null; });

interface Load {
  readonly acknowledged: Set<number>;
  stop(): Promise<void>;
}

/** Creates /load/N one after the other, four at a time, through whoever answers. */
function load(client: CoordinationClient): Load {
  const acknowledged = new Set<number>();
  let next = 0;
  let running = true;
  const worker = async (): Promise<void> => {
    while (running) {
      const number = next++;
      await client.create(`/load/${number}`, Buffer.from(String(number))).then(() => { acknowledged.add(number); }, async () => { await new Promise((resolve) => { setTimeout(resolve, 10); }); });
    }
  };
  const workers = [worker(), worker(), worker(), worker()];
  return { acknowledged, stop: async () => { running = false; await Promise.all(workers); } };
}

/** Each member in turn becomes `to`, on its own data directory, while clients write. */
async function roll(running: Ensemble, to: Kind, { acknowledged }: Load): Promise<void> {
  for (const member of running.members) {
    await member.stop();
    await member.start(to);
    const own = running.client(member.sid);
    await own.connected();
    await own.close();
    const before = acknowledged.size;
    await eventually('writes go on', () => acknowledged.size > before + 20);
  }
}

async function rolling(from: Kind, to: Kind): Promise<void> {
  const running = (ensemble = await Ensemble.make(3));
  await running.start(from, from, from);
  const client = running.client();
  await client.create('/load', null);
  const work = load(client);
  await eventually('writes are acknowledged', () => work.acknowledged.size > 50);
  await roll(running, to, work);
  await roll(running, from, work);
  await work.stop();
  for (const { sid } of running.members) {
    const reader = running.client(sid);
    await reader.sync('/load');
    const there = new Set((await reader.getChildren('/load')).children.map(Number));
    expect([...work.acknowledged].filter((number) => !there.has(number)), `lost at server ${sid}`).toEqual([]);
  }
  expect(work.acknowledged.size).toBeGreaterThan(150);
  expect(digestMismatches(running)).toEqual([]);
}

describe.skipIf(problem !== null)('rolling replacement', () => {
  test('Z11 real 3.9 servers become ours one at a time, and back, and no acknowledged write is lost', () => rolling('3.9', 'ours'), 180_000);
  test('Z11 the same with real 3.8 servers', () => rolling('3.8', 'ours'), 180_000);
});
