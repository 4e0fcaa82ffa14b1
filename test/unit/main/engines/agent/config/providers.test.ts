// Where configurations come from: files, addresses, a znode, and the backup of what ran last.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openProvider, type ProviderOptions } from '../../../../../../main/engines/agent/config/providers/open.ts';
import type { ConfigProvider } from '../../../../../../main/engines/agent/config/providers/provider.ts';
import type { CoordinationClient } from '../../../../../../main/engines/agent/ports.ts';
import type { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';

let dir = '';
const troubles: SluiceError[] = [];
const stops: (() => unknown)[] = [];
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'sluice-config-')); troubles.length = 0; });
afterEach(async () => { for (const stop of stops.splice(0)) await stop(); rmSync(dir, { recursive: true }); });

function provider(change: Partial<ProviderOptions>): ConfigProvider {
  const opened = openProvider({ agent: 'a1', files: [], uris: [], user: null, password: null, zookeeper: null, backupDir: null, everyMs: 15, openCoordination: null, trouble: (error) => { troubles.push(error); }, ...change });
  stops.push(() => opened.close());
  return opened;
}

const texts = async (from: ConfigProvider): Promise<string[]> => (await from.read()).map(({ bytes }) => Buffer.from(bytes).toString());

/** The next change, asked for while `act` is done. */
async function changeAfter(from: ConfigProvider, act: () => void): Promise<boolean> {
  const stop = new AbortController();
  stops.push(() => { stop.abort(); });
  const changes = from.changes(stop.signal)[Symbol.asyncIterator]();
  const next = changes.next();
  await new Promise((resolve) => setTimeout(resolve, 40));
  act();
  const result = await next;
  stop.abort();
  await changes.return?.();
  return result.done !== true;
}

describe('C9 files', () => {
  test('C9 several are read in their order, and a change of content is told; a touched file is none', async () => {
    const [a, b] = [join(dir, 'a.conf'), join(dir, 'b.conf')];
    writeFileSync(a, 'x=1\n');
    writeFileSync(b, 'y=1\n');
    const from = provider({ files: [a, b] });
    expect(from.place).toBe(`${a}, ${b}`);
    expect(await texts(from)).toEqual(['x=1\n', 'y=1\n']);
    expect(await changeAfter(from, () => { writeFileSync(a, 'x=1\n'); setTimeout(() => { writeFileSync(b, 'y=22\n'); }, 60); })).toBe(true);
    expect(await texts(from)).toEqual(['x=1\n', 'y=22\n']);
  });

  test('C9 a file that goes is trouble told once, and a change when it comes back as another', async () => {
    const path = join(dir, 'a.conf');
    writeFileSync(path, 'x=1\n');
    const from = provider({ files: [path] });
    await from.read();
    expect(await changeAfter(from, () => { rmSync(path); setTimeout(() => { writeFileSync(path, 'x=2\n'); }, 100); })).toBe(true);
    expect(troubles.map(({ code, params }) => [code, params['reason']])).toEqual([['AGENT_CONFIG_SOURCE', 'it is not there']]);
  });

  test('C9 files follow addresses, as the guide says; in strict mode they are not read, as the code does', async () => {
    const [a, b] = [join(dir, 'a.conf'), join(dir, 'b.conf')];
    writeFileSync(a, 'x=1\n');
    writeFileSync(b, 'x=2\n');
    expect(await texts(provider({ uris: [`file://${a}`], files: [b] }))).toEqual(['x=1\n', 'x=2\n']);
    expect(await texts(provider({ uris: [`file://${a}`], files: [b], strict: true }))).toEqual(['x=1\n']);
  });

  test('C9 what cannot be read says so', async () => {
    await expect(provider({ files: [join(dir, 'none')] }).read()).rejects.toMatchObject({ code: 'AGENT_CONFIG_SOURCE', params: { reason: 'it is not there' } });
    await expect(provider({ files: [dir] }).read()).rejects.toMatchObject({ code: 'AGENT_CONFIG_SOURCE', params: { reason: 'it is a folder' } });
    expect(() => provider({ uris: ['ftp://x/y'] })).toThrow(/AGENT_CONFIG_SOURCE/);
  });
});

