// Backups of running and of stopped nodes, ours and real ones: whole, refused when damaged, restored, and brought back to a moment.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openClient } from '../../main/engines/coordination/client/client.ts';
import { peerProblem, startPeer } from '../peers/start-peer.ts';
import { CliShop } from './support/coordination-cli.ts';

let shop: CliShop;
beforeEach(() => { shop = new CliShop(); });
afterEach(() => shop.close());

describe('backup and restore', () => {
  test('M33 a backup of a running node is exact, restored into a fresh folder it serves the same; never onto a running one', async () => {
    const node = await shop.standalone();
    expect((await shop.type(node.at, 'create /a 1', 'create /a/b 2', 'set /a 3')).code).toBe(0);
    const made = await shop.run('backup', join(shop.dir, 'data'), join(shop.dir, 'b.gz'), '--json');
    expect(made.code).toBe(0);
    const facts = JSON.parse(made.out) as { zxid: string; digest: string };
    expect(await shop.run('verify', 'b.gz')).toMatchObject({ code: 0, out: expect.stringContaining(`zxid ${facts.zxid}, 7 znodes, digest ${facts.digest}`) as string });
    expect(await shop.run('restore', 'b.gz', join(shop.dir, 'data'))).toMatchObject({ code: 5, err: expect.stringContaining('The data folder is in use') as string });
    expect((await shop.run('cli', node.at, 'get', '/a')).out).toBe('3\n');
    await node.end();
    expect((await shop.run('restore', 'b.gz', join(shop.dir, 'fresh'))).code).toBe(0);
    const again = await shop.standalone('fresh');
    expect((await shop.run('cli', again.at, 'get', '/a/b')).out).toBe('2\n');
  });

  test('M33 a backup of a node that is written to all the while is whole, whatever moment it caught', async () => {
    const node = await shop.standalone();
    const client = openClient({ connectString: node.at });
    let isOver = false;
    let count = 0;
    const write = async (): Promise<void> => { while (!isOver) { const path = `/n${count++}`; await client.create(path, Buffer.alloc(200)); await client.setData(path, Buffer.alloc(100)); } };
    const writers = Array.from({ length: 32 }, write);
    const caught: number[] = [];
    for (const name of ['b1', 'b2', 'b3']) {
      const made = await shop.run('backup', join(shop.dir, 'data'), name, '--json');
      expect([made.code, made.err]).toEqual([0, '']);
      caught.push((JSON.parse(made.out) as { znodes: number }).znodes);
    }
    isOver = true;
    await Promise.all(writers);
    await client.close();
    expect(caught).toEqual([...caught].sort((a, b) => a - b));
    expect(caught.at(-1)).toBeGreaterThan(100);
    expect((await shop.run('verify', 'b2')).code).toBe(0);
  });

  test('M33 a damaged backup is refused, and nothing is touched', async () => {
    const node = await shop.standalone();
    await shop.run('cli', node.at, 'create', '/a', 'x'.repeat(500));
    await shop.run('backup', join(shop.dir, 'data'), join(shop.dir, 'b'));
    await node.end();
    const whole = readFileSync(join(shop.dir, 'b'));
    for (const at of [3, whole.length - 200, whole.length - 7]) {
      const bad = Buffer.from(whole);
      bad[at] = (bad[at] as number) ^ 4;
      writeFileSync(join(shop.dir, 'bad'), bad);
      const refused = await shop.run('restore', 'bad', join(shop.dir, 'data'));
      expect([at, refused.code, refused.out]).toEqual([at, 11, '']);
    }
    writeFileSync(join(shop.dir, 'bad'), whole.subarray(0, whole.length - 30));
    expect((await shop.run('verify', 'bad')).code).toBe(11);
    expect(readdirSync(join(shop.dir, 'data')).filter((name) => name.startsWith('version-2'))).toEqual(['version-2']);
    expect((await shop.run('verify', 'none')).code).toBe(11);
  });

  test('M34 back to a zxid or a time in place; the former data are kept', async () => {
    const node = await shop.standalone();
    const zxid = /mZxid = (0x[0-9a-f]+)/.exec((await shop.type(node.at, 'create /a old', 'stat /a')).out)?.[1] as string;
    const between = new Date().toISOString();
    await shop.run('cli', node.at, 'set', '/a', 'new');
    await node.end();
    const back = await shop.run('restore', join(shop.dir, 'data'), join(shop.dir, 'data'), '--zxid', zxid);
    expect([back.code, back.out]).toEqual([0, expect.stringContaining(`as of zxid ${zxid}, verified`) as string]);
    const kept = readdirSync(join(shop.dir, 'data')).find((name) => name.startsWith('version-2.replaced-')) as string;
    const again = await shop.standalone();
    expect((await shop.run('cli', again.at, 'get', '/a')).out).toBe('old\n');
    await again.end();
    mkdirSync(join(shop.dir, 'copy'));
    renameSync(join(shop.dir, 'data', kept), join(shop.dir, 'copy', 'version-2'));
    expect((await shop.run('restore', join(shop.dir, 'copy'), join(shop.dir, 'timed'), '--time', between)).code).toBe(0);
    const timed = await shop.standalone('timed');
    expect((await shop.run('cli', timed.at, 'get', '/a')).out).toBe('old\n');
    expect(await shop.run('restore', join(shop.dir, 'copy'), join(shop.dir, 'x'), '--zxid', '0xffff')).toMatchObject({ code: 11, out: '' });
    expect(existsSync(join(shop.dir, 'x'))).toBe(false);
    expect((await shop.run('restore', join(shop.dir, 'copy'), join(shop.dir, 'x'), '--time', '2001-01-01T00:00:00Z')).code).toBe(11);
  });
});

const problem = peerProblem('zookeeper');

describe.skipIf(problem)(`with a real ZooKeeper${problem ? ` (${problem})` : ''}`, () => {
  test('M33 a real server starts on what was restored; its own data folder and its AdminServer are backed up too', async () => {
    const real = await startPeer('zookeeper', { admin: true, superPassword: 'supersecret' }, { dir: join(shop.dir, 'real') });
    const at = real.connect;
    try {
      expect((await shop.type(at, 'create /kept 1', 'create /kept/below 2')).code).toBe(0);
      expect((await shop.run('backup', real.dataDir, 'folder')).code).toBe(0);
      const admin = new URL(real.admin as string).host;
      expect((await shop.run('backup', admin, 'refused')).code).toBe(5);
      expect(await shop.run('backup', admin, 'server.gz', '--auth', 'digest:super:supersecret')).toMatchObject({ code: 0, out: expect.stringContaining('7 znodes') as string });
      expect(await shop.run('restore', 'folder', real.dataDir)).toMatchObject({ code: 5, err: expect.stringContaining(`process ${real.pid}`) as string });
      expect(await shop.run('status', at, '--admin-port', admin.split(':')[1] as string)).toMatchObject({ code: 0, out: expect.stringContaining('standalone') as string });
    } finally {
      await real.stop();
    }
    for (const file of ['folder', 'server.gz']) {
      expect((await shop.run('restore', file, join(shop.dir, `on-${file}`, 'data'))).code).toBe(0);
      const again = await startPeer('zookeeper', {}, { dir: join(shop.dir, `on-${file}`) });
      try {
        expect((await shop.run('cli', again.connect, 'get', '/kept/below')).out).toBe('2\n');
      } finally {
        await again.stop();
      }
    }
  }, 120_000);
});
