// Mixed ensembles under load while members are killed with SIGKILL: no acknowledged write is lost, and no tree differs.
import { afterEach, describe, expect, test } from 'vitest';
import { peerProblem } from '../peers/start-peer.ts';
import { Ensemble, digestMismatches, eventually, type Kind } from './support/coordination-members.ts';
import { load, lostAt } from './support/counted-load.ts';

const problem = peerProblem('zookeeper');
let ensemble: Ensemble | null = null;
afterEach(async () => { await ensemble?.close(); ensemble = null; });

async function kills(...kinds: Kind[]): Promise<void> {
  const running = (ensemble = await Ensemble.make(3, ['snapCount=400']));
  await running.start(...kinds);
  const client = running.client();
  await client.create('/load', null);
  const work = load(client);
  const more = async (count: number): Promise<void> => {
    const before = work.acknowledged.size;
    await eventually('writes go on', () => work.acknowledged.size > before + count);
  };
  await more(100);
  for (const sid of [3, 1, 2, 3, 2, 1]) {
    await running.member(sid).kill();
    await more(30);
    await running.member(sid).start();
    const back = running.client(sid);
    await back.connected();
    await back.close();
    await more(30);
  }
  await work.stop();
  for (const { sid } of running.members) expect(await lostAt(running.client(sid), work), `lost at server ${sid}`).toEqual([]);
  expect(digestMismatches(running)).toEqual([]);
}

describe.skipIf(problem)(`mixed ensembles under kill -9${problem ? ` (${problem})` : ''}`, () => {
  test('Z56 ours, a real 3.9 and ours', () => kills('ours', '3.9', 'ours'), 120_000);
  test('Z56 a real 3.8, ours and a real 3.9', () => kills('3.8', 'ours', '3.9'), 120_000);
});
