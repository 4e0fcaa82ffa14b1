// Each refusal of the loopback gate, by real requests.
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { z } from 'zod';
import { call } from '../../../../../preload/contract/define.ts';
import { createClient } from '../../../../../preload/rpc/client.ts';
import { LIMITS } from '../../../../../preload/rpc/frames.ts';
import { serve } from '../../../../../preload/rpc/server.ts';
import { webSocketWire } from '../../../../../preload/rpc/web-socket-wire.ts';
import { GateServer } from '../../../../../main/hosts/browser/gate-server.ts';

const toy = { hello: call({ input: z.object({ name: z.string() }), output: z.object({ text: z.string() }) }) } as const;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let folder: string;
let server: GateServer;
let windows: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-gate-'));
  mkdirSync(join(folder, 'page/assets'), { recursive: true });
  writeFileSync(join(folder, 'page/index.html'), '<!doctype html><p>the page</p>');
  writeFileSync(join(folder, 'page/assets/app-1a2b.js'), 'export {};');
  writeFileSync(join(folder, 'page/.hidden.js'), 'hidden');
  writeFileSync(join(folder, 'secret.js'), 'secret');
  windows = 0;
  server = await started();
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function started(more: { pingMs?: number; idleMs?: number } = {}): Promise<GateServer> {
  const gate = new GateServer({
    renderer: join(folder, 'page'),
    port: 0,
    onWindow: (wire) => {
      windows += 1;
      serve(toy, { hello: ({ name }) => ({ text: `hello ${name}` }) }, wire);
    },
    ...more,
  });
  await gate.listen();
  return gate;
}

function http(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: server.port, path, method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => { body += chunk; });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

const pathOf = (url: string): string => url.slice(url.indexOf('/open'));

async function signIn(): Promise<string> {
  const answer = await http(pathOf(server.address()));
  return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

const own = (): string => `http://127.0.0.1:${server.port}`;

/** The status an upgrade is refused with, or 101. */
async function upgrade(options: ClientOptions, protocols: string[] = ['sluice.1'], path = '/ws'): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, protocols, options);
  return new Promise((resolve) => {
    socket.on('open', () => { resolve(101); socket.terminate(); });
    socket.on('unexpected-response', (_request, response) => { resolve(response.statusCode ?? 0); socket.terminate(); });
    socket.on('error', () => undefined);
  });
}

describe('the way in', () => {
  it('an address with a good code gives a cookie that no script and no other site gets, and leaves no code in the address bar', async () => {
    const answer = await http(pathOf(server.address()), { 'sec-fetch-site': 'none' });
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/');
    expect(answer.headers['set-cookie']?.[0]).toMatch(new RegExp(`^sluice_${server.port}=[A-Za-z0-9_-]{43}; HttpOnly; SameSite=Strict; Path=/$`));
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('with the cookie the page is served, under a strict policy', async () => {
    const cookie = await signIn();
    const page = await http('/', { cookie });
    expect([page.status, page.body]).toEqual([200, '<!doctype html><p>the page</p>']);
    expect(page.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin' });
    const policy = page.headers['content-security-policy'];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|http/);
    const script = await http('/assets/app-1a2b.js', { cookie });
    expect(script.headers).toMatchObject({ 'content-type': 'text/javascript; charset=utf-8', 'x-content-type-options': 'nosniff' });
    expect(script.headers['cache-control']).toContain('immutable');
  });

  it('HEAD answers like GET, without the body', async () => {
    const answer = await http('/', { cookie: await signIn() }, 'HEAD');
    expect([answer.status, answer.body, answer.headers['content-length']]).toEqual([200, '', '30']);
  });

  it('the cookie opens the wire, several windows of it', async () => {
    const cookie = await signIn();
    const open = async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, ['sluice.1'], { headers: { cookie, origin: own() } });
      return createClient(toy, webSocketWire(socket, { maxMessage: LIMITS.answer }));
    };
    const [one, two] = [await open(), await open()];
    expect(await one.hello({ name: 'one' })).toEqual({ text: 'hello one' });
    expect(await two.hello({ name: 'two' })).toEqual({ text: 'hello two' });
    expect(windows).toBe(2);
    one.close();
    two.close();
  });

  it('an address opened again in the same browser just opens the page', async () => {
    const address = pathOf(server.address());
    const cookie = (await http(address)).headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const again = await http(address, { cookie });
    expect([again.status, again.headers.location]).toEqual([303, '/']);
  });

  it('localhost is our name as well, with its own origin', async () => {
    const cookie = await signIn();
    const host = `localhost:${server.port}`;
    expect((await http('/', { cookie, host })).status).toBe(200);
    expect(await upgrade({ headers: { cookie, host, origin: `http://${host}` } })).toBe(101);
    expect(await upgrade({ headers: { cookie, host, origin: own() } })).toBe(403);
  });
});

