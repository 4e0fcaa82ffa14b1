// The AdminServer over HTTP with a node of known figures.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { AdminServer } from '../../../../../../main/engines/coordination/admin/admin-server.ts';
import type { NodeView } from '../../../../../../main/engines/coordination/admin/node-view.ts';
import { prometheusText, startPrometheus } from '../../../../../../main/engines/coordination/admin/prometheus.ts';
import { fakeView, SESSION } from './fake-view.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => { for (const close of open.splice(0)) await close(); });

async function serve(over: Parameters<typeof fakeView>[0] = {}): Promise<{ readonly url: string; readonly view: NodeView }> {
  const view = fakeView({ ...over, keys: { 'admin.serverAddress': '127.0.0.1', 'admin.serverPort': 0, ...over.keys } });
  const server = new AdminServer(view);
  const port = await server.start();
  open.push(() => server.close());
  return { url: `http://127.0.0.1:${port}/commands`, view };
}

/** The status line of a request that fetch would not send. */
function rawStatus(port: number, line: string): Promise<string> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${line}\r\nHost: x\r\nConnection: close\r\n\r\n`));
    let text = '';
    socket.on('data', (chunk: Buffer) => { text += chunk.toString(); });
    socket.on('close', () => { done(text.split('\r\n')[0] as string); });
  });
}

const SUPER = { headers: { Authorization: 'digest super:secret' } };
const watcher = { event: () => {} };

describe('AdminServer', () => {
  it('M13 a command answers JSON with its name and error, under each of its names', async () => {
    const { url } = await serve();
    const text = await (await fetch(`${url}/config`)).text();
    expect(text).toBe('{\n  "client_port" : 2181,\n  "data_dir" : "/data/version-2",\n  "data_log_dir" : "/data/version-2",\n  "tick_time" : 2000,\n  "max_client_cnxns" : 60,\n  "min_session_timeout" : 4000,\n  "max_session_timeout" : 40000,\n  "server_id" : 0,\n  "client_port_listen_backlog" : -1,\n  "command" : "configuration",\n  "error" : null\n}');
    expect(await (await fetch(`${url}/observers`)).text()).toBe('{\n  "synced_observers" : 0,\n  "observers" : [ ],\n  "command" : "observers",\n  "error" : null\n}');
    expect(await (await fetch(`${url}/voting_view`)).text()).toContain('"current_config" : { },');
    expect(await (await fetch(`${url}/leader`)).json()).toEqual({ error: 'server is not initialized', command: 'leader' });
  });

  it('M13 session ids are whole Java longs', async () => {
    const { url } = await serve({ sessionOf: () => 0xff00000000000001n, watches: [{ path: '/a', watcher, kind: 'data' }], ephemerals: new Map([[SESSION, new Set(['/eph'])]]) });
    expect(await (await fetch(`${url}/dump`)).text()).toContain('"session_id_to_ephemeral_paths" : {\n    "72057764516462592" : [ "/eph" ]\n  }');
    expect(await (await fetch(`${url}/watches`)).text()).toContain('"-72057594037927935" : [ "/a" ]');
    expect(await (await fetch(`${url}/connections`)).text()).toContain('"session_id" : 72057764516462592,');
  });

  it('M14 unknown commands and a node that serves nobody are errors with status 200; other paths and methods are not found', async () => {
    const { url } = await serve({ mode: null });
    const status = async (path: string, init?: RequestInit): Promise<readonly [number, unknown]> => { const got = await fetch(`${url}${path}`, init); const text = await got.text(); return [got.status, text === '' ? null : (JSON.parse(text) as { error: unknown }).error]; };
    expect(await status('/nosuch')).toEqual([200, 'Unknown command: nosuch']);
    expect(await status('/stats')).toEqual([200, 'This ZooKeeper instance is not currently serving requests']);
    expect((await status('/environment'))[1]).toBeNull();
    expect(await status('/../x')).toEqual([404, null]);
    expect(await status('/ruok', { method: 'DELETE' })).toEqual([405, null]);
    expect(await rawStatus(Number(new URL(url).port), 'GET // HTTP/1.1')).toBe('HTTP/1.1 400 Bad Request');
    expect(await (await fetch(url)).text()).toContain('<a href="/commands/zabstate">zabstate</a>\n<br/>');
  });

  it('M15 snapshot and restore need credentials with all rights on the root', async () => {
    const { url } = await serve({ authorize: (scheme, auth) => (scheme !== 'digest' ? 'unauthenticated' : auth.toString() === 'super:secret' ? 'granted' : 'unauthorized') });
    const ask = async (authorization?: string): Promise<readonly [number, unknown]> => { const got = await fetch(`${url}/snapshot`, authorization === undefined ? {} : { headers: { Authorization: authorization } }); return [got.status, ((await got.json()) as { error: unknown }).error]; };
    expect(await ask()).toEqual([401, 'Auth info is missing for the command']);
    expect(await ask('nosuch x')).toEqual([401, 'Not authenticated']);
    expect(await ask('digest a b')).toEqual([401, 'Not authenticated']);
    expect(await ask('digest bob:x')).toEqual([403, 'Not authorized']);
    expect((await fetch(`${url}/restore`, { method: 'POST', body: 'x' })).status).toBe(401);
  });

  it('M16 a snapshot streams with its zxid and size, and no second one within the interval', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'sluice-admin-'));
    open.push(() => { rmSync(dir, { recursive: true }); return Promise.resolve(); });
    const file = join(dir, 'snapshot.2');
    writeFileSync(file, 'ZKSNwhole');
    const { url, view } = await serve({ takeSnapshot: () => Promise.resolve({ zxid: 0x100000002, file }) });
    const first = await fetch(`${url}/snapshot?streaming=true`, SUPER);
    expect([first.status, first.headers.get('last_zxid'), first.headers.get('snapshot_size'), await first.text()]).toEqual([200, '0x100000002', '9', 'ZKSNwhole']);
    expect((await fetch(`${url}/snapshot`, SUPER)).status).toBe(429);
    expect(view.metrics.counters.snapshot_rate_limited_count).toBe(1);
  });

  it('M16 a restore answers the zxid of what came; one that fails is 500 and counted', async () => {
    const { url } = await serve({ restoreSnapshot: async (body) => { let length = 0; for await (const part of body) length += part.length; return length; } });
    const answer = await fetch(`${url}/restore`, { method: 'POST', body: Buffer.alloc(300_000), ...SUPER });
    expect([answer.status, await answer.json()]).toEqual([200, { last_zxid: 300_000, command: 'restore', error: null }]);
    const told: unknown[] = [];
    const broken = await serve({ warn: (error) => { told.push(error); } });
    expect((await fetch(`${broken.url}/restore`, { method: 'POST', body: 'x', ...SUPER })).status).toBe(500);
    expect(broken.view.metrics.counters.restore_error_count).toBe(1);
    expect(told).toMatchObject([{ message: 'no disk' }]);
    const off = await serve({ keys: { 'admin.snapshot.enabled': false } });
    expect((await fetch(`${off.url}/snapshot`, SUPER)).status).toBe(503);
  });

  it('M17 shed_connections takes a percentage', async () => {
    const { url } = await serve({ shedConnections: (percent) => percent / 10 });
    const post = async (body: string): Promise<readonly [number, Record<string, unknown>]> => { const got = await fetch(`${url}/shed_connections`, { method: 'POST', body, ...SUPER }); return [got.status, await got.json() as Record<string, unknown>]; };
    expect(await post('{"percentage": 50}')).toMatchObject([200, { connections_shed: 5, percentage_requested: 50 }]);
    expect(await post('{"percentage": 101}')).toMatchObject([400, { error: 'Percentage must be between 0 and 100' }]);
    expect(await post('{}')).toMatchObject([400, { error: 'Missing required field: percentage' }]);
    expect((await post('{'))[0]).toBe(400);
    expect((await post('x'.repeat(100_000)))[0]).toBe(400);
  });

  it('M18 a port in use is COORD_PORT', async () => {
    const { url } = await serve();
    const port = Number(new URL(url).port);
    await expect(serve({ keys: { 'admin.serverPort': port } })).rejects.toMatchObject({ code: 'COORD_PORT', params: { port, reason: 'EADDRINUSE' } });
  });

  it('M19 Prometheus: every number once, summaries with their median', async () => {
    const view = fakeView();
    for (const ms of [1, 2, 3, 4]) view.metrics.summaries.fsynctime.add(ms);
    const text = prometheusText(view);
    expect(text).toContain('# HELP znode_count znode_count\n# TYPE znode_count gauge\nznode_count 6\n');
    expect(text).toContain('# TYPE commit_count counter\ncommit_count 0\n');
    expect(text).toContain('fsynctime{quantile="0.5"} 3\nfsynctime_count 4\nfsynctime_sum 10\n');
    const names = text.split('\n').filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2]);
    expect(new Set(names).size).toBe(names.length);
    expect(text).not.toContain('version');
    const listener = await startPrometheus(view, '127.0.0.1', 0);
    open.push(() => listener.close());
    expect(await (await fetch(`http://127.0.0.1:${listener.port}/metrics`)).text()).toContain('uptime 29815');
    expect((await fetch(`http://127.0.0.1:${listener.port}/`)).status).toBe(404);
  });
});
