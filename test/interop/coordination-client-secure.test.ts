// The client over TLS, with SASL DIGEST-MD5, on a read-only server, and with three servers of which the one it is on is killed: real ZooKeeper and ours.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openClient } from '../../main/engines/coordination/client/client.ts';
import type { ClientOptions, CoordinationClient } from '../../main/engines/coordination/client/client-types.ts';
import { CREATE } from '../../main/engines/coordination/op-codes.ts';
import { acquireLock, tryLock } from '../../main/engines/coordination/recipes/lock.ts';
import { freePort } from '../peers/peer-process.ts';
import { startPeer, peerProblem } from '../peers/start-peer.ts';
import { startEnsemble } from '../peers/zookeeper/ensemble.ts';
import type { ZooKeeperOptions } from '../peers/zookeeper/zookeeper.ts';
import { startOurEnsemble } from './support/coordination-ensemble.ts';
import { startOurs } from './support/coordination-node.ts';
import { until } from './support/coordination-servers.ts';

const problem = peerProblem('zookeeper');
const dir = mkdtempSync(join(tmpdir(), 'client-secure-'));
const openssl = (...words: string[]): void => { execFileSync('openssl', words, { cwd: dir, stdio: 'pipe' }); };
const text = (name: string): string => readFileSync(join(dir, name), 'utf8');
const clients: CoordinationClient[] = [];
const open = (options: ClientOptions): CoordinationClient => {
  const client = openClient({ sessionTimeoutMs: 5000, ...options });
  clients.push(client);
  return client;
};

