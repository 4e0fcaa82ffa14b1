// Subtrees over real ZooKeeper 3.8 and 3.9 and our own node: export and import, copy, delete, the heaviest nodes, and the live mirror.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { CREATE } from '../../main/engines/coordination/op-codes.ts';
import type { CoordinationClient } from '../../main/engines/coordination/client/client-types.ts';
import { readArchiveFile, writeArchiveFile } from '../../main/engines/coordination/trees/archive-file.ts';
import { isHead, type ArchiveNode } from '../../main/engines/coordination/trees/archive.ts';
import { bigNodes } from '../../main/engines/coordination/trees/big-nodes.ts';
import { compareTrees } from '../../main/engines/coordination/trees/compare.ts';
import { copyTree } from '../../main/engines/coordination/trees/copy.ts';
import { deleteTree, listDelete } from '../../main/engines/coordination/trees/delete.ts';
import { exportNodes } from '../../main/engines/coordination/trees/export.ts';
import { importNodes } from '../../main/engines/coordination/trees/import.ts';
import { Mirror } from '../../main/engines/coordination/trees/mirror.ts';
import { walk } from '../../main/engines/coordination/trees/walk.ts';
import { onEveryServer, until } from './support/coordination-servers.ts';

/** Lists are hidden from those who may not change them: everyone here may. */
const BOB = { auth: [{ scheme: 'digest', auth: Buffer.from('bob:secret') }] };
const BOB_ID = `bob:${createHash('sha1').update('bob:secret').digest('base64')}`;
const text = (value: string): Buffer => Buffer.from(value);
const folder = mkdtempSync(join(tmpdir(), 'sluice-trees-'));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

async function* nodesOf(file: string): AsyncGenerator<ArchiveNode, void, undefined> {
  for await (const item of readArchiveFile(file)) if (!isHead(item)) yield item;
}

async function pathsOf(client: CoordinationClient, root: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { path } of walk(client, root)) paths.push(path.slice(root.length));
  return paths.sort();
}

async function differences(client: CoordinationClient, from: string, to: string, other = client): Promise<string[]> {
  const found: string[] = [];
  for await (const { path, difference } of compareTrees({ client, path: from }, { client: other, path: to })) if (difference) found.push(`${path} ${difference}`);
  return found;
}

/** Nodes of every kind below `at`. */
async function plant(client: CoordinationClient, at: string): Promise<void> {
  await client.create(at, text('root'));
  await client.create(`${at}/text`, text('plain, "quoted" and 汉字'));
  await client.create(`${at}/bytes`, Buffer.from([0, 255, 1, 128]));
  await client.create(`${at}/null`, null);
  await client.create(`${at}/private`, text('x'), { acl: [{ perms: 31, id: { scheme: 'digest', id: BOB_ID } }, { perms: 1, id: { scheme: 'world', id: 'anyone' } }] });
  await client.create(`${at}/box`, null, { flags: CREATE.container });
  await client.create(`${at}/box/in`, text('in'));
  await client.create(`${at}/brief`, text('t'), { flags: CREATE.ttl, ttl: 3_600_000 });
  await client.create(`${at}/eph`, text('e'), { flags: CREATE.ephemeral });
  await client.create(`${at}/seq-`, text('s'), { flags: CREATE.persistentSequential });
  await client.create(`${at}/deep`, null);
  await client.create(`${at}/deep/er`, null);
  await client.create(`${at}/deep/er/still`, text('down'));
}

