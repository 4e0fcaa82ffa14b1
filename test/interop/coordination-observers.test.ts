// Observers of both kinds, fed by leaders and, with observerMasterPort, by followers of both kinds.
import { afterEach, describe, expect, test } from 'vitest';
import { peerProblem } from '../peers/start-peer.ts';
import { fourLetterWord } from '../peers/zookeeper/zookeeper.ts';
import { freePort } from '../peers/peer-process.ts';
import { Ensemble, digestMismatches, type Kind } from './support/coordination-members.ts';

const problem = peerProblem('zookeeper');
let ensemble: Ensemble | null = null;
afterEach(async () => { await ensemble?.close(); ensemble = null; });

/** Server 4 only observes. */
async function observe(voters: Kind, observer: Kind, conf: readonly string[] = []): Promise<void> {
  const running = (ensemble = await Ensemble.make(4, conf, (sid) => (sid === 4 ? 'observer' : 'participant'), [], (sid) => `127.0.3.${sid}`));
  await running.start(voters, voters, voters, observer);
  const seen = running.client(4);
  await seen.create('/x', Buffer.from('through the observer'));
  for (const { sid } of running.members) {
    const reader = running.client(sid);
    await reader.sync('/x');
    expect((await reader.getData('/x')).data?.toString(), `at server ${sid}`).toBe('through the observer');
  }
  const writer = running.client(1, 2, 3);
  await Promise.all(Array.from({ length: 100 }, (_, i) => writer.create(`/n${i}`, null)));
  await seen.sync('/');
  expect((await seen.getChildNames('/')).length).toBe(102);
  await running.member(4).kill();
  await writer.create('/while-away', null);
  await running.member(4).start();
  const back = running.client(4);
  await back.sync('/');
  expect((await back.getChildNames('/')).length).toBe(103);
  if (observer !== 'ours') expect(await fourLetterWord(running.member(4).port, 'srvr')).toContain('Mode: observer');
  expect(digestMismatches(running)).toEqual([]);
}

describe.skipIf(problem)(`observers${problem ? ` (${problem})` : ''}`, () => {
  test('Z53 a real observer under ours', () => observe('ours', '3.9'), 90_000);
  test('Z53 ours observes real servers', () => observe('3.9', 'ours'), 90_000);
  test('Z57 a real observer is fed by a follower of ours', async () => { await observe('ours', '3.9', [`observerMasterPort=${await freePort()}`]); }, 90_000);
  test('Z57 ours is fed by a real follower', async () => { await observe('3.9', 'ours', [`observerMasterPort=${await freePort()}`]); }, 90_000);
});
