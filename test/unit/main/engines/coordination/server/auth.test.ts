import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConnectionOptions } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import { DigestMd5Client } from '../../../../../../main/engines/coordination/client/digest-md5.ts';
import type { NodeConfig, TlsConfig } from '../../../../../../main/engines/coordination/config/node-config.ts';
import { GetACLResponse, SaslToken, WhoAmIResponse } from '../../../../../../main/engines/coordination/jute/records.ts';
import { KEEPER_ERROR, KeeperError } from '../../../../../../main/engines/coordination/keeper-errors.ts';
import { OP, PERM } from '../../../../../../main/engines/coordination/op-codes.ts';
import { Access } from '../../../../../../main/engines/coordination/server/auth/access.ts';
import { ipMatches, isIpExpression } from '../../../../../../main/engines/coordination/server/auth/ip-scheme.ts';
import { digestOfPassword, Schemes } from '../../../../../../main/engines/coordination/server/auth/schemes.ts';
import { secureContextOptions } from '../../../../../../main/engines/coordination/server/tls/tls-options.ts';
import { acl, body } from '../../../../../interop/support/coordination-teller.ts';
import { RawClient, connectPayload, framed, type Reply } from '../../../../../interop/support/raw-client.ts';
import { nodeConfig } from '../support/node-config.ts';
import { withNode } from '../support/with-node.ts';

/** Made by keytool of Java 21: server and client are self-signed; the trust stores hold the client's certificate. */
const store = (name: string): string => join(import.meta.dirname, 'stores', name);

function access(over: Partial<NodeConfig> = {}): Access {
  const config = nodeConfig('/nonexistent', over);
  return new Access(new Schemes(config), config.skipAcl);
}

const nameOf = (run: () => unknown): string => {
  try {
    run();
    return 'Ok';
  } catch (error) {
    return error instanceof KeeperError ? error.message.split(' ')[0] ?? '' : String(error);
  }
};

test('A1 ip: addresses and networks of both families, bit by bit', () => {
  for (const [address, expression] of [['10.1.2.3', '10.1.2.3'], ['10.1.2.3', '10.1.2.0/24'], ['10.1.2.131', '10.1.2.128/31'.replace('128/31', '130/31')], ['10.1.2.3', '0.0.0.0/0'], ['::1', '0:0:0:0:0:0:0:1'], ['2001:db8::5', '2001:db8::/32'], ['fe80::ffff', 'fe80::fff0/124']] as const) {
    expect(ipMatches(address, expression), `${address} in ${expression}`).toBe(true);
  }
  for (const [address, expression] of [['10.1.3.3', '10.1.2.0/24'], ['10.1.2.129', '10.1.2.130/31'], ['::1', '127.0.0.1'], ['2001:db9::5', '2001:db8::/32'], ['10.1.2.3', 'nonsense'], ['nonsense', '10.1.2.3']] as const) {
    expect(ipMatches(address, expression), `${address} in ${expression}`).toBe(false);
  }
  for (const bad of ['', '10.1.2', '10.1.2.256', '10.1.2.3/33', '10.1.2.3/-1', '10.1.2.3/x', '::1/129', '1:2:3', 'a::b::c']) expect(isIpExpression(bad), bad).toBe(false);
});

test('A2 digest: base64 of SHA1 over user:password, or of the algorithm that is set', () => {
  expect(digestOfPassword(Buffer.from('super:test'))).toBe('super:D/InIHSb7yEEbrWz8b9l71RjZJU=');
  expect(digestOfPassword(Buffer.from('user:pass:word'), 'SHA-256').startsWith('user:')).toBe(true);
  expect(digestOfPassword(Buffer.from('a:b'), 'SHA-256')).toHaveLength(2 + 44);
});

test('A3 a list must have an entry, known schemes and valid ids; auth becomes the caller’s ids', () => {
  const check = access({ saslUsers: new Map([['bob', 'x']]) });
  const ann = [{ scheme: 'ip', id: '127.0.0.1' }, { scheme: 'digest', id: 'ann:hash' }];
  const fix = (scheme: string, id: string): string => nameOf(() => check.fixup('/a', ann, [acl(31, scheme, id)]));
  expect(nameOf(() => check.fixup('/a', ann, []))).toBe('InvalidACL');
  for (const [scheme, id] of [['world', 'anyone'], ['digest', 'a:b'], ['ip', '10.0.0.0/8'], ['sasl', 'bob'], ['sasl', 'bob/host@REALM']] as const) expect(fix(scheme, id), `${scheme}:${id}`).toBe('Ok');
  for (const [scheme, id] of [['world', 'someone'], ['digest', 'ab'], ['digest', 'a:'], ['digest', 'a:b:c'], ['ip', 'x'], ['nonsense', 'a'], ['', ''], ['sasl', 'a@b@c'], ['x509', 'CN=a']] as const) expect(fix(scheme, id), `${scheme}:${id}`).toBe('InvalidACL');
  expect(check.fixup('/a', ann, [acl(1, 'auth', ''), acl(1, 'auth', '')])).toEqual([acl(1, 'digest', 'ann:hash')]);
  expect(nameOf(() => check.fixup('/a', [{ scheme: 'ip', id: '127.0.0.1' }], [acl(1, 'auth', '')]))).toBe('InvalidACL');
});

