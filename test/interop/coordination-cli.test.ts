// `sluice coordination` as a person runs it: a node in the foreground, its state, its backups, and what a real ZooKeeper makes of them.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openClient } from '../../main/engines/coordination/client/client.ts';
import { CLI, run, sluice, type Ran } from './cli-support.ts';
import { freePort } from '../peers/peer-process.ts';
import { peerProblem, startPeer } from '../peers/start-peer.ts';

interface Node {
  readonly ready: Readonly<Record<string, string>>;
  readonly err: () => string;
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

let dir: string;
const running: ChildProcess[] = [];
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'sluice-coordination-')); });
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(dir, { recursive: true, force: true });
});

const coordination = (...words: readonly string[]): Promise<Ran> => sluice(['coordination', ...words], { cwd: dir });

/** Lines of a script in one session. */
const type = (at: string, ...lines: readonly string[]): Promise<Ran> => run('sh', ['-c', 'printf "%s\\n" "$@" | "$0" --no-warnings "$CLI" coordination cli "$AT"', process.execPath, ...lines], { env: { CLI, AT: at } });

/** Resolves with its READY line; rejects with its last words. */
async function serve(...words: readonly string[]): Promise<Node> {
  const child = spawn(process.execPath, ['--no-warnings', CLI, 'coordination', ...words], { env: { ...process.env, LC_ALL: 'C.UTF-8' }, stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => { err += chunk.toString(); });
  const line = await new Promise<string>((done, fail) => {
    createInterface({ input: child.stdout }).once('line', done);
    child.once('exit', (code) => { fail(new Error(`ended with ${code}: ${err}`)); });
  });
  const ready = Object.fromEntries(line.split(' ').slice(1).map((pair) => pair.split(/=(.*)/s) as [string, string]));
  expect(line).toMatch(/^READY mode=/);
  return { ready, err: () => err, end: async (signal = 'SIGTERM') => { child.removeAllListeners('exit'); child.kill(signal); const [code] = await once(child, 'exit') as [number | null]; return code; } };
}

async function standalone(data = 'data'): Promise<Node & { readonly at: string }> {
  const port = await freePort();
  writeFileSync(join(dir, 'zoo.cfg'), `dataDir=${join(dir, data)}\nclientPort=${port}\nclientPortAddress=127.0.0.1\nadmin.serverPort=0\nadmin.serverAddress=127.0.0.1\npreAllocSize=64\n4lw.commands.whitelist=*\n`);
  return { ...(await serve('start', '--config', join(dir, 'zoo.cfg'))), at: `127.0.0.1:${port}` };
}

describe('sluice coordination', () => {
  test('M30 start serves until SIGTERM, and says what it does', async () => {
    const node = await standalone();
    expect(node.ready).toMatchObject({ mode: 'standalone', connect: node.at, dataDir: join(dir, 'data') });
    expect((await coordination('cli', node.at, 'create', '/a', 'one two')).code).toBe(0);
    expect(await coordination('cli', node.at, 'get', '/a')).toMatchObject({ code: 0, out: 'one two\n' });
    expect(await coordination('cli', node.at, 'get', '/none')).toMatchObject({ code: 1, out: '' });
    expect(await coordination('status', node.at)).toMatchObject({ code: 0, out: expect.stringMatching(/^MEMBER .*\n127\.0\.0\.1:\d+ +standalone +0 +0x[0-9a-f]+ +0 .* 3\.9\.5\n$/) as string, err: '' });
    expect(await node.end()).toBe(0);
    expect(node.err()).toMatch(/serves alone, epoch 0, zxid 0x0\n[\s\S]*stopping: what was taken is written and answered\n.*has stopped, epoch 0, zxid 0x[0-9a-f]+\n$/);
  });

  test('M30 a script on standard input is run line by line', async () => {
    const node = await standalone();
    expect(await type(node.at, 'create /s 1', 'ls /', 'set /s 2', 'get /s', 'quit', 'get /s')).toMatchObject({ code: 0, out: 'Created /s\n[s, zookeeper]\n2\n' });
  });

  test('M31 what stops a node is said with file and line, exit code 1; a port that is taken is 5', async () => {
    writeFileSync(join(dir, 'bad.cfg'), 'dataDir=/tmp/x\ntickTime=often\n');
    expect(await coordination('start', '--config', join(dir, 'bad.cfg'))).toMatchObject({ code: 1, out: '', err: expect.stringContaining(`${join(dir, 'bad.cfg')}, line 2: tickTime is "often"`) as string });
    const node = await standalone();
    const taken = await coordination('standalone', node.at.split(':')[1] as string, join(dir, 'other'));
    expect([taken.code, taken.out]).toEqual([5, '']);
    const locked = await coordination('standalone', String(await freePort()), join(dir, 'data'));
    expect([locked.code, locked.err]).toEqual([5, expect.stringContaining('The data folder is in use') as string]);
    expect(await coordination('start')).toMatchObject({ code: 1, err: expect.stringContaining('Usage: sluice coordination start --config') as string });
    expect((await coordination('frob')).code).toBe(1);
  });

  test('M31 lint names each problem; 1 only for those that stop the node', async () => {
    writeFileSync(join(dir, 'zoo.cfg'), `dataDir=/srv/zookeeper\nclientPort=2181\nautopurge.purgeInterval=1\ntickTme=5\n`);
    expect(await coordination('lint', 'zoo.cfg')).toMatchObject({ code: 0, out: `${join(dir, 'zoo.cfg')}:4: note: tickTme is no key of ZooKeeper's. Did you mean tickTime? It is passed through and changes nothing here. Write tickTime if that was meant.\n` });
    writeFileSync(join(dir, 'zoo.cfg'), 'clientPort=x\n');
    const { code, out } = await coordination('lint', 'zoo.cfg', '--json');
    expect(code).toBe(1);
    expect(out.trimEnd().split('\n').map((line) => (JSON.parse(line) as { severity: string; line: number; key: string }))).toEqual(expect.arrayContaining([expect.objectContaining({ severity: 'error', line: 1, key: 'clientPort' }), expect.objectContaining({ severity: 'error', line: 0 })]));
  });

  test('M32 status says who does not answer', async () => {
    const node = await standalone();
    const gone = await coordination('status', node.at, '127.0.0.1:1', '--json');
    expect(gone.code).toBe(10);
    expect(gone.out.trimEnd().split('\n').map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ member: node.at, mode: 'standalone', note: null, lag: 0 }), expect.objectContaining({ member: '127.0.0.1:1', note: 'ECONNREFUSED' }),
    ]);
    expect(await coordination('status', '--config', join(dir, 'zoo.cfg'))).toMatchObject({ code: 0, out: expect.stringContaining('standalone') as string });
  });

  test('M32 where srvr is not allowed the AdminServer is asked; where neither answers that is said', async () => {
    const words = createServer((socket) => { socket.once('data', () => { socket.end('srvr is not executed because it is not in the whitelist.\n'); }); });
    const admin = createHttpServer((request, response) => { response.end(request.url === '/commands/stats' ? '{"version":"3.9.5-x, built on y","server_stats":{"server_state":"leader","last_processed_zxid":4294967298,"min_latency":0,"avg_latency":1.5,"max_latency":9,"num_alive_client_connections":3,"outstanding_requests":0},"node_count":7,"error":null}' : '{}'); });
    const listen = (server: Server): Promise<number> => new Promise((done) => { server.listen(0, '127.0.0.1', () => { done((server.address() as AddressInfo).port); }); });
    const [port, adminPort] = [await listen(words), await listen(admin)];
    try {
      expect(await coordination('status', `127.0.0.1:${port}`, '--admin-port', String(adminPort))).toMatchObject({
        code: 0, out: expect.stringMatching(/leader +1 +0x100000002 +0 +0\/1\.5\/9 +3 +0 +7 +3\.9\.5\n$/) as string, err: expect.stringContaining('the figures are its AdminServer’s') as string,
      });
      expect(await coordination('status', `127.0.0.1:${port}`, '--admin-port', '1')).toMatchObject({ code: 10, err: expect.stringContaining('its AdminServer does not answer either') as string });
    } finally {
      words.close();
      admin.close();
    }
  });

  test('M32 three members vote; status says who leads, and what one more loss would do', async () => {
    const ports = await Promise.all(Array.from({ length: 9 }, () => freePort()));
    const lines = [0, 1, 2].map((i) => `server.${i + 1}=127.0.0.1:${ports[i * 3]}:${ports[i * 3 + 1]};127.0.0.1:${ports[i * 3 + 2]}`);
    const nodes = await Promise.all([1, 2, 3].map((id) => {
      const data = join(dir, `member${id}`);
      mkdirSync(data);
      writeFileSync(join(data, 'myid'), String(id));
      writeFileSync(join(dir, `zoo${id}.cfg`), `dataDir=${data}\ntickTime=500\ninitLimit=10\nsyncLimit=5\nadmin.enableServer=false\npreAllocSize=64\n${lines.join('\n')}\n`);
      return serve('start', '--config', join(dir, `zoo${id}.cfg`), '-Dzookeeper.superUser=x');
    }));
    expect(nodes.map(({ ready }) => ready['mode']).sort()).toEqual(['follower', 'follower', 'leader']);
    const at = `127.0.0.1:${ports[2]}`;
    expect((await coordination('cli', at, 'create', '/voted', '1')).code).toBe(0);
    const all = await coordination('status', '--config', join(dir, 'zoo1.cfg'));
    expect([all.code, all.err]).toEqual([0, '']);
    expect(all.out.match(/^\d 127\.0\.0\.1:\d+ +(leader|follower) +1 /gm)).toHaveLength(3);
    expect(all.out).toContain('3 of 3 voting servers serve; writes go on after 1 more loss\n');
    const leader = nodes.find(({ ready }) => ready['mode'] === 'leader') as Node;
    await leader.end('SIGKILL');
    await expect.poll(async () => (await coordination('status', '--config', join(dir, 'zoo1.cfg'))).out, { timeout: 15_000 }).toContain('2 of 3 voting servers serve; one more loss stops writes\n');
    const others = nodes.filter((node) => node !== leader);
    expect(others.map(({ err }) => /leads, epoch 2|leads server \d, epoch 2/.test(err())).filter(Boolean)).toHaveLength(1);
    await (others[0] as Node).end();
    await expect.poll(async () => await coordination('status', '--config', join(dir, 'zoo1.cfg')), { timeout: 15_000 }).toMatchObject({ code: 10, out: expect.stringMatching(/\d of 3 voting servers serve: too few, writes have stopped\n$/) as string });
    expect(await (others[1] as Node).end()).toBe(0);
  });

  test('M33 a backup of a running node is exact, restored into a fresh folder it serves the same; never onto a running one', async () => {
    const node = await standalone();
    expect((await type(node.at, 'create /a 1', 'create /a/b 2', 'set /a 3')).code).toBe(0);
    const made = await coordination('backup', join(dir, 'data'), join(dir, 'b.gz'), '--json');
    expect(made.code).toBe(0);
    const facts = JSON.parse(made.out) as { zxid: string; digest: string };
    expect(await coordination('verify', 'b.gz')).toMatchObject({ code: 0, out: expect.stringContaining(`zxid ${facts.zxid}, 7 znodes, digest ${facts.digest}`) as string });
    expect(await coordination('restore', 'b.gz', join(dir, 'data'))).toMatchObject({ code: 5, err: expect.stringContaining('The data folder is in use') as string });
    expect((await coordination('cli', node.at, 'get', '/a')).out).toBe('3\n');
    await node.end();
    expect((await coordination('restore', 'b.gz', join(dir, 'fresh'))).code).toBe(0);
    const again = await standalone('fresh');
    expect((await coordination('cli', again.at, 'get', '/a/b')).out).toBe('2\n');
  });

  test('M33 a backup of a node that is written to all the while is whole, whatever moment it caught', async () => {
    const node = await standalone();
    const client = openClient({ connectString: node.at });
    let isOver = false;
    let count = 0;
    const write = async (): Promise<void> => { while (!isOver) { const path = `/n${count++}`; await client.create(path, Buffer.alloc(200)); await client.setData(path, Buffer.alloc(100)); } };
    const writers = Array.from({ length: 32 }, write);
    const caught: number[] = [];
    for (const name of ['b1', 'b2', 'b3']) {
      const made = await coordination('backup', join(dir, 'data'), name, '--json');
      expect([made.code, made.err]).toEqual([0, '']);
      caught.push((JSON.parse(made.out) as { znodes: number }).znodes);
    }
    isOver = true;
    await Promise.all(writers);
    await client.close();
    expect(caught).toEqual([...caught].sort((a, b) => a - b));
    expect(caught.at(-1)).toBeGreaterThan(100);
    expect((await coordination('verify', 'b2')).code).toBe(0);
  });

  test('M33 a damaged backup is refused, and nothing is touched', async () => {
    const node = await standalone();
    await coordination('cli', node.at, 'create', '/a', 'x'.repeat(500));
    await coordination('backup', join(dir, 'data'), join(dir, 'b'));
    await node.end();
    const whole = readFileSync(join(dir, 'b'));
    for (const at of [3, whole.length - 200, whole.length - 7]) {
      const bad = Buffer.from(whole);
      bad[at] = (bad[at] as number) ^ 4;
      writeFileSync(join(dir, 'bad'), bad);
      const refused = await coordination('restore', 'bad', join(dir, 'data'));
      expect([at, refused.code, refused.out]).toEqual([at, 11, '']);
    }
    writeFileSync(join(dir, 'bad'), whole.subarray(0, whole.length - 30));
    expect((await coordination('verify', 'bad')).code).toBe(11);
    expect(readdirSync(join(dir, 'data')).filter((name) => name.startsWith('version-2'))).toEqual(['version-2']);
    expect((await coordination('verify', 'none')).code).toBe(11);
  });

  test('M34 back to a zxid or a time in place; the former data are kept', async () => {
    const node = await standalone();
    const zxid = /mZxid = (0x[0-9a-f]+)/.exec((await type(node.at, 'create /a old', 'stat /a')).out)?.[1] as string;
    const between = new Date().toISOString();
    await coordination('cli', node.at, 'set', '/a', 'new');
    await node.end();
    const back = await coordination('restore', join(dir, 'data'), join(dir, 'data'), '--zxid', zxid);
    expect([back.code, back.out]).toEqual([0, expect.stringContaining(`as of zxid ${zxid}, verified`) as string]);
    const kept = readdirSync(join(dir, 'data')).find((name) => name.startsWith('version-2.replaced-')) as string;
    const again = await standalone();
    expect((await coordination('cli', again.at, 'get', '/a')).out).toBe('old\n');
    await again.end();
    mkdirSync(join(dir, 'copy'));
    const { renameSync } = await import('node:fs');
    renameSync(join(dir, 'data', kept), join(dir, 'copy', 'version-2'));
    expect((await coordination('restore', join(dir, 'copy'), join(dir, 'timed'), '--time', between)).code).toBe(0);
    const timed = await standalone('timed');
    expect((await coordination('cli', timed.at, 'get', '/a')).out).toBe('old\n');
    expect(await coordination('restore', join(dir, 'copy'), join(dir, 'x'), '--zxid', '0xffff')).toMatchObject({ code: 11, out: '' });
    expect(existsSync(join(dir, 'x'))).toBe(false);
    expect((await coordination('restore', join(dir, 'copy'), join(dir, 'x'), '--time', '2001-01-01T00:00:00Z')).code).toBe(11);
  });

  test('M35 a subtree goes to a file and comes back', async () => {
    const node = await standalone();
    await type(node.at, 'create /a 1', 'create /a/b 2', 'create /a/c 3');
    expect(await coordination('export', node.at, '/a', 'a.json')).toMatchObject({ code: 0, out: '3 znodes of /a are in a.json\n' });
    expect(await coordination('import', node.at, '/copy', 'a.json')).toMatchObject({ code: 0, out: '/copy: 3 created, 0 changed, 0 left as they were\n' });
    await coordination('cli', node.at, 'set', '/copy/b', 'other');
    expect(await coordination('import', node.at, '/copy', 'a.json', '--overwrite', '--json')).toMatchObject({ code: 0 });
    expect((await coordination('cli', node.at, 'get', '/copy/b')).out).toBe('2\n');
  });
});

