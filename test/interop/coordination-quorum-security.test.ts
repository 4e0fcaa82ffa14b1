// Between servers: TLS on the election and quorum ports, and SASL DIGEST-MD5, with real servers as partners.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { peerProblem } from '../peers/start-peer.ts';
import { Ensemble, type Kind } from './support/coordination-members.ts';

const problem = peerProblem('zookeeper');
const dir = mkdtempSync(join(tmpdir(), 'quorum-security-'));
const openssl = (...words: string[]): void => { execFileSync('openssl', words, { cwd: dir, stdio: 'pipe' }); };
let ensemble: Ensemble | null = null;

beforeAll(() => {
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=test ca');
  writeFileSync(join(dir, 'ext'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'own.key', '-out', 'own.csr', '-subj', '/CN=localhost');
  openssl('x509', '-req', '-in', 'own.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-out', 'own.crt', '-days', '2', '-extfile', 'ext');
  openssl('pkcs8', '-topk8', '-nocrypt', '-in', 'own.key', '-out', 'own.pk8');
  writeFileSync(join(dir, 'own.pem'), readFileSync(join(dir, 'own.pk8'), 'utf8') + readFileSync(join(dir, 'own.crt'), 'utf8'));
  writeFileSync(join(dir, 'jaas'), [
    'QuorumServer { org.apache.zookeeper.server.auth.DigestLoginModule required user_member="the secret"; };',
    'QuorumLearner { org.apache.zookeeper.server.auth.DigestLoginModule required username="member" password="the secret"; };',
  ].join('\n'));
});
afterEach(async () => { await ensemble?.close(); ensemble = null; });
afterAll(() => { rmSync(dir, { recursive: true, force: true }); });

async function writesEverywhere(conf: readonly string[], ...kinds: Kind[]): Promise<void> {
  const jvm = [`-Djava.security.auth.login.config=${join(dir, 'jaas')}`, '-Dzookeeper.fips-mode=false'];
  const running = (ensemble = await Ensemble.make(3, conf, undefined, jvm));
  await running.start(...kinds);
  const client = running.client(1);
  await client.create('/x', Buffer.from('y'));
  for (const { sid } of running.members) {
    const reader = running.client(sid);
    await reader.sync('/x');
    expect((await reader.getData('/x')).data?.toString(), `at server ${sid}`).toBe('y');
  }
}

const tls = (): string[] => [
  'sslQuorum=true', `ssl.quorum.keyStore.location=${join(dir, 'own.pem')}`, `ssl.quorum.trustStore.location=${join(dir, 'ca.pem')}`,
];
const sasl = (): string[] => [
  'quorum.auth.enableSasl=true', 'quorum.auth.learnerRequireSasl=true', 'quorum.auth.serverRequireSasl=true', `java.security.auth.login.config=${join(dir, 'jaas')}`,
];

describe.skipIf(problem)(`security between servers${problem ? ` (${problem})` : ''}`, () => {
  test('Z27 three of ours over TLS', () => writesEverywhere(tls(), 'ours', 'ours', 'ours'), 90_000);
  test('Z27 ours and real 3.9 servers over TLS', () => writesEverywhere(tls(), 'ours', '3.9', '3.9'), 90_000);
  test('Z27 a real 3.9 follows ours over TLS', () => writesEverywhere(tls(), '3.9', 'ours', 'ours'), 90_000);
  test('Z28 three of ours with SASL', () => writesEverywhere(sasl(), 'ours', 'ours', 'ours'), 90_000);
  test('Z28 ours, a real 3.8 and a real 3.9 with SASL', () => writesEverywhere(sasl(), 'ours', '3.8', '3.9'), 90_000);
  test('Z28 a real 3.9 logs in to ours', () => writesEverywhere(sasl(), '3.9', 'ours', 'ours'), 90_000);
});
