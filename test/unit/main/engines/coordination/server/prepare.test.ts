import { expect, test } from 'vitest';
import { Access } from '../../../../../../main/engines/coordination/server/auth/access.ts';
import { Schemes } from '../../../../../../main/engines/coordination/server/auth/schemes.ts';
import { Preparer } from '../../../../../../main/engines/coordination/server/prepare.ts';
import type { QuotaExcess } from '../../../../../../main/engines/coordination/server/quota.ts';
import { KEEPER_ERROR, keeperErrorName } from '../../../../../../main/engines/coordination/keeper-errors.ts';
import { CREATE, OP } from '../../../../../../main/engines/coordination/op-codes.ts';
import type { ServerCore } from '../../../../../../main/engines/coordination/parts.ts';
import { SessionIds } from '../../../../../../main/engines/coordination/session/session-ids.ts';
import { Sessions } from '../../../../../../main/engines/coordination/session/session-table.ts';
import { decodeChange, decodeTxn, type Txn } from '../../../../../../main/engines/coordination/txn.ts';
import type { NodeConfig } from '../../../../../../main/engines/coordination/config/node-config.ts';
import { body } from '../../../../../interop/support/coordination-teller.ts';
import { MemoryDatabase } from '../support/memory-database.ts';
import { nodeConfig } from '../support/node-config.ts';

const SESSION = 0x100000000000001n;
const ANYONE = [{ scheme: 'ip', id: '127.0.0.1' }];

class Bench {
  readonly db = new MemoryDatabase();
  readonly preparer: Preparer;
  readonly sessions: Sessions;
  readonly excesses: QuotaExcess[] = [];
  readonly bugs: unknown[] = [];
  readonly owner = {};
  readonly under: Txn[] = [];
  planReconfig: ServerCore['planReconfig'] = null;

  constructor(over: Partial<NodeConfig> = {}) {
    const config = nodeConfig('/nonexistent', over);
    const table = (): Sessions => new Sessions({ tickTime: 2000, clock: { monotonic: () => 0 }, ids: new SessionIds(1, 0), known: () => [] });
    this.sessions = table();
    this.sessions.start(() => undefined);
    this.sessions.stop(); // no timers in this test: sessions are added while none runs
    this.sessions.start(() => undefined);
    this.sessions.add(SESSION, 4000);
    this.sessions.add(SESSION + 1n, 4000);
    this.preparer = new Preparer({
      config, clock: { now: () => 1_700_000_000_000 }, tree: this.db.tree, sessions: this.sessions, localSessions: table(),
      access: new Access(new Schemes(config), config.skipAcl), planReconfig: () => this.planReconfig, onQuota: (excess) => { this.excesses.push(excess); }, onBug: (bug) => { this.bugs.push(bug); },
    });
    this.preparer.reset(0);
  }

  /** Makes a txn that waits to be applied. */
  make(type: number, payload: Buffer = Buffer.alloc(0), sessionId = SESSION, owner: object | null = this.owner): Txn {
    const txn = this.preparer.prepare({ sessionId, cxid: 1, type, payload, authInfo: ANYONE, owner });
    this.under.push(txn);
    return txn;
  }

  /** Applies the oldest `count`. */
  apply(count = this.under.length): void {
    for (const txn of this.under.splice(0, count)) {
      this.db.apply(decodeTxn(txn.bytes)); // what a learner reads is what counts
      this.preparer.applied(txn.header.zxid);
      expect(this.db.tree.digest()).toEqual(txn.digest);
    }
  }

  err(type: number, payload: Buffer): string {
    const { change } = this.make(type, payload);
    return change.type === OP.error ? keeperErrorName(change.record.err) : 'Ok';
  }

  stop(): void { this.sessions.stop(); }
}

function bench(run: (b: Bench) => void, over: Partial<NodeConfig> = {}): void {
  const b = new Bench(over);
  try {
    run(b);
  } finally {
    b.stop();
  }
}

test('Q1 a write is checked against what is under way, not only against the tree', () => {
  bench((b) => {
    expect(b.err(OP.create, body.create('/a', 'x'))).toBe('Ok');
    expect(b.err(OP.create, body.create('/a', 'x'))).toBe('NodeExists');
    expect(b.err(OP.create, body.create('/a/b'))).toBe('Ok');
    expect(b.err(OP.delete, body.version('/a'))).toBe('NotEmpty');
    expect(b.err(OP.setData, body.setData('/a', 'y', 0))).toBe('Ok');
    expect(b.err(OP.setData, body.setData('/a', 'z', 0))).toBe('BadVersion');
    expect(b.err(OP.setData, body.setData('/a', 'z', 1))).toBe('Ok');
    expect(b.err(OP.delete, body.version('/a/b'))).toBe('Ok');
    expect(b.err(OP.delete, body.version('/a'))).toBe('Ok');
    expect(b.err(OP.setData, body.setData('/a', 'z'))).toBe('NoNode');
    expect(b.db.tree.get('/a')).toBeUndefined();
    b.apply();
    expect(b.db.tree.count).toBe(new MemoryDatabase().tree.count);
  });
});

