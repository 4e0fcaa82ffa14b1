// Where the secret behind session passwords comes from: the configuration, a file of a standalone server's own, or ZooKeeper's rule.
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeConfig } from '../config/node-config.ts';
import { SessionPasswords } from './session-passwords.ts';

const FILE = 'sluice.session-secret';
const LENGTH = 32;

/** A standalone server makes its secret at its first start. An ensemble without one keeps ZooKeeper's rule, which real members follow. */
export async function sessionPasswords(config: NodeConfig): Promise<SessionPasswords> {
  if (config.sessionSecret) return new SessionPasswords(config.sessionSecret);
  if (config.quorum) return new SessionPasswords(null);
  return new SessionPasswords(await ownSecret(config.dataDir));
}

async function ownSecret(dataDir: string): Promise<Buffer> {
  const path = join(dataDir, FILE);
  const there = await readFile(path).catch(() => null);
  if (there?.length === LENGTH) return there;
  const secret = randomBytes(LENGTH);
  await mkdir(dataDir, { recursive: true });
  const file = await open(`${path}.tmp`, 'w', 0o600);
  try {
    await file.writeFile(secret);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.tmp`, path);
  return secret;
}
