// The wall clock jumps a day, both ways: it is written into stats and decides nothing.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { GetDataResponse } from '../../../../../../main/engines/coordination/jute/records.ts';
import { startNode } from '../../../../../../main/engines/coordination/node.ts';
import { CREATE, OP } from '../../../../../../main/engines/coordination/op-codes.ts';
import type { NodeEvent } from '../../../../../../main/engines/coordination/parts.ts';
import { body } from '../../../../../interop/support/coordination-teller.ts';
import { RawClient } from '../../../../../interop/support/raw-client.ts';
import { nodeConfig } from '../support/node-config.ts';

const DAY = 86_400_000;
const wait = (ms: number): Promise<void> => new Promise((done) => { setTimeout(done, ms); });

test.each([['ahead', DAY], ['back', -DAY]])('N6 the clock jumps a day %s: sessions live and expire by the time that passes, writes go on in order, and so does a restart', async (_way, jump) => {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-node-'));
  let offset = 0;
  const clock = { now: () => Date.now() + offset, monotonic: () => performance.now() };
  const events: NodeEvent[] = [];
  const start = (): ReturnType<typeof startNode> => startNode(nodeConfig(dir, { tickTime: 200, minSessionTimeout: 400, maxSessionTimeout: 4000 }), { clock, report: (event) => { events.push(event); } });
  let node = await start();
  onTestFinished(async () => {
    await node.stop();
    await rm(dir, { recursive: true, force: true });
  });
  const living = await RawClient.open(node.clientPort ?? 0, { timeout: 800 });
  const silent = await RawClient.open(node.clientPort ?? 0, { timeout: 800 });
  await living.request(OP.create, body.create('/living', '1', CREATE.ephemeral));
  const made = await silent.request(OP.create, body.create('/silent', '', CREATE.ephemeral));

  offset = jump;
  const begun = performance.now();
  const first = await living.request(OP.setData, body.setData('/living', '2'));
  expect(first?.err).toBe(0);
  expect(first?.zxid).toBeGreaterThan(made?.zxid ?? 0);
  const isThere = async (): Promise<boolean> => (await living.request(OP.exists, body.watch('/silent')))?.err === 0;
  expect(await isThere()).toBe(true);
  while (await isThere() && performance.now() < begun + 5000) await wait(50);
  expect(performance.now() - begun).toBeGreaterThan(300);
  expect(performance.now() - begun).toBeLessThan(3000);
  expect(events.filter((event) => event.type === 'sessionExpired').length).toBe(1);

  await node.stop();
  offset = 0; // and back again while it is down
  node = await start();
  const after = await RawClient.open(node.clientPort ?? 0, { sessionId: living.session.id, passwd: living.session.passwd });
  expect(after.session.id).toBe(living.session.id);
  const read = await after.request(OP.getData, body.watch('/living'));
  expect(GetDataResponse.decode(read?.body ?? Buffer.alloc(0)).data?.toString()).toBe('2');
  expect((await after.request(OP.setData, body.setData('/living', '3')))?.zxid).toBeGreaterThan(first?.zxid ?? 0);
  await after.close();
  for (const client of [living, silent]) await client.cut();
}, 30_000);
