// A leader that stands still is replaced long before syncLimit, and what it wakes up to is a follower's part.
import { afterEach, expect, test } from 'vitest';
import { Ensemble, eventually, type Member } from './support/coordination-members.ts';

let ensemble: Ensemble | null = null;
afterEach(async () => { await ensemble?.close(); ensemble = null; });

const stateOf = (member: Member): string => { const last = member.events.findLast((event) => event.type === 'state'); return last?.type === 'state' ? last.state : ''; };

test('Z59 a frozen leader is replaced while it is frozen (syncLimit is 40 s), wakes to what was written, and reads nothing old after a sync', async () => {
  const running = (ensemble = await Ensemble.make(3, ['syncLimit=20']));
  await running.start('ours', 'ours', 'ours');
  const first = running.client();
  await first.create('/x', Buffer.from('before'));
  await eventually('all have their parts', () => running.members.every((member) => ['leading', 'following'].includes(stateOf(member))));
  const leader = running.members.find((member) => stateOf(member) === 'leading') as Member;
  const others = running.members.filter((member) => member !== leader);
  const client = running.client(...others.map((member) => member.sid));
  await client.connected();
  const at = running.client(leader.sid);
  await at.connected();

  process.kill(leader.pid, 'SIGSTOP');
  try {
    const late = at.sync('/x').then(async () => (await at.getData('/x')).data?.toString(), () => 'cut off'); // asked of the frozen one
    await eventually('a write goes through', async () => { await client.setData('/x', Buffer.from('after')); return true; }, 20_000);
    process.kill(leader.pid, 'SIGCONT');
    expect(await late).not.toBe('before');
  } finally {
    process.kill(leader.pid, 'SIGCONT');
  }
  await eventually('it follows', () => stateOf(leader) === 'following');
  await at.sync('/x');
  expect((await at.getData('/x')).data?.toString()).toBe('after');
});