test('A4 one right of those asked for is enough; super and skipACL may do anything; an empty list allows all', () => {
  const list = [acl(PERM.read, 'digest', 'ann:h'), acl(PERM.write, 'ip', '10.0.0.0/8')];
  const ann = [{ scheme: 'digest', id: 'ann:h' }];
  const check = access();
  expect([PERM.read, PERM.write, PERM.read | PERM.admin].map((perm) => check.allows(list, perm, ann))).toEqual([true, false, true]);
  expect(check.allows(list, PERM.write, [{ scheme: 'ip', id: '10.9.9.9' }])).toBe(true);
  expect(check.allows(list, PERM.admin, [{ scheme: 'super', id: '' }])).toBe(true);
  expect(check.allows([], PERM.admin, [])).toBe(true);
  expect(access({ skipAcl: true }).allows(list, PERM.admin, [])).toBe(true);
});

test('A5 without ADMIN the hashes of a list are an x', async () => {
  const { port } = await withNode();
  const ann = await RawClient.open(port);
  await ann.request(OP.auth, body.auth('digest', 'ann:secret'), -4);
  await ann.request(OP.create, body.create('/a', '', 0, [acl(31, 'auth', ''), acl(PERM.read, 'world', 'anyone')]));
  const listOf = async (client: RawClient): Promise<string[]> => GetACLResponse.decode((await client.request(OP.getACL, body.path('/a')))?.body ?? Buffer.alloc(0)).acl.map(({ id }) => id.id);
  const other = await RawClient.open(port);
  expect(await listOf(ann)).toEqual([digestOfPassword(Buffer.from('ann:secret')), 'anyone']);
  expect(await listOf(other)).toEqual(['ann:x', 'anyone']);
  expect((await other.request(OP.setData, body.setData('/a')))?.err).toBe(KEEPER_ERROR.NoAuth);
  await Promise.all([ann.close(), other.close()]);
});

test('A6 the super digest opens everything', async () => {
  const { port } = await withNode({ superDigest: digestOfPassword(Buffer.from('super:secret')) });
  const owner = await RawClient.open(port);
  await owner.request(OP.create, body.create('/a', '', 0, [acl(0, 'world', 'anyone')]));
  expect((await owner.request(OP.getData, body.watch('/a')))?.err).toBe(KEEPER_ERROR.NoAuth);
  await owner.request(OP.auth, body.auth('digest', 'super:wrong'), -4);
  expect((await owner.request(OP.getData, body.watch('/a')))?.err).toBe(KEEPER_ERROR.NoAuth);
  await owner.request(OP.auth, body.auth('digest', 'super:secret'), -4);
  expect((await owner.request(OP.getData, body.watch('/a')))?.err).toBe(0);
  await owner.close();
});

test('A7 auth of a scheme that is not there, or is not by packet, fails and ends the connection', async () => {
  const { port } = await withNode();
  for (const scheme of ['nonsense', 'world', 'x509', 'sasl', '']) {
    const client = await RawClient.open(port);
    expect(await client.request(OP.auth, body.auth(scheme, 'a:b'), -4)).toMatchObject({ err: KEEPER_ERROR.AuthFailed, zxid: 0 });
    await client.ended;
  }
});

async function login(client: RawClient, user: string, password: string): Promise<Reply | null> {
  const exchange = new DigestMd5Client({ user, password, service: 'zookeeper', host: 'zk-sasl-md5' });
  const challenge = await client.request(OP.sasl, SaslToken.encode({ token: Buffer.alloc(0) }));
  const answer = exchange.answer(SaslToken.decode(challenge?.body ?? Buffer.alloc(0)).token ?? Buffer.alloc(0));
  const proof = await client.request(OP.sasl, SaslToken.encode({ token: answer }));
  if (proof?.err === 0) {
    exchange.answer(SaslToken.decode(proof.body).token ?? Buffer.alloc(0));
    expect(exchange.done).toBe(true);
  }
  return proof;
}

