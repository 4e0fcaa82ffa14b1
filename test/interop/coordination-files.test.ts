// Data directories change hands: what real ZooKeeper 3.8 and 3.9 wrote is opened by our node, and what ours wrote is served by them,
// with every znode, stat, ACL, session and digest in place.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { OP } from '../../main/engines/coordination/op-codes.ts';
import type { NodeEvent } from '../../main/engines/coordination/parts.ts';
import { openDatabase, type StoredDatabase } from '../../main/engines/coordination/store/database.ts';
import { listLogs, readTxns } from '../../main/engines/coordination/txnlog/log-files.ts';
import { LogWriter } from '../../main/engines/coordination/txnlog/log-writer.ts';
import { nodeDisk } from '../../main/lib/disk/node-disk.ts';
import { makeTxn, type Change } from '../../main/engines/coordination/txn.ts';
import { encodeChange, withDigest } from '../unit/main/engines/coordination/support/txns.ts';
import { peerProblem, startPeer } from '../peers/start-peer.ts';
import { runPython, runZkCli, toolProblem } from '../peers/zookeeper/tools.ts';
import type { ZooKeeperRelease } from '../peers/zookeeper/jars.ts';

const problem = peerProblem('zookeeper') ?? toolProblem();
const dirs: string[] = [];
afterEach(() => { for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true }); });

function newDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-files-'));
  dirs.push(dir);
  return dir;
}

interface Node { data: string | null; acl: string[]; stat: Record<string, number> }

/** Prints every znode as JSON. */
const DUMP = `
import sys, json, base64
def dump(zk):
    out = {}
    def walk(path):
        data, stat = zk.get(path)
        acl, _ = zk.get_acls(path)
        out[path] = {
            'data': None if data is None else base64.b64encode(data).decode(),
            'acl': sorted('%d:%s:%s' % (a.perms, a.id.scheme, a.id.id) for a in acl),
            'stat': dict(stat._asdict()),
        }
        for name in zk.get_children(path):
            walk(path.rstrip('/') + '/' + name)
    walk('/')
    return json.dumps({'nodes': out, 'session': zk.client_id[0]})
`;

/** Makes a bit of everything, prints the tree, and kills the server while the session lives. */
const WRITE = `${DUMP}
import os, signal
from kazoo.client import KazooClient
from kazoo.security import make_digest_acl, make_acl, Permissions
zk = KazooClient(hosts=sys.argv[1], timeout=30, auth_data=[('digest', 'bob:secret')])
zk.start(60)
zk.create('/plain', b'hello')
zk.create('/plain/empty', b'')
zk.create('/plain/\\u00fcml\\u00e4ut \\u65e5\\u672c', 'gr\\u00fc\\u00df'.encode())
zk.create('/big', b'x' * 300000)
for i in range(40): zk.create('/plain/seq-', str(i).encode(), sequence=True)
for i in range(0, 40, 3): zk.delete('/plain/seq-%010d' % (i + 2))
zk.set('/plain', b'changed'); zk.set('/plain', b'changed again')
zk.create('/secured', b's', acl=[make_digest_acl('bob', 'secret', all=True), make_acl('world', 'anyone', read=True)])
zk.set_acls('/big', [make_acl('world', 'anyone', all=True), make_digest_acl('bob', 'secret', all=True)])
zk.create('/live', b''); zk.create('/live/me', b'1', ephemeral=True); zk.create('/live/n-', b'2', ephemeral=True, sequence=True)
other = KazooClient(hosts=sys.argv[1], timeout=30); other.start(60)
other.create('/live/gone', b'', ephemeral=True); other.stop(); other.close()
t = zk.transaction(); t.create('/multi', b'm'); t.create('/multi/a', b'1'); t.set_data('/plain', b'by multi'); t.check('/big', 0); t.delete('/plain/empty'); r = t.commit()
assert all(not isinstance(x, Exception) for x in r), r
t = zk.transaction(); t.create('/multi/b', b'1'); t.delete('/nowhere'); t.create('/multi/c', b'1'); t.commit()
try: zk.create('/plain', b'')
except Exception: pass
for i in range(300): zk.set('/multi/a', b'%d' % i)
zk.create('/quota/child', b'123456'); zk.set('/quota/child', b'12345678'); zk.create('/quota/other', b'1')
print(dump(zk), flush=True)
os.kill(int(sys.argv[2]), signal.SIGKILL)
os._exit(0)
`;

const READ = `${DUMP}
from kazoo.client import KazooClient
zk = KazooClient(hosts=sys.argv[1], timeout=40, auth_data=[('digest', 'bob:secret')])
zk.start(60)
print(dump(zk), flush=True)
zk.stop()
`;