onEveryServer({}, (bench) => {
  test('R110 an exported subtree comes back alike from JSON and from a ZIP: data, lists and kinds', async () => {
    const client = bench.open(BOB);
    const at = bench.path();
    await plant(client, at);
    for (const name of ['tree.json', 'tree.zip']) {
      const file = join(folder, `${at.slice(1)}-${name}`);
      await writeArchiveFile(file, { root: at, at: 0 }, exportNodes(client, at));
      const report = await importNodes(client, `${at}-${name}`, nodesOf(file), { conflict: 'skip' });
      expect(report).toMatchObject({ created: 12, failed: 0, skipped: 0 });
      expect(await differences(client, at, `${at}-${name}`)).toEqual([]);
      const again = await importNodes(client, `${at}-${name}`, nodesOf(file), { conflict: 'overwrite' });
      expect(again).toMatchObject({ created: 0, overwritten: 0, skipped: 12, failed: 0 });
    }
    expect(JSON.parse(readFileSync(join(folder, `${at.slice(1)}-tree.json`), 'utf8'))).toMatchObject({ format: 'sluice-znodes', root: at });
  });

  test('R111 ephemerals and sequentials are left out or flattened as told', async () => {
    const client = bench.open(BOB);
    const at = bench.path();
    await plant(client, at);
    await importNodes(client, `${at}-a`, exportNodes(client, at, { sequentials: 'skip' }), { conflict: 'skip' });
    await importNodes(client, `${at}-b`, exportNodes(client, at, { ephemerals: 'flatten' }), { conflict: 'skip' });
    expect(await pathsOf(client, `${at}-a`)).not.toContain('/eph');
    expect((await pathsOf(client, `${at}-a`)).filter((path) => path.startsWith('/seq'))).toEqual([]);
    expect((await client.exists(`${at}-b/eph`))?.ephemeralOwner).toBe(0n);
  });

  test('R116 a list that is hidden from who exports stops the export in words, unless lists are left out', async () => {
    const [client, stranger] = [bench.open(BOB), bench.open()];
    const at = bench.path();
    await plant(client, at);
    await expect(importNodes(stranger, `${at}-a`, exportNodes(stranger, at), { conflict: 'skip' })).rejects.toMatchObject({ code: 'COORD_KEEPER', params: { path: `${at}/private` } });
    expect(await importNodes(stranger, `${at}-b`, exportNodes(stranger, at, { acl: false }), { conflict: 'skip' })).toMatchObject({ created: 12, failed: 0 });
  });

  test('R112 what is there already is kept, overwritten, or overwritten only in the version that was exported', async () => {
    const client = bench.open(BOB);
    const at = bench.path();
    await client.create(at, null);
    for (const name of ['same', 'changed']) await client.create(`${at}/${name}`, text(name));
    const file = join(folder, `${at.slice(1)}.json`);
    await writeArchiveFile(file, { root: at, at: 0 }, exportNodes(client, at));
    await client.setData(`${at}/changed`, text('by others'));
    await client.delete(`${at}/same`);
    await client.create(`${at}/same`, text('new, same version'));
    expect(await importNodes(client, at, nodesOf(file), { conflict: 'skip' })).toMatchObject({ skipped: 3, overwritten: 0 });
    expect(await importNodes(client, at, nodesOf(file), { conflict: 'version', dryRun: true })).toMatchObject({ overwritten: 2, failed: 1 });
    const report = await importNodes(client, at, nodesOf(file), { conflict: 'version' });
    expect(report).toMatchObject({ overwritten: 1, skipped: 1, failed: 1, problems: [{ path: `${at}/changed`, error: 'version 0 in the archive, 1 here' }] });
    expect(String((await client.getData(`${at}/changed`)).data)).toBe('by others');
    expect(await importNodes(client, at, nodesOf(file), { conflict: 'overwrite' })).toMatchObject({ overwritten: 1 });
    expect(String((await client.getData(`${at}/changed`)).data)).toBe('changed');
  });

  test('R113 only what was listed is deleted: a change in between stops it before anything is gone', async () => {
    const client = bench.open(BOB);
    const at = bench.path();
    await plant(client, at);
    const list = await listDelete(client, at);
    expect(list).toMatchObject({ nodes: 13, ephemerals: 1 });
    expect(list.first).toContain(`${at}/deep/er/still`);
    await client.setData(`${at}/deep/er/still`, text('changed'));
    await expect(deleteTree(client, at, list.guard)).rejects.toMatchObject({ code: 'COORD_CHANGED' });
    expect((await listDelete(client, at)).nodes).toBe(13);
    expect(await deleteTree(client, at, (await listDelete(client, at)).guard)).toBe(13);
    expect(await client.exists(at)).toBeNull();
    await expect(listDelete(client, '/zookeeper')).rejects.toMatchObject({ code: 'COORD_KEEPER' });
  });

  test('R114 a copy is alike; into itself it is refused', async () => {
    const client = bench.open(BOB);
    const at = bench.path();
    await plant(client, at);
    await copyTree({ client, path: at }, { client, path: `${at}-copy` }, { conflict: 'skip' });
    expect(await differences(client, at, `${at}-copy`)).toEqual([]);
    expect(() => copyTree({ client, path: at }, { client, path: `${at}/deep/copy` }, { conflict: 'skip' })).toThrow(expect.objectContaining({ code: 'COORD_KEEPER' }));
  });

  test('R115 the heaviest nodes are named, and twenty thousand children are walked, copied and deleted', async () => {
    const client = bench.open({ sessionTimeoutMs: 6000 });
    const at = bench.path();
    await client.create(at, null);
    for (let i = 0; i < 20_000; i += 2000) await Promise.all(Array.from({ length: 2000 }, (_, j) => client.create(`${at}/n${i + j}`, null)));
    await client.setData(`${at}/n7`, Buffer.alloc(5000));
    for (let i = 0; i < 9; i++) await client.setData(`${at}/n8`, text('x'));
    const big = await bigNodes(client, at, 3);
    expect(big.nodes).toBe(20_001);
    expect([big.byData[0]?.path, big.byChildren.map(({ path }) => path), big.byChanges[1]?.path]).toEqual([`${at}/n7`, [at], `${at}/n8`]);
    expect(await copyTree({ client, path: at }, { client, path: `${at}-copy` }, { conflict: 'skip' })).toMatchObject({ created: 20_001, failed: 0 });
    expect(await deleteTree(client, `${at}-copy`, (await listDelete(client, `${at}-copy`)).guard)).toBe(20_001);
  });

  test('R120 a mirror brings over what is there and what changes, through cuts and expiry, and hands over when both are equal', async () => {
    const [source, writer, target] = [bench.open(BOB), bench.direct(BOB), bench.direct(BOB)];
    const [at, to] = [bench.path(), bench.path()];
    await plant(writer, at);
    await target.create(to, null);
    await target.create(`${to}/stale`, text('not at the source'));
    const mirror = new Mirror({ rule: 'overwrite', from: { client: source, connect: 'source.example:1', path: at }, to: { client: target, connect: bench.connect, path: to } });
    const running = mirror.run();
    await until(() => mirror.status.state === 'following');
    expect(await differences(writer, at, to)).toEqual([]);
    await writer.setData(`${at}/text`, text('changed'));
    await writer.setACL(`${at}/bytes`, [{ perms: 1, id: { scheme: 'world', id: 'anyone' } }, { perms: 31, id: { scheme: 'ip', id: '127.0.0.1' } }]);
    await writer.setData(`${at}/bytes`, text('list changes have no event of their own'));
    await writer.create(`${at}/new`, text('n'));
    await writer.create(`${at}/new/er`, text('n'));
    await writer.delete(`${at}/deep/er/still`);
    await until(async () => (await differences(writer, at, to)).length === 0);
    bench.proxy.shut();
    await until(() => mirror.status.state === 'disconnected');
    await writer.setData(`${at}/text`, text('while it was cut off'));
    await writer.delete(`${at}/new/er`);
    await writer.delete(`${at}/new`);
    bench.proxy.open();
    await until(async () => (await differences(writer, at, to)).length === 0);
    await bench.expire(source);
    await writer.setData(`${at}/text`, text('and expired'));
    await until(async () => (await differences(writer, at, to)).length === 0);
    for (let i = 0; i < 30; i++) await writer.delete((await writer.create(`${at}/deep/gone-`, null, { flags: CREATE.persistentSequential })).path);
    const writing = new AbortController();
    const load = (async () => { while (!writing.signal.aborted) await writer.setData(`${at}/text`, text(String(Math.random()))); })();
    await expect(mirror.cutOver()).rejects.toMatchObject({ code: 'COORD_MIRROR' });
    writing.abort();
    await load;
    const done = await mirror.cutOver();
    await running;
    expect(mirror.status.state).toBe('handedOver');
    expect(done.nodes).toBeGreaterThan(10);
    expect(await differences(writer, at, to)).toEqual([]);
    const next = (await target.create(`${to}/deep/gone-`, null, { flags: CREATE.persistentSequential })).path;
    expect(Number(next.slice(-10))).toBeGreaterThanOrEqual(30);
  });

  test('R121 two ways are refused in words, so is a second mirror into one place; what was kept stays', async () => {
    const [source, target] = [bench.direct(BOB), bench.direct(BOB)];
    const [at, to] = [bench.path(), bench.path()];
    await source.create(at, text('source'));
    await source.create(`${at}/both`, text('theirs'));
    await target.create(to, text('target'));
    await target.create(`${to}/both`, text('ours'));
    await target.create(`${to}/only`, text('ours'));
    const end = (client: CoordinationClient, path: string, connect = bench.connect) => ({ client, path, connect });
    const mirror = new Mirror({ rule: 'keep', from: end(source, at, 'other.example:2181'), to: end(target, to) });
    const running = mirror.run();
    await until(() => mirror.status.state === 'following');
    expect([...mirror.conflicts].sort()).toEqual(['', '/both']);
    expect(mirror.status.conflicts).toBe(2);
    await source.create(`${at}/later`, text('later'));
    await until(async () => (await target.exists(`${to}/later`)) !== null);
    expect([String((await target.getData(`${to}/both`)).data), String((await target.getData(`${to}/only`)).data)]).toEqual(['ours', 'ours']);
    await expect(new Mirror({ rule: 'keep', from: end(source, at, 'other.example:2181'), to: end(target, to) }).run()).rejects.toMatchObject({ code: 'COORD_LOCK_HELD' });
    await expect(new Mirror({ rule: 'keep', from: end(target, to), to: end(source, at, 'other.example:2181') }).run()).rejects.toMatchObject({ code: 'COORD_MIRROR', params: { reason: expect.stringContaining('two ways') } });
    await expect(new Mirror({ rule: 'keep', from: end(source, at), to: end(target, `${at}/below`) }).run()).rejects.toMatchObject({ code: 'COORD_MIRROR', params: { reason: expect.stringContaining('mirror itself') } });
    mirror.stop();
    await running;
    expect(mirror.status.state).toBe('stopped');
  });
});

