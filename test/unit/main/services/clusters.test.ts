import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Cluster, EnsembleMember, Quorum } from '../../../../preload/contract/cluster.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { ActivityService } from '../../../../main/services/activity.ts';
import { ClustersService } from '../../../../main/services/clusters.ts';
import { connectStringOf, ensembleFiles, ensembleProblems } from '../../../../main/services/ensemble.ts';
import { ZnodesService } from '../../../../main/services/znodes.ts';
import { ActivityRows } from '../../../../main/store/activity.ts';
import { ClusterRows } from '../../../../main/store/clusters.ts';
import { openStore } from '../../../../main/store/open.ts';
import { codeOf, FakeVault, snapshot } from '../support/app-parts.ts';
import { CONNECTED, FakeCoordinationControl, look } from '../support/fake-coordination.ts';
import { tempFolder } from '../support/temp.ts';

function make(options: { dataDir?: string; vault?: FakeVault } = {}) {
  const dataDir = options.dataDir ?? tempFolder();
  const store = openStore({ dataDir, now: () => 1000 });
  const control = new FakeCoordinationControl();
  const vault = options.vault ?? new FakeVault();
  const activity = new ActivityService({ rows: new ActivityRows(store.db), now: () => 1000 });
  const clusters = new ClustersService({ rows: new ClusterRows(store.db), vault, engines: control, activity, dataDir, now: () => 1000, machine: 'here' });
  const znodes = new ZnodesService(clusters);
  const signal = new AbortController().signal;
  onTestFinished(() => { clusters.close(); store.close(); });
  const shown = (id: string): Cluster => clusters.all().find((cluster) => cluster.id === id) as Cluster;
  const seen = (): string[] => activity.last(50).map((entry) => entry.kind);
  return { dataDir, store, control, fake: control.fake, vault, activity, clusters, znodes, signal, shown, seen };
}
const foreign = { connectString: 'zk1:2181, zk2:2181/app', auth: { kind: 'none' as const }, tls: null };
const member = (sid: number, host: string, offset = 0): EnsembleMember => ({ sid, host, clientPort: 2181 + offset, quorumPort: 2888 + offset, electionPort: 3888 + offset, role: 'participant' });
const OK: Quorum = { state: 'ok', of: 3, up: 3, canLose: 1 };
const LOST: Quorum = { state: 'lost', of: 3, up: 1, canLose: 0 };

