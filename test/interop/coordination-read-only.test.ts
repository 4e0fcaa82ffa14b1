// A server that is cut off from its ensemble serves reads to clients that asked for it (readonlymode.enabled), and goes back when there is a quorum.
import { afterEach, expect, test } from 'vitest';
import { openClient } from '../../main/engines/coordination/client/client.ts';
import { KeeperError } from '../../main/engines/coordination/keeper-errors.ts';
import { Ensemble, eventually } from './support/coordination-members.ts';

let ensemble: Ensemble | null = null;
afterEach(async () => { await ensemble?.close(); ensemble = null; });

test('Z58 the last of three serves reads alone, refuses writes, and follows again when another is back', async () => {
  const running = (ensemble = await Ensemble.make(3, ['readonlymode.enabled=true', 'tickTime=500']));
  await running.start('ours', 'ours', 'ours');
  const client = running.client();
  await client.create('/x', Buffer.from('kept'));
  await client.close();
  const first = running.client(1);
  await first.sync('/x'); // two were enough for the create, and the third may be the one that stays
  await first.close();
  await running.member(2).kill();
  await running.member(3).kill();
  const reader = openClient({ connectString: `127.0.0.1:${running.member(1).port}`, readOnly: true, patienceMs: 30_000 });
  try {
    await eventually('it reads', () => reader.state === 'connectedReadOnly');
    expect((await reader.getData('/x')).data?.toString()).toBe('kept');
    await expect(reader.setData('/x', null)).rejects.toSatisfy((error) => error instanceof KeeperError && error.is('NotReadOnly'));
    await running.member(2).start();
    await eventually('it writes again', async () => { await reader.setData('/x', Buffer.from('new')); return true; });
    expect((await reader.getData('/x')).data?.toString()).toBe('new');
  } finally {
    await reader.close();
  }
});