test('A8 sasl DIGEST-MD5: the right password logs in and is proved back; a wrong one ends the connection', async () => {
  const { port } = await withNode({ saslUsers: new Map([['bob', 'se"cret'], ['root', 'r']]), saslSuperUser: 'root' });
  const bob = await RawClient.open(port);
  expect((await login(bob, 'bob', 'se"cret'))?.err).toBe(0);
  await bob.request(OP.create, body.create('/a', '', 0, [acl(31, 'sasl', 'bob')]));
  expect((await bob.request(OP.getData, body.watch('/a')))?.err).toBe(0);
  const root = await RawClient.open(port);
  expect((await root.request(OP.getData, body.watch('/a')))?.err).toBe(KEEPER_ERROR.NoAuth);
  await login(root, 'root', 'r');
  expect((await root.request(OP.getData, body.watch('/a')))?.err).toBe(0);
  for (const [user, password] of [['bob', 'wrong'], ['nobody', 'x']] as const) {
    const refused = await RawClient.open(port);
    expect((await login(refused, user, password))?.err).toBe(KEEPER_ERROR.AuthFailed);
    await refused.ended;
  }
  await Promise.all([bob.close(), root.close()]);
});

test('A9 an answer to another challenge does not log in', async () => {
  const { port } = await withNode({ saslUsers: new Map([['bob', 'secret']]) });
  const exchange = new DigestMd5Client({ user: 'bob', password: 'secret', service: 'zookeeper', host: 'zk-sasl-md5' });
  const first = await RawClient.open(port);
  const challenge = await first.request(OP.sasl, SaslToken.encode({ token: Buffer.alloc(0) }));
  const answer = exchange.answer(SaslToken.decode(challenge?.body ?? Buffer.alloc(0)).token ?? Buffer.alloc(0));
  const second = await RawClient.open(port);
  await second.request(OP.sasl, SaslToken.encode({ token: Buffer.alloc(0) }));
  expect((await second.request(OP.sasl, SaslToken.encode({ token: answer })))?.err).toBe(KEEPER_ERROR.AuthFailed);
  await second.ended;
  await first.close();
});

test('A10 with enforce.auth only those who have logged in are served', async () => {
  for (const over of [{ enforceAuth: { enabled: true, schemes: ['digest'] } }, { sessionRequireClientSaslAuth: true, saslUsers: new Map([['bob', 'b']]) }] as const) {
    const { port } = await withNode(over);
    const client = await RawClient.open(port);
    expect(await client.request(OP.exists, body.watch('/'))).toMatchObject({ err: KEEPER_ERROR.SessionClosedRequireSaslAuth, zxid: 0 });
    await client.ended;
    const known = await RawClient.open(port);
    if ('enforceAuth' in over) await known.request(OP.auth, body.auth('digest', 'ann:secret'), -4);
    else await login(known, 'bob', 'b');
    expect((await known.request(OP.exists, body.watch('/')))?.err).toBe(0);
    await known.close();
  }
});

// --- TLS -------------------------------------------------------------------------------------------------------------

function tls(over: Partial<TlsConfig> = {}): TlsConfig {
  return {
    keyStore: store('server.jks'), keyStorePassword: 'server1', trustStore: store('trust.jks'), trustStorePassword: 'trust11', clientAuth: 'need', protocols: ['TLSv1.3', 'TLSv1.2'],
    ciphers: null, keyStoreType: null, trustStoreType: null, hostnameVerification: false, ...over,
  };
}

/** Whether a session is granted, and who the server takes the client for. */
async function whoOverTls(port: number, options: ConnectionOptions): Promise<string[] | null> {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: readFileSync(store('server-cert.pem')), ...options });
  const frames: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => { frames.push(chunk); });
  socket.on('error', () => undefined);
  const head = Buffer.from([0, 0, 0, 1, 0, 0, 0, OP.whoAmI]);
  socket.on('secureConnect', () => { socket.write(Buffer.concat([framed(connectPayload({})), framed(head), framed(Buffer.from([0, 0, 0, 2, 0xff, 0xff, 0xff, 0xf5]))])); });
  await new Promise((done) => { socket.once('close', done); });
  const all = Buffer.concat(frames);
  if (all.length < 41) return null;
  return WhoAmIResponse.decode(all.subarray(41 + 20)).clientInfo.map(({ authScheme, user }) => `${authScheme}:${user}`);
}

