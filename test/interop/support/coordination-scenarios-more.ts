// More scripts that run alike on any server: watches, sessions, and what comes over the wire that should not.
import { CREATE, OP, WATCH_MODE, WATCH_TYPE } from '../../../main/engines/coordination/op-codes.ts';
import type { Scenario } from './coordination-scenarios.ts';
import { acl, body, type Teller } from './coordination-teller.ts';
import { connectPayload, framed, RawClient } from './raw-client.ts';

const pause = (ms: number): Promise<void> => new Promise((done) => { setTimeout(done, ms); });

/** Changes of every kind below `at`, by `a`; what `b` was told is written down after each. */
async function changes(t: Teller, at: string): Promise<void> {
  const steps: readonly (readonly [string, number, Buffer])[] = [
    ['set', OP.setData, body.setData(`${at}/n`, '1')], ['set again', OP.setData, body.setData(`${at}/n`, '2')], ['child', OP.create, body.create(`${at}/n/c`)], ['grandchild', OP.create, body.create(`${at}/n/c/d`)],
    ['set child', OP.setData, body.setData(`${at}/n/c`, 'x')], ['list', OP.setACL, body.setACL(`${at}/n`)], ['missing made', OP.create, body.create(`${at}/later`)], ['missing set', OP.setData, body.setData(`${at}/later`, 'x')],
    ['delete grandchild', OP.delete, body.version(`${at}/n/c/d`)], ['delete child', OP.delete, body.version(`${at}/n/c`)], ['delete', OP.delete, body.version(`${at}/n`)], ['made anew', OP.create, body.create(`${at}/n`)],
    ['multi', OP.multi, body.multi([[OP.setData, body.setData(`${at}/n`, 'm')], [OP.create, body.create(`${at}/n/e`)], [OP.delete, body.version(`${at}/n/e`)]])], ['failed multi', OP.multi, body.multi([[OP.setData, body.setData(`${at}/n`, 'm')], [OP.check, body.version(`${at}/n`, 77)]])],
  ];
  for (const [note, type, request] of steps) {
    await t.ask('a', type, request, note);
    await t.events('b');
  }
}

const watchScenario = (title: string, arm: (t: Teller, at: string) => Promise<void>): Scenario => ({
  title,
  run: async (t, at) => {
    await t.open('b');
    await t.ask('a', OP.create, body.create(`${at}/n`, '0'));
    await arm(t, at);
    await changes(t, at);
  },
});

