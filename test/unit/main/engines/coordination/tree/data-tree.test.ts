import { beforeEach, describe, expect, it } from 'vitest';
import { KEEPER_ERROR } from '../../../../../../main/engines/coordination/keeper-errors.ts';
import { OP } from '../../../../../../main/engines/coordination/op-codes.ts';
import type { TxnResult } from '../../../../../../main/engines/coordination/parts.ts';
import { applyTxn } from '../../../../../../main/engines/coordination/tree/apply-txn.ts';
import { DataTree } from '../../../../../../main/engines/coordination/tree/data-tree.ts';
import { nodeDigest } from '../../../../../../main/engines/coordination/tree/node-digest.ts';
import type { ZNode } from '../../../../../../main/engines/coordination/tree/znode.ts';
import { decodeTxn, makeTxn, type Change } from '../../../../../../main/engines/coordination/txn.ts';
import { closeSession, create, encodeChange, failed, multi, remove, setAcl, setData, SESSION, txnOf, OPEN } from '../support/txns.ts';

const OTHER = 0x2000_0000_0000_0002n;
let tree: DataTree;
let zxid: number;

beforeEach(() => {
  tree = new DataTree({ digestEnabled: true, extendedTypes: true });
  zxid = 0;
});

function put(change: Change, clientId = SESSION): TxnResult {
  zxid += 1;
  return applyTxn(tree, txnOf(zxid, change, clientId));
}

const node = (path: string): ZNode => {
  const found = tree.get(path);
  if (!found) throw new Error(`no ${path}`);
  return found;
};

/** The digest counted from scratch. */
function recount(): bigint {
  let sum = 0n;
  const walk = (path: string): void => {
    sum += BigInt(nodeDigest(path, node(path)));
    for (const name of node(path).children ?? []) walk(`${path}/${name}`);
  };
  walk('');
  return sum;
}