describe('a foreign ensemble', () => {
  it('is opened for reading: what writes is refused in the service until changes are allowed, and again after a restart', async () => {
    const p = make();
    const { id, allowChanges } = await p.clusters.add(foreign);
    expect(allowChanges).toBe(false);
    expect(p.shown(id).connectString).toBe('zk1:2181,zk2:2181/app');
    const writes = [
      () => p.znodes.save({ id, path: '/a', data: new Uint8Array(), gzip: false, version: 0 }, p.signal),
      () => p.znodes.create({ id, path: '/a', data: new Uint8Array(), kind: 'persistent', sequential: false, ttlMs: null }, p.signal),
      () => p.znodes.delete({ id, path: '/a', version: 0 }, p.signal),
      () => p.znodes.deleteTree({ id, path: '/a', token: 't' }, p.signal),
      () => p.znodes.setAcl({ id, path: '/a', acl: [], aversion: 0 }, p.signal),
      () => p.znodes.import({ id, path: '/a', upload: 'u', data: new Uint8Array(3), last: true, overwrite: false }, p.signal),
    ];
    for (const write of writes) expect(await codeOf(write())).toBe('COORD_READ_ONLY');
    expect(p.fake.calls).toEqual([]);
    expect((await p.znodes.deletePlan(id, '/a', p.signal)).token).toBe('t'); // looking changes nothing
    p.clusters.allowChanges(id, true);
    for (const write of writes) expect(await codeOf(write())).toBe('no error');
    expect(p.fake.calls.map(([name]) => name)).toEqual(['deletePlan', 'save', 'create', 'delete', 'deleteTree', 'setAcl', 'import']);
    p.clusters.close();
    p.store.close();
    expect(make({ dataDir: p.dataDir }).shown(id).allowChanges).toBe(false);
  });

  it('keeps its password in the vault alone, and gives it to the engine with the one call', async () => {
    const p = make();
    const { id } = await p.clusters.add({ ...foreign, auth: { kind: 'digest', user: 'ada' }, secret: 'hunter2', tls: { ca: 'CA', cert: null, verify: true }, key: 'KEY' });
    await vi.waitFor(() => expect(p.fake.opens).toHaveLength(1));
    expect(p.fake.opens[0]?.input.access).toMatchObject({ auth: { kind: 'digest', user: 'ada', password: 'hunter2' }, tls: { ca: 'CA', key: 'KEY', verify: true } });
    expect(JSON.stringify([p.store.db.all('SELECT * FROM clusters'), p.clusters.all()])).not.toMatch(/hunter2|KEY/);
    await p.clusters.remove(id, false);
    expect([...p.vault.secrets]).toEqual([]);
    expect(p.fake.opens[0]?.ended).toBe(true);
    expect(p.clusters.all()).toEqual([]);
  });

  it('waits for a locked vault and goes on when it is opened', async () => {
    const p = make();
    const { id } = await p.clusters.add({ ...foreign, auth: { kind: 'digest', user: 'ada' }, secret: 'hunter2' });
    await p.clusters.disconnect(id);
    p.vault.locked = true;
    p.clusters.connect(id);
    await vi.waitFor(() => expect(p.shown(id).problem?.code).toBe('VAULT_LOCKED'));
    await p.vault.unlock('open sesame');
    await vi.waitFor(() => expect(p.fake.opens.at(-1)?.ended).toBe(false));
    p.fake.opens.at(-1)?.push(CONNECTED);
    await vi.waitFor(() => expect(p.shown(id)).toMatchObject({ problem: null, connection: { state: 'connected', sessionId: '0x10' } }));
  });

  it('tries again after the engine was lost, not after a refused login', async () => {
    const p = make();
    const { id } = await p.clusters.add(foreign);
    await vi.waitFor(() => expect(p.fake.opens).toHaveLength(1));
    p.fake.opens[0]?.push(CONNECTED);
    p.fake.opens[0]?.fail(SluiceError.of('ENGINE_DOWN', { engine: 'coordination' }));
    await vi.waitFor(() => expect(p.shown(id).connection.state).toBe('connecting'));
    await vi.waitFor(() => expect(p.fake.opens).toHaveLength(2), { timeout: 5000 });
    expect(p.shown(id).problem).toBeNull();
    p.fake.opens[1]?.fail(SluiceError.of('COORD_AUTH', { hosts: 'zk1', scheme: 'digest' }));
    await vi.waitFor(() => expect(p.shown(id).problem?.code).toBe('COORD_AUTH'));
    await new Promise((done) => setTimeout(done, 1500));
    expect(p.fake.opens).toHaveLength(2);
  });

  it('a connect string that is none, and one that is not connected, say so', async () => {
    const p = make();
    for (const text of ['', 'zk 1:2181', 'zk1:99999', 'zk1:2181//a', 'zk1:x']) expect(await codeOf(p.clusters.add({ ...foreign, connectString: text })), text).toBe('COORD_CONFIG');
    const { id } = await p.clusters.add(foreign);
    await p.clusters.disconnect(id);
    expect(p.shown(id).connection.state).toBe('off');
    expect(await codeOf(p.znodes.read(id, '/', p.signal))).toBe('COORD_CONNECT');
    expect(await codeOf(p.znodes.read('nobody', '/', p.signal))).toBe('STORE_NOT_FOUND');
  });

  it('a lost quorum is told after two looks, once, and taken back when it is there again', async () => {
    const p = make();
    const told: string[] = [];
    p.clusters.onQuorum((cluster, lost) => told.push(`${cluster.name} ${lost}`));
    const { id } = await p.clusters.add({ ...foreign, name: 'prod' });
    await vi.waitFor(() => expect(p.fake.opens).toHaveLength(1));
    p.fake.opens[0]?.push(CONNECTED);
    await vi.waitFor(() => expect(p.fake.healths).toHaveLength(1));
    const stream = p.fake.healths[0];
    stream?.push(look(OK));
    stream?.push(look(LOST));
    await vi.waitFor(() => expect(p.shown(id).quorum.state).toBe('lost'));
    expect(told).toEqual([]);
    stream?.push(look(LOST));
    stream?.push(look(LOST));
    await vi.waitFor(() => expect(told).toEqual(['prod true']));
    expect(p.activity.unseenProblems()).toBe(1);
    stream?.push(look({ state: 'unknown', of: 3, up: 0, canLose: 0 })); // nobody answers: it may be our own network
    stream?.push(look(OK));
    await vi.waitFor(() => expect(told).toEqual(['prod true', 'prod false']));
    expect(p.activity.unseenProblems()).toBe(0);
    expect(p.seen()).toEqual(expect.arrayContaining(['quorumLost', 'quorumBack']));
    expect((await snapshot(p.clusters.events(id, p.signal))).map((event) => event.kind).sort()).toEqual(['quorumBack', 'quorumLost']);
  });

  it('an election is kept as an event and as a line of the activity list, and is there after a restart', async () => {
    const p = make();
    const { id } = await p.clusters.add({ ...foreign, name: 'prod' });
    await vi.waitFor(() => expect(p.fake.opens).toHaveLength(1));
    p.fake.opens[0]?.push(CONNECTED);
    await vi.waitFor(() => expect(p.fake.healths).toHaveLength(1));
    p.fake.healths[0]?.push(look(OK, [{ at: 5, kind: 'election', member: 'n3', role: null, params: { previous: 'n2', tookMs: 412 }, error: null }]));
    await vi.waitFor(() => expect(p.seen()).toContain('leaderElected'));
    expect(p.activity.last(1)[0]).toMatchObject({ params: { cluster: 'prod', leader: 'n3', tookMs: 412 }, link: `/cluster/${id}/elections`, problem: false });
    p.clusters.close();
    p.store.close();
    const again = make({ dataDir: p.dataDir });
    expect(await snapshot(again.clusters.events(id, again.signal))).toMatchObject([{ kind: 'election', member: 'n3' }]);
  });
});

