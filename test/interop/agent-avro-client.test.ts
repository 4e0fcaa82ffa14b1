// `sluice agent avro-client` to a real Flume's source, and Flume's own avro-client to ours.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RpcListener } from '../../main/engines/agent/rpc/rpc-listener.ts';
import { runFlumeAvroClient } from '../peers/flume/tools.ts';
import { freePort } from '../peers/peer-process.ts';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { makeFlumeStores, type FlumeStores } from '../support/agent/flume-stores.ts';
import { makeSource } from '../support/agent/probe.ts';
import { CLI, run, sluice } from './cli-support.ts';
import { eventually } from './support/numbered-events.ts';

const problem = peerProblem('flume');
const LINES = 503;
const text = (name: string): string => Array.from({ length: LINES }, (_, i) => `${name} ${i} grüße 漢字${i === 7 ? ` ${'x'.repeat(5000)}` : ''}`).join('\n');

describe.skipIf(problem)(`avro-client with Flume${problem ? ` (${problem})` : ''}`, () => {
  const dir = mkdtempSync(join(tmpdir(), 'agent-avro-client-'));
  const file = join(dir, 'lines.txt');
  const headers = join(dir, 'headers.properties');
  let stores: FlumeStores;
  let flume: RunningPeer<'flume'>;
  let securePort: number;

  beforeAll(async () => {
    writeFileSync(file, `${text('file')}\n`);
    writeFileSync(headers, 'origin=by hand\nname = v\\u00e9\n');
    stores = makeFlumeStores(dir);
    for (const name of ['got', 'secure']) mkdirSync(join(dir, name));
    securePort = await freePort();
    const branch = (name: string): string => `a1.channels.${name}.type=memory\na1.channels.${name}.capacity=5000\na1.sources.${name}.type=avro\na1.sources.${name}.bind=127.0.0.1\na1.sources.${name}.channels=${name}
a1.sinks.${name}.type=file_roll\na1.sinks.${name}.channel=${name}\na1.sinks.${name}.sink.directory=${join(dir, name)}\na1.sinks.${name}.sink.rollInterval=0\na1.sinks.${name}.sink.serializer=header_and_text\n`;
    flume = await startPeer('flume', {
      config: `a1.sources=got secure\na1.channels=got secure\na1.sinks=got secure\n${branch('got')}a1.sources.got.port=@PORT@\n${branch('secure')}a1.sources.secure.port=${securePort}
a1.sources.secure.compression-type=deflate\na1.sources.secure.ssl=true\na1.sources.secure.keystore=${stores.keyStore}\na1.sources.secure.keystore-password=${stores.password}\na1.sources.secure.keystore-type=JKS\n`,
      ports: [securePort], jvm: ['-Dfile.encoding=UTF-8'],
    });
  }, 120_000);
  afterAll(async () => {
    if (flume) process.kill(flume.pid, 'SIGKILL');
    await flume?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const arrived = (name: string): string[] => readdirSync(join(dir, name)).flatMap((part) => readFileSync(join(dir, name, part), 'utf8').split('\n').slice(0, -1));
  const headed = (line: string): string => `{name=vé, origin=by hand} ${line}`;

  test('R55 a file, with headers', { timeout: 60_000 }, async () => {
    const { code, out, err } = await sluice(['agent', 'avro-client', '-H', '127.0.0.1', '-p', String(flume.port), '-F', file, '-R', headers]);
    expect({ code, out, err }).toEqual({ code: 0, out: `${LINES} events sent\n`, err: '' });
    expect(await eventually(() => arrived('got').length >= LINES)).toBe(true);
    expect(arrived('got')).toEqual(text('file').split('\n').map(headed));
  });

  test('R55 a folder, oldest first, and standard input, over TLS and deflate by a properties file', { timeout: 60_000 }, async () => {
    const folder = join(dir, 'folder');
    mkdirSync(folder);
    for (const [name, at] of [['b', 1000], ['a', 2000]] as const) {
      writeFileSync(join(folder, name), `${name} 1\r\n${name} 2`);
      utimesSync(join(folder, name), at, at);
    }
    const props = join(dir, 'client.properties');
    writeFileSync(props, `hosts = h1 h2\nhosts.h1 = 127.0.0.1:${await freePort()}\nhosts.h2 = 127.0.0.1:${securePort}\ncompression-type = deflate\nssl = true\ntruststore = ${stores.trustStore}\ntruststore-password = ${stores.password}\nbatch-size = 3\n`);
    expect(await sluice(['agent', 'avro-client', '--rpcProps', props, '--dirname', folder, '--headerFile', headers])).toMatchObject({ code: 0, out: '4 events sent\n' });
    expect(readdirSync(folder).sort()).toEqual(['a.COMPLETED', 'b.COMPLETED']);
    expect(await run('sh', ['-c', 'printf "one\\n\\nthree" | "$0" --no-warnings "$CLI" agent avro-client -P "$PROPS"', process.execPath], { env: { CLI, PROPS: props } })).toMatchObject({ code: 0, out: '3 events sent\n' });
    expect(await eventually(() => arrived('secure').length >= 7)).toBe(true);
    expect(arrived('secure')).toEqual([...['b 1', 'b 2', 'a 1', 'a 2'].map(headed), '{} one', '{} ', '{} three']);
  });

  test('R56 nobody there, a file that is not there, and words that say nothing, each in words and with an exit code', { timeout: 60_000 }, async () => {
    const nobody = await freePort();
    const at = ['agent', 'avro-client', '-H', '127.0.0.1', '-p', String(nobody)];
    const refused = await sluice([...at, '-F', file]);
    expect(refused.code).toBe(10);
    expect(refused.err).toContain('nothing listens there');
    const missing = await sluice(['agent', 'avro-client', '-H', '127.0.0.1', '-p', String(flume.port), '-F', join(dir, 'none')]);
    expect(missing.code).not.toBe(0);
    expect(missing.err).toContain(join(dir, 'none'));
    expect((await sluice([...at, '-F', file, '--dirname', dir])).code).toBe(1);
    expect((await sluice(['agent', 'avro-client', '-H', '127.0.0.1'])).code).toBe(1);
  });

  test('R57 Flume’s own avro-client to our source', { timeout: 60_000 }, async () => {
    const { source, processor } = await makeSource('avro', { bind: '127.0.0.1', port: 0 });
    await source.start();
    const { code, stderr } = await runFlumeAvroClient(['-H', '127.0.0.1', '-p', String((source as RpcListener).port), '-F', file, '-R', headers], ['-Dfile.encoding=UTF-8']);
    await source.stop();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(processor.bodies).toEqual(text('file').split('\n'));
    expect(Object.fromEntries(processor.events[0]?.headers ?? [])).toEqual({ origin: 'by hand', name: 'vé' });
    expect(Math.max(...processor.batches)).toBe(5);
  });
});