test('B60 archives that are none, cut off, damaged or outside their root are refused with the line', async () => {
  const refusal = async (name: string, content: string | Buffer): Promise<string> => {
    const file = join(folder, name);
    writeFileSync(file, content);
    try {
      for await (const _ of readArchiveFile(file)) { /* read to its end */ }
    } catch (error) {
      return String((error as { params?: { reason?: string } }).params?.reason);
    }
    return 'taken';
  };
  const head = '{"format":"sluice-znodes","version":1,"root":"/a","at":0,"nodes":[\n';
  const node = '{"path":"/x","text":"y","kind":"persistent","version":0}';
  expect(await refusal('good.json', `${head}${node}\n]}\n`)).toBe('taken');
  expect(await refusal('html.json', '<html>')).toMatch(/^line 1: this is no archive of znodes/);
  expect(await refusal('cut.json', `${head}${node},\n`)).toMatch(/^line 3: .*cut off/);
  expect(await refusal('half.json', `${head}${node.slice(0, 20)}`)).toMatch(/^line 2: /);
  expect(await refusal('out.json', `${head}${node.replace('/x', '/../x')}\n]}\n`)).toMatch(/^line 2: \/\.\.\/x is relative/);
  expect(await refusal('kind.json', `${head}${node.replace('persistent', 'eternal')}\n]}\n`)).toMatch(/^line 2: kind/);
  expect(await refusal('no.zip', 'PK nothing')).toMatch(/no ZIP/);
  const zip = join(folder, 'real.zip');
  await writeArchiveFile(zip, { root: '/a', at: 0 }, (async function* () { yield await Promise.resolve<ArchiveNode>({ path: '/x', data: Buffer.alloc(3000, 'ab'), acl: null, kind: 'persistent', ttl: 0, version: 0 }); })());
  const bytes = readFileSync(zip);
  for (const at of [45, 50, 60]) {
    const damaged = Buffer.from(bytes);
    damaged[at] = (damaged[at] as number) ^ 0x55;
    expect(await refusal('damaged.zip', damaged)).not.toBe('taken');
  }
  await expect((async () => { for await (const _ of readArchiveFile(join(folder, 'absent.json'))) { /* nothing comes */ } })()).rejects.toMatchObject({ code: 'COORD_ARCHIVE' });
});
