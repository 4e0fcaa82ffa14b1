// What clients do to a node, as scripts that run alike on any server: requests on znodes. Each begins with a session `a` and an
// empty folder of its own.
import { CREATE, OP, WATCH_TYPE } from '../../../main/engines/coordination/op-codes.ts';
import { acl, body, OPEN, type AclEntry, type Teller } from './coordination-teller.ts';

export interface Scenario {
  readonly title: string;
  readonly run: (teller: Teller, at: string) => Promise<void>;
}

const BAD_PATHS = ['', '/', 'a', 'a/b', '//', '/a//b', '/a/', '/.', '/..', '/a/.', '/a/..', '/a/./b', '/a/../b', '/a/...', '/a/.b', '/nul\u0000', '/c\u0001', '/c\u001f', '/c\u007f', '/c\u009f', '/c\u00a0', '/p\ue000', '/p\uf8ff', '/p\uf900', '/p\uffef', '/p\ufff0', '/p\uffff', '/smile\u{1f600}', '/zookeeper', '/zookeeper/config', '/zookeeper/quota', '/zookeeper/x', '/no/parent'];

const LISTS: Readonly<Record<string, readonly AclEntry[]>> = {
  none: [], world: OPEN, 'world read': [acl(1, 'world', 'anyone')], 'world other': [acl(31, 'world', 'someone')], 'auth without any': [acl(31, 'auth', '')],
  'digest': [acl(31, 'digest', 'u:d1d2')], 'digest without colon': [acl(31, 'digest', 'ud1d2')], 'digest of two colons': [acl(31, 'digest', 'u:a:b')], 'ip': [acl(31, 'ip', '127.0.0.1')], 'ip range': [acl(31, 'ip', '127.0.0.0/8')],
  'ip too wide': [acl(31, 'ip', '127.0.0.0/33')], 'ip of words': [acl(31, 'ip', 'localhost')], 'ip v6': [acl(31, 'ip', '::1')], 'no scheme': [acl(31, '', 'x')], 'unknown scheme': [acl(31, 'nosuch', 'x')],
  'x509': [acl(31, 'x509', 'CN=a')], 'sasl': [acl(31, 'sasl', 'bob')], 'perms 0': [acl(0, 'world', 'anyone')], 'perms 32': [acl(32, 'world', 'anyone')], 'perms -1': [acl(-1, 'world', 'anyone')],
  'twice the same': [...OPEN, ...OPEN], 'one good one bad': [...OPEN, acl(31, 'nosuch', 'x')], 'super': [acl(31, 'super', '')],
};

const VERSIONS = [-2147483648, -2, -1, 0, 1, 2, 7];

