// `sluice coordination` as a person runs it: a node in the foreground, its state, its configuration, a subtree out and in.
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freePort, freePorts } from '../peers/peer-process.ts';
import { peerProblem, startPeer } from '../peers/start-peer.ts';
import type { Ran } from './cli-support.ts';
import { CliShop, type CliNode } from './support/coordination-cli.ts';

const problem = peerProblem('zookeeper');

let shop: CliShop;
beforeEach(() => { shop = new CliShop(); });
afterEach(() => shop.close());

/** The roles that `status` shows of those who serve, sorted. */
const rolesIn = (out: string): string => [...out.matchAll(/^\d \S+ +(leader|follower) /gm)].map(([, role]) => role).sort().join(' ');
/** Each epoch that it shows, once. */
const epochsIn = (out: string): number[] => [...new Set([...out.matchAll(/^\d \S+ +(?:leader|follower) +(\d+) /gm)].map(([, epoch]) => Number(epoch)))];

const leaderIn = (out: string): number => Number(/^(\d) \S+ +leader /m.exec(out)?.[1]);
/** The last epoch in which a node told that it leads. */
const ledIn = (err: string): number => Number([...err.matchAll(/ leads(?: server \d)?, epoch (\d+),/g)].at(-1)?.[1]);

/** Asks until it is as wanted; what was answered last is in the error. */
async function eventually(ask: () => Promise<Ran>, wanted: (ran: Ran) => boolean): Promise<Ran> {
  for (const end = performance.now() + 60_000; ;) {
    const ran = await ask();
    if (wanted(ran)) return ran;
    if (performance.now() > end) throw new Error(`did not come within a minute: ${wanted.toString()}; the last answer: ${JSON.stringify(ran)}`);
  }
}

