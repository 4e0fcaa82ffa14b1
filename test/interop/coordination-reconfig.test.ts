// Changing who is in an ensemble while it runs: among ours, and with real servers as leader or as followers.
import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { KEEPER_ERROR, KeeperError } from '../../main/engines/coordination/keeper-errors.ts';
import { peerProblem } from '../peers/start-peer.ts';
import { fourLetterWord } from '../peers/zookeeper/zookeeper.ts';
import { Ensemble, eventually, type Kind, type Member } from './support/coordination-members.ts';

const problem = peerProblem('zookeeper');
let ensemble: Ensemble | null = null;
afterEach(async () => { await ensemble?.close(); ensemble = null; });

async function codeOf(call: Promise<unknown>): Promise<number> {
  return await call.then(() => 0, (error: unknown) => (error instanceof KeeperError ? error.code : Number.NaN));
}
/** A call that may be cut off while the ensemble changes; a write of a value may come twice. */
async function persist<T>(call: () => Promise<T>): Promise<T> {
  for (let left = 50; ; left--) {
    try {
      return await call();
    } catch (error) {
      if (left === 0 || !(error instanceof KeeperError && error.is('ConnectionLoss'))) throw error;
      await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
  }
}
const isLeader = async (member: Member): Promise<boolean> => (member.kind === 'ours'
  ? member.events.findLast((event) => event.type === 'state')?.state === 'leading' : (await fourLetterWord(member.port, 'srvr')).includes('Mode: leader'));
async function leaderOf(running: Ensemble): Promise<Member> {
  let found: Member | null = null;
  await eventually('someone leads', async () => {
    for (const member of running.members) if (member.isRunning && await isLeader(member)) found = member;
    return found !== null;
  });
  return found as unknown as Member;
}

/** Adds a fourth, takes the leader out, and puts all members in place anew. `newcomer` is the fourth's kind. */
async function change(kinds: readonly [Kind, Kind, Kind], newcomer: Kind): Promise<void> {
  const running = (ensemble = await Ensemble.make(3, ['skipACL=yes']));
  await running.start(...kinds);
  const client = running.client(1, 2, 3);
  await client.create('/x', Buffer.from('before'));
  const before = (await client.getConfig()).data?.toString() ?? '';
  expect(before.split('\n').length).toBe(4);

  const { member, line } = await running.newcomer();
  expect(await codeOf(client.reconfig({ joining: `${line},server.9=127.0.0.1:1:2:participant;3,server.8=127.0.0.1:4:5:participant;6,server.7=127.0.0.1:7:8:participant;9` }))).toBe(KEEPER_ERROR.NewConfigNoQuorum);
  expect(await codeOf(client.reconfig({ joining: 'server.9=127.0.0.1:1:2:participant' }))).toBe(KEEPER_ERROR.BadArguments);
  expect(await codeOf(client.reconfig({ leaving: '1', fromConfig: 77 }))).toBe(KEEPER_ERROR.BadVersion);

  await member.start(newcomer);
  const fourth = running.client(4);
  await fourth.connected();
  await client.reconfig({ joining: line });
  const joined = (await client.getConfig()).data?.toString() ?? '';
  expect(joined).toContain(`server.4=`);
  expect(joined.split('\n').at(-1)).not.toBe(before.split('\n').at(-1));
  await fourth.setData('/x', Buffer.from('through the fourth'));
  for (const { sid } of running.members) {
    const reader = running.client(sid);
    await reader.sync('/x');
    expect((await reader.getData('/x')).data?.toString(), `at server ${sid}`).toBe('through the fourth');
    expect((await reader.getConfig()).data?.toString(), `at server ${sid}`).toBe(joined);
    await reader.close();
  }

  const leader = await leaderOf(running);
  const others = running.members.filter((one) => one !== leader);
  const rest = running.client(...others.map((one) => one.sid));
  await rest.connected();
  await rest.reconfig({ leaving: String(leader.sid) }).catch((error: unknown) => { if (!(error instanceof KeeperError && error.is('ConnectionLoss'))) throw error; });
  await persist(() => rest.setData('/x', Buffer.from('without the old leader')));
  expect((await persist(() => rest.getConfig())).data?.toString()).not.toContain(`server.${leader.sid}=`);
  await leader.stop();
  await persist(() => rest.setData('/x', Buffer.from('when it is gone')));
  for (const one of others.filter((each) => each.kind === 'ours')) {
    expect(readdirSync(one.dir).some((name) => /^ours\.cfg\.dynamic\.[0-9a-f]+$/.test(name)), `dynamic file of server ${one.sid}`).toBe(true);
  }

  const again = others[0] as Member; // starts from the file that the reconfig wrote
  await again.stop();
  await again.start();
  const back = running.client(again.sid);
  await back.sync('/x');
  expect((await back.getData('/x')).data?.toString()).toBe('when it is gone');
  expect((await back.getConfig()).data?.toString()).not.toContain(`server.${leader.sid}=`);
}

describe.skipIf(problem)(`reconfig${problem ? ` (${problem})` : ''}`, () => {
  test('Z26 ours: a fourth joins, the leader leaves, and what the files say counts after a restart', () => change(['ours', 'ours', 'ours'], 'ours'), 120_000);
  test('Z26 a real 3.9 joins ours', () => change(['ours', 'ours', 'ours'], '3.9'), 120_000);
  test('Z26 ours joins under a real leader', () => change(['ours', '3.9', '3.9'], 'ours'), 120_000);
});