export const watchScenarios: readonly Scenario[] = [
  watchScenario('one-shot watches by getData, exists, getChildren, and all at once', async (t, at) => {
    await t.ask('b', OP.getData, body.watch(`${at}/n`, true));
    await t.ask('b', OP.exists, body.watch(`${at}/n`, true));
    await t.ask('b', OP.exists, body.watch(`${at}/later`, true));
    await t.ask('b', OP.getChildren, body.watch(`${at}/n`, true));
    await t.ask('b', OP.getChildren2, body.watch(at, true));
    await t.ask('b', OP.getData, body.watch(`${at}/never`, true), 'of none: leaves no watch');
    await t.ask('b', OP.getChildren, body.watch(`${at}/never`, true), 'of none: leaves no watch');
  }),
  watchScenario('data and child watch on one node: one Deleted', async (t, at) => {
    await t.ask('b', OP.getData, body.watch(`${at}/n`, true));
    await t.ask('b', OP.getChildren, body.watch(`${at}/n`, true));
    await t.ask('a', OP.delete, body.version(`${at}/n`));
    await t.events('b');
    await t.ask('a', OP.create, body.create(`${at}/n`));
  }),
  watchScenario('a persistent watch', async (t, at) => { await t.ask('b', OP.addWatch, body.addWatch(`${at}/n`, WATCH_MODE.persistent)); }),
  watchScenario('a persistent watch on what is not there', async (t, at) => { await t.ask('b', OP.addWatch, body.addWatch(`${at}/later`, WATCH_MODE.persistent)); }),
  watchScenario('a recursive watch', async (t, at) => { await t.ask('b', OP.addWatch, body.addWatch(at, WATCH_MODE.persistentRecursive)); }),
  watchScenario('persistent, recursive and one-shot on one node', async (t, at) => {
    await t.ask('b', OP.addWatch, body.addWatch(`${at}/n`, WATCH_MODE.persistent));
    await t.ask('b', OP.addWatch, body.addWatch(`${at}/n`, WATCH_MODE.persistentRecursive));
    await t.ask('b', OP.getData, body.watch(`${at}/n`, true));
    await t.ask('b', OP.getChildren, body.watch(`${at}/n`, true));
  }),
  {
    title: 'removeWatches and checkWatches of each type, with and without a watch',
    run: async (t, at) => {
      const arm: Readonly<Record<string, () => Promise<unknown>>> = {
        nothing: () => Promise.resolve(), data: () => t.client('a').request(OP.getData, body.watch(at, true)), child: () => t.client('a').request(OP.getChildren, body.watch(at, true)),
        both: async () => { await t.client('a').request(OP.getData, body.watch(at, true)); await t.client('a').request(OP.getChildren, body.watch(at, true)); },
        persistent: () => t.client('a').request(OP.addWatch, body.addWatch(at, 0)), recursive: () => t.client('a').request(OP.addWatch, body.addWatch(at, 1)),
        all: async () => { for (const name of ['both', 'persistent', 'recursive']) await arm[name]?.(); },
      };
      for (const [name, set] of Object.entries(arm)) {
        for (const type of [0, 1, 2, 3, 4, 5, 6, -1]) {
          await set();
          await t.ask('a', OP.checkWatches, body.typed(at, type), `${name}, type ${type}`);
          await t.ask('a', OP.removeWatches, body.typed(at, type), `${name}, type ${type}`);
          await t.ask('a', OP.removeWatches, body.typed(at, type), `${name}, type ${type}, again`);
          await t.events('a');
          if (t.client('a').isEnded) await t.open('a');
          for (const left of [WATCH_TYPE.any, WATCH_TYPE.persistent, WATCH_TYPE.persistentRecursive, WATCH_TYPE.data, WATCH_TYPE.children]) await t.client('a').request(OP.removeWatches, body.typed(at, left));
          t.client('a').events.splice(0);
        }
      }
      for (const mode of [-1, 0, 1, 2]) {
        await t.ask('a', OP.addWatch, body.addWatch(`${at}/none`, mode), `mode ${mode}`);
        if (t.client('a').isEnded) await t.open('a');
      }
      await t.ask('a', OP.removeWatches, body.typed(`${at}/none`, WATCH_TYPE.any), 'of what is not there, watched');
      await t.ask('a', OP.removeWatches, body.typed(`${at}/other`, WATCH_TYPE.any), 'of what is not there, not watched');
    },
  },
  {
    title: 'setWatches and setWatches2 tell at once what has changed since, and arm the rest',
    run: async (t, at) => {
      await t.open('b');
      for (const name of ['same', 'changed', 'gone', 'parent']) await t.ask('a', OP.create, body.create(`${at}/${name}`));
      const since = await t.ask('a', OP.setData, body.setData(`${at}/same`, 'x'));
      await t.ask('a', OP.setData, body.setData(`${at}/changed`, 'y'));
      await t.ask('a', OP.delete, body.version(`${at}/gone`));
      await t.ask('a', OP.create, body.create(`${at}/parent/child`));
      await t.ask('a', OP.create, body.create(`${at}/made`));
      const names = ['same', 'changed', 'gone', 'parent', 'made', 'never'].map((name) => `${at}/${name}`);
      for (const [type, request] of [[OP.setWatches, body.setWatches], [OP.setWatches2, body.setWatches2]] as const) {
        for (const list of ['data', 'exist', 'child'] as const) {
          await t.ask('b', type, request(since?.zxid ?? 0, { [list]: names }), list, -8);
          await t.events('b');
        }
        await t.ask('b', type, request(since?.zxid ?? 0, { data: names, exist: names, child: names }), 'all', -8);
        await t.events('b');
      }
      await t.ask('b', OP.setWatches2, body.setWatches2(since?.zxid ?? 0, { persistent: names, recursive: [at] }), 'persistent', -8);
      await t.events('b');
      for (const name of ['never', 'same']) {
        await t.ask('a', name === 'never' ? OP.create : OP.setData, name === 'never' ? body.create(`${at}/never`) : body.setData(`${at}/same`, 'z'));
        await t.events('b');
      }
    },
  },
  {
    title: 'a watch on what may not be read tells nothing',
    run: async (t, at) => {
      await t.open('b');
      await t.ask('a', OP.auth, body.auth('digest', 'ann:secret'), '', -4);
      await t.ask('a', OP.create, body.create(`${at}/closed`, 'x', 0, [acl(31, 'auth', '')]));
      await t.ask('b', OP.addWatch, body.addWatch(`${at}/closed`, 0));
      await t.ask('b', OP.addWatch, body.addWatch(at, 1));
      await t.ask('b', OP.exists, body.watch(`${at}/closed`, true));
      await t.ask('b', OP.getData, body.watch(`${at}/closed`, true));
      await t.ask('a', OP.setData, body.setData(`${at}/closed`, 'y'));
      await t.events('b');
      await t.ask('a', OP.create, body.create(`${at}/closed/c`));
      await t.events('b');
      await t.ask('a', OP.delete, body.version(`${at}/closed/c`));
      await t.ask('a', OP.delete, body.version(`${at}/closed`));
      await t.events('b');
    },
  },
];

