import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { SessionIds, sidOf } from '../../../../../../main/engines/coordination/session/session-ids.ts';
import { SessionPasswords } from '../../../../../../main/engines/coordination/session/session-passwords.ts';
import { sessionPasswords } from '../../../../../../main/engines/coordination/session/session-secret.ts';
import { nodeConfig } from '../support/node-config.ts';

test('N1 without a secret a password is what java.util.Random makes of the id', () => {
  const passwords = new SessionPasswords(null);
  // new Random(id ^ 0xB3415C00L).nextBytes, printed by a JVM
  expect(passwords.of(0x100000000000001n).toString('hex')).toBe('054cc74a37327db215e702e20c73f005');
  expect(passwords.of(0x1000b2c0f3a0000n).toString('hex')).toBe('94aede0a917eaec692f5ae71c2035a2c');
  expect(passwords.of(-5n).toString('hex')).toBe('d47144b5e45e45c49c3b7fdcd66257ba');
});

test('N2 with a secret it depends on the secret and the id, and nothing else passes', () => {
  const ours = new SessionPasswords(Buffer.alloc(32, 1));
  const theirs = new SessionPasswords(Buffer.alloc(32, 2));
  expect(ours.of(7n)).toHaveLength(16);
  expect(ours.of(7n)).toEqual(new SessionPasswords(Buffer.alloc(32, 1)).of(7n));
  expect(ours.of(7n)).not.toEqual(ours.of(8n));
  expect(ours.of(7n)).not.toEqual(theirs.of(7n));
  expect(ours.check(7n, ours.of(7n))).toBe(true);
  for (const wrong of [null, Buffer.alloc(0), Buffer.alloc(16), theirs.of(7n), ours.of(7n).subarray(0, 15)]) expect(ours.check(7n, wrong)).toBe(false);
  expect(ours.check(0n, ours.of(0n))).toBe(false);
});

test('N2 a standalone server keeps a secret of its own, readable by no one else', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const first = await sessionPasswords(nodeConfig(dir));
  const again = await sessionPasswords(nodeConfig(dir));
  expect(again.of(1n)).toEqual(first.of(1n));
  const file = join(dir, 'sluice.session-secret');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file)).toHaveLength(32);
});

test('N2 a secret of the configuration counts before all else', async () => {
  const secret = Buffer.alloc(16, 9);
  const passwords = await sessionPasswords(nodeConfig('/nonexistent', { sessionSecret: secret }));
  expect(passwords.of(3n)).toEqual(new SessionPasswords(secret).of(3n));
});

test('N3 an id has the server in its top byte, and no id comes twice', () => {
  const ids = new SessionIds(5, 1_700_000_000_000);
  const first = ids.next();
  expect(sidOf(first)).toBe(5);
  expect(ids.next()).toBe(first + 1n);
  expect(sidOf(new SessionIds(254, 1_700_000_000_000).next())).toBe(254);
  expect(new SessionIds(5, 1_700_000_000_001).next()).toBeGreaterThan(first);
});

test('N3 the id that stands for containers is given to nobody', () => {
  const ids = new SessionIds(0x80, 0);
  expect(ids.next()).toBe(-0x7fff_ffff_ffff_ffffn);
});