export const requestScenarios: readonly Scenario[] = [
  {
    title: 'every kind of create, with its path, flags, lists and data',
    run: async (t, at) => {
      for (const type of [OP.create, OP.create2, OP.createContainer]) {
        for (const flags of [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8]) await t.ask('a', type, body.create(`${at}/${type}f${flags}`, 'x', flags), `flags ${flags}`);
      }
      for (const flags of [-1, 0, 1, 2, 3, 4, 5, 6, 7]) await t.ask('a', OP.createTTL, body.createTTL(`${at}/t${flags}`, 60_000, flags), `flags ${flags}`);
      for (const ttl of [-1, 0, 1, 2 ** 40 - 1, 2 ** 40]) await t.ask('a', OP.createTTL, body.createTTL(`${at}/ttl${ttl}`, ttl), `ttl ${ttl}`);
      await t.ask('a', OP.create, body.create(`${at}/null`, null), 'null data');
      await t.ask('a', OP.getData, body.watch(`${at}/null`));
      await t.ask('a', OP.create, body.create(`${at}/null`), 'again');
      await t.ask('a', OP.create, body.create(`${at}/missing/child`), 'no parent');
      await t.ask('a', OP.create, body.create(`${at}/seq-`, '', CREATE.persistentSequential));
      await t.ask('a', OP.create, body.create(`${at}/`, '', CREATE.persistentSequential), 'sequential with an empty name');
      await t.ask('a', OP.create, body.create(`${at}/eph`, '', CREATE.ephemeral));
      await t.ask('a', OP.create, body.create(`${at}/eph/child`), 'below an ephemeral');
      await t.ask('a', OP.delete, body.version(`${at}/seq-0000000003`));
      await t.ask('a', OP.create, body.create(`${at}/seq-`, '', CREATE.ephemeralSequential), 'after a delete');
      await t.ask('a', OP.getChildren2, body.watch(at));
      await t.ask('a', OP.getAllChildrenNumber, body.path(at));
      await t.ask('a', OP.getEphemerals, body.path(at));
    },
  },
  {
    title: 'paths that are refused, and in which order things are looked at',
    run: async (t, at) => {
      for (const path of BAD_PATHS) {
        const full = path.startsWith('/zookeeper') || !path.startsWith('/') ? path : `${at}${path}`;
        const note = JSON.stringify(path);
        await t.ask('a', OP.create, body.create(full), note);
        await t.ask('a', OP.create, body.create(full, '', 9, []), `${note} with bad flags and no list`);
        await t.ask('a', OP.create, body.create(full, '', 0, []), `${note} with no list`);
        await t.ask('a', OP.create2, body.create(full, '', CREATE.persistentSequential), `${note} sequential`);
        await t.ask('a', OP.setData, body.setData(full, '', 3), note);
        await t.ask('a', OP.setACL, body.setACL(full, [], 3), note);
        await t.ask('a', OP.exists, body.watch(full), note);
        await t.ask('a', OP.getData, body.watch(full), note);
        await t.ask('a', OP.getACL, body.path(full), note);
        await t.ask('a', OP.getChildren, body.watch(full), note);
        await t.ask('a', OP.getChildren2, body.watch(full), note);
        if (full !== '') await t.ask('a', OP.getAllChildrenNumber, body.path(full), note); // '' counts the root itself there
        await t.ask('a', OP.getEphemerals, body.path(full), note);
        if (!path.includes('smile')) await t.ask('a', OP.sync, body.path(full), note); // Java echoes surrogates one by one, which is not UTF-8
        await t.ask('a', OP.delete, body.version(full, 3), note);
        await t.ask('a', OP.multi, body.multi([[OP.check, body.version(full, 3)]]), note);
        await t.ask('a', OP.checkWatches, body.typed(full, WATCH_TYPE.any), note);
      }
    },
  },
  {
    title: 'lists of every scheme',
    run: async (t, at) => {
      for (const [name, list] of Object.entries(LISTS)) {
        await t.ask('a', OP.create, body.create(`${at}/n`, '', 0, list), name);
        await t.ask('a', OP.getACL, body.path(`${at}/n`), name);
        await t.ask('a', OP.delete, body.version(`${at}/n`));
        await t.ask('a', OP.create, body.create(`${at}/n`));
        await t.ask('a', OP.setACL, body.setACL(`${at}/n`, list), name);
        await t.ask('a', OP.getACL, body.path(`${at}/n`), name);
        await t.ask('a', OP.setData, body.setData(`${at}/n`, 'x'), name);
        await t.ask('a', OP.getData, body.watch(`${at}/n`), name);
        await t.ask('a', OP.exists, body.watch(`${at}/n`), name);
        await t.ask('a', OP.getChildren, body.watch(`${at}/n`), name);
        await t.ask('a', OP.delete, body.version(`${at}/n`), name);
      }
    },
  },
  {
    title: 'versions of data, list and children',
    run: async (t, at) => {
      await t.ask('a', OP.create, body.create(`${at}/v`, 'zero'));
      for (const version of VERSIONS) {
        await t.ask('a', OP.setData, body.setData(`${at}/v`, `d${version}`, version), `version ${version}`);
        await t.ask('a', OP.setACL, body.setACL(`${at}/v`, OPEN, version), `version ${version}`);
        await t.ask('a', OP.delete, body.version(`${at}/none`, version), `none, version ${version}`);
        await t.ask('a', OP.getData, body.watch(`${at}/v`));
      }
      await t.ask('a', OP.create, body.create(`${at}/v/c`));
      await t.ask('a', OP.delete, body.version(`${at}/v`, 77), 'version before children');
      await t.ask('a', OP.delete, body.version(`${at}/v`), 'with a child');
      await t.ask('a', OP.delete, body.version(`${at}/v/c`, 1), 'wrong version');
      await t.ask('a', OP.delete, body.version(`${at}/v/c`, 0));
      await t.ask('a', OP.exists, body.watch(`${at}/v`));
      await t.ask('a', OP.setData, body.setData(`${at}/v`, null), 'null data');
      await t.ask('a', OP.getData, body.watch(`${at}/v`));
      await t.ask('a', OP.delete, body.version(`${at}/v`, -5), 'version -5');
      await t.ask('a', OP.delete, body.version(`${at}/v`));
      await t.ask('a', OP.create, body.create(`${at}/v`, 'anew'));
      await t.ask('a', OP.getData, body.watch(`${at}/v`));
    },
  },
  {
    title: 'multis: what comes back when all is well, and when one part is not',
    run: async (t, at) => {
      const good = body.create(`${at}/m`, 'x');
      await t.ask('a', OP.multi, body.multi([]), 'empty');
      await t.ask('a', OP.multi, body.multi([
        [OP.create, good], [OP.create2, body.create(`${at}/m/two`)], [OP.createTTL, body.createTTL(`${at}/m/ttl`, 50_000)], [OP.createContainer, body.create(`${at}/m/con`, '', 4)],
        [OP.create, body.create(`${at}/m/seq-`, '', 2)], [OP.create, body.create(`${at}/m/seq-`, '', 3)], [OP.setData, body.setData(`${at}/m`, 'y', 0)], [OP.setData, body.setData(`${at}/m`, 'z', 1)],
        [OP.check, body.version(`${at}/m`, 2)], [OP.delete, body.version(`${at}/m/two`)],
      ]), 'all is well');
      await t.ask('a', OP.getData, body.watch(`${at}/m`));
      await t.ask('a', OP.getChildren2, body.watch(`${at}/m`));
      const bad: Readonly<Record<string, readonly [number, Buffer]>> = {
        'no node': [OP.setData, body.setData(`${at}/none`)], 'bad version': [OP.setData, body.setData(`${at}/m`, '', 99)], 'exists': [OP.create, body.create(`${at}/m`)],
        'check of none': [OP.check, body.version(`${at}/none`)], 'check of version': [OP.check, body.version(`${at}/m`, 9)], 'not empty': [OP.delete, body.version(`${at}/m`)],
        'path': [OP.create, body.create(`${at}/x/`)], 'list': [OP.create, body.create(`${at}/x`, '', 0, [])], 'flags': [OP.create, body.create(`${at}/x`, '', 9)], 'setACL': [OP.setACL, body.setACL(`${at}/m`)],
        'exists?': [OP.exists, body.watch(`${at}/m`)], 'getData': [OP.getData, body.watch(`${at}/m`)], 'unknown': [77, Buffer.alloc(0)],
      };
      for (const [name, part] of Object.entries(bad)) {
        for (const place of [0, 1, 2]) {
          if (t.client('a').isEnded) await t.open('a');
          const parts: (readonly [number, Buffer])[] = [[OP.create, body.create(`${at}/p1`)], [OP.setData, body.setData(`${at}/m`, 'no')]];
          parts.splice(place, 0, part);
          await t.ask('a', OP.multi, body.multi(parts), `${name} at ${place}`);
        }
      }
      if (t.client('a').isEnded) await t.open('a');
      await t.ask('a', OP.multi, body.multi([[OP.create, body.create(`${at}/q`)], [OP.create, body.create(`${at}/q/r`)], [OP.delete, body.version(`${at}/q/r`)], [OP.delete, body.version(`${at}/q`)]]), 'on what the same multi made');
      await t.ask('a', OP.multi, body.multi([[OP.delete, body.version(`${at}/m/seq-0000000003`)], [OP.setData, body.setData(`${at}/m/seq-0000000003`)]]), 'on what the same multi took away');
      await t.ask('a', OP.getChildren2, body.watch(at));
      await t.ask('a', OP.getData, body.watch(`${at}/m`));
    },
  },
  {
    title: 'multiRead',
    run: async (t, at) => {
      await t.ask('a', OP.create, body.create(`${at}/r`, 'data'));
      await t.ask('a', OP.create, body.create(`${at}/secret`, 'data', 0, [acl(31, 'digest', 'u:none')]));
      await t.ask('a', OP.multiRead, body.multi([]), 'empty');
      await t.ask('a', OP.multiRead, body.multi([[OP.getData, body.watch(`${at}/r`)], [OP.getChildren, body.watch(at)]]), 'both there');
      await t.ask('a', OP.multiRead, body.multi([[OP.getData, body.watch(`${at}/none`)], [OP.getData, body.watch(`${at}/r`)], [OP.getChildren, body.watch(`${at}/none`)], [OP.getData, body.watch(`${at}/secret`)], [OP.getData, body.watch(`${at}/r`)]]), 'some not');
    },
  },
  {
    title: 'who may do what: digest, ip, auth, world, super',
    run: async (t, at) => {
      await t.open('b');
      await t.ask('a', OP.whoAmI);
      await t.ask('a', OP.auth, body.auth('digest', 'ann:secret'), 'digest', -4);
      await t.ask('a', OP.auth, body.auth('digest', 'ann:secret'), 'digest again', -4);
      await t.ask('a', OP.whoAmI);
      await t.ask('a', OP.create, body.create(`${at}/mine`, 'x', 0, [acl(31, 'auth', '')]), 'auth list');
      await t.ask('a', OP.getACL, body.path(`${at}/mine`), 'own');
      for (const perms of [1, 2, 4, 8, 16]) await t.ask('a', OP.create, body.create(`${at}/w${perms}`, 'x', 0, [acl(perms, 'world', 'anyone'), acl(31, 'auth', 'ignored')]), `world ${perms}`);
      for (const path of [`${at}/mine`, ...[1, 2, 4, 8, 16].map((perms) => `${at}/w${perms}`)]) {
        await t.ask('b', OP.getACL, body.path(path), path.slice(at.length));
        await t.ask('b', OP.exists, body.watch(path));
        await t.ask('b', OP.getData, body.watch(path));
        await t.ask('b', OP.getChildren, body.watch(path));
        await t.ask('b', OP.getChildren2, body.watch(path));
        await t.ask('b', OP.getAllChildrenNumber, body.path(path));
        await t.ask('b', OP.sync, body.path(path));
        await t.ask('b', OP.setData, body.setData(path, 'y', 55), 'of a wrong version');
        await t.ask('b', OP.setData, body.setData(path, 'y'));
        await t.ask('b', OP.create, body.create(`${path}/c`));
        await t.ask('b', OP.create, body.create(`${path}/c/d`), 'of no parent');
        await t.ask('b', OP.delete, body.version(`${path}/c`));
        await t.ask('b', OP.delete, body.version(`${path}/none`));
        await t.ask('b', OP.multi, body.multi([[OP.check, body.version(path)], [OP.setData, body.setData(path, 'z')]]));
        await t.ask('b', OP.setACL, body.setACL(path, [acl(31, 'auth', '')]), 'auth of none');
        await t.ask('b', OP.setACL, body.setACL(path));
      }
      await t.ask('b', OP.auth, body.auth('digest', 'super:supersecret'), 'super', -4);
      await t.ask('b', OP.whoAmI);
      await t.ask('b', OP.getData, body.watch(`${at}/mine`), 'super');
      await t.ask('b', OP.setACL, body.setACL(`${at}/mine`), 'super');
      await t.ask('b', OP.getACL, body.path(`${at}/mine`));
    },
  },
  {
    title: 'auth that fails ends the connection; one of another scheme too',
    run: async (t, at) => {
      for (const [scheme, auth] of [['nosuch', 'x'], ['digest', 'nocolon'], ['digest', ''], ['ip', 'x'], ['world', 'x'], ['auth', 'x'], ['x509', 'x'], ['sasl', 'x'], ['', 'x']] as const) {
        await t.open('c');
        await t.ask('c', OP.auth, body.auth(scheme, auth), `${scheme} ${auth}`, -4);
        await t.ask('c', OP.exists, body.watch(at), 'after it');
        if (!t.client('c').isEnded) { await t.ask('c', OP.whoAmI); await t.ask('c', OP.closeSession); }
      }
    },
  },
  {
    title: 'quotas: limits, counts, and that soft ones let pass',
    run: async (t, at) => {
      const quota = `/zookeeper/quota${at}`;
      await t.ask('a', OP.create, body.create(`${at}/n`, 'four'));
      await t.ask('a', OP.create, body.create(quota));
      await t.ask('a', OP.create, body.create(`${quota}/zookeeper_limits`, 'count=2,bytes=10'));
      await t.ask('a', OP.create, body.create(`${quota}/zookeeper_stats`, 'count=0,bytes=0'));
      const stats = async (note: string): Promise<void> => { await t.ask('a', OP.getData, body.watch(`${quota}/zookeeper_stats`), note); };
      await stats('as made');
      await t.ask('a', OP.create, body.create(`${at}/o`, 'eight888'));
      await stats('after a create');
      await t.ask('a', OP.setData, body.setData(`${at}/o`, '1'));
      await stats('after a set');
      await t.ask('a', OP.create, body.create(`${at}/p`, 'more'));
      await t.ask('a', OP.delete, body.version(`${at}/n`));
      await stats('after a delete');
      await t.ask('a', OP.setData, body.setData(`${quota}/zookeeper_limits`, 'count=1,bytes=1;byteHardLimit=3;countHardLimit=2'));
      await t.ask('a', OP.create, body.create(`${at}/q`, 'toomuch'), 'over a hard limit that is not enforced');
      await stats('at last');
      await t.ask('a', OP.delete, body.version(`${quota}/zookeeper_limits`));
      await t.ask('a', OP.create, body.create(`${at}/r`, '12'));
      await stats('without limits');
      await t.ask('a', OP.delete, body.version(`${quota}/zookeeper_stats`));
      await t.ask('a', OP.delete, body.version(quota));
    },
  },
];