export const sessionScenarios: readonly Scenario[] = [
  {
    title: 'sessions: clamped timeouts, old clients, wrong passwords, unknown ids, a zxid ahead',
    run: async (t) => {
      for (const timeout of [-1, 0, 1, 999, 1000, 5000, 10_000, 10_001, 2 ** 31 - 1]) await t.open(`timeout ${timeout}`, { timeout });
      await t.open('old', { readOnly: null });
      await t.open('read-only', { readOnly: true });
      for (const protocolVersion of [-1, 1, 7]) await t.open(`protocol ${protocolVersion}`, { protocolVersion });
      const { id, passwd } = t.client('old').session;
      await t.open('wrong password', { sessionId: id, passwd: Buffer.alloc(16, 1) });
      await t.client('wrong password').ended;
      await t.open('short password', { sessionId: id, passwd: Buffer.alloc(3, 1) });
      await t.open('null password', { sessionId: id, passwd: null });
      await t.open('unknown id', { sessionId: 0x1234567890abcdn, passwd });
      await t.open('unknown id, old', { sessionId: 0x1234567890abcdn, passwd, readOnly: null });
      await t.open('zxid ahead', { lastZxid: 2 ** 40 });
      await t.open('zxid 0', { lastZxid: 0 });
      await t.ask('old', OP.exists, body.watch('/'), 'of a session that others asked for');
    },
  },
  {
    title: 'a session goes on over another connection; the first is told so',
    run: async (t, at) => {
      await t.open('b');
      await t.ask('b', OP.create, body.create(`${at}/eph`, '', CREATE.ephemeral));
      const { id, passwd } = t.client('b').session;
      await t.open('b2', { sessionId: id, passwd });
      await t.client('b').ended;
      t.say('the first connection is closed');
      await t.ask('b2', OP.getEphemerals, body.path('/'));
      await t.ask('b2', OP.create, body.create(`${at}/eph2`, '', CREATE.ephemeralSequential));
      await t.client('b2').cut();
      await t.open('b3', { sessionId: id, passwd });
      await t.ask('b3', OP.exists, body.watch(`${at}/eph`));
      await t.ask('b3', OP.closeSession);
      await t.client('b3').ended;
      await t.ask('a', OP.getChildren, body.watch(at));
      await t.open('b4', { sessionId: id, passwd });
    },
  },
  {
    title: 'an expired session takes its ephemerals along, and watchers see it',
    run: async (t, at) => {
      await t.open('b', { timeout: 1000 });
      await t.ask('b', OP.create, body.create(`${at}/eph`, '', CREATE.ephemeral));
      await t.ask('a', OP.getChildren, body.watch(at, true)); // of one ephemeral: the order of several is that of a hash table
      await t.ask('a', OP.exists, body.watch(`${at}/eph`, true));
      const { id, passwd } = t.client('b').session;
      await t.client('b').cut();
      while (t.client('a').events.length < 2) await pause(50);
      await t.events('a');
      await t.ask('a', OP.getChildren2, body.watch(at));
      await t.open('b again', { sessionId: id, passwd });
    },
  },
  {
    title: 'closing: what came before is answered, what comes after is not',
    run: async (t, at) => {
      await t.open('b');
      const client = t.client('b');
      const first = client.request(OP.create, body.create(`${at}/x`, '', CREATE.ephemeral));
      const close = client.request(OP.closeSession);
      const after = client.request(OP.create, body.create(`${at}/y`));
      t.say(t.told(OP.create, await first));
      t.say(t.told(OP.closeSession, await close));
      const late = await after;
      t.say(`the last one is not done: ${late === null || late.err === -112}`); // which of the two is chance
      const left = await t.client('a').request(OP.getChildren, body.watch(at)); // a request behind the close may have taken a zxid by then
      t.say(`left: ${left?.err} ${left?.body.toString('hex')}`);
    },
  },
];