describe('the node of this computer', () => {
  it('is made by the switch on the next free port, stopped by it, and runs again at the next start', async () => {
    const p = make();
    expect(p.control.asked).toBe(0); // the engine is not started before it is needed
    p.fake.taken = new Set([2181]);
    const { id } = await p.clusters.startOwn(null, null);
    expect(p.shown(id)).toMatchObject({ name: 'here', connectString: '127.0.0.1:2182', allowChanges: true, own: { port: 2182, on: true, state: 'starting' } });
    await vi.waitFor(() => expect(p.fake.nodes).toHaveLength(1));
    expect(p.fake.nodes[0]?.input.spec).toMatchObject({ host: '127.0.0.1', port: 2182, myid: null, members: [], dataDir: join(p.dataDir, 'coordination', id) });
    p.fake.nodes[0]?.push({ type: 'state', state: 'standalone', port: 2182, error: null });
    await vi.waitFor(() => expect(p.shown(id).own?.state).toBe('standalone'));
    expect(p.seen()).toContain('nodeStarted');
    expect((await p.clusters.startOwn(null, null)).id).toBe(id); // one is enough
    await p.clusters.disconnect(id);
    expect(p.fake.nodes[0]?.ended).toBe(true);
    expect(p.fake.calls).toContainEqual(['node.stop', { id }]);
    expect(p.shown(id).own).toMatchObject({ state: 'stopped', on: false });
    await p.clusters.startOwn(id, null);
    p.clusters.close();
    p.store.close();
    const again = make({ dataDir: p.dataDir });
    again.clusters.resume();
    await vi.waitFor(() => expect(again.fake.nodes).toHaveLength(1));
    expect(again.shown(id).own?.port).toBe(2182);
  });

  it('that does not start says why, is not tried again by itself, and is when the person asks', async () => {
    const p = make();
    const { id } = await p.clusters.startOwn(null, null);
    await vi.waitFor(() => expect(p.fake.nodes).toHaveLength(1));
    p.fake.nodes[0]?.fail(SluiceError.of('COORD_DATA_LOCKED', { dir: '/d', holder: 'pid 7' }));
    await vi.waitFor(() => expect(p.shown(id).own).toMatchObject({ state: 'failed', error: { code: 'COORD_DATA_LOCKED' } }));
    expect(p.activity.unseenProblems()).toBe(1);
    await new Promise((done) => setTimeout(done, 1500));
    expect(p.fake.nodes).toHaveLength(1);
    await p.clusters.startOwn(id, null);
    await vi.waitFor(() => expect(p.fake.nodes).toHaveLength(2));
  });

  it('on a port that is taken is refused before anything is made', async () => {
    const p = make();
    p.fake.taken = new Set([2181]);
    expect(await codeOf(p.clusters.startOwn(null, 2181))).toBe('COORD_PORT');
    expect(p.clusters.all()).toEqual([]);
  });

  it('removed with its data takes the folder along, without them leaves it', async () => {
    for (const data of [false, true]) {
      const p = make();
      const { id, own } = await p.clusters.startOwn(null, null);
      const dir = own?.dataDir ?? '';
      mkdirSync(dir, { recursive: true });
      writeFileSync(join(dir, 'x'), 'x');
      await p.clusters.remove(id, data);
      expect(existsSync(dir)).toBe(!data);
    }
  });

  it('as a member of an ensemble it is started with its number, and connected to by its own port', async () => {
    const p = make();
    const members = [member(1, '127.0.0.1'), member(2, '127.0.0.1', 10), member(3, '127.0.0.1', 20)];
    const { id } = p.clusters.startMember('trio', members, 2);
    await vi.waitFor(() => expect(p.fake.nodes).toHaveLength(1));
    expect(p.fake.nodes[0]?.input.spec).toMatchObject({ myid: 2, port: 2191, members });
    await vi.waitFor(() => expect(p.fake.opens).toHaveLength(1));
    expect(p.fake.opens[0]?.input.access.connectString).toBe('127.0.0.1:2191');
    expect(p.shown(id).connectString).toBe('127.0.0.1:2181,127.0.0.1:2191,127.0.0.1:2201');
    expect(await codeOf(() => p.clusters.startMember('bad', [member(1, 'a'), member(2, 'a')], 1))).toBe('COORD_CONFIG');
    expect(await codeOf(() => p.clusters.startMember('bad', members, 9))).toBe('COORD_CONFIG');
  });
});

