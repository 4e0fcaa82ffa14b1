import { mkdtempSync } from 'node:fs';
import { request } from 'node:https';
import { connect as plainConnect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeSource } from '../../../../../support/agent/probe.ts';
import { makeTlsFiles, type TlsFiles } from '../../../../../support/agent/tls-files.ts';
import { portOf, until } from '../../../../../support/agent/wires.ts';

let files: TlsFiles;
beforeAll(() => { files = makeTlsFiles(mkdtempSync(join(tmpdir(), 'sluice-tls-'))); });
const ends: (() => Promise<void>)[] = [];
afterEach(async () => { for (const end of ends.splice(0)) await end(); });

async function secure(type: string, values: Record<string, string | number | boolean> = {}) {
  const made = await makeSource(type, { [type === 'http' ? 'bind' : 'host']: '127.0.0.1', [type === 'multiport_syslogtcp' ? 'ports' : 'port']: 0, ssl: true, keystore: files.keyStore, 'keystore-password': files.password, ...values });
  await made.source.start();
  ends.push(() => made.source.stop());
  return made;
}

describe('N12 syslogtcp over TLS', () => {
  test('takes messages, and says who does not speak it', async () => {
    const { source, processor, said } = await secure('syslogtcp');
    const socket = connect({ host: '127.0.0.1', port: portOf(source), rejectUnauthorized: false });
    socket.on('error', () => {});
    socket.end('<10>one\n');
    await until(() => processor.events.length, (count) => count === 1);
    const plain = plainConnect(portOf(source), '127.0.0.1');
    plain.on('error', () => {});
    plain.write('<10>plain text that is no TLS at all\n');
    await until(() => said.problems.length, (count) => count > 0);
    expect(said.problems[0]).toMatchObject({ code: 'AGENT_TLS', params: { reason: 'it does not speak TLS' } });
    plain.destroy();
    expect(processor.bodies).toEqual(['<10>one']);
  });
  test('a client of a protocol that is not spoken is told of', async () => {
    const { source, said } = await secure('multiport_syslogtcp', { 'include-protocols': 'TLSv1.3' });
    const [port] = (source as unknown as { localPorts: number[] }).localPorts;
    const socket = connect({ host: '127.0.0.1', port: port as number, rejectUnauthorized: false, maxVersion: 'TLSv1.2' });
    socket.on('error', () => {});
    await until(() => said.problems.length, (count) => count > 0);
    expect(said.problems[0]).toMatchObject({ code: 'AGENT_TLS' });
  });
});

test('N15 http over TLS; the old spellings of its keys count', async () => {
  const made = await makeSource('http', { bind: '127.0.0.1', port: 0, enableSSL: true, keystore: files.keyPem, keystorePassword: files.password });
  await made.source.start();
  ends.push(() => made.source.stop());
  const status = await new Promise<number>((resolve, reject) => {
    request({ host: '127.0.0.1', port: portOf(made.source), method: 'POST', rejectUnauthorized: false }, (response) => { response.resume(); resolve(response.statusCode ?? 0); }).on('error', reject).end('[{"body":"x"}]');
  });
  expect(status).toBe(200);
  expect(made.processor.bodies).toEqual(['x']);
  const plain = plainConnect(portOf(made.source), '127.0.0.1');
  plain.on('error', () => {});
  plain.write('POST / HTTP/1.1\r\nHost: x\r\n\r\n');
  await until(() => made.said.problems.length, (count) => count > 0);
  expect(made.said.problems[0]).toMatchObject({ code: 'AGENT_TLS' });
  plain.destroy();
});

test('N12 a key store that is missing or cannot be read is said before the start', async () => {
  await expect(makeSource('syslogtcp', { host: '127.0.0.1', port: 0, ssl: true })).rejects.toMatchObject({ code: 'AGENT_KEY', params: { key: 'keystore' } });
  await expect(makeSource('http', { port: 0, ssl: true, keystore: '/no/such/store', 'keystore-password': 'x' })).rejects.toMatchObject({ code: 'AGENT_STORE' });
});
