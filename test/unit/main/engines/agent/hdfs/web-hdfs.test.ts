import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WebHdfs } from '../../../../../../main/engines/agent/hdfs/web-hdfs.ts';

const servers: Server[] = [];
const clients: WebHdfs[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  for (const server of servers.splice(0)) { server.closeAllConnections(); server.close(); }
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function clientOf(addresses: readonly string[], timeoutMs = 2000): WebHdfs {
  const client = new WebHdfs({ addresses, user: 'me', timeoutMs });
  clients.push(client);
  return client;
}

const remote = (exception: string, message = 'of Java'): string => JSON.stringify({ RemoteException: { exception, javaClassName: `org.apache.hadoop.${exception}`, message: `${message}\nat line 1` } });
const status = JSON.stringify({ FileStatus: { pathSuffix: '', type: 'FILE', length: 3, modificationTime: 5, fileId: 16_400 } });

test('F21 of two name nodes the active one is asked, and again when they changed places', async () => {
  let active = 'b';
  const node = (name: string) => (_: IncomingMessage, response: ServerResponse): void => {
    if (active === name) response.end(status);
    else response.writeHead(403).end(remote('StandbyException'));
  };
  const client = clientOf([await serve(node('a')), await serve(node('b'))]);
  expect((await client.stat('/x'))?.id).toBe('16400');
  active = 'a';
  expect((await client.stat('/x'))?.size).toBe(3);
  active = 'none';
  await expect(client.stat('/x')).rejects.toMatchObject({ code: 'AGENT_DELIVERY', params: { reason: expect.stringContaining('standby') as string } });
});

test.each([
  [403, remote('SafeModeException'), 'AGENT_DELIVERY', 'safe mode'], [403, remote('AccessControlException', 'Permission denied'), 'AGENT_AUTH', 'Permission denied'],
  [401, '<html>', 'AGENT_AUTH', 'Kerberos'], [500, '<html>', 'AGENT_DELIVERY', '500'], [200, '<html>', 'AGENT_DELIVERY', 'no JSON'], [200, '{"FileStatus":{"length":-1}}', 'AGENT_DELIVERY', 'no status'],
] as const)('F21 what is answered instead is said in words: %i %s', async (code, body, error, words) => {
  const client = clientOf([await serve((_, response) => { response.writeHead(code).end(body); })]);
  await expect(client.stat('/x')).rejects.toMatchObject({ code: error, params: { reason: expect.stringContaining(words) as string } });
});

test('F21 no answer, a closed port, an answer that breaks off or never ends: an error, and no more memory than is allowed', async () => {
  const silent = clientOf([await serve(() => {})], 100);
  await expect(silent.stat('/x')).rejects.toMatchObject({ code: 'AGENT_CONNECT', params: { reason: expect.stringContaining('100 ms') as string } });
  await expect(clientOf(['http://127.0.0.1:1']).stat('/x')).rejects.toMatchObject({ code: 'AGENT_CONNECT' });
  const broken = clientOf([await serve((_, response) => { response.writeHead(200, { 'Content-Length': 100 }).write('{"a"'); response.destroy(); })]);
  await expect(broken.stat('/x')).rejects.toMatchObject({ code: expect.stringMatching(/AGENT_(CONNECT|DELIVERY)/) as string });
  const endless = clientOf([await serve((_, response) => { const more = (): void => { while (response.write('x'.repeat(65_536))); response.once('drain', more); }; more(); })]);
  await expect(endless.stat('/x')).rejects.toMatchObject({ code: 'AGENT_DELIVERY', params: { reason: expect.stringContaining('longer than') as string } });
});

test('F21 data goes in the second step, to where the first one points; redirects without end are refused', async () => {
  const seen: string[] = [];
  const node = await serve((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => { body += chunk.toString(); });
    request.on('end', () => {
      seen.push(`${request.method ?? ''} ${request.url ?? ''} ${body}`);
      if (request.url?.includes('step=2')) response.writeHead(201).end();
      else response.writeHead(307, { Location: request.url?.includes('loop') ? request.url : `${request.url ?? ''}&step=2` }).end();
    });
  });
  const client = clientOf([node]);
  const writer = await client.create('/a b', { overwrite: true });
  await writer.write(Buffer.from('data'));
  await writer.close();
  expect(seen).toEqual([
    'PUT /webhdfs/v1/a%20b?op=CREATE&overwrite=true&user.name=me ', 'PUT /webhdfs/v1/a%20b?op=CREATE&overwrite=true&user.name=me&step=2 ',
    'POST /webhdfs/v1/a%20b?op=APPEND&user.name=me ', 'POST /webhdfs/v1/a%20b?op=APPEND&user.name=me&step=2 data',
  ]);
  await expect(client.create('/loop', { overwrite: true })).rejects.toMatchObject({ code: 'AGENT_DELIVERY', params: { reason: expect.stringContaining('without end') as string } });
});

test('F21 long listings come page by page; a Hadoop that knows no pages is asked for all at once', async () => {
  const names = Array.from({ length: 2500 }, (_, i) => `f${String(i).padStart(5, '0')}`);
  const entry = (name: string): object => ({ pathSuffix: name, type: 'FILE', length: 1, modificationTime: 1, fileId: 17_000 });
  const modern = clientOf([await serve((request, response) => {
    const after = new URL(request.url ?? '', 'http://x').searchParams.get('startAfter') ?? '';
    const rest = names.filter((name) => name > after);
    response.end(JSON.stringify({ DirectoryListing: { partialListing: { FileStatuses: { FileStatus: rest.slice(0, 1000).map(entry) } }, remainingEntries: Math.max(0, rest.length - 1000) } }));
  })]);
  expect((await modern.list('/d'))?.map(({ path }) => path)).toEqual(names.map((name) => `/d/${name}`));
  const old = clientOf([await serve((request, response) => {
    if (request.url?.includes('LISTSTATUS_BATCH')) response.writeHead(400).end(remote('IllegalArgumentException', 'Invalid value for webhdfs parameter "op": No enum constant LISTSTATUS_BATCH'));
    else response.end(JSON.stringify({ FileStatuses: { FileStatus: names.map(entry) } }));
  })]);
  expect(await old.list('/d')).toHaveLength(2500);
});