describe('the gate refuses', () => {
  it.each(['/', '/index.html', '/assets/app-1a2b.js', '/favicon.ico', '/nothing'])('%s without a cookie, and says how to get an address', async (path) => {
    const answer = await http(path, { 'accept-language': 'en' });
    expect(answer.status).toBe(401);
    expect(answer.body).toContain('Start it again');
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('in the language of the browser', async () => {
    expect((await http('/', { 'accept-language': 'zh-CN,zh;q=0.9' })).body).toContain('此窗口尚未登录');
  });

  it('a wrong cookie, and one of another port', async () => {
    const cookie = await signIn();
    expect((await http('/', { cookie: `sluice_${server.port}=${'A'.repeat(43)}` })).status).toBe(401);
    expect((await http('/', { cookie: cookie.replace(String(server.port), '1') })).status).toBe(401);
  });

  it('a code used before, a missing and a wrong one', async () => {
    const address = pathOf(server.address());
    await http(address);
    expect((await http(address)).status).toBe(403);
    expect((await http('/open')).status).toBe(403);
    expect((await http('/open?code=wrong')).headers['set-cookie']).toBeUndefined();
  });

  it('every code after five wrong ones, while windows that are in stay in', async () => {
    const cookie = await signIn();
    const good = pathOf(server.address());
    for (let i = 0; i < 5; i += 1) expect((await http(`/open?code=guess${i}`)).status).toBe(403);
    const refused = await http(good);
    expect(refused.status).toBe(403);
    expect(refused.headers['set-cookie']).toBeUndefined();
    expect(refused.body).toContain('Too many wrong addresses');
    expect((await http('/', { cookie })).status).toBe(200);
  });

  it.each(['evil.example', 'evil.example:PORT', '127.0.0.1', '127.0.0.1:1', '127.0.0.1.evil.example:PORT', '[::1]:PORT', '0.0.0.0:PORT', 'LOCALHOST.evil:PORT'])('Host %s (DNS rebinding)', async (name) => {
    const cookie = await signIn();
    const host = name.replace('PORT', String(server.port));
    expect((await http('/', { cookie, host })).status).toBe(421);
    expect((await http(pathOf(server.address()), { host })).headers['set-cookie']).toBeUndefined();
    expect(await upgrade({ headers: { cookie, host, origin: `http://${host}` } })).toBe(421);
  });

  it.each(['cross-site', 'same-site'])('a request another page made (%s), without burning the code', async (site) => {
    const cookie = await signIn();
    const address = pathOf(server.address());
    expect((await http('/', { cookie, 'sec-fetch-site': site })).status).toBe(403);
    expect((await http(address, { 'sec-fetch-site': site })).status).toBe(403);
    expect((await http(address, { 'sec-fetch-site': 'none' })).status).toBe(303);
    expect(await upgrade({ headers: { cookie, origin: own(), 'sec-fetch-site': site } })).toBe(403);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('%s', async (method) => {
    const answer = await http('/', { cookie: await signIn() }, method);
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD']);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it.each(['/../secret.js', '/..%2fsecret.js', '/%2e%2e/secret.js', '/assets/../../secret.js', '/..%5csecret.js', '/assets//app-1a2b.js', '//secret.js', '/.hidden.js', '/assets', '/assets/', '/index.html%00.js', '/link.js/../../secret.js', '/%', '/index.htm'])('the path %s', async (path) => {
    symlinkSync('/etc', join(folder, 'page/link.js'));
    const cookie = await signIn();
    const socket = connect(server.port, '127.0.0.1');
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`);
    let text = '';
    socket.on('data', (chunk: Buffer) => { text += chunk.toString('latin1'); });
    await once(socket, 'close');
    expect(text).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(text).not.toContain('secret');
  });

  it('a request without a Host', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.end('GET / HTTP/1.0\r\n\r\n');
    const [chunk] = await once(socket, 'data') as [Buffer];
    expect(chunk.toString('latin1')).toMatch(/^HTTP\/1\.1 421 /);
  });

  it('a wire without cookie, with a foreign, missing or null Origin, without our subprotocol, or elsewhere', async () => {
    const cookie = await signIn();
    const origin = own();
    expect(await upgrade({ headers: { origin } })).toBe(401);
    for (const foreign of ['http://evil.example', `https://127.0.0.1:${server.port}`, 'http://127.0.0.1', `http://127.0.0.1:${server.port}.evil.example`, 'null']) {
      expect(await upgrade({ headers: { cookie, origin: foreign } })).toBe(403);
    }
    expect(await upgrade({ headers: { cookie } })).toBe(403);
    expect(await upgrade({ headers: { cookie, origin } }, [])).toBe(400);
    expect(await upgrade({ headers: { cookie, origin } }, ['sluice.2'])).toBe(400);
    expect(await upgrade({ headers: { cookie, origin } }, ['sluice.1'], '/')).toBe(404);
    expect(windows).toBe(0);
    expect(await upgrade({ headers: { cookie, origin } })).toBe(101);
  });

  it('more windows than a session may have', async () => {
    const headers = { cookie: await signIn(), origin: own() };
    const sockets = Array.from({ length: 8 }, () => new WebSocket(`ws://127.0.0.1:${server.port}/ws`, ['sluice.1'], { headers }));
    await Promise.all(sockets.map((socket) => once(socket, 'open')));
    expect(await upgrade({ headers })).toBe(429);
    for (const socket of sockets) socket.terminate();
  });

  it('a message over 1 MiB', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, ['sluice.1'], { headers: { cookie: await signIn(), origin: own() } });
    await once(socket, 'open');
    socket.send('x'.repeat(LIMITS.webSocketFrame + 1));
    const [code] = await once(socket, 'close') as [number];
    expect(code).toBe(1009);
  });

  it('any address but loopback', async () => {
    const elsewhere = Object.values(networkInterfaces()).flat().find((face) => face && !face.internal && face.family === 'IPv4');
    const address = elsewhere?.address ?? '127.0.0.2';
    const socket = connect(server.port, address);
    const [error] = await once(socket, 'error') as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });
});

describe('the wire of a window', () => {
  it('that answers no ping is dropped', async () => {
    const cookie = await signIn();
    await server.close();
    server = await started({ pingMs: 20, idleMs: 60 });
    const headers = { cookie: await signIn(), origin: own() };
    expect(cookie).not.toBe(headers.cookie);
    const silent = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, ['sluice.1'], { headers, autoPong: false });
    await once(silent, 'open');
    const [code] = await once(silent, 'close') as [number];
    expect(code).toBe(1006);
  });
});

describe('a second start', () => {
  const ask = (headers: Record<string, string>) => http('/control', headers, 'POST');

  it('with the token gets a new address', async () => {
    const answer = await ask({ authorization: `Bearer ${server.controlToken}` });
    const { app, url } = JSON.parse(answer.body) as { app: string; url: string };
    expect(app).toBe('sluice');
    expect((await http(pathOf(url))).status).toBe(303);
  });

  it.each([{}, { authorization: 'Bearer x' }, { authorization: 'TOKEN', origin: 'http://evil.example' }, { authorization: 'TOKEN', 'sec-fetch-site': 'same-origin' }] as Record<string, string>[])('with %j gets none', async (headers) => {
    const filled = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value === 'TOKEN' ? `Bearer ${server.controlToken}` : value]));
    const answer = await ask(filled);
    expect(answer.status).toBe(401);
    expect(answer.body).not.toContain('code=');
  });

  it('gets none of a gate that is shut', async () => {
    for (let i = 0; i < 5; i += 1) await http('/open?code=guess');
    expect(JSON.parse((await ask({ authorization: `Bearer ${server.controlToken}` })).body)).toEqual({ app: 'sluice', url: null });
  });
});