export const wireScenarios: readonly Scenario[] = [
  {
    title: 'requests that no client sends: opcodes, bodies cut short, bodies too long',
    run: async (t, at) => {
      for (const type of [0, 10, 13, 23, 29, 99, 108, 500, -1, -10, 16]) {
        await t.open('c');
        await t.ask('c', type, body.version(at), `opcode ${type}`);
        await t.ask('c', OP.exists, body.watch(at), 'after it');
      }
      for (const [type, request] of [[OP.create, body.create(`${at}/x`)], [OP.setData, body.setData(at)], [OP.delete, body.version(`${at}/none`)], [OP.getData, body.watch(at)], [OP.exists, body.watch(at)], [OP.getChildren2, body.watch(at)], [OP.setWatches, body.setWatches(0, {})], [OP.multi, body.multi([[OP.check, body.version(at)]])], [OP.sync, body.path(at)], [OP.addWatch, body.addWatch(at, 0)]] as const) {
        for (const cut of [0, 3, request.length - 1]) {
          await t.open('c');
          await t.ask('c', type, request.subarray(0, cut), `${cut} bytes`);
          await t.ask('c', OP.exists, body.watch(at), 'after it');
        }
        await t.open('c');
        await t.ask('c', type, Buffer.concat([request, Buffer.from('more')]), 'with more');
        await t.ask('c', OP.exists, body.watch(at), 'after it');
      }
    },
  },
  {
    title: 'frames too long, negative, empty, and a connect request that is none',
    run: async (t, at) => {
      const limit = 0xfffff;
      await t.open('b');
      await t.ask('b', OP.create, body.create(`${at}/big`, Buffer.alloc(1_048_000, 1)), 'just below the limit');
      await t.ask('b', OP.setData, body.setData(`${at}/big`, Buffer.alloc(limit + 1)), 'over the limit');
      for (const [name, head] of [['over', limit + 1025], ['negative', -1], ['least', -(2 ** 31)], ['empty', 0], ['short', 3]] as const) {
        await t.open('c');
        const bytes = Buffer.alloc(4 + (head === 3 ? 3 : 0));
        bytes.writeInt32BE(head);
        t.client('c').raw(bytes);
        t.client('c').socket.end();
        await t.client('c').ended;
        t.say(`${name}: ${t.client('c').events.length} replies`);
        const fresh = await t.open('d', {});
        await fresh.cut();
      }
      for (const [name, bytes] of [['short', framed(Buffer.alloc(10))], ['huge', Buffer.from([0x7f, 0xff, 0xff, 0xff])], ['password that is not there', framed(connectPayload({}).subarray(0, 24))]] as const) {
        const client = new RawClient(t.port);
        client.raw(bytes);
        t.say(`connect ${name}: ${(await client.frame())?.length ?? 'closed'}`);
        await client.cut();
      }
    },
  },
  {
    title: 'many requests in one packet, one request in many',
    run: async (t, at) => {
      const client = await t.open('b');
      const requests: [number, Buffer][] = [];
      for (let i = 0; i < 40; i++) requests.push([OP.create, body.create(`${at}/p-`, String(i), CREATE.persistentSequential)], [OP.setData, body.setData(at, String(i), i % 3 === 0 ? i : -1)], [OP.getData, body.watch(at)], [OP.getChildren2, body.watch(at)]);
      client.socket.cork();
      const replies = requests.map(([type, request]) => client.request(type, request));
      client.socket.uncork();
      for (const [i, reply] of (await Promise.all(replies)).entries()) t.say(t.told(requests[i]?.[0] ?? 0, reply));
      const whole = framed(Buffer.concat([Buffer.from([0, 0, 3, 231, 0, 0, 0, 4]), body.watch(at)]));
      const reply = client.expect(999);
      for (const byte of whole) { client.raw(Buffer.from([byte])); await pause(1); }
      t.say(t.told(OP.getData, await reply));
    },
  },
];

