// zoo.cfg with its dynamic file and myid, as a server finds them.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lintNodeConfig, nodeConfigOf, readNodeConfig } from '../../../../../../main/engines/coordination/config/read-config.ts';
import { writeDynamicConfig, writeNextConfig } from '../../../../../../main/engines/coordination/config/write-config.ts';
import type { QuorumConfig } from '../../../../../../main/engines/coordination/config/node-config.ts';

let dir: string;
let cfg: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-config-'));
  cfg = join(dir, 'zoo.cfg');
  mkdirSync(join(dir, 'data'));
});
afterEach(() => { rmSync(dir, { recursive: true, force: true }); });

const THREE = 'server.1=127.0.0.1:2888:3888\nserver.2=127.0.0.2:2888:3888\nserver.3=127.0.0.3:2888:3888\n';
const write = (text: string, myid?: string): void => {
  writeFileSync(cfg, `dataDir=${join(dir, 'data')}\nclientPort=2181\n${text}`);
  if (myid !== undefined) writeFileSync(join(dir, 'data', 'myid'), myid);
};
const errors = (): [number, string][] => lintNodeConfig(cfg).lints.filter((lint) => lint.severity === 'error').map((lint) => [lint.line, lint.what]);
const warnings = (): string[] => lintNodeConfig(cfg).lints.filter((lint) => lint.severity === 'warning').map((lint) => lint.what);