const CLI = ['create -c /container c', 'create /container/child x', 'create -t 500000 /ttl t', 'create /quota q', 'setquota -n 10 -b 1000 /quota'];

async function open(dir: string, events: NodeEvent[] = []): Promise<StoredDatabase> {
  return openDatabase({
    dataDir: dir, dataLogDir: dir, snapCount: 100_000, snapSizeLimitKb: 4_194_304, preAllocKb: 65_536, forceSync: true, digestEnabled: true,
    extendedTypes: true, compression: 'none', clock: { now: Date.now, monotonic: () => performance.now() }, report: (event) => { events.push(event); },
  });
}

/** Our tree in the words of the dump. */
function dumpOurs(db: StoredDatabase): Record<string, Node> {
  const nodes: Record<string, Node> = {};
  const walk = (path: string): void => {
    const node = db.tree.get(path);
    if (!node) throw new Error(`no ${path}`);
    const { czxid, mzxid, ctime, mtime, version, cversion, aversion, ephemeralOwner, dataLength, numChildren, pzxid } = db.tree.stat(node);
    nodes[path === '' ? '/' : path] = {
      data: node.data === null ? null : node.data.toString('base64'),
      acl: db.tree.acl(node.acl).map((acl) => `${acl.perms}:${acl.id.scheme}:${acl.id.id}`).sort(),
      stat: { czxid, mzxid, ctime, mtime, version, cversion, aversion, ephemeralOwner: Number(ephemeralOwner), dataLength, numChildren, pzxid },
    };
    for (const name of node.children ?? []) walk(`${path}/${name}`);
  };
  walk('');
  return nodes;
}

function parse(stdout: string): { nodes: Record<string, Node>; session: number } {
  const parsed = JSON.parse(stdout) as { nodes: Record<string, Node & { stat: Record<string, number> }>; session: number };
  for (const node of Object.values(parsed.nodes)) {
    const stat = node.stat;
    node.stat = {
      czxid: stat.czxid as number, mzxid: stat.mzxid as number, ctime: stat.ctime as number, mtime: stat.mtime as number, version: stat.version as number,
      cversion: stat.cversion as number, aversion: stat.aversion as number, ephemeralOwner: stat.ephemeralOwner as number,
      dataLength: stat.dataLength as number, numChildren: stat.numChildren as number, pzxid: stat.pzxid as number,
    };
  }
  return parsed;
}

/** kazoo gives '' for data that is null; the reader's own session leaves no trace in the tree. */
function withoutNull(nodes: Record<string, Node>): Record<string, Node> {
  return Object.fromEntries(Object.entries(nodes).map(([path, node]) => [path, { ...node, data: node.data ?? '' }]));
}

async function writeWithReal(release: ZooKeeperRelease, dir: string, conf: readonly string[]): Promise<{ nodes: Record<string, Node>; session: number }> {
  const peer = await startPeer('zookeeper', { release, conf }, { dir });
  try {
    await runZkCli(release, peer.connect, CLI);
    const { stdout, stderr, code } = await runPython(WRITE, [peer.connect, String(peer.pid)]);
    if (code !== 0) throw new Error(stderr);
    return parse(stdout);
  } finally {
    await peer.stop();
  }
}

describe.skipIf(problem)(`data directories${problem ? ` (${problem})` : ''}`, () => {
  for (const [release, conf] of [['3.8', []], ['3.9', []], ['3.9', ['snapCount=60', 'snapshot.compression.method=gz']], ['3.8', ['snapCount=60']]] as const) {
    it(`L1 P1 T1 what ${release} wrote ${conf.join(' ')} is the same tree here, digest and all`, async () => {
      const dir = newDir();
      const real = await writeWithReal(release, dir, conf);
      const events: NodeEvent[] = [];
      const db = await open(join(dir, 'data'), events);
      try {
        expect(withoutNull(dumpOurs(db))).toEqual(withoutNull(real.nodes));
        expect(db.digests.mismatches).toBe(0);
        expect(events.filter((event) => event.type === 'warning')).toEqual([]);
        const last = db.committedLog().at(-1);
        expect(last?.digest?.treeDigest).toBe(db.tree.digest().treeDigest);
        expect([...db.sessions.keys()].map(Number)).toContain(real.session);
        expect([...db.tree.containers]).toEqual(['/container']);
        expect([...db.tree.ttls]).toEqual(['/ttl']);
      } finally {
        await db.close();
      }
    });
  }

  it('L1 the txns of a log of 3.9 make the same file here, byte for byte', async () => {
    const dir = newDir();
    await writeWithReal('3.9', dir, []);
    const [file] = await listLogs(nodeDisk, join(dir, 'data', 'version-2'));
    if (!file) throw new Error('no log');
    const ours = newDir();
    const writer = new LogWriter({ disk: nodeDisk, dir: ours, preAlloc: 65_536 * 1024, forceSync: true, onDurable: () => {}, onFailure: (error) => { throw error; } }, 0);
    let txns = 0;
    for await (const batch of readTxns(nodeDisk, [file], 0)) {
      for (const { zxid, bytes } of batch) writer.append(zxid, bytes, false);
      txns += batch.length;
    }
    await writer.close();
    expect(txns).toBeGreaterThan(300);
    expect(readFileSync(join(ours, basename(file.path))).equals(readFileSync(file.path))).toBe(true);
  });

  for (const release of ['3.8', '3.9'] as const) {
    it(`L1 P1 T1 what ours wrote is served by ${release}`, async () => {
      const dir = newDir();
      const data = join(dir, 'data');
      const db = await open(data);
      const ours = await writeWithOurs(db);
      await db.close();
      const peer = await startPeer('zookeeper', { release }, { dir });
      try {
        const { stdout, stderr, code } = await runPython(READ, [peer.connect]);
        expect(code, stderr).toBe(0);
        expect(withoutNull(parse(stdout).nodes)).toEqual(withoutNull(ours));
      } finally {
        await peer.stop();
      }
      const said = readFileSync(peer.log, 'utf8');
      expect(said.split('\n').filter((line) => /digests? (are|is) not match|digest mismatch|inconsistent state| ERROR (?!.*Error closing a command socket)/i.test(line))).toEqual([]);
      const again = await open(data);
      expect(again.digests.mismatches).toBe(0);
      await again.close();
    });
  }
});