/** On servers that enforce quotas and look after containers every 200 ms. */
export const setScenarios: readonly Scenario[] = [
  {
    title: 'hard quotas that are enforced: by count and bytes, deepest and above, in a multi too',
    run: async (t, at) => {
      const quota = `/zookeeper/quota${at}`;
      await t.ask('a', OP.create, body.create(quota));
      await t.ask('a', OP.create, body.create(`${quota}/zookeeper_limits`, 'count=-1,bytes=-1;byteHardLimit=10;countHardLimit=4'));
      await t.ask('a', OP.create, body.create(`${quota}/zookeeper_stats`, 'count=1,bytes=0'));
      await t.ask('a', OP.create, body.create(`${at}/a`, '12345678901'), 'too many bytes');
      await t.ask('a', OP.create, body.create(`${at}/a`, '1234567890'), 'as many as may be');
      await t.ask('a', OP.setData, body.setData(`${at}/a`, '12345678901'), 'one too many');
      await t.ask('a', OP.setData, body.setData(`${at}/a`, '1'), 'fewer');
      await t.ask('a', OP.setData, body.setData(`${at}/none`, 'x'.repeat(20)), 'none there');
      await t.ask('a', OP.create, body.create(`${at}/b`));
      await t.ask('a', OP.create, body.create(`${at}/c`));
      await t.ask('a', OP.create, body.create(`${at}/d`), 'one node too many');
      await t.ask('a', OP.create2, body.create(`${at}/d`, '', 1), 'ephemeral');
      await t.ask('a', OP.createContainer, body.create(`${at}/d`, '', 4), 'container');
      await t.ask('a', OP.createTTL, body.createTTL(`${at}/d`, 60_000), 'ttl');
      await t.ask('a', OP.multi, body.multi([[OP.delete, body.version(`${at}/c`)], [OP.create, body.create(`${at}/d`)]]), 'one for another');
      await t.ask('a', OP.multi, body.multi([[OP.create, body.create(`${at}/e`)], [OP.setData, body.setData(`${at}/a`, 'x'.repeat(50))]]), 'both too much');
      await t.ask('a', OP.getData, body.watch(`${quota}/zookeeper_stats`));
      await t.ask('a', OP.setData, body.setData(`${quota}/zookeeper_limits`, 'count=2,bytes=3'), 'the old form');
      await t.ask('a', OP.setData, body.setData(`${at}/a`, 'x'.repeat(9)), 'over a soft limit');
      await t.ask('a', OP.setData, body.setData(`${quota}/zookeeper_limits`, 'nonsense'));
      await t.ask('a', OP.delete, body.version(`${quota}/zookeeper_limits`));
      await t.ask('a', OP.setData, body.setData(`${at}/a`, 'x'.repeat(99)), 'without limits');
    },
  },
  {
    title: 'containers that are emptied and TTL nodes that are left alone are deleted; watchers hear it',
    run: async (t, at) => {
      const gone = async (path: string): Promise<void> => {
        while ((await t.client('a').request(OP.exists, body.watch(path), 1_000_000))?.err === 0) await pause(30);
        t.say(`${path} is gone`);
        await t.events('b');
      };
      await t.open('b');
      await t.ask('b', OP.addWatch, body.addWatch(at, WATCH_MODE.persistentRecursive));
      await t.ask('a', OP.createContainer, body.create(`${at}/c`, '', CREATE.container));
      await pause(500);
      await t.ask('a', OP.create, body.create(`${at}/c/x`), 'a container that never had a child stays');
      await pause(500);
      await t.ask('a', OP.delete, body.version(`${at}/c/x`), 'the last child');
      await gone(`${at}/c`);
      await t.ask('a', OP.createTTL, body.createTTL(`${at}/t`, 300));
      await gone(`${at}/t`);
      await t.ask('a', OP.createTTL, body.createTTL(`${at}/p`, 300));
      await t.ask('a', OP.create, body.create(`${at}/p/x`));
      await pause(900);
      await t.ask('a', OP.delete, body.version(`${at}/p/x`), 'a TTL node with a child was not deleted');
      await gone(`${at}/p`);
    },
  },
];
