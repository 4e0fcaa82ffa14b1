// What the Cluster screens ask, asked of a real ZooKeeper and of our own node alike: the engine as its process has it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCoordinationEngine } from '../../main/app/engine-process/compose-coordination.ts';
import { askWord } from '../../main/engines/coordination/admin/ask-word.ts';
import { Looker } from '../../main/engines/coordination/desk/look.ts';
import type { ConnectionItem, NodeItem } from '../../main/engines/coordination/api.ts';
import type { Member, ZnodeChange } from '../../preload/contract/cluster.ts';
import { SluiceError } from '../../preload/contract/sluice-error.ts';
import { freePort } from '../peers/peer-process.ts';
import { peerProblem, startPeer } from '../peers/start-peer.ts';
import { startOurs } from './support/coordination-node.ts';

const problem = peerProblem('zookeeper');

describe.skipIf(problem !== null)(`a server that allows little${problem ? ` (skipped: ${problem})` : ''}`, () => {
  it('D8 is looked at by srvr, then by its AdminServer; where that is away too, the line for its zoo.cfg is told', async () => {
    const peer = await startPeer('zookeeper', { release: '3.9', conf: ['4lw.commands.whitelist=srvr'], admin: true });
    try {
      const place = { host: peer.host, port: peer.port, sid: 7, voter: true };
      const looked = async (): Promise<Member> => (await new Looker(askWord, Number(new URL(peer.admin ?? '').port)).look(place, new AbortController().signal)).member;
      await expect.poll(async () => (await looked()).source, { timeout: 60_000 }).toBe('admin'); // it listens after the clients' port, and its first answers are slow
      const member = await looked();
      expect(member).toMatchObject({ name: 'n7', role: 'standalone', source: 'admin', whitelist: null, error: null });
      for (const figure of [member.znodes, member.watches, member.dataBytes, member.connections, member.uptimeMs, member.ephemerals, member.outstanding]) expect(figure).toBeGreaterThanOrEqual(0);
      const alone = (await new Looker(askWord, 1).look(place, new AbortController().signal)).member;
      expect(alone).toMatchObject({ role: 'standalone', source: 'srvr', watches: null, zxid: expect.any(Number) as number });
      expect(alone.whitelist).toMatch(/^4lw\.commands\.whitelist=.*mntr/);
    } finally {
      await peer.stop();
    }
  });
});