/** Snapshot, then log, then a fuzzy snapshot taken while txns go on; with a session and its ephemeral. */
async function writeWithOurs(db: StoredDatabase): Promise<Record<string, Node>> {
  let zxid = db.tree.lastZxid;
  const session = 0x100_1234_5678_0001n;
  const time = 1_700_000_000_000;
  const put = (change: Change): void => {
    zxid += 1;
    const txn = makeTxn({ clientId: session, cxid: zxid, zxid, time: time + zxid, type: change.type }, change);
    const result = db.apply(txn);
    expect(result.err).toBe(0);
    db.append(withDigest(txn, db.tree.digest()));
  };
  const open = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }];
  const create = (path: string, data: string, parentCVersion: number, ephemeral = false): Change => ({ type: OP.create2, record: { path, data: Buffer.from(data), acl: open, ephemeral, parentCVersion } });
  put({ type: OP.createSession, record: { timeOut: 40_000 } });
  put(create('/a', 'one', 1));
  put(create('/a/b', 'two', 1));
  put(create('/live', '', 2));
  put(create('/live/me', 'x', 1, true));
  put({ type: OP.setACL, record: { path: '/a', acl: [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }, { perms: 1, id: { scheme: 'ip', id: '10.0.0.1' } }], version: 1 } });
  put({ type: OP.createContainer, record: { path: '/container', data: Buffer.from('c'), acl: open, parentCVersion: 3 } });
  put({ type: OP.createTTL, record: { path: '/ttl', data: Buffer.from('t'), acl: open, parentCVersion: 4, ttl: 86_400_000 } });
  await db.snapshot();
  for (let i = 0; i < 3000; i++) put(create(`/a/n${String(i).padStart(5, '0')}`, `value ${i}`.repeat(20), i + 2));
  const fuzzy = db.snapshot();
  for (let i = 0; i < 3000; i += 2) {
    put({ type: OP.setData, record: { path: `/a/n${String(i).padStart(5, '0')}`, data: Buffer.from(`new ${i}`), version: 1 } });
    if (i % 100 === 0) {
      put({ type: OP.delete, record: { path: `/a/n${String(i + 1).padStart(5, '0')}` } });
      put({ type: OP.setACL, record: { path: `/a/n${String(i).padStart(5, '0')}`, acl: [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }, { perms: 2, id: { scheme: 'ip', id: `10.0.1.${i % 251}` } }], version: 1 } });
      await new Promise((resolve) => { setImmediate(resolve); });
    }
  }
  const sub = (change: Change): { type: number; data: Buffer } => ({ type: change.type, data: encodeChange(change) });
  // 3.8 knows no create2 within a multi: it drops the whole txn
  const within = (path: string, data: string, parentCVersion: number): Change => ({ type: OP.create, record: { path, data: Buffer.from(data), acl: open, ephemeral: false, parentCVersion } });
  put({ type: OP.multi, record: { txns: [sub(within('/m', '1', 5)), sub(within('/m/a', '2', 1)), sub({ type: OP.check, record: { path: '/a', version: 0 } }), sub({ type: OP.delete, record: { path: '/a/b' } })] } });
  await fuzzy;
  await db.flushed();
  return dumpOurs(db);
}