const problem = peerProblem('zookeeper');

describe.skipIf(problem)(`with a real ZooKeeper${problem ? ` (${problem})` : ''}`, () => {
  test('M33 a real server starts on what was restored; its own data folder and its AdminServer are backed up too', async () => {
    const real = await startPeer('zookeeper', { admin: true, superPassword: 'supersecret' }, { dir: join(dir, 'real') });
    const at = real.connect;
    try {
      expect((await type(at, 'create /kept 1', 'create /kept/below 2')).code).toBe(0);
      expect((await coordination('backup', real.dataDir, 'folder')).code).toBe(0);
      const admin = new URL(real.admin as string).host;
      expect((await coordination('backup', admin, 'refused')).code).toBe(5);
      expect(await coordination('backup', admin, 'server.gz', '--auth', 'digest:super:supersecret')).toMatchObject({ code: 0, out: expect.stringContaining('7 znodes') as string });
      expect(await coordination('restore', 'folder', real.dataDir)).toMatchObject({ code: 5, err: expect.stringContaining(`process ${real.pid}`) as string });
      expect(await coordination('status', at, '--admin-port', admin.split(':')[1] as string)).toMatchObject({ code: 0, out: expect.stringContaining('standalone') as string });
    } finally {
      await real.stop();
    }
    for (const file of ['folder', 'server.gz']) {
      expect((await coordination('restore', file, join(dir, `on-${file}`, 'data'))).code).toBe(0);
      const again = await startPeer('zookeeper', {}, { dir: join(dir, `on-${file}`) });
      try {
        expect((await coordination('cli', again.connect, 'get', '/kept/below')).out).toBe('2\n');
      } finally {
        await again.stop();
      }
    }
  }, 120_000);
});
