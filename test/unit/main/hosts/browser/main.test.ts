// The front door as a process of its own: first line, second start, stale lock, orderly end.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { contract } from '../../../../../preload/contract/index.ts';
import { createClient } from '../../../../../preload/rpc/client.ts';
import { LIMITS } from '../../../../../preload/rpc/frames.ts';
import { webSocketWire } from '../../../../../preload/rpc/web-socket-wire.ts';

const DOOR = join(import.meta.dirname, '../../../../../main/browser.ts');

interface Door {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  /** The address of the first line; null when it ended without one. */
  readonly url: Promise<string | null>;
  readonly out: () => string;
  readonly err: () => string;
}

let folder: string;
const doors: Door[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-door-'));
  mkdirSync(join(folder, 'page'));
  writeFileSync(join(folder, 'page/index.html'), 'the page');
});
afterEach(async () => {
  for (const { child, exited } of doors.splice(0)) {
    child.kill('SIGKILL');
    await exited;
  }
  rmSync(folder, { recursive: true, force: true });
});

function open(...args: string[]): Door {
  const child = spawn(process.execPath, [DOOR, '--data', join(folder, 'data'), '--renderer', join(folder, 'page'), ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C', SLUICE_LANGUAGE: '' } });
  let out = '';
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => { err += chunk.toString(); });
  const exited = once(child, 'close').then(([code]) => code as number | null);
  const url = new Promise<string | null>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const found = /^READY url=(\S+)\n/.exec(out)?.[1];
      if (found !== undefined) resolve(found);
    });
    void exited.then(() => resolve(null));
  });
  const door: Door = { child, exited, url, out: () => out, err: () => err };
  doors.push(door);
  return door;
}

async function signIn(url: string): Promise<string> {
  const answer = await fetch(url, { redirect: 'manual' });
  expect(answer.status).toBe(303);
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}

describe('the browser door', () => {
  it('prints an address first, serves the page and the app behind it, drains on SIGTERM and gives the folder back', async () => {
    const door = open('--no-window');
    const url = await door.url;
    if (url === null) throw new Error(door.err());
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/open\?code=[\w-]{43}$/);
    const cookie = await signIn(url);
    const { origin, host, port } = new URL(url);
    expect(await (await fetch(origin, { headers: { cookie } })).text()).toBe('the page');
    const client = createClient(contract, webSocketWire(new WebSocket(`ws://${host}/ws`, ['sluice.1'], { headers: { cookie, origin } }), { maxMessage: LIMITS.answer }));
    for await (const item of client['app.status']({})) {
      expect(item).toMatchObject({ type: 'snapshot', value: { host: 'browser', hostDetail: host, locale: 'en' } });
      break;
    }
    expect(door.out()).toContain(`ssh -N -L ${port}:127.0.0.1:${port} `);
    expect(existsSync(join(folder, 'data/sluice.lock'))).toBe(true);
    door.child.kill('SIGTERM');
    expect(await door.exited).toBe(0);
    await client.closed;
    expect(existsSync(join(folder, 'data/sluice.lock'))).toBe(false);
  });

  it('a second start prints a new address of the first and ends with 0', async () => {
    const first = open();
    const url = await first.url;
    const second = open();
    const other = await second.url;
    expect(await second.exited).toBe(0);
    expect(new URL(other ?? '').port).toBe(new URL(url ?? '').port);
    expect(other).not.toBe(url);
    await signIn(other ?? '');
    await signIn(url ?? '');
    expect(second.out()).toContain(`process ${first.child.pid ?? 0}`);
  });

  it('two starts at once: one has the folder, both print an address of it', async () => {
    const [one, two] = [open(), open()];
    const urls = await Promise.all([one.url, two.url]);
    expect(new Set(urls.map((url) => new URL(url ?? '').port)).size).toBe(1);
    expect(new Set(urls).size).toBe(2);
  });

  it('a lock left by a killed one is no hindrance', async () => {
    const first = open();
    await first.url;
    first.child.kill('SIGKILL');
    await first.exited;
    expect(existsSync(join(folder, 'data/sluice.lock'))).toBe(true);
    const second = open();
    expect(await second.url).not.toBeNull();
    expect(readFileSync(join(folder, 'data/sluice.lock'), 'utf8')).toContain(`"pid":${second.child.pid ?? 0},`);
  });

  it('a frozen one is named, not pushed aside', async () => {
    const first = open();
    await first.url;
    first.child.kill('SIGSTOP');
    const second = open();
    expect(await second.exited).toBe(1);
    expect(second.err()).toContain(`process ${first.child.pid ?? 0}`);
    first.child.kill('SIGCONT');
  });

  it('a port in use is said in one sentence', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    const door = open('--port', String(port));
    expect(await door.exited).toBe(1);
    expect(door.err()).toBe(`Port ${port} is in use by another program. Choose another with --port, or none for a free one.\n`);
    expect(existsSync(join(folder, 'data/sluice.lock'))).toBe(false);
    blocker.close();
  });

  it('a wrong word ends with 2 and the usage', async () => {
    const door = open('--prot', '1');
    expect(await door.exited).toBe(2);
    expect(door.err()).toContain('usage: ');
  });

  it('a store that cannot be opened is said in words, and the folder is given back', async () => {
    mkdirSync(join(folder, 'data/sluice.sqlite'), { recursive: true });
    const door = open();
    expect(await door.exited).toBe(1);
    expect(door.out()).toBe('');
    expect(door.err().length).toBeGreaterThan(20);
    expect(door.err()).not.toContain('    at ');
    expect(existsSync(join(folder, 'data/sluice.lock'))).toBe(false);
  });
});