describe.skipIf(problem !== null)(`a server reached over TLS${problem ? ` (skipped: ${problem})` : ''}`, () => {
  it.each(['ZooKeeper 3.9', 'our node'])('D8 is looked at over TLS too: %s', async (name) => {
    const dir = mkdtempSync(join(tmpdir(), 'sluice-desk-tls-'));
    const { engine, close } = makeCoordinationEngine();
    const over = new AbortController();
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-out', 'cert.pem', '-days', '2', '-subj', '/CN=server', '-addext', 'subjectAltName=IP:127.0.0.1'], { cwd: dir, stdio: 'pipe' });
    writeFileSync(join(dir, 'server.pem'), readFileSync(join(dir, 'key.pem'), 'utf8') + readFileSync(join(dir, 'cert.pem'), 'utf8'));
    const { port } = await engine.freePort({ host: '127.0.0.1', wanted: await freePort(), strict: false });
    const conf = [
      `secureClientPort=${port}`, 'secureClientPortAddress=127.0.0.1', 'serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory',
      `ssl.keyStore.location=${join(dir, 'server.pem')}`, `ssl.trustStore.location=${join(dir, 'cert.pem')}`, 'ssl.clientAuth=none',
    ];
    const server = name === 'our node' ? await startOurs({ conf }) : await startPeer('zookeeper', { release: '3.9', conf });
    try {
      const access = { connectString: `127.0.0.1:${port}`, sessionTimeoutMs: 10_000, auth: { kind: 'none' as const }, tls: { ca: readFileSync(join(dir, 'cert.pem'), 'utf8'), cert: null, key: null, verify: true } };
      await new Promise<void>((resolve, reject) => { void (async () => { for await (const item of engine.open({ id: 't', access }, over.signal)) if (item.state === 'connected') resolve(); })().catch(reject); });
      for await (const { health } of engine.health({ id: 't', everyMs: 60_000 }, over.signal)) {
        expect(health.members).toMatchObject([{ role: 'standalone', source: 'mntr', port, error: null }]);
        break;
      }
    } finally {
      over.abort();
      await close();
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  });
});

interface Ensemble { readonly connectString: string; stop(): Promise<void> }

for (const server of ['ZooKeeper 3.9', 'our node'] as const) {
  describe.skipIf(server !== 'our node' && problem !== null)(`the desk over ${server}${problem ? ` (skipped: ${problem})` : ''}`, () => {
    const { engine, close } = makeCoordinationEngine();
    const over = new AbortController();
    const states: ConnectionItem[] = [];
    const id = 'c';
    let ensemble: Ensemble;
    let dir: string;

    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'sluice-desk-'));
      ensemble = server === 'our node' ? await startInEngine() : await startReal();
      await opened(ensemble.connectString);
    });
    afterAll(async () => {
      over.abort();
      await close();
      await ensemble?.stop();
      rmSync(dir, { recursive: true, force: true });
    });

    async function startReal(): Promise<Ensemble> {
      const peer = await startPeer('zookeeper', { release: '3.9' });
      return { connectString: peer.connect, stop: () => peer.stop() };
    }

    async function startInEngine(): Promise<Ensemble> {
      const { port } = await engine.freePort({ host: '127.0.0.1', wanted: 21_810, strict: false });
      const items = engine['node.run']({ id, spec: { dataDir: join(dir, 'data'), host: '127.0.0.1', port, myid: null, members: [] } }, over.signal)[Symbol.asyncIterator]();
      let item: NodeItem;
      do item = (await items.next()).value as NodeItem; while (item.type !== 'state' || item.state !== 'standalone');
      void (async () => { while (!(await items.next()).done); })();
      return { connectString: `127.0.0.1:${item.port}`, stop: async () => { await engine['node.stop']({ id }); } };
    }

    function opened(connectString: string): Promise<void> {
      return new Promise((resolve, reject) => {
        void (async () => {
          for await (const item of engine.open({ id, access: { connectString, sessionTimeoutMs: 10_000, auth: { kind: 'digest', user: 'ada', password: 'secret' }, tls: null } }, over.signal)) {
            states.push(item);
            if (item.state === 'connected') resolve();
          }
        })().catch(reject);
      });
    }

    const create = (path: string, text = '', more: { kind?: 'persistent' | 'ephemeral' | 'container' | 'ttl'; sequential?: boolean; ttlMs?: number } = {}) =>
      engine.create({ id, path, data: Buffer.from(text), kind: more.kind ?? 'persistent', sequential: more.sequential ?? false, ttlMs: more.ttlMs ?? null });
    const list = (path: string, filter = '', offset = 0, limit = 100, locate: string[] = []) => engine.children({ id, path, filter, offset, limit, locate });
    async function codeOf(work: Promise<unknown>): Promise<string> {
      return work.then(() => 'no error', (error: unknown) => (error instanceof SluiceError ? `${error.code} ${JSON.stringify(error.params)}` : String(error)));
    }

    it('connects, and says to whom and as which session', () => {
      expect(states.at(-1)).toMatchObject({ state: 'connected', error: null });
      expect(states.at(-1)?.sessionId).toMatch(/^0x[0-9a-f]+$/);
    });

    it('D1 children come as sorted windows with marks, a filter, and the places of those that are open', async () => {
      await create('/many');
      for (let n = 0; n < 250; n++) await create(`/many/child-${String(n).padStart(3, '0')}`);
      await create('/many/e', '', { kind: 'ephemeral' });
      const numbered = await create('/many/s-', '', { sequential: true });
      expect(numbered.path).toMatch(/^\/many\/s-\d{10}$/);
      const page = await list('/many', '', 10, 5, ['child-200', 'nobody']);
      expect(page).toMatchObject({ total: 252, of: 252, places: [200, -1] });
      expect(page.children.map((child) => child.name)).toEqual(['child-010', 'child-011', 'child-012', 'child-013', 'child-014']);
      const found = await list('/many', 'CHILD-24', 0, 100);
      expect(found).toMatchObject({ total: 10, of: 252 });
      const marks = (await list('/many', '', 250, 10)).children.map((child) => [child.name.slice(0, 2), child.stat?.mark, child.stat?.sequential]);
      expect(marks).toEqual([['e', 'ephemeral', false], ['s-', 'persistent', true]]);
    });

    it('D3 a save goes only over the version that was seen, and says which one is there', async () => {
      await create('/doc', 'one');
      const seen = await engine.read({ id, path: '/doc' });
      expect(Buffer.from(seen.data ?? []).toString()).toBe('one');
      expect(seen.acl).toEqual([{ scheme: 'world', id: 'anyone', perms: 31 }]);
      expect((await engine.save({ id, path: '/doc', data: Buffer.from('two'), gzip: false, version: 0 })).version).toBe(1);
      expect(await codeOf(engine.save({ id, path: '/doc', data: Buffer.from('late'), gzip: false, version: 0 }))).toBe('COORD_CHANGED {"path":"/doc","expected":0,"found":1}');
      expect(Buffer.from((await engine.read({ id, path: '/doc' })).data ?? []).toString()).toBe('two');
      expect(await codeOf(engine.delete({ id, path: '/doc', version: 0 }))).toContain('COORD_CHANGED');
      expect(await codeOf(engine.read({ id, path: '/nowhere' }))).toBe('COORD_KEEPER {"error":"NoNode","path":"/nowhere"}');
    });

    it('D4 gzip is unpacked when read and packed again when saved', async () => {
      await engine.create({ id, path: '/packed', data: gzipSync('{"a":1}'), kind: 'persistent', sequential: false, ttlMs: null });
      const seen = await engine.read({ id, path: '/packed' });
      expect([seen.gzip, Buffer.from(seen.data ?? []).toString()]).toEqual([true, '{"a":1}']);
      await engine.save({ id, path: '/packed', data: Buffer.from('{"a":2}'), gzip: true, version: 0 });
      const again = await engine.read({ id, path: '/packed' });
      expect([again.gzip, Buffer.from(again.data ?? []).toString()]).toEqual([true, '{"a":2}']);
    });

    it('D5 a recursive delete lists all that goes and takes exactly that list', async () => {
      for (const path of ['/tree', '/tree/a', '/tree/a/b', '/tree/c']) await create(path, 'xy');
      await create('/tree/e', '', { kind: 'ephemeral' });
      const plan = await engine.deletePlan({ id, path: '/tree' });
      expect(plan).toMatchObject({ count: 5, ephemerals: 1, bytes: 8, paths: expect.arrayContaining(['/tree', '/tree/a', '/tree/c', '/tree/e', '/tree/a/b']) });
      await create('/tree/late');
      expect(await codeOf(engine.deleteTree({ id, path: '/tree', token: plan.token }))).toContain('COORD_CHANGED');
      expect((await list('/tree')).total).toBe(4);
      const now = await engine.deletePlan({ id, path: '/tree' });
      expect(await engine.deleteTree({ id, path: '/tree', token: now.token })).toEqual({ deleted: 6 });
      expect(await codeOf(engine.read({ id, path: '/tree' }))).toContain('NoNode');
    });

    it('D6 D7 an export is read back elsewhere with data, kinds and ACLs; ephemerals stay out', async () => {
      await create('/out', 'root');
      await create('/out/x', 'deep');
      await create('/out/box', '', { kind: 'container' });
      await create('/out/e', '', { kind: 'ephemeral' });
      await engine.setAcl({ id, path: '/out/x', acl: [{ scheme: 'world', id: 'anyone', perms: 1 }, { scheme: 'auth', id: '', perms: 31 }], aversion: 0 });
      const { data, count } = await engine.export({ id, path: '/out' });
      expect(count).toBe(3);
      expect(await engine.import({ id, path: '/in', data, overwrite: false })).toEqual({ created: 3, updated: 0, skipped: 0 });
      const copy = await engine.read({ id, path: '/in/x' });
      expect(Buffer.from(copy.data ?? []).toString()).toBe('deep');
      expect(copy.acl?.map((entry) => [entry.scheme, entry.perms])).toEqual([['world', 1], ['digest', 31]]);
      // to clients a real server shows a container as if it were persistent
      expect((await engine.read({ id, path: '/in/box' })).stat.mark).toBe(server === 'our node' ? 'container' : 'persistent');
      expect(await engine.import({ id, path: '/in', data, overwrite: true })).toMatchObject({ created: 0 });
      expect(await codeOf(engine.import({ id, path: '/in', data: Buffer.from('{"path":"../x"}'), overwrite: false }))).toContain('COORD_ARCHIVE');
    });

    it('D2 what was read and then changes is told; a watch tells everything below, and of whom', async () => {
      const stop = new AbortController();
      const told: ZnodeChange[] = [];
      const hits: string[] = [];
      const following = (async () => { for await (const change of engine.changes({ id }, stop.signal)) told.push(change); })();
      const watching = (async () => { for await (const batch of engine.watch({ id, path: '/watched', below: true }, stop.signal)) hits.push(...batch.hits.map((hit) => `${hit.kind} ${hit.path}`)); })();
      await create('/watched');
      await list('/watched');
      await engine.read({ id, path: '/watched' });
      await create('/watched/x');
      await engine.save({ id, path: '/watched', data: Buffer.from('new'), gzip: false, version: 0 });
      await expect.poll(() => told.flatMap((change) => [...change.children.map((path) => `children ${path}`), ...change.data.map((path) => `data ${path}`)]), { timeout: 10_000 }).toEqual(expect.arrayContaining(['children /watched', 'data /watched']));
      await expect.poll(() => hits, { timeout: 10_000 }).toEqual(expect.arrayContaining(['created /watched/x', 'changed /watched']));
      stop.abort();
      await Promise.all([following, watching]);
    });

    it('D8 D12 health names the member, its role and figures; the quorum of one is a single server', async () => {
      for await (const { health, events } of engine.health({ id, everyMs: 60_000 }, over.signal)) {
        const [member] = health.members;
        expect(health.quorum.state).toBe('single');
        expect(member).toMatchObject({ role: 'standalone', source: 'mntr', lag: 0, whitelist: null });
        expect(member?.znodes).toBeGreaterThan(250);
        expect(member?.zxid).toBeGreaterThan(250);
        expect(member?.latency).not.toBeNull();
        expect(member?.watches).not.toBeNull();
        expect(member?.dataBytes).toBeGreaterThan(0);
        expect(member?.version).toMatch(/^3\.9/);
        expect(events).toMatchObject([{ kind: 'role', role: 'standalone' }]);
        if (server === 'our node') expect(member?.disk?.free).toBeGreaterThan(0);
        const sessions = await engine.sessions({ id });
        const ours = sessions.sessions.find((session) => session.ours);
        expect(ours?.client).toMatch(/127\.0\.0\.1|::1/);
        expect(ours?.timeoutMs).toBe(10_000);
        expect(ours?.ephemerals).toEqual(expect.arrayContaining(['/many/e']));
        expect((await engine.word({ id, member: member?.name ?? '', word: 'srvr' })).text).toContain('Mode: standalone');
        break;
      }
    });

    it('D13 locks: who holds, who waits, in the order of their numbers', async () => {
      await create('/lock');
      for (const who of ['first', 'second']) await create('/lock/lock-', who, { kind: 'ephemeral', sequential: true });
      const { locks, all } = await engine.locks({ id, path: '/' });
      expect(all).toBe(true);
      expect(locks.map((lock) => [lock.path, lock.holder.data, lock.waiting.map((entry) => entry.data)])).toEqual([['/lock', 'first', ['second']]]);
    });

    it('D14 the last versions of a znode are told by our node, newest first; of others none are known', async () => {
      await create('/story', 'one');
      await engine.save({ id, path: '/story', data: Buffer.from('two'), gzip: false, version: 0 });
      await engine.save({ id, path: '/story', data: Buffer.from('three'), gzip: true, version: 1 });
      const { versions } = await engine.versions({ id, path: '/story' });
      const told = versions?.map((version) => [version.what, version.version, Buffer.from(version.data ?? []).toString(), version.gzip]) ?? null;
      expect(told).toEqual(server === 'our node' ? [['changed', 2, 'three', true], ['changed', 1, 'two', false], ['created', 0, 'one', false]] : null);
    });

    if (server === 'our node') it('D15 a backup is a folder that a node starts from', async () => {
      const folder = join(dir, 'backups');
      const backup = await engine.backup({ id, folder });
      expect(await engine.backups({ folder })).toMatchObject([{ file: backup.file, zxid: backup.zxid }]);
      expect(readdirSync(join(backup.file, 'version-2')).some((file) => file.startsWith('snapshot.'))).toBe(true);
      const { port } = await engine.freePort({ host: '127.0.0.1', wanted: await freePort(), strict: false });
      const stop = new AbortController();
      const items = engine['node.run']({ id: 'restored', spec: { dataDir: backup.file, host: '127.0.0.1', port, myid: null, members: [] } }, stop.signal)[Symbol.asyncIterator]();
      await items.next();
      await items.next();
      const seen = await new Promise<string>((resolve, reject) => {
        void (async () => {
          for await (const item of engine.open({ id: 'restored', access: { connectString: `127.0.0.1:${port}`, sessionTimeoutMs: 10_000, auth: { kind: 'none' }, tls: null } }, stop.signal)) {
            if (item.state !== 'connected') continue;
            resolve(Buffer.from((await engine.read({ id: 'restored', path: '/doc' })).data ?? []).toString());
            return;
          }
        })().catch(reject);
      });
      expect(seen).toBe('two');
      stop.abort();
      await items.return?.();
    });

    it('a port that is taken says so; the next free one is found', async () => {
      const port = Number(ensemble.connectString.split(':')[1]);
      expect(await codeOf(engine.freePort({ host: '127.0.0.1', wanted: port, strict: true }))).toContain('COORD_PORT');
      expect((await engine.freePort({ host: '127.0.0.1', wanted: port, strict: false })).port).toBeGreaterThan(port);
    });
  });
}