test('Q2 a failed write is a txn too, with a zxid of its own', () => {
  bench((b) => {
    const failed = b.make(OP.delete, body.version('/none'));
    expect(failed.header).toMatchObject({ zxid: 1, type: OP.error, clientId: SESSION, cxid: 1 });
    expect(b.make(OP.create, body.create('/a')).header.zxid).toBe(2);
  });
});

test('Q3 sequential names count on from creates under way', () => {
  bench((b) => {
    const names = [1, 2, 3].map(() => {
      const { change } = b.make(OP.create, body.create('/n-', '', CREATE.persistentSequential));
      return change.type === OP.create ? change.record.path : null;
    });
    expect(names).toEqual(['/n-0000000000', '/n-0000000001', '/n-0000000002']);
    b.make(OP.delete, body.version('/n-0000000001'));
    const { change } = b.make(OP.create, body.create('/n-', '', CREATE.persistentSequential));
    expect(change).toMatchObject({ record: { path: '/n-0000000003' } }); // deletes do not count
  });
});

test('Q4 a multi that fails leaves nothing behind of what it had done', () => {
  bench((b) => {
    b.make(OP.create, body.create('/a'));
    const before = b.make(OP.setData, body.setData('/a', 'one'));
    const failed = b.make(OP.multi, body.multi([
      [OP.setData, body.setData('/a', 'two')], [OP.create, body.create('/a/n-', '', CREATE.persistentSequential)], [OP.delete, body.version('/none')], [OP.create, body.create('/b')],
    ]));
    if (failed.change.type !== OP.multi) throw new Error('no multi');
    expect(failed.digest).toEqual(before.digest);
    const parts = failed.change.record.txns.map(({ type, data }) => (type === OP.error ? decodeChange(type, data ?? Buffer.alloc(0)).record : type));
    expect(parts).toEqual([OP.setData, OP.create, { err: KEEPER_ERROR.NoNode }, { err: KEEPER_ERROR.RuntimeInconsistency }]);
    expect(b.err(OP.setData, body.setData('/a', 'two', 1))).toBe('Ok');
    expect(b.make(OP.create, body.create('/a/n-', '', CREATE.persistentSequential)).change).toMatchObject({ record: { path: '/a/n-0000000000' } });
    expect(b.err(OP.create, body.create('/b'))).toBe('Ok');
    b.apply();
  });
});

test('Q5 closing a session takes its ephemerals along, those under way too, and no one else’s', () => {
  bench((b) => {
    b.make(OP.create, body.create('/gone', '', CREATE.ephemeral));
    b.make(OP.create, body.create('/applied', '', CREATE.ephemeral));
    b.make(OP.create, body.create('/other', '', CREATE.ephemeral), SESSION + 1n, {});
    b.apply();
    b.make(OP.create, body.create('/under', '', CREATE.ephemeral));
    b.make(OP.delete, body.version('/gone'));
    const { change } = b.make(OP.closeSession, Buffer.alloc(0), SESSION, null);
    if (change.type !== OP.closeSession) throw new Error('no closeSession');
    expect(change.record.paths2Delete.sort()).toEqual(['/applied', '/under']);
    expect(b.err(OP.create, body.create('/late'))).toBe('SessionExpired');
    b.apply();
    expect([...b.db.tree.get('')?.children ?? []].sort()).toEqual(['other', 'zookeeper']);
  });
});

test('Q6 the digest in a txn is that of the tree behind it, whatever is under way', () => {
  bench((b) => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return (seed >>> 8) % below;
    };
    const path = (): string => ['/a', '/b', '/a/c', '/a/c/d', '/b/e', '/zookeeper/x', '/a/ü'][random(7)] ?? '/a';
    const write = (): readonly [number, Buffer] => {
      switch (random(8)) {
        case 0: return [OP.delete, body.version(path())];
        case 1: return [OP.setData, body.setData(path(), 'v'.repeat(random(3000)), random(3) === 0 ? random(4) : -1)];
        case 2: return [OP.create2, body.create(path(), null)];
        case 3: return [OP.create, body.create(path(), 'e', random(2) === 0 ? CREATE.ephemeral : CREATE.persistentSequential)];
        case 4: return [OP.createTTL, body.createTTL(path(), 1000 + random(1000))];
        case 5: return [OP.createContainer, body.create(path(), '', CREATE.container)];
        case 6: return [OP.setACL, body.setACL(path())];
        default: return [OP.create, body.create(path(), 'x'.repeat(random(200)))];
      }
    };
    for (let times = 0; times < 3000; times++) {
      if (random(6) === 0) b.make(OP.multi, body.multi(Array.from({ length: random(4) }, write).filter(([type]) => type !== OP.setACL)));
      else b.make(...write());
      if (random(200) === 0) {
        b.make(OP.closeSession, Buffer.alloc(0), SESSION, null);
        b.sessions.remove(SESSION);
        b.sessions.add(SESSION, 4000);
      }
      b.apply(random(5));
    }
    b.apply();
  });
});