describe('reading a configuration', () => {
  it('C2 defaults are ZooKeeper’s', async () => {
    write('');
    const { config } = await readNodeConfig(cfg);
    expect(config).toMatchObject({
      myid: null, quorum: null, clientPort: 2181, tickTime: 3000, minSessionTimeout: 6000, maxSessionTimeout: 60_000, maxClientCnxns: 60, maxCnxns: 0, clientPortListenBacklog: -1, snapCount: 100_000, preAllocKb: 65_536,
      forceSync: true, jutemaxbuffer: 0xfffff, globalOutstandingLimit: 1000, maxBatchSize: 1000, readOnlyMode: false, extendedTypesEnabled: false, reconfigEnabled: false, standaloneEnabled: true, digestEnabled: true,
      autopurge: { snapRetainCount: 3, purgeIntervalHours: 0 }, admin: { enabled: true, address: '0.0.0.0', port: 8080, commandUrl: '/commands' }, metrics: null, snapshotCompression: 'none', skipAcl: false, enforceQuota: false, auditEnabled: false,
      container: { checkIntervalMs: 60_000, maxPerMinute: 10_000, maxNeverUsedIntervalMs: 0 }, sessionSecret: null, dataLogDir: join(dir, 'data'),
    });
    expect([...(config.fourLetterWords as Set<string>)]).toEqual(['srvr']);
  });

  it('C2 an ensemble has its number from myid and its client port from its own line', async () => {
    write(`tickTime=2000\ninitLimit=10\nsyncLimit=5\n${THREE}server.4=[::1]:2888:3888:observer;[::1]:2184\n`, '4\n');
    writeFileSync(cfg, readFileSync(cfg, 'utf8').replace('clientPort=2181\n', ''));
    const { config } = await readNodeConfig(cfg);
    expect(config).toMatchObject({ myid: 4, peerType: 'observer', clientPort: 2184, clientPortAddress: '::1', connectToLearnerMasterLimit: 10, minSessionTimeout: 4000 });
    expect(config.quorum?.servers.size).toBe(4);
    expect(config.quorum?.servers.get(2)).toEqual({ sid: 2, addresses: [{ host: '127.0.0.2', quorumPort: 2888, electionPort: 3888 }], role: 'participant', client: null });
  });

  it('C3 a single server line runs standalone, unless standaloneEnabled=false', async () => {
    write('server.1=127.0.0.1:2888:3888\n', '1');
    expect((await readNodeConfig(cfg)).config).toMatchObject({ quorum: null, myid: null });
    write('server.1=127.0.0.1:2888:3888\nstandaloneEnabled=false\ninitLimit=5\nsyncLimit=2\n', '1');
    expect((await readNodeConfig(cfg)).config).toMatchObject({ myid: 1, quorum: { version: 0 } });
  });

  it.each([
    ['electionAlg=1', 3, 'electionAlg is 1'], ['tickTime=abc', 3, 'tickTime is "abc"'], ['tickTime=0', 3, 'tickTime is 0'], ['maxClientCnxns=99999999999', 3, 'maxClientCnxns is "99999999999"'], ['reconfigEnabled=yes', 3, 'reconfigEnabled is "yes"'],
    ['minSessionTimeout=9000\nmaxSessionTimeout=8000', 3, 'minSessionTimeout 9000 is larger'], ['\nelectionAlg=3\nsecureClientPort=2281', 5, 'secureClientPort is set and ssl.keyStore.location is not'],
    ['server.1=h:2888', 3, 'server.1 cannot be read'], ['server.1=h:2888:2888', 3, 'server.1 cannot be read'], ['server.1=h:2888:3888:king', 3, 'server.1 cannot be read'], ['server.1=h:2888:99999', 3, 'server.1 cannot be read'],
    ['server.1=[::1:2888:3888', 3, 'server.1 cannot be read'], ['server.x=h:1:2', 3, 'server.x has no number'], ['server.300=h:1:2', 3, 'server.300: the number'], ['server.1=h:1:2\nserver.1=g:1:2', 4, 'server.1 stands on line 3 already'],
    ['server.1=h:1:2\nserver.2=h:1:3\ninitLimit=1\nsyncLimit=1', 4, 'server.2 and server.1 share h:1'], ['server.1=a:1:2:observer', 0, 'There are observers and no voting server'],
    ['server.1=a:1:2|b:1:2', 3, 'server.1 has several addresses'], ['peerType=leader', 3, 'peerType is "leader"'], ['quorum.auth.serverRequireSasl=true', 3, 'quorum.auth.serverRequireSasl is on'],
    ['autopurge.purgeInterval=often', 3, 'autopurge.purgeInterval is "often"'], ['dynamicConfigFile=/nowhere/zoo.cfg.dynamic', 3, '/nowhere/zoo.cfg.dynamic cannot be read'], ['a=\\uZZZZ', 3, '\\u without four hex digits'],
    ['ssl.keyStore.location=/k.pem\nssl.keyStore.passwordPath=/nowhere/p', 4, 'The password file /nowhere/p cannot be read'], ['sluice.sessionSecret=short', 3, 'sluice.sessionSecret is too short'],
    ['server.1=a:1:2\nserver.2=b:1:2\nserver.3=c:1:2\ngroup.1=1:2\ninitLimit=1\nsyncLimit=1', 5, 'Server 3 is in no group'],
  ])('C4 %j stops the node and names the line', (text, line, what) => {
    write(`${text}\n`, '1');
    const found = errors();
    expect(found.map(([at, words]) => [at, words.startsWith(what)])).toContainEqual([line, true]);
  });

  it('C4 the error is COORD_CONFIG with file and line; a missing dataDir counts as well', async () => {
    write('tickTime=abc\n');
    await expect(readNodeConfig(cfg)).rejects.toMatchObject({ code: 'COORD_CONFIG', params: { file: cfg, line: 3 } });
    writeFileSync(cfg, 'clientPort=2181\n');
    await expect(readNodeConfig(cfg)).rejects.toMatchObject({ code: 'COORD_CONFIG', params: { line: 0, reason: expect.stringContaining('dataDir is not set') as string } });
    await expect(readNodeConfig(join(dir, 'none.cfg'))).rejects.toMatchObject({ code: 'COORD_CONFIG', params: { reason: expect.stringContaining('ENOENT') as string } });
  });

  it.each([[undefined, 'the file is missing'], ['', '"" is not a number'], ['one', '"one" is not a number'], ['1 ', '"1 " is not a number'], ['256', '256 is not between 0 and 255'], ['-1', '-1 is not between'], ['9', 'there is no server.9 line']])(
    'C5 myid %j is COORD_MYID', async (myid, reason) => {
      write(`initLimit=10\nsyncLimit=5\n${THREE}`, myid);
      await expect(readNodeConfig(cfg)).rejects.toMatchObject({ code: 'COORD_MYID', params: { file: join(dir, 'data', 'myid'), reason: expect.stringContaining(reason) as string } });
    });

  it('C5 with extended types the highest number is 254', async () => {
    write(`initLimit=10\nsyncLimit=5\nextendedTypesEnabled=true\n${THREE}server.255=127.0.0.9:2888:3888\n`, '255');
    await expect(readNodeConfig(cfg)).rejects.toMatchObject({ code: 'COORD_MYID', params: { reason: expect.stringContaining('254') as string } });
  });

  it('C6 an unknown key is kept, noted and compared with the known ones', () => {
    write('tickTme=2000\nmy.own.key=1\n');
    const { config, lints } = lintNodeConfig(cfg);
    expect(config?.entries.get('tickTme')).toBe('2000');
    expect(lints).toContainEqual(expect.objectContaining({ severity: 'note', line: 3, key: 'tickTme', what: expect.stringContaining('Did you mean tickTime?') as string }));
    expect(lints).toContainEqual(expect.objectContaining({ severity: 'note', line: 4, what: 'my.own.key is no key of ZooKeeper\'s.' }));
  });

  it('C6 system properties count with and without their prefix; what a real ZooKeeper would not see is noted', () => {
    write('zookeeper.snapCount=500\njute.maxbuffer=0x200000\nforceSync=no\nskipACL=true\nreadonlymode.enabled=true\n');
    const { config, lints } = lintNodeConfig(cfg);
    expect(config).toMatchObject({ snapCount: 500, jutemaxbuffer: 0x200000, forceSync: false, skipAcl: false, readOnlyMode: true });
    expect(config?.fourLetterWords).toContain('isro');
    expect(lints.filter((lint) => lint.line > 2).map((lint) => [lint.line, lint.severity])).toEqual([[3, 'note'], [4, 'note'], [5, 'warning'], [6, 'warning']]);
  });

  it('C6 warnings say what is unwise: even ensembles, unknown words, a relative folder', () => {
    write('initLimit=10\nsyncLimit=5\nserver.1=a:1:2\nserver.2=b:1:2\n4lw.commands.whitelist=mntr, srvt\ndataLogDir=logs\nautopurge.snapRetainCount=1\n', '1');
    expect(warnings()).toEqual(expect.arrayContaining([
      expect.stringContaining('Two voting servers'), expect.stringContaining('relative path'), expect.stringContaining('srvt is no four-letter word'), expect.stringContaining('3 are kept'),
    ]));
  });

  it('C6 what is allowed and dangerous is a warning: no sync, no lists, a temporary folder', () => {
    const { lints } = nodeConfigOf({ dataDir: '/tmp/zookeeper', clientPort: 2181, forceSync: 'no', skipACL: 'yes', 'autopurge.purgeInterval': 1 });
    expect(lints.map(({ severity, what }) => [severity, what.split(/[: ]/, 1)[0]])).toEqual([['warning', 'dataDir'], ['warning', 'forceSync=no'], ['warning', 'skipACL=yes']]);
  });

  it('C7 members of a dynamic file, its version from its name; members in both places are an error', async () => {
    const dynamic = `${cfg}.dynamic.100000005`;
    writeFileSync(dynamic, 'server.1=a:2888:3888:participant;0.0.0.0:2191\nserver.2=b:2888:3888\nserver.3=c:2888:3888\n');
    write(`initLimit=10\nsyncLimit=5\ndynamicConfigFile=${dynamic}\n`, '2');
    const { config } = await readNodeConfig(cfg);
    expect(config.quorum?.version).toBe(0x100000005);
    expect(config.dynamicConfigFile).toBe(dynamic);
    writeFileSync(dynamic, 'server.1=a:2888:3888\nversion=5\n');
    expect(errors()).toContainEqual([2, 'version does not belong into a dynamic file']);
    write(`dynamicConfigFile=${dynamic}\nserver.9=z:1:2\n`, '2');
    expect(errors()).toContainEqual([4, 'server.9 stands beside dynamicConfigFile']);
  });

  it('C8 a reconfig is written beside zoo.cfg and read back; comments and other keys stay', async () => {
    write(`# kept\ninitLimit=10\nsyncLimit=5\n${THREE}`, '1');
    const { config } = await readNodeConfig(cfg);
    const before = config.quorum as QuorumConfig;
    const servers = new Map(before.servers);
    servers.delete(3);
    servers.set(1, { sid: 1, addresses: [{ host: '127.0.0.1', quorumPort: 2888, electionPort: 3888 }], role: 'participant', client: { host: null, port: 2199 } });
    servers.set(5, { sid: 5, addresses: [{ host: '::5', quorumPort: 1, electionPort: 2 }], role: 'observer', client: null });
    const after: QuorumConfig = { servers, groups: null, weights: new Map(), version: 0x200000001 };
    await writeNextConfig(config, after);
    const file = await writeDynamicConfig(config, after);
    expect(file).toBe(`${cfg}.dynamic.200000001`);
    expect(readFileSync(file as string, 'utf8')).toBe('server.1=127.0.0.1:2888:3888:participant;0.0.0.0:2199\nserver.2=127.0.0.2:2888:3888:participant\nserver.5=[::5]:1:2:observer');
    const text = readFileSync(cfg, 'utf8');
    expect(text).toContain('# kept\n');
    expect(text).not.toMatch(/server\.|clientPort/);
    const again = await readNodeConfig(cfg);
    expect(again.config.quorum).toEqual(after);
    expect(again.config).toMatchObject({ clientPort: 2199, initLimit: 10 });
  });

  it('C9 SASL users come from the JAAS file, between servers too', async () => {
    const jaas = join(dir, 'jaas.conf');
    writeFileSync(jaas, `// comment
Server { org.apache.zookeeper.server.auth.DigestLoginModule required user_bob="s\\"1" user_super=adminsecret; };
QuorumServer { org.apache.zookeeper.server.auth.DigestLoginModule required user_zk="q"; };
QuorumLearner { org.apache.zookeeper.server.auth.DigestLoginModule required username="zk" password="q"; };
`);
    write(`java.security.auth.login.config=${jaas}\nquorum.auth.enableSasl=true\nquorum.auth.learnerRequireSasl=true\nquorum.auth.serverRequireSasl=true\n`);
    const { config } = await readNodeConfig(cfg);
    expect([...config.saslUsers]).toEqual([['bob', 's"1'], ['super', 'adminsecret']]);
    expect(config.quorumAuth).toEqual({ serverRequire: true, learnerRequire: true, servers: new Map([['zk', 'q']]), learner: { user: 'zk', password: 'q' } });
    writeFileSync(jaas, 'Server { oops');
    expect(errors()).toContainEqual([3, `${jaas} is no JAAS configuration`]);
  });

  it('C2 the same from keys in memory', () => {
    const { config } = nodeConfigOf({ dataDir: dir, clientPort: 0x1234, 'server.1': 'a:1:2', 'server.2': 'b:1:2', 'server.3': 'c:1:2', initLimit: 5, syncLimit: 2 }, 3);
    expect(config).toMatchObject({ myid: 3, configFile: null, clientPort: 0x1234 });
    expect(() => nodeConfigOf({ clientPort: 2181 })).toThrow('COORD_CONFIG');
  });
});