describe('an upload', () => {
  it('comes in parts, and its parts are one file in order', async () => {
    const p = make();
    const { id } = await p.clusters.startOwn(null, null);
    const part = (text: string, last: boolean) => p.znodes.import({ id, path: '/in', upload: 'u', data: Buffer.from(text), last, overwrite: true }, p.signal);
    expect(await part('one ', false)).toEqual({ created: 0, updated: 0, skipped: 0 });
    await part('two ', false);
    expect(await part('three', true)).toEqual({ created: 1, updated: 0, skipped: 0 });
    expect(p.fake.calls).toEqual([['import', { id, path: '/in', data: Buffer.from('one two three'), overwrite: true }]]);
  });
});

describe('an ensemble on paper', () => {
  it('names each member its files, with folders apart on one machine', () => {
    const files = ensembleFiles([member(1, 'zk1'), { ...member(2, 'fe80::1'), role: 'observer' }], '/var/zk/');
    expect(files.map((file) => [file.sid, file.name])).toEqual([[1, 'zoo.cfg'], [1, '/var/zk/myid'], [2, 'zoo.cfg'], [2, '/var/zk/myid']]);
    expect(files[0]?.text).toContain('server.1=zk1:2888:3888:participant;2181\nserver.2=[fe80::1]:2888:3888:observer;2181\n');
    expect(files[2]?.text).toContain('peerType=observer');
    expect(ensembleFiles([member(1, 'a'), member(2, 'a', 1)], '/d')[1]?.name).toBe('/d/1/myid');
    expect(connectStringOf([member(1, 'zk1'), member(2, 'fe80::1')])).toBe('zk1:2181,[fe80::1]:2181');
  });

  it('says what speaks against it', () => {
    const of = (members: EnsembleMember[]): string[] => ensembleProblems(members).map((problem) => `${problem.what} ${problem.sid}`);
    expect(of([member(1, 'a'), member(2, 'b'), member(3, 'c')])).toEqual([]);
    expect(of([member(1, 'a'), member(2, 'b')])).toEqual(['even 2']);
    expect(of([member(1, 'a'), member(2, 'a'), member(3, 'c')])).toEqual(['samePort 2']);
    expect(of([member(1, 'a'), member(1, 'b'), member(3, 'c')])).toEqual(['sameServer 1']);
    expect(of([member(1, '127.0.0.1'), member(2, 'b'), member(3, 'c')])).toEqual(['loopback 1']);
  });
});
