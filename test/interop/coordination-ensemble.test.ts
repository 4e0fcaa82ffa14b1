// Ensembles of three in every mix of ours and real servers: they elect, take writes through every member, survive a killed leader and a killed follower.
import { afterEach, describe, expect, test } from 'vitest';
import { peerProblem } from '../peers/start-peer.ts';
import { fourLetterWord } from '../peers/zookeeper/zookeeper.ts';
import { Ensemble, digestMismatches, eventually, type Kind, type Member } from './support/coordination-members.ts';

const problem = peerProblem('zookeeper');
let ensemble: Ensemble | null = null;
afterEach(async () => { await ensemble?.close(); ensemble = null; });

/** Who leads now, by their own words; null when no one does. */
async function leaderOf(running: Ensemble): Promise<Member | null> {
  for (const member of running.members) {
    if (!member.isRunning) continue;
    if (member.kind === 'ours' ? member.events.findLast((event) => event.type === 'state')?.state === 'leading' : (await fourLetterWord(member.port, 'srvr')).includes('Mode: leader')) return member;
  }
  return null;
}

async function readEverywhere(running: Ensemble, path: string, value: string): Promise<void> {
  for (const member of running.members) {
    if (!member.isRunning) continue;
    const client = running.client(member.sid);
    await client.sync(path);
    expect((await client.getData(path)).data?.toString(), `read at server ${member.sid}`).toBe(value);
    await client.close();
  }
}

/** Writes through each member, reads at each, kills the leader, then a follower, and starts them again. */
async function exercise(...kinds: Kind[]): Promise<void> {
  const running = (ensemble = await Ensemble.make(3));
  await running.start(...kinds);
  const all = running.client();
  await all.create('/x', Buffer.from('0'));
  for (const { sid } of running.members) {
    const through = running.client(sid);
    await through.setData('/x', Buffer.from(`through ${sid}`));
    await readEverywhere(running, '/x', `through ${sid}`);
    await through.close();
  }
  await eventually('someone leads', async () => await leaderOf(running) !== null);
  const leader = await leaderOf(running) as Member;
  await leader.kill();
  const others = running.client(...running.members.filter((member) => member !== leader).map((member) => member.sid));
  await others.setData('/x', Buffer.from('without the leader'));
  await leader.start();
  await readEverywhere(running, '/x', 'without the leader');
  await eventually('someone leads', async () => await leaderOf(running) !== null);
  const next = await leaderOf(running) as Member;
  const follower = running.members.find((member) => member !== next) as Member;
  await follower.kill();
  const rest = running.client(...running.members.filter((member) => member !== follower).map((member) => member.sid));
  await rest.setData('/x', Buffer.from('without a follower'));
  await follower.start();
  await readEverywhere(running, '/x', 'without a follower');
  expect(digestMismatches(running)).toEqual([]);
}

describe.skipIf(problem)(`ensembles of ours and of real servers${problem ? ` (${problem})` : ''}`, () => {
  test('Z10 three of ours', () => exercise('ours', 'ours', 'ours'), 120_000);
  test('Z10 two of ours and a real 3.9', () => exercise('ours', 'ours', '3.9'), 120_000);
  test('Z10 one of ours and two real 3.9', () => exercise('3.9', 'ours', '3.9'), 120_000);
  test('Z10 one of ours, a real 3.8 and a real 3.9', () => exercise('3.8', '3.9', 'ours'), 120_000);
});