test('Q7 quotas: a hard one refuses, a soft one only warns, and without enforceQuota none is looked at', () => {
  const setUp = (b: Bench, limits: string): void => {
    for (const [path, data] of [['/q', ''], ['/zookeeper/quota/q', ''], ['/zookeeper/quota/q/zookeeper_limits', limits], ['/zookeeper/quota/q/zookeeper_stats', 'count=1,bytes=0']] as const) b.make(OP.create, body.create(path, data));
    b.apply();
  };
  bench((b) => {
    setUp(b, 'count=-1,bytes=-1=;byteHardLimit=10;countHardLimit=2');
    expect(b.err(OP.create, body.create('/q/a', '12345'))).toBe('Ok');
    b.apply();
    expect(b.err(OP.create, body.create('/q/b', ''))).toBe('QuotaExceeded');
    expect(b.err(OP.setData, body.setData('/q/a', '12345678901'))).toBe('QuotaExceeded');
    expect(b.err(OP.setData, body.setData('/q/a', '1234567890'))).toBe('Ok');
    expect(b.excesses.map(({ what, hard, limit, value }) => ({ what, hard, limit, value }))).toEqual([
      { what: 'count', hard: true, limit: 2, value: 3 }, { what: 'bytes', hard: true, limit: 10, value: 11 },
    ]);
  }, { enforceQuota: true });
  bench((b) => {
    setUp(b, 'count=1,bytes=-1');
    expect(b.err(OP.create, body.create('/q/a', ''))).toBe('Ok');
    expect(b.excesses).toMatchObject([{ prefix: '/q', what: 'count', hard: false, limit: 1, value: 2 }]);
  }, { enforceQuota: true });
  bench((b) => {
    setUp(b, 'count=-1,bytes=-1=;countHardLimit=1');
    expect(b.err(OP.create, body.create('/q/a', ''))).toBe('Ok');
    expect(b.excesses).toEqual([]);
  });
});

test('Q8 a reconfig is the leader’s to plan; alone it is Unimplemented, and disabled unless switched on', () => {
  const request = Buffer.from([255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255]);
  bench((b) => { expect(b.err(OP.reconfig, request)).toBe('ReconfigDisabled'); });
  bench((b) => { expect(b.err(OP.reconfig, request)).toBe('Unimplemented'); }, { reconfigEnabled: true });
  bench((b) => {
    b.planReconfig = (_, zxid) => Buffer.from(`version=${zxid}`);
    expect(b.make(OP.reconfig, request).change).toMatchObject({ type: OP.reconfig, record: { path: '/zookeeper/config', version: -1, data: Buffer.from('version=1') } });
    b.apply();
    expect(b.db.tree.get('/zookeeper/config')?.version).toBe(-1);
  }, { reconfigEnabled: true, skipAcl: true });
});

test('Q9 TTL nodes need extended types and a TTL of 1 ms to 2^40 - 1 ms', () => {
  bench((b) => {
    for (const ttl of [0, -1, 2 ** 40]) expect(b.err(OP.createTTL, body.createTTL('/t', ttl))).toBe('BadArguments');
    expect(b.err(OP.createTTL, body.createTTL('/t', 2 ** 40 - 1))).toBe('Ok');
    expect(b.err(OP.createTTL, body.createTTL('/u', 5, CREATE.persistent))).toBe('BadArguments');
    expect(b.err(OP.create, body.create('/u', '', CREATE.ttl))).toBe('BadArguments');
  });
  bench((b) => { expect(b.err(OP.createTTL, body.createTTL('/t', 5))).toBe('Unimplemented'); }, { extendedTypesEnabled: false });
});

test('B1 a body cut short is a MarshallingError at every byte, and never more', () => {
  bench((b) => {
    b.make(OP.create, body.create('/a'));
    for (const [type, whole] of [[OP.create, body.create('/a/b', 'data')], [OP.setData, body.setData('/a', 'data')], [OP.delete, body.version('/a')], [OP.setACL, body.setACL('/a')], [OP.multi, body.multi([[OP.check, body.version('/a')]])]] as const) {
      for (let length = 0; length < whole.length; length++) expect(b.err(type, whole.subarray(0, length))).toBe('MarshallingError');
    }
    b.apply();
  });
});

test('Q10 -1 is no version that a znode can have', () => {
  bench((b) => {
    b.make(OP.create, body.create('/a'));
    b.apply();
    const node = b.db.tree.get('/a');
    if (!node) throw new Error('no node');
    node.version = -2;
    const { change } = b.make(OP.setData, body.setData('/a', ''));
    expect(change).toMatchObject({ record: { version: 0 } });
  });
});

test('B15 a bug met while a write is checked costs that write only, and is told', () => {
  bench((b) => {
    b.make(OP.create, body.create('/a'));
    const before = b.preparer.lastZxid;
    b.planReconfig = () => { throw new TypeError('a bug'); };
    expect(b.err(OP.reconfig, Buffer.alloc(20, 255))).toBe('MarshallingError');
    expect(b.bugs).toEqual([new TypeError('a bug')]);
    expect(b.preparer.lastZxid).toBe(before + 1);
    expect(b.err(OP.create, body.create('/b'))).toBe('Ok');
    b.apply();
  }, { reconfigEnabled: true });
});