describe('sluice coordination', () => {
  test('M30 start serves until SIGTERM, and says what it does', async () => {
    const node = await shop.standalone();
    expect(node.ready).toMatchObject({ mode: 'standalone', connect: node.at, dataDir: join(shop.dir, 'data') });
    expect((await shop.run('cli', node.at, 'create', '/a', 'one two')).code).toBe(0);
    expect(await shop.run('cli', node.at, 'get', '/a')).toMatchObject({ code: 0, out: 'one two\n' });
    expect(await shop.run('cli', node.at, 'get', '/none')).toMatchObject({ code: 1, out: '' });
    expect(await shop.run('status', node.at)).toMatchObject({ code: 0, out: expect.stringMatching(/^MEMBER .*\n127\.0\.0\.1:\d+ +standalone +0 +0x[0-9a-f]+ +0 .* 3\.9\.5\n$/) as string, err: '' });
    expect(await node.end()).toBe(0);
    expect(node.err()).toMatch(/serves alone, epoch 0, zxid 0x0\n[\s\S]*stopping: what was taken is written and answered\n.*has stopped, epoch 0, zxid 0x[0-9a-f]+\n$/);
  });

  test('M30 a script on standard input is run line by line', async () => {
    const node = await shop.standalone();
    expect(await shop.type(node.at, 'create /s 1', 'ls /', 'set /s 2', 'get /s', 'quit', 'get /s')).toMatchObject({ code: 0, out: 'Created /s\n[s, zookeeper]\n2\n' });
  });

  test('M31 what stops a node is said with file and line, exit code 1; a port that is taken is 5', async () => {
    writeFileSync(join(shop.dir, 'bad.cfg'), 'dataDir=/tmp/x\ntickTime=often\n');
    expect(await shop.run('start', '--config', join(shop.dir, 'bad.cfg'))).toMatchObject({ code: 1, out: '', err: expect.stringContaining(`${join(shop.dir, 'bad.cfg')}, line 2: tickTime is "often"`) as string });
    const node = await shop.standalone();
    const taken = await shop.run('standalone', node.at.split(':')[1] as string, join(shop.dir, 'other'));
    expect([taken.code, taken.out]).toEqual([5, '']);
    const locked = await shop.run('standalone', String(await freePort()), join(shop.dir, 'data'));
    expect([locked.code, locked.err]).toEqual([5, expect.stringContaining('The data folder is in use') as string]);
    expect(await shop.run('start')).toMatchObject({ code: 1, err: expect.stringContaining('Usage: sluice coordination start --config') as string });
    expect((await shop.run('frob')).code).toBe(1);
  });

  test('M31 lint names each problem; 1 only for those that stop the node', async () => {
    writeFileSync(join(shop.dir, 'zoo.cfg'), `dataDir=/srv/zookeeper\nclientPort=2181\nautopurge.purgeInterval=1\ntickTme=5\n`);
    expect(await shop.run('lint', 'zoo.cfg')).toMatchObject({ code: 0, out: `${join(shop.dir, 'zoo.cfg')}:4: note: tickTme is no key of ZooKeeper's. Did you mean tickTime? It is passed through and changes nothing here. Write tickTime if that was meant.\n` });
    writeFileSync(join(shop.dir, 'zoo.cfg'), 'clientPort=x\n');
    const { code, out } = await shop.run('lint', 'zoo.cfg', '--json');
    expect(code).toBe(1);
    expect(out.trimEnd().split('\n').map((line) => (JSON.parse(line) as { severity: string; line: number; key: string }))).toEqual(expect.arrayContaining([expect.objectContaining({ severity: 'error', line: 1, key: 'clientPort' }), expect.objectContaining({ severity: 'error', line: 0 })]));
  });

  test('M32 status says who does not answer', async () => {
    const node = await shop.standalone();
    const gone = await shop.run('status', node.at, '127.0.0.1:1', '--json');
    expect(gone.code).toBe(10);
    expect(gone.out.trimEnd().split('\n').map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ member: node.at, mode: 'standalone', note: null, lag: 0 }), expect.objectContaining({ member: '127.0.0.1:1', note: 'ECONNREFUSED' }),
    ]);
    expect(await shop.run('status', '--config', join(shop.dir, 'zoo.cfg'))).toMatchObject({ code: 0, out: expect.stringContaining('standalone') as string });
  });

  test('M32 where srvr is not allowed the AdminServer is asked; where neither answers that is said', async () => {
    const words = createServer((socket) => { socket.once('data', () => { socket.end('srvr is not executed because it is not in the whitelist.\n'); }); });
    const admin = createHttpServer((request, response) => { response.end(request.url === '/commands/stats' ? '{"version":"3.9.5-x, built on y","server_stats":{"server_state":"leader","last_processed_zxid":4294967298,"min_latency":0,"avg_latency":1.5,"max_latency":9,"num_alive_client_connections":3,"outstanding_requests":0},"node_count":7,"error":null}' : '{}'); });
    const listen = (server: Server): Promise<number> => new Promise((done) => { server.listen(0, '127.0.0.1', () => { done((server.address() as AddressInfo).port); }); });
    const [port, adminPort] = [await listen(words), await listen(admin)];
    try {
      expect(await shop.run('status', `127.0.0.1:${port}`, '--admin-port', String(adminPort))).toMatchObject({
        code: 0, out: expect.stringMatching(/leader +1 +0x100000002 +0 +0\/1\.5\/9 +3 +0 +7 +3\.9\.5\n$/) as string, err: expect.stringContaining('the figures are its AdminServer’s') as string,
      });
      expect(await shop.run('status', `127.0.0.1:${port}`, '--admin-port', '1')).toMatchObject({ code: 10, err: expect.stringContaining('its AdminServer does not answer either') as string });
    } finally {
      words.close();
      admin.close();
    }
  });

  test('M32 three members vote; status says who leads, and what one more loss would do', async () => {
    const ports = await freePorts(9);
    const lines = [0, 1, 2].map((i) => `server.${i + 1}=127.0.0.1:${ports[i * 3]}:${ports[i * 3 + 1]};127.0.0.1:${ports[i * 3 + 2]}`);
    const nodes = await Promise.all([1, 2, 3].map((id) => {
      const data = join(shop.dir, `member${id}`);
      mkdirSync(data);
      writeFileSync(join(data, 'myid'), String(id));
      writeFileSync(join(shop.dir, `zoo${id}.cfg`), `dataDir=${data}\ntickTime=500\ninitLimit=10\nsyncLimit=5\nadmin.enableServer=false\npreAllocSize=64\n${lines.join('\n')}\n`);
      return shop.serve('start', '--config', join(shop.dir, `zoo${id}.cfg`), '-Dzookeeper.superUser=x');
    }));
    for (const { ready } of nodes) expect(['leader', 'follower']).toContain(ready['mode']);
    const status = (): Promise<Ran> => shop.run('status', '--config', join(shop.dir, 'zoo1.cfg'));
    // on a busy machine an election may take more than one round: what counts is what they come to, not in which epoch
    const first = await eventually(status, ({ code, err, out }) => code === 0 && err === '' && rolesIn(out) === 'follower follower leader' && epochsIn(out).length === 1);
    expect(first.out).toContain('3 of 3 voting servers serve; writes go on after 1 more loss\n');
    const at = `127.0.0.1:${ports[2]}`;
    await shop.run('cli', at, 'create', '/voted', '1');
    expect(await shop.run('cli', at, 'get', '/voted')).toMatchObject({ code: 0, out: '1\n' });

    const leads = await eventually(status, ({ out }) => rolesIn(out) === 'follower follower leader' && epochsIn(out).length === 1);
    const [epoch = NaN] = epochsIn(leads.out);
    const leader = nodes[leaderIn(leads.out) - 1] as CliNode;
    await expect.poll(() => ledIn(leader.err()), { timeout: 10_000 }).toBeGreaterThanOrEqual(epoch);
    await leader.end('SIGKILL');
    const others = nodes.filter((node) => node !== leader);
    const second = await eventually(status, ({ code, out }) => code === 10 && rolesIn(out) === 'follower leader');
    expect(second.out).toContain('2 of 3 voting servers serve; one more loss stops writes\n');
    const survivor = `127.0.0.1:${ports[2 + 3 * nodes.indexOf(others[0] as CliNode)]}`;
    await eventually(() => shop.run('cli', survivor, 'set', '/voted', '2'), ({ code }) => code === 0); // the first txn of the new epoch
    const third = await eventually(status, ({ out }) => rolesIn(out) === 'follower leader' && epochsIn(out).length === 1);
    const [next = NaN] = epochsIn(third.out);
    expect(next).toBeGreaterThan(epoch);
    const successor = nodes[leaderIn(third.out) - 1] as CliNode;
    expect(successor).not.toBe(leader);
    await expect.poll(() => ledIn(successor.err()), { timeout: 10_000 }).toBeGreaterThanOrEqual(next);
    expect(await shop.run('cli', survivor, 'get', '/voted')).toMatchObject({ code: 0, out: '2\n' });

    await (others[0] as CliNode).end();
    const last = await eventually(status, ({ code, out }) => code === 10 && /voting servers serve: too few/.test(out));
    expect(last.out).toMatch(/\d of 3 voting servers serve: too few, writes have stopped\n$/);
    expect(await (others[1] as CliNode).end()).toBe(0);
  });

  test('M35 a subtree goes to a file and comes back', async () => {
    const node = await shop.standalone();
    await shop.type(node.at, 'create /a 1', 'create /a/b 2', 'create /a/c 3');
    expect(await shop.run('export', node.at, '/a', 'a.json')).toMatchObject({ code: 0, out: '3 znodes of /a are in a.json\n' });
    expect(await shop.run('import', node.at, '/copy', 'a.json')).toMatchObject({ code: 0, out: '/copy: 3 created, 0 changed, 0 left as they were\n' });
    await shop.run('cli', node.at, 'set', '/copy/b', 'other');
    expect(await shop.run('import', node.at, '/copy', 'a.json', '--overwrite', '--json')).toMatchObject({ code: 0 });
    expect((await shop.run('cli', node.at, 'get', '/copy/b')).out).toBe('2\n');
  });
});