describe('C9 an address', () => {
  async function serve(answer: RequestListener): Promise<string> {
    const server: Server = createServer(answer);
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    stops.push(() => { server.closeAllConnections(); server.close(); });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/flume.conf`;
  }

  test('C9 asked again with its ETag; a login; a password in the address is neither shown nor sent on', async () => {
    let text = 'x=1\n';
    const seen: string[] = [];
    const uri = await serve((request, response) => {
      const etag = `"${text.length}"`;
      const match = request.headers['if-none-match'];
      seen.push(`${request.headers.authorization ?? ''} ${match ?? ''}`);
      if (match === etag) { response.writeHead(304).end(); return; }
      response.writeHead(200, { etag }).end(text);
    });
    const from = provider({ uris: [uri.replace('//', '//me:hush@')], user: 'admin', password: 'geheim' });
    expect(from.place).not.toContain('hush');
    expect(await texts(from)).toEqual(['x=1\n']);
    expect(await changeAfter(from, () => { text = 'x=222\n'; })).toBe(true);
    expect(await texts(from)).toEqual(['x=222\n']);
    expect(seen[0]).toBe(`Basic ${Buffer.from('admin:geheim').toString('base64')} `);
    expect(seen).toContain(`Basic ${Buffer.from('admin:geheim').toString('base64')} "4"`);
  });

  test('C9 refused, missing, too large, no one there', async () => {
    const uri = await serve((request, response) => {
      const url = request.url ?? '';
      if (url.endsWith('large')) { response.writeHead(200); for (let i = 0; i < 17; i++) response.write(Buffer.alloc(1 << 20)); response.end(); return; }
      response.writeHead(url.endsWith('secret') ? 401 : 404).end();
    });
    await expect(provider({ uris: [`${uri}/secret`] }).read()).rejects.toMatchObject({ params: { reason: 'the login was refused (401)' } });
    await expect(provider({ uris: [uri] }).read()).rejects.toMatchObject({ params: { reason: 'it is not there (404)' } });
    await expect(provider({ uris: [`${uri}/large`] }).read()).rejects.toMatchObject({ params: { reason: 'it has more than 16777216 bytes' } });
    await expect(provider({ uris: ['http://127.0.0.1:1/x'] }).read()).rejects.toMatchObject({ code: 'AGENT_CONFIG_SOURCE' });
  });
});

describe('C9 a znode', () => {
  test('C9 BASE/NAME, watched; a node that is not there is named', async () => {
    const nodes = new Map<string, Buffer>();
    const watchers = new Set<() => void>();
    let closed = 0;
    const client: CoordinationClient = {
      get: async (path) => { const data = nodes.get(path); return data ? { data, version: 0 } : null; },
      set: async () => true, children: async () => [], hold: async () => async () => {}, close: async () => { closed += 1; },
      watch: (path, changed) => { expect(path).toBe('/flume/a1'); watchers.add(changed); return () => { watchers.delete(changed); }; },
    };
    const from = provider({ zookeeper: { connect: 'zk1:2181', basePath: '/flume/' }, openCoordination: async () => client });
    await expect(from.read()).rejects.toMatchObject({ params: { source: 'zk1:2181/flume/a1', reason: 'there is no such znode' } });
    nodes.set('/flume/a1', Buffer.from('a1.sources = r1\n'));
    expect(await from.read()).toMatchObject([{ name: 'zk1:2181/flume/a1', utf8: true }]);
    expect(await changeAfter(from, () => { for (const changed of watchers) changed(); nodes.set('/flume/a1', Buffer.from('a1.sources = r2\n')); for (const changed of watchers) changed(); })).toBe(true);
    expect(watchers.size).toBe(0);
    await from.close();
    expect(closed).toBe(1);
    expect(() => provider({ zookeeper: { connect: 'zk1', basePath: '' } })).toThrow(/AGENT_NOT_HERE/);
  });
});

describe('C9 the backup', () => {
  test('C9 what ran is kept merged, for its owner only, and read when the place is away', async () => {
    const [a, b] = [join(dir, 'a.conf'), join(dir, 'b.conf')];
    const backupDir = join(dir, 'deep', 'backup');
    writeFileSync(a, 'x=1\ny=é ${env:SECRET}\n');
    writeFileSync(b, 'x=2\n');
    const from = provider({ files: [a, b], backupDir });
    await from.read();
    await from.accepted();
    const kept = join(backupDir, '.a1.properties');
    expect(readFileSync(kept, 'utf8').split('\n').slice(1)).toEqual(['x = 2', 'y = \\u00e9 ${env:SECRET}', '']);
    expect(statSync(kept).mode & 0o777).toBe(0o600);
    rmSync(a);
    expect((await from.read()).map(({ name }) => name)).toEqual([kept]);
    expect(troubles).toHaveLength(1);
    await from.accepted(); // what came from the backup is not written over it
    expect(readFileSync(kept, 'utf8')).toContain('x = 2');
  });
});
