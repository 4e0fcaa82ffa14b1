// Rolling replacement: real servers become ours and ours real ones, one at a time, on their own data directories and under load.
import { afterEach, describe, expect, test } from 'vitest';
import { peerProblem } from '../peers/start-peer.ts';
import { Ensemble, digestMismatches, eventually, type Kind } from './support/coordination-members.ts';
import { load, lostAt, type Load } from './support/counted-load.ts';

const problem = peerProblem('zookeeper');
let ensemble: Ensemble | null = null;
afterEach(async () => { await ensemble?.close(); ensemble = null; });

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
  for (const { sid } of running.members) expect(await lostAt(running.client(sid), work), `lost at server ${sid}`).toEqual([]);
  expect(work.acknowledged.size).toBeGreaterThan(150);
  expect(digestMismatches(running)).toEqual([]);
}

describe.skipIf(problem)(`rolling replacement${problem ? ` (${problem})` : ''}`, () => {
  test('Z11 real 3.9 servers become ours one at a time, and back, and no acknowledged write is lost', () => rolling('3.9', 'ours'), 180_000);
  test('Z11 the same with real 3.8 servers', () => rolling('3.8', 'ours'), 180_000);
});