describe.skipIf(problem)(`sluice coordination beside a real ZooKeeper${problem ? ` (${problem})` : ''}`, () => {
  test('M36 mirror brings a subtree of a real ensemble over and hands it over once both are equal', async () => {
    const real = await startPeer('zookeeper', {});
    try {
      const from = `127.0.0.1:${real.port}`;
      const node = await shop.standalone();
      for (const [path, data] of [['/app', 'a'], ['/app/one', '1'], ['/app/two', '2']] as const) expect((await shop.run('cli', from, 'create', path, data)).code).toBe(0);
      expect((await shop.run('cli', node.at, 'create', '/app', 'other')).code).toBe(0);
      const done = await shop.run('mirror', from, node.at, '/app', '--cut-over');
      expect(done).toMatchObject({ code: 0, out: `/app: 3 znodes are equal; ${node.at} is on its own from now on\n`, err: expect.stringContaining('has handed over: 2 created, 1 changed, 0 deleted') as string });
      expect((await shop.run('cli', node.at, 'get', '/app/two')).out).toBe('2\n');
      expect((await shop.run('mirror', node.at, from, '/app', '--cut-over')).code).toBe(0); // handed over, it may be brought back
      expect(await shop.run('mirror', from, from, '/app')).toMatchObject({ code: expect.any(Number) as number, out: '', err: expect.stringContaining('The mirror has stopped') as string });
    } finally {
      await real.stop();
    }
  });
});
