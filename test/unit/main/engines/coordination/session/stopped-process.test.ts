import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CREATE, OP } from '../../../../../../main/engines/coordination/op-codes.ts';
import { body } from '../../../../../interop/support/coordination-teller.ts';
import { RawClient } from '../../../../../interop/support/raw-client.ts';

test('N6 a server that was stopped for longer than a session’s timeout finds the session alive', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-node-'));
  const child = spawn(process.execPath, [join(import.meta.dirname, '../support/run-node.ts'), '0', dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    await rm(dir, { recursive: true, force: true });
  });
  const [ready] = await once(child.stdout, 'data') as [Buffer];
  const port = Number(/port=(\d+)/.exec(ready.toString())?.[1]);
  const client = await RawClient.open(port, { timeout: 4000 });
  await client.request(OP.create, body.create('/e', '', CREATE.ephemeral));
  child.kill('SIGSTOP');
  await new Promise((done) => { setTimeout(done, 8000); });
  child.kill('SIGCONT');
  await new Promise((done) => { setTimeout(done, 1500); });
  expect((await client.request(OP.exists, body.watch('/e')))?.err).toBe(0);
  const again = await RawClient.open(port, { sessionId: client.session.id, passwd: client.session.passwd });
  expect(again.session.id).toBe(client.session.id);
  await again.close();
}, 30_000);