describe('the tree', () => {
  it('T1 an empty one has the root, /zookeeper, its quota and config, and the digest that real servers print', () => {
    expect(tree.count).toBe(5);
    expect(tree.bytes).toBe(44);
    expect(tree.digest()).toEqual({ version: 2, treeDigest: 1_371_985_504n });
    expect(tree.acl(node('/zookeeper/config').acl)).toEqual([{ perms: 1, id: { scheme: 'world', id: 'anyone' } }]);
    expect(node('/zookeeper/config').aversion).toBe(-1);
    expect(tree.get('/')).toBe(tree.get(''));
  });

  it('T2 creates and deletes move the parent\'s cversion and pzxid, and a Stat counts both', () => {
    put(create('/a', 'data'));
    put(create('/a/b'));
    put(create('/a/c'));
    put(remove('/a/b'));
    expect(tree.stat(node('/a'))).toMatchObject({ czxid: 1, mzxid: 1, pzxid: 4, version: 0, cversion: 3, numChildren: 1, dataLength: 4, ephemeralOwner: 0n });
    put(setData('/a', 'more data', 7));
    expect(tree.stat(node('/a'))).toMatchObject({ mzxid: 5, pzxid: 4, version: 7, dataLength: 9 });
    expect(put(setAcl('/a', [{ perms: 1, id: { scheme: 'ip', id: '1.2.3.4' } }], 3)).stat?.aversion).toBe(3);
    expect(tree.count).toBe(7);
    expect(tree.lastZxid).toBe(6);
  });

  it('T3 what is replayed over a later state changes nothing but counters that were behind', () => {
    put(create('/a'));
    put(create('/a/b', 'x', { parentCVersion: 1 }));
    put(remove('/a/b'));
    put(create('/a/c', 'x', { parentCVersion: 2 }));
    const before = tree.digest();
    for (const [at, change] of [[1, create('/a', '', { parentCVersion: 1 })], [4, create('/a/c', 'y', { parentCVersion: 2 })]] as const) {
      expect(applyTxn(tree, txnOf(at, change)).err).toBe(KEEPER_ERROR.NodeExists);
    }
    expect(applyTxn(tree, txnOf(3, remove('/a/b'))).err).toBe(KEEPER_ERROR.NoNode);
    expect(applyTxn(tree, txnOf(3, setData('/a/b', 'z'))).err).toBe(KEEPER_ERROR.NoNode);
    expect(tree.digest()).toEqual(before);
    expect(tree.lastZxid).toBe(4);
    // the snapshot had /a/d but its parent as it was before: the parent is brought up to it
    put(create('/a/d', '', { parentCVersion: 3 }));
    const parent = node('/a');
    parent.cversion = 2;
    parent.pzxid = 4;
    expect(applyTxn(tree, txnOf(5, create('/a/d', '', { parentCVersion: 3 }))).err).toBe(KEEPER_ERROR.NodeExists);
    expect([parent.cversion, parent.pzxid]).toEqual([3, 5]);
  });

  it('T3 a delete of a child that is gone still moves the parent\'s pzxid, and a create older than the parent does not', () => {
    put(create('/a'));
    expect(applyTxn(tree, txnOf(9, remove('/a/gone'))).err).toBe(KEEPER_ERROR.NoNode);
    expect(node('/a').pzxid).toBe(9);
    node('/a').cversion = 5;
    applyTxn(tree, txnOf(8, create('/a/late', '', { parentCVersion: 4 })));
    expect([node('/a').pzxid, node('/a').cversion]).toEqual([9, 5]);
  });

  it('T4 a closed session takes its ephemerals along, by the txn\'s list and by the tree\'s own', () => {
    put(create('/e'));
    for (const name of ['a', 'b', 'c']) put(create(`/e/${name}`, '', { ephemeral: true }));
    put(create('/e/other', '', { ephemeral: true }), OTHER);
    expect([...tree.ephemeralsOf(SESSION)]).toEqual(['/e/a', '/e/b', '/e/c']);
    expect(tree.stat(node('/e/a')).ephemeralOwner).toBe(SESSION);
    put(closeSession('/e/a', '/e/b'));
    expect([...(node('/e').children ?? [])]).toEqual(['other']);
    expect([...tree.sessionsWithEphemerals()].map(([id]) => id)).toEqual([OTHER]);
    // before 3.6 the txn was a header alone
    const header = makeTxn({ clientId: OTHER, cxid: 1, zxid: 20, time: 1, type: OP.closeSession }, closeSession()).bytes.subarray(0, 32);
    applyTxn(tree, decodeTxn(Buffer.from(header)));
    expect(node('/e').children?.size).toBe(0);
    expect(node('/e').pzxid).toBe(20);
    expect([...tree.sessionsWithEphemerals()]).toEqual([]);
  });

  it('T5 containers and TTL nodes are known as such and have no owner for a client', () => {
    put({ type: OP.createContainer, record: { path: '/c', data: null, acl: OPEN, parentCVersion: -1 } });
    put({ type: OP.createTTL, record: { path: '/t', data: null, acl: OPEN, parentCVersion: -1, ttl: 5000 } });
    expect([...tree.containers, ...tree.ttls]).toEqual(['/c', '/t']);
    expect([tree.stat(node('/c')).ephemeralOwner, tree.stat(node('/t')).ephemeralOwner]).toEqual([0n, 0n]);
    expect([node('/c').ephemeralOwner, node('/t').ephemeralOwner]).toEqual([-0x8000_0000_0000_0000n, BigInt.asIntN(64, 0xff00_0000_0000_1388n)]);
    put({ type: OP.deleteContainer, record: { path: '/c' } });
    put(remove('/t'));
    expect(tree.containers.size + tree.ttls.size).toBe(0);
  });

  it('T6 a multi is all or nothing: a failed part makes every part an error and changes nothing', () => {
    const done = put(multi(create('/m', '1'), { type: OP.check, record: { path: '/m', version: 0 } }, setData('/m', '2'), create('/m/a')));
    expect(done.err).toBe(0);
    expect(done.parts?.map((part) => [part.type, part.err, part.path])).toEqual([[OP.create2, 0, '/m'], [OP.check, 0, '/m'], [OP.setData, 0, '/m'], [OP.create2, 0, '/m/a']]);
    expect(done.parts?.[2]?.stat?.version).toBe(1);
    const before = tree.digest();
    const refused = put(multi(create('/x'), failed(KEEPER_ERROR.NoNode), remove('/m/a')));
    expect(refused.parts?.map((part) => [part.type, part.err])).toEqual([[OP.error, 0], [OP.error, KEEPER_ERROR.NoNode], [OP.error, KEEPER_ERROR.RuntimeInconsistency]]);
    expect(refused.err).toBe(KEEPER_ERROR.NoNode);
    expect(tree.digest()).toEqual(before);
    expect(tree.lastZxid).toBe(2);
  });

  it('T6 an error takes a zxid and nothing else', () => {
    expect(put(failed(KEEPER_ERROR.BadVersion)).err).toBe(KEEPER_ERROR.BadVersion);
    expect(tree.lastZxid).toBe(1);
  });

  it('T7 quota statistics follow every change below the path, outside of digest and zxids', () => {
    put(create('/q', '12345'));
    put(create('/q/a', '123'));
    put(create('/zookeeper/quota/q'));
    put(create('/zookeeper/quota/q/zookeeper_limits', 'count=5,bytes=100'));
    put(create('/zookeeper/quota/q/zookeeper_stats', 'count=0,bytes=0'));
    const stats = (): string => node('/zookeeper/quota/q/zookeeper_stats').data?.toString() ?? '';
    expect(stats()).toBe('count=2,bytes=8');
    put(create('/q/b', '1234567890'));
    put(setData('/q/a', ''));
    put(remove('/q/b'));
    put(create('/other', 'xxxxxxxxxxxxx'));
    expect(stats()).toBe('count=2,bytes=5');
    put(remove('/zookeeper/quota/q/zookeeper_limits'));
    put(create('/q/c'));
    expect(stats()).toBe('count=2,bytes=5');
  });

  it('T8 the digest is kept as changes go and equals one counted anew', () => {
    put(create('/a', Buffer.alloc(5000, 7)));
    for (let i = 0; i < 200; i++) put(create(`/a/${i}-ä`, `v${i}`));
    for (let i = 0; i < 200; i += 3) put(setData(`/a/${i}-ä`, null));
    for (let i = 0; i < 200; i += 7) put(remove(`/a/${i}-ä`));
    put(setData('/', 'root'));
    put(setAcl('/a', [{ perms: 3, id: { scheme: 'digest', id: 'u:p' } }]));
    put(create('/zookeeper/own', 'not counted'));
    expect(tree.digest().treeDigest).toBe(recount());
  });

  it('T9 ACL lists are numbered once and forgotten with their last user', () => {
    const list = [{ perms: 3, id: { scheme: 'digest', id: 'u:p' } }];
    put(create('/a', '', { acl: list }));
    put(create('/b', '', { acl: [...list] }));
    expect(node('/a').acl).toBe(node('/b').acl);
    const { acl } = node('/a');
    put(remove('/a'));
    put(setAcl('/b', OPEN));
    expect(tree.acl(acl)).toEqual([{ perms: 0, id: { scheme: 'world', id: 'anyone' } }]);
    expect(tree.aclCount).toBe(2);
  });

  it('T10 a create of before 3.4 has no parentCVersion and moves the parent by one', () => {
    put(create('/a'));
    const record = encodeChange({ type: OP.create, record: { path: '/a/b', data: Buffer.from('x'), acl: OPEN, ephemeral: false, parentCVersion: 5 } });
    const whole = makeTxn({ clientId: 1n, cxid: 1, zxid: 2, time: 1, type: OP.create }, { type: OP.create, record: { path: '/a/b', data: Buffer.from('x'), acl: OPEN, ephemeral: false, parentCVersion: 5 } }).bytes;
    expect(applyTxn(tree, decodeTxn(Buffer.concat([whole.subarray(0, 32), record.subarray(0, record.length - 4)]))).err).toBe(0);
    expect(node('/a').cversion).toBe(1);
  });

  it('T11 bytes kept of a value are its own: a frame that is used again does not reach into the tree', () => {
    const frame = Buffer.from('original');
    put({ type: OP.setData, record: { path: '/', data: frame, version: 1 } });
    frame.fill(0);
    expect(node('/').data?.toString()).toBe('original');
  });
});
