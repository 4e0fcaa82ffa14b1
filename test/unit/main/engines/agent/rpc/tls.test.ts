import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { RpcListener } from '../../../../../../main/engines/agent/rpc/rpc-listener.ts';
import { openSslName } from '../../../../../../main/engines/agent/tls/cipher-suites.ts';
import { drain, event, makeMemoryChannel, makeSink, makeSource, putAll, testPorts } from '../../../../../support/agent/probe.ts';
import { makeTlsFiles, type TlsFiles } from '../../../../../support/agent/tls-files.ts';

type Values = Readonly<Record<string, string | number | boolean>>;
const undo: (() => unknown)[] = [];
let dir: string;
let files: TlsFiles;
beforeAll(() => { dir = mkdtempSync(join(tmpdir(), 'agent-tls-')); files = makeTlsFiles(dir); });
afterEach(async () => { for (const step of undo.splice(0).reverse()) await step(); });
afterAll(() => { rmSync(dir, { recursive: true, force: true }); });

const keyed = (): Values => ({ ssl: true, keystore: files.keyStore, 'keystore-password': files.password });
const trusting = (): Values => ({ ssl: true, truststore: files.trustPem });

async function started(values: Values, ports = testPorts()) {
  const made = await makeSource('avro', { bind: '127.0.0.1', port: 0, ...values }, { ports });
  await made.source.start();
  undo.push(() => made.source.stop());
  return { ...made, port: (made.source as RpcListener).port };
}

/** Sends one event; the codes of what the sink and the source had to say. */
async function sent(source: Awaited<ReturnType<typeof started>>, values: Values, ports = testPorts()): Promise<readonly string[]> {
  const { sink, said } = await makeSink('avro', { hostname: '127.0.0.1', port: source.port, 'connect-timeout': 1500, ...values }, { ports });
  const channel = makeMemoryChannel();
  await putAll(channel, [event('hello', { k: 'ü' })]);
  await sink.start();
  if (said.problems.length === 0) await drain(sink, channel);
  expect(channel.size).toBe(said.problems.length);
  await sink.stop();
  return [...said.problems, ...source.said.problems].map(({ code }) => code);
}

test('R12 TLS with a key store of PKCS12 or PEM, to a sink that trusts it, or everyone', async () => {
  const source = await started(keyed());
  expect(await sent(source, trusting())).toEqual([]);
  expect(await sent(source, { ssl: true, 'trust-all-certs': true })).toEqual([]);
  expect(await sent(await started({ ssl: true, keystore: files.keyPem }), trusting())).toEqual([]);
  expect(source.processor.bodies).toEqual(['hello', 'hello']);
});

test.for(['auto', 'flume-1.11', 'flume-1.9'])('R13 TLS and deflate, in the order of %s: the source finds out', async (order) => {
  const source = await started({ ...keyed(), 'compression-type': 'deflate' });
  expect(await sent(source, { ...trusting(), 'compression-type': 'deflate', 'ssl-compression-order': order })).toEqual([]);
  expect(source.processor.bodies).toEqual(['hello']);
});

test('R14 a source that nobody vouches for gets nothing', async () => {
  const source = await started(keyed());
  expect((await sent(source, { ssl: true, truststore: files.otherPem }))[0]).toBe('AGENT_TLS');
  expect((await sent(source, { ssl: true }))[0]).toBe('AGENT_TLS');
  expect(source.processor.events).toEqual([]);
});

test('R15 TLS on one side only is AGENT_TLS where it can be seen, and never a crash', async () => {
  const secure = await started(keyed());
  expect(await sent(secure, {})).toEqual(['AGENT_CONNECT', 'AGENT_TLS']);
  const plain = await started({});
  expect(await sent(plain, trusting())).toEqual(['AGENT_TLS', 'AGENT_TLS']);
  expect(await sent(plain, {})).toEqual(['AGENT_TLS']);
});

test('R16 the component’s own store wins over -Djavax.net.ssl.*, and that over the environment', async () => {
  const property = (values: Readonly<Record<string, string>>) => (name: string): string | null => values[name] ?? null;
  const byProperty = { javaProperty: property({ 'javax.net.ssl.keyStore': files.keyStore, 'javax.net.ssl.keyStorePassword': files.password, 'javax.net.ssl.trustStore': files.trustPem }), environment: property({ FLUME_SSL_KEYSTORE_PATH: '/nowhere', FLUME_SSL_TRUSTSTORE_PATH: '/nowhere' }) };
  expect(await sent(await started({ ssl: true }, testPorts(byProperty)), { ssl: true }, testPorts(byProperty))).toEqual([]);
  const byVariable = { environment: property({ FLUME_SSL_KEYSTORE_PATH: files.keyStore, FLUME_SSL_KEYSTORE_PASSWORD: files.password, FLUME_SSL_TRUSTSTORE_PATH: files.trustPem }) };
  expect(await sent(await started({ ssl: true }, testPorts(byVariable)), { ssl: true }, testPorts(byVariable))).toEqual([]);
  await expect(started({ ssl: true, keystore: '/nowhere' }, testPorts(byProperty))).rejects.toMatchObject({ code: 'AGENT_STORE', params: { file: '/nowhere' } });
});

test('R17 a store that is missing, that cannot be opened, and lists that leave nothing are told before the port opens', async () => {
  await expect(started({ ssl: true })).rejects.toMatchObject({ code: 'AGENT_KEY', params: { key: 'keystore' } });
  await expect(started({ ...keyed(), 'keystore-password': 'wrong' })).rejects.toMatchObject({ code: 'AGENT_STORE' });
  await expect(started({ ...keyed(), 'include-protocols': 'SSLv3 SSLv2Hello' })).rejects.toMatchObject({ code: 'AGENT_KEY', params: { key: 'include-protocols' } });
  await expect(started({ ...keyed(), 'include-cipher-suites': 'TLS_NO_SUCH_SUITE' })).rejects.toMatchObject({ code: 'AGENT_KEY', params: { key: 'include-cipher-suites' } });
});

test('R18 protocols and suites that the two sides do not share are AGENT_TLS; those they share work', async () => {
  const source = await started({ ...keyed(), 'include-protocols': 'TLSv1.2' });
  expect((await sent(source, { ...trusting(), 'exclude-protocols': 'TLSv1.2' }))[0]).toBe('AGENT_TLS');
  expect(await sent(await started({ ...keyed(), 'include-protocols': 'TLSv1.2' }), trusting())).toEqual([]);
  const gcm = await started({ ...keyed(), 'include-cipher-suites': 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256' });
  expect((await sent(gcm, { ...trusting(), 'include-cipher-suites': 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384' }))[0]).toBe('AGENT_TLS');
  expect(await sent(await started({ ...keyed(), 'include-cipher-suites': 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256' }), trusting())).toEqual([]);
});

test('R18 Java’s names of suites are OpenSSL’s', () => {
  expect(['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLS_RSA_WITH_AES_256_CBC_SHA', 'TLS_DHE_RSA_WITH_AES_128_CBC_SHA256', 'SSL_RSA_WITH_3DES_EDE_CBC_SHA', 'TLS_AES_128_GCM_SHA256', 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256'].map(openSslName))
    .toEqual(['ECDHE-RSA-AES128-GCM-SHA256', 'AES256-SHA', 'DHE-RSA-AES128-SHA256', 'DES-CBC3-SHA', 'TLS_AES_128_GCM_SHA256', 'ECDHE-ECDSA-CHACHA20-POLY1305']);
});
