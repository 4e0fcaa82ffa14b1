// A member that lost its data and kept its number: what was acknowledged is not lost with it, whoever else is there when it comes back.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openClient } from '../../main/engines/coordination/client/client.ts';
import { peerProblem } from '../peers/start-peer.ts';
import { Ensemble, digestMismatches, eventually, type Kind } from './support/coordination-members.ts';

const problem = peerProblem('zookeeper');
let ensemble: Ensemble | null = null;
afterEach(async () => { await ensemble?.close(); ensemble = null; });

/** Servers 1 and 3 acknowledged a write while 2 was away; then 3 is away, and 1 comes back empty beside 2. */
async function wipe(others: Kind): Promise<Ensemble> {
  const running = (ensemble = await Ensemble.make(3));
  await running.start('ours', others, others);
  const all = running.client();
  await all.create('/x', Buffer.from('old'));
  await all.close();
  for (const { sid } of running.members) await running.client(sid).sync('/x');
  await running.member(2).stop();
  const writer = running.client(1, 3);
  await eventually('a write goes through', async () => { await writer.setData('/x', Buffer.from('acknowledged')); return true; });
  await writer.close();
  await running.member(1).stop();
  await running.member(3).stop();
  rmSync(join(running.member(1).dir, 'data', 'version-2'), { recursive: true });
  await Promise.all([running.member(1).start(), running.member(2).start()]);
  return running;
}

const words = (running: Ensemble): string => JSON.stringify(running.member(1).events.filter((event) => event.type === 'warning').map(({ error }) => [error.code, error.params]));

async function nobodyServes(running: Ensemble): Promise<void> {
  const early = openClient({ connectString: [1, 2].map((sid) => `127.0.0.1:${running.member(sid).port}`).join(','), patienceMs: 4_000 });
  await expect(early.exists('/x')).rejects.toMatchObject({ code: 'COORD_CONNECT' });
  await early.close();
}

async function comesBack(others: Kind): Promise<void> {
  const running = await wipe(others);
  await nobodyServes(running);
  expect(words(running)).toMatch(/COORD_PEER.*has no data while server 2 has.*may be on server 3 alone/);
  await running.member(3).start();
  for (const { sid } of running.members) {
    const reader = running.client(sid);
    await eventually(`server ${sid} has what was acknowledged`, async () => { await reader.sync('/x'); return (await reader.getData('/x')).data?.toString() === 'acknowledged'; });
  }
  expect(digestMismatches(running)).toEqual([]);
}

describe.skipIf(problem)(`a wiped member${problem ? ` (${problem})` : ''}`, () => {
  test('E15 beside ours: it has no vote until the one was heard that may have more, then has it all by SNAP', () => comesBack('ours'), 120_000);
  test('E15 beside real servers', () => comesBack('3.9'), 120_000);

  test('E25 a file `initialize` says that the third is gone for good', async () => {
    const running = await wipe('ours');
    await nobodyServes(running);
    const file = join(running.member(1).dir, 'data', 'initialize');
    await running.member(1).stop();
    writeFileSync(file, '');
    await running.member(1).start();
    const reader = running.client(1, 2);
    expect((await reader.getData('/x')).data?.toString()).toBe('old');
    expect(existsSync(file)).toBe(false);
  }, 120_000);
});