const client = { pfx: readFileSync(store('client.p12')), passphrase: 'client1' };
const stranger = { pfx: readFileSync(store('stranger.p12')), passphrase: 'client1' };
const SUBJECT = String.raw`x509:CN=client one,OU=Te\,st,O=Org,C=DE`;

test('A11 TLS with a certificate: its subject, as Java says it, is who the client is; others are not let in', async () => {
  const node = await withNode({ clientPort: null, secureClientPort: 0, clientTls: tls() });
  const port = node.secureClientPort ?? 0;
  expect((await whoOverTls(port, client))?.sort()).toEqual(['ip:127.0.0.1', SUBJECT]);
  expect(await whoOverTls(port, {})).toBeNull();
  expect(await whoOverTls(port, stranger)).toBeNull();
});

test('A12 want takes clients without a certificate, none never asks for one; whom nobody vouches for has no x509 id', async () => {
  const want = await withNode({ clientPort: null, secureClientPort: 0, clientTls: tls({ clientAuth: 'want' }) });
  expect(await whoOverTls(want.secureClientPort ?? 0, {})).toEqual(['ip:127.0.0.1']);
  expect(await whoOverTls(want.secureClientPort ?? 0, stranger)).toEqual(['ip:127.0.0.1']);
  expect((await whoOverTls(want.secureClientPort ?? 0, client))?.sort()).toEqual(['ip:127.0.0.1', SUBJECT]);
  const none = await withNode({ clientPort: null, secureClientPort: 0, clientTls: tls({ clientAuth: 'none' }) });
  expect(await whoOverTls(none.secureClientPort ?? 0, client)).toEqual(['ip:127.0.0.1']);
});

test('A13 keys come from JKS, PKCS12 and PEM, trust from JKS, PKCS12 without a key, and PEM', async () => {
  for (const [keyStore, trustStore] of [['server.jks', 'trust.p12'], ['server.p12', 'client.pem'], ['server.pem', 'trust.jks']] as const) {
    const password = keyStore.endsWith('.pem') ? '' : 'server1';
    const node = await withNode({ clientPort: null, secureClientPort: 0, clientTls: tls({ keyStore: store(keyStore), keyStorePassword: password, trustStore: store(trustStore) }) });
    expect(await whoOverTls(node.secureClientPort ?? 0, client), `${keyStore} ${trustStore}`).toContain(SUBJECT);
  }
});

test('A14 a store that cannot be opened is said in words', () => {
  for (const [over, reason] of [
    [{ keyStorePassword: 'wrong' }, 'the password is wrong, or the file is damaged'], [{ trustStore: store('trust.p12'), trustStorePassword: 'wrong' }, 'the password is wrong, or the file is damaged'],
    [{ keyStore: store('none.jks') }, 'ENOENT'], [{ keyStore: store('trust.jks'), keyStorePassword: 'trust11' }, 'it holds no private key'],
  ] as const) {
    const error = ((): unknown => { try { return secureContextOptions(tls(over)); } catch (cause) { return cause; } })();
    expect(error).toBeInstanceOf(SluiceError);
    expect(error).toMatchObject({ code: 'COORD_CONFIG', params: { reason } });
  }
});

test('A15 one port serves plain and TLS clients with client.portUnification', async () => {
  const node = await withNode({ clientTls: tls(), clientPortUnification: true });
  expect(await whoOverTls(node.port, client)).toContain(SUBJECT);
  const plain = await RawClient.open(node.port);
  expect((await plain.request(OP.exists, body.watch('/')))?.err).toBe(0);
  await plain.close();
});

test('A16 the super user of x509 may do anything', async () => {
  const node = await withNode({ clientPort: null, secureClientPort: 0, clientTls: tls(), x509SuperUser: SUBJECT.slice(5) });
  expect((await whoOverTls(node.secureClientPort ?? 0, client))?.sort()).toEqual(['ip:127.0.0.1', 'super:', SUBJECT]);
});

test('A17 stores that are replaced count for the connections that come (client.certReload)', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const trustStore = join(dir, 'trust.pem');
  await copyFile(store('client.pem'), trustStore);
  const node = await withNode({ clientPort: null, secureClientPort: 0, clientTls: tls({ trustStore }), clientCertReload: true });
  const port = node.secureClientPort ?? 0;
  expect(await whoOverTls(port, client)).toContain(SUBJECT);
  await copyFile(store('server-cert.pem'), trustStore);
  for (const end = performance.now() + 15_000; await whoOverTls(port, client) !== null;) {
    if (performance.now() > end) throw new Error('the old trust store still counts');
    await new Promise((done) => { setTimeout(done, 200); });
  }
});
