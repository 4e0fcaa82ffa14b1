// Our shell beside the real zkCli: the same lines on the same server print the same, but for times and zxids.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { runZkCli, toolProblem } from '../peers/zookeeper/tools.ts';
import { openClient } from '../../main/engines/coordination/client/client.ts';
import { Shell } from '../../main/engines/coordination/client/shell.ts';
import { shellArguments, shellWords } from '../../main/engines/coordination/client/shell-words.ts';

const problem = peerProblem('zookeeper') ?? toolProblem();

const SCRIPT = [
  'create @ "hello world"', 'create @', 'create @/a/b/c x', 'create -e @/e eph', 'create -s @/s- 1', 'create -s -e @/s- 2', 'create -c @/box', 'create -t 60000 @/brief x', 'create -c -e @/no', 'create -t x @/no',
  'create -e -t 5 @/no', 'create @/acl data world:anyone:cdrwa', "create @/quoted 'it is quoted'", 'create @/n1 x nonsense,world:anyone:r', 'ls @', 'ls -s @', 'ls -R @', 'ls @/none', 'ls', 'ls -z @', 'stat @', 'stat @/none',
  'get @', 'get -s @', 'get -b @', 'get @/box', 'get @/none', 'get', 'set @ two', 'set -s @ three', 'set -v 7 @ four', 'set @', 'set -b @ aGVsbG8=', 'get @', 'delete @', 'delete @/none', 'delete -v 9 @/acl', 'delete @/acl',
  'create @/e/child x', 'getAcl @', 'getAcl -s @', 'setAcl @ world:anyone:cdrwa', 'setAcl -s @ world:anyone:crwda', 'setAcl @ nosuch:x:r', 'setAcl -R @/box world:anyone:cdrwa', 'addauth digest bob:secret',
  'create @/mine x auth::cdrwa', 'getAcl @/mine', 'whoami', 'sync @', 'getAllChildrenNumber @', 'getEphemerals @', 'getEphemerals', 'setquota -n 3 @', 'setquota -b 2 @', 'listquota @', 'setquota -n 5 @/box', 'setquota @',
  'setquota -n x @', 'setquota -n 0 @', 'setquota -N 100 @', 'listquota @', 'delquota -n @', 'listquota @', 'delquota @', 'delquota @', 'listquota @', 'addWatch @/box', 'addWatch -m sometimes @', 'removewatches @/box -r', 'removewatches @/box',
  'config', 'reconfig -remove 3', 'reconfig', 'printwatches', 'printwatches off', 'printwatches', 'nosuchcommand', 'deleteall @', 'ls @', 'history',
];

/** Lines without what differs between two runs. */
function masked(text: string, at: string): string[] {
  return text.split('\n').map((line) => line.trimEnd()
    .replaceAll(at, '@').replace(/^((?:c|m|p)Zxid|ephemeralOwner) = 0x[1-9a-f][0-9a-f]*$/, '$1 = ?').replace(/^((?:c|m)time) = .{20,}$/, '$1 = ?').replace(/'bob:.*$/, "'bob:?").replace(/^org\.apache\.commons\.cli\.\w+: /, ''))
    .filter((line) => line !== '' && !/^(Connecting to|Welcome to|JLine support|WATCHER::|WatchedEvent state:SyncConnected type:None|ZooKeeper -server|\t|\[zk: | -\w )/.test(line) && !/ZooKeeper CLI version/.test(line));
}

describe.skipIf(problem)(`beside the real zkCli${problem ? ` (${problem})` : ''}`, () => {
  let peer: RunningPeer<'zookeeper'>;
  beforeAll(async () => { peer = await startPeer('zookeeper', { release: '3.9', conf: ['enforceQuota=true'] }); });
  afterAll(() => peer?.stop());

  test('K70 every command prints what zkCli prints', async () => {
    const real = await runZkCli('3.9', peer.connect, SCRIPT.map((line) => line.replaceAll('@', '/real')));
    const said: string[] = [];
    const shell = new Shell({ server: peer.connect, open: (connectString) => openClient({ connectString }), say: (text) => { said.push(text); } });
    for (const line of SCRIPT) said.push((await shell.run(line.replaceAll('@', '/ours'))).text);
    await shell.close();
    const wanted = masked(`${real.stdout}\n${real.stderr}`, '/real');
    const got = masked(said.join('\n'), '/ours');
    expect(wanted.length).toBeGreaterThan(100);
    expect([...got].sort()).toEqual([...wanted].sort());
  });

  test('K71 watch events are said as zkCli says them, unless they are switched off', async () => {
    const said: string[] = [];
    const shell = new Shell({ server: peer.connect, open: (connectString) => openClient({ connectString }), say: (text) => { said.push(text); } });
    await shell.run('create /watched x');
    await shell.run('get -w /watched');
    await shell.run('set /watched y');
    await shell.run('sync /watched');
    expect(said).toEqual([expect.stringMatching(/^\nWATCHER::\n\nWatchedEvent state:SyncConnected type:NodeDataChanged path:\/watched zxid: \d+$/)]);
    await shell.run('printwatches off');
    await shell.run('stat -w /watched');
    await shell.run('set /watched z');
    await shell.run('sync /watched');
    expect(said.length).toBe(1);
    expect(shell.prompt).toMatch(/^\[zk: .*\(CONNECTED\) 8\] $/);
    expect((await shell.run('redo 0')).text).toBe('Node already exists: /watched');
    expect((await shell.run('redo 99')).failed).toBe(true);
    expect((await shell.run(`connect ${peer.connect}/watched`)).text).toBe('');
    expect((await shell.run('get /')).text).toBe('z');
    expect((await shell.run('close')).failed).toBe(false);
    expect((await shell.run('ls /')).text).toBe('Not connected');
    expect((await shell.run('quit')).over).toBe(true);
  });
});

test('K72 words and options are cut as zkCli cuts them', () => {
  expect(shellWords(`  set "/a b" 'it is' x-y "" -v 3 `)).toEqual(['set', '/a b', 'it is', 'x-y', '', '-v', '3']);
  const given = shellArguments(['-sR', '/a', '-v', '-1', '-n5', 'more'], ['s', 'R'], ['v', 'n']);
  expect([given.words, [...given.flags], [...given.values]]).toEqual([['/a', 'more'], ['s', 'R'], [['v', '-1'], ['n', '5']]]);
  expect(() => shellArguments(['-q'], ['s'])).toThrow('Unrecognized option: -q');
  expect(() => shellArguments(['-v'], [], ['v'])).toThrow('Missing argument for option: v');
});