beforeAll(() => {
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=test ca');
  writeFileSync(join(dir, 'ext'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  for (const name of ['server', 'client']) {
    openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    openssl('x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-out', `${name}.crt`, '-days', '2', '-extfile', 'ext');
    openssl('pkcs8', '-topk8', '-nocrypt', '-in', `${name}.key`, '-out', `${name}.pk8`);
  }
  writeFileSync(join(dir, 'server.pem'), text('server.pk8') + text('server.crt'));
  writeFileSync(join(dir, 'jaas'), 'Server { org.apache.zookeeper.server.auth.DigestLoginModule required user_bob="the secret"; };\n');
});
afterEach(async () => { await Promise.all(clients.splice(0).map((client) => client.close())); });
afterAll(() => { rmSync(dir, { recursive: true, force: true }); });

const JAAS = (): readonly string[] => [`-Djava.security.auth.login.config=${join(dir, 'jaas')}`, '-Dzookeeper.fips-mode=false'];
const SASL = (): readonly string[] => ['authProvider.1=org.apache.zookeeper.server.auth.SASLAuthenticationProvider'];

for (const [name, start] of [
  ['ZooKeeper 3.8', (options: ZooKeeperOptions) => startPeer('zookeeper', { ...options, release: '3.8' })],
  ['ZooKeeper 3.9', (options: ZooKeeperOptions) => startPeer('zookeeper', { ...options, release: '3.9' })],
  ['our node', ({ jvm: _, ...options }: ZooKeeperOptions) => startOurs({ ...options, conf: [...(options.conf ?? []), `java.security.auth.login.config=${join(dir, 'jaas')}`] })],
] as const) {
  describe.skipIf(problem)(`over ${name}${problem ? ` (${problem})` : ''}`, () => {
    test('K44 a SASL user is known by name; a wrong password ends in words', async () => {
      const server = await start({ conf: SASL(), jvm: JAAS() });
      try {
        const client = open({ connectString: server.connect, sasl: { user: 'bob', password: 'the secret' } });
        await client.create('/own', Buffer.from('x'), { acl: [{ perms: 31, id: { scheme: 'sasl', id: 'bob' } }] });
        expect(String((await client.getData('/own')).data)).toBe('x');
        expect((await client.whoAmI()).map(({ authScheme, user }) => `${authScheme} ${user}`)).toContain('sasl bob');
        await expect(open({ connectString: server.connect }).getData('/own')).rejects.toMatchObject({ code: -102 });
        const wrong = open({ connectString: server.connect, sasl: { user: 'bob', password: 'a guess' }, patienceMs: 3000 });
        await expect(wrong.getData('/own')).rejects.toMatchObject({ code: 'COORD_AUTH' });
        expect(wrong.state).toBe('authFailed');
      } finally {
        await server.stop();
      }
    });
  });
}

const tlsConf = (port: number): readonly string[] => [
  `secureClientPort=${port}`, 'secureClientPortAddress=127.0.0.1', 'serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory', `ssl.keyStore.location=${join(dir, 'server.pem')}`, `ssl.trustStore.location=${join(dir, 'ca.pem')}`,
  'authProvider.x509=org.apache.zookeeper.server.auth.X509AuthenticationProvider',
];

describe.skipIf(problem)(`TLS${problem ? ` (${problem})` : ''}`, () => {
  for (const [name, start] of [['ZooKeeper 3.9', (options: ZooKeeperOptions) => startPeer('zookeeper', { ...options, release: '3.9' })], ['our node', startOurs]] as const) {
    test(`K45 the server is verified, the client known by its certificate: ${name}`, async () => {
      const port = await freePort();
      const server = await start({ conf: tlsConf(port) });
      try {
        const tls = { ca: text('ca.pem'), cert: text('client.crt'), key: text('client.key') };
        const client = open({ connectString: `127.0.0.1:${port}`, tls });
        await client.create('/tls', Buffer.from('x'), { acl: [{ perms: 31, id: { scheme: 'x509', id: 'CN=client' } }] });
        expect(String((await client.getData('/tls')).data)).toBe('x');
        expect(client.server).toBe(`127.0.0.1:${port}`);
        const distrustful = open({ connectString: `127.0.0.1:${port}`, tls: { cert: tls.cert, key: tls.key }, patienceMs: 500 });
        await expect(distrustful.getData('/')).rejects.toMatchObject({ code: 'COORD_CONNECT', params: { reason: expect.stringMatching(/certificate/) } });
        const plain = open({ connectString: `127.0.0.1:${port}`, patienceMs: 500 });
        await expect(plain.getData('/')).rejects.toMatchObject({ code: 'COORD_CONNECT' });
      } finally {
        await server.stop();
      }
    });
  }
});

describe.skipIf(problem)(`three servers${problem ? ` (${problem})` : ''}`, () => {
  for (const [name, start] of [['ZooKeeper 3.9', (options: object) => startEnsemble(options)], ['ours', (options: object) => startOurEnsemble(options)]] as const) {
    test(`K46 the server it is on is killed: the session, its ephemerals, its watches and its lock go on at another: ${name}`, async () => {
      const ensemble = await start({ conf: ['tickTime=500'] });
      try {
        const client = open({ connectString: ensemble.connect, sessionTimeoutMs: 10_000 });
        const other = open({ connectString: ensemble.connect, sessionTimeoutMs: 10_000 });
        await client.create('/e', null, { flags: CREATE.ephemeral });
        const session = client.sessionId;
        const held = await acquireLock(client, '/lock');
        await other.create('/w', Buffer.from('1'));
        await client.sync('/');
        const told: string[] = [];
        await client.getData('/w', ({ path }) => { told.push(path); });
        const at = ensemble.ports.findIndex((port) => client.server?.endsWith(`:${port}`)) + 1;
        await ensemble.kill(at);
        await until(() => client.state === 'connected' && !client.server?.endsWith(`:${ensemble.ports[at - 1]}`));
        expect(client.sessionId).toBe(session);
        const written = async (): Promise<boolean> => other.setData('/w', Buffer.from('2')).then(() => true, () => false);
        await until(written);
        await until(() => told.length === 1);
        await client.sync('/');
        expect((await client.exists('/e'))?.ephemeralOwner).toBe(session);
        expect(held.lost.aborted).toBe(false);
        expect(await tryLock(other, '/lock')).toBeNull();
        await held.release();
      } finally {
        await ensemble.stop();
      }
    });
  }

  test('K61 without a quorum a client that allows it reads from a read-only server, and writes again once there is one', async () => {
    const ensemble = await startEnsemble({ readOnly: true, conf: ['tickTime=500', 'localSessionsEnabled=true', 'localSessionsUpgradingEnabled=true'] });
    try {
      const before = open({ connectString: ensemble.connect, sessionTimeoutMs: 40_000, readOnly: true });
      await before.create('/r', Buffer.from('kept'));
      await before.create('/global', null, { flags: CREATE.ephemeral }); // makes its local session one of the quorum
      const session = before.sessionId;
      const first = open({ connectString: `127.0.0.1:${ensemble.ports[0]}`, sessionTimeoutMs: 40_000 });
      await first.sync('/'); // two were enough for the creates, and the third may be the one that stays
      await first.close();
      for (const id of [2, 3]) await ensemble.kill(id);
      // a session of the quorum is refused by a read-only server: it waits for the others; a client without one is let in
      const client = open({ connectString: ensemble.connect, sessionTimeoutMs: 10_000, readOnly: true });
      await until(() => client.state === 'connectedReadOnly');
      expect(String((await client.getData('/r')).data)).toBe('kept');
      await expect(client.setData('/r', Buffer.from('no'))).rejects.toMatchObject({ code: -119 });
      await Promise.all([2, 3].map((id) => ensemble.start(id)));
      await until(() => client.state === 'connected');
      await client.setData('/r', Buffer.from('again'));
      await before.connected();
      await before.sync('/');
      expect(String((await before.getData('/r')).data)).toBe('again');
      expect(before.sessionId).toBe(session);
    } finally {
      await ensemble.stop();
    }
  });
});
