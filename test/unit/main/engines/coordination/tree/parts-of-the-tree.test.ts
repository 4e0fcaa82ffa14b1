import { describe, expect, it } from 'vitest';
import { AclCache } from '../../../../../../main/engines/coordination/tree/acl-cache.ts';
import { CONTAINER_OWNER, MAX_TTL, ephemeralKind, ttlOf, ttlOwner } from '../../../../../../main/engines/coordination/tree/ephemeral-type.ts';
import { DigestSum, nodeDigest } from '../../../../../../main/engines/coordination/tree/node-digest.ts';
import { NodeMap } from '../../../../../../main/engines/coordination/tree/node-map.ts';
import { formatQuota, parseQuota, QuotaPaths } from '../../../../../../main/engines/coordination/tree/quota.ts';
import { ZNode } from '../../../../../../main/engines/coordination/tree/znode.ts';

describe('parts of the tree', () => {
  it('T5 an owner says what kind of node it is', () => {
    expect([0n, 1n, -1n, CONTAINER_OWNER, ttlOwner(1)].map((owner) => ephemeralKind(owner, true))).toEqual(['none', 'session', 'session', 'container', 'ttl']);
    expect(ephemeralKind(ttlOwner(1), false)).toBe('session');
    expect([ttlOwner(1), ttlOf(ttlOwner(MAX_TTL))]).toEqual([BigInt.asIntN(64, 0xff00_0000_0000_0001n), MAX_TTL]);
    for (const wrong of [0, -1, MAX_TTL + 1, Number.NaN]) expect(() => ttlOwner(wrong)).toThrow(RangeError);
  });

  it('T8 the sum is a signed long, modulo 2^64, and goes back as it came', () => {
    const sum = new DigestSum();
    let exact = 0n;
    for (const digest of [0xffff_ffff, 1, 0x8000_0000, 5]) {
      sum.add(digest);
      exact += BigInt(digest);
      expect([sum.value, sum.equals(exact), sum.equals(exact + 1n)]).toEqual([exact, true, false]);
    }
    sum.remove(0xffff_ffff);
    expect(sum.value).toBe(exact - 0xffff_ffffn);
    for (const digest of [1, 0x8000_0000, 5]) sum.remove(digest);
    expect(sum.value).toBe(0n);
    sum.remove(1);
    expect([sum.value, sum.equals(-1n)]).toEqual([-1n, true]);
    sum.add(1);
    expect(sum.value).toBe(0n);
  });

  it('T8 a digest does not depend on how the data is kept, nor on the name of the root', () => {
    for (const size of [0, 1, 1023, 1900, 5000, 65_535, 65_536, 70_000]) {
      const data = Buffer.alloc(size, 0xe9);
      const node = new ZNode(data, 1, 0x1000_0000_0000_0001n, 0x1_0000_0007, 1_700_000_000_000);
      const { czxid, mzxid, pzxid, ctime, mtime, version, cversion, aversion, ephemeralOwner } = node;
      expect(nodeDigest('/ä/日', node)).toBe(nodeDigest('/ä/日', { czxid, mzxid, pzxid, ctime, mtime, version, cversion, aversion, ephemeralOwner, data, dataLength: size, putData: (into, at) => at + data.copy(into, at) }));
      expect(nodeDigest('/', node)).toBe(nodeDigest('', node));
      expect(nodeDigest('/zookeeper/x', node)).toBe(0);
      expect(nodeDigest('/zookeeper', node)).not.toBe(0);
      expect([node.data?.equals(data), node.dataLength]).toEqual([true, size]);
    }
    expect(nodeDigest('/n', new ZNode(null, 1, 0n, 1, 1))).toBe(nodeDigest('/n', new ZNode(Buffer.alloc(0), 1, 0n, 1, 1)));
  });

  it('T9 numbers that a snapshot names without a list are not given out again', () => {
    const cache = new AclCache();
    cache.load(3, [{ perms: 1, id: { scheme: 'ip', id: '1.1.1.1' } }]);
    cache.addUser(3);
    cache.addUser(9);
    expect(cache.use([{ perms: 2, id: { scheme: 'ip', id: '1.1.1.1' } }])).toBe(10);
    expect(cache.use([{ perms: 1, id: { scheme: 'ip', id: '1.1.1.1' } }])).toBe(3);
    cache.release(9);
    cache.purgeUnused();
    expect(cache.size).toBe(2);
  });

  it('T7 quota texts are read leniently and written as servers before 3.4.3 can read them', () => {
    expect(parseQuota(Buffer.from('count=3,bytes=10=;byteHardLimit=7;countHardLimit='))).toEqual({ count: 3, bytes: 10, byteHardLimit: 7, countHardLimit: -1 });
    expect(parseQuota(Buffer.from('nonsense,=,x=y'))).toEqual({ nonsense: -1, x: -1 });
    expect(formatQuota({ count: 1, bytes: 2 })).toBe('count=1,bytes=2');
    expect(formatQuota({ countHardLimit: 4, bytes: 2, count: 1, byteHardLimit: 9 })).toBe('count=1,bytes=2=;byteHardLimit=9;countHardLimit=4');
    const paths = new QuotaPaths();
    paths.add('');
    expect(paths.deepest('/a/b')).toBeNull();
    paths.add('/a');
    paths.add('/a/b/c');
    expect(['/a/b', '/a', '/a/b/c/d/e', '/ab', '/'].map((path) => paths.deepest(path))).toEqual(['/a', '/a', '/a/b/c', null, null]);
  });

  it('T1 a map of znodes counts what it holds', () => {
    const map = new NodeMap();
    const node = new ZNode(null, -1, 0n, 0, 0);
    for (let i = 0; i < 1000; i++) map.set(`/n${i % 500}`, node);
    map.set('', node);
    map.delete('/n3');
    map.delete('/n3');
    expect([map.size, map.has('/n3'), map.get('/n4') === node, map.get('') === node]).toEqual([500, false, true, true]);
    map.clear();
    expect([map.size, map.has('/n4')]).toEqual([0, false]);
  });
});
