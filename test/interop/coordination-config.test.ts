// What stops a real ZooKeeper 3.9 from starting stops ours, and what it starts on is accepted.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { peerProblem } from '../peers/start-peer.ts';
import { freePort } from '../peers/peer-process.ts';
import { classPath } from '../peers/zookeeper/jars.ts';
import { fourLetterWord } from '../peers/zookeeper/zookeeper.ts';
import { lintNodeConfig } from '../../main/engines/coordination/config/read-config.ts';

const problem = peerProblem('zookeeper');
const dir = mkdtempSync(join(tmpdir(), 'sluice-config-'));
afterAll(() => { rmSync(dir, { recursive: true, force: true }); });

const THREE = 'initLimit=5\nsyncLimit=2\nserver.1=127.0.0.1:12888:13888\nserver.2=127.0.0.2:12888:13888\nserver.3=127.0.0.3:12888:13888\n';

/** `refused` when it ends by itself with a configuration error; `started` when its port answers. */
function real(config: string, port: number): Promise<'refused' | 'started'> {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', 'java', '-Xmx128m', '-cp', classPath('3.9'), 'org.apache.zookeeper.server.quorum.QuorumPeerMain', config], { stdio: 'ignore' });
  return new Promise((done) => {
    const look = setInterval(() => { void fourLetterWord(port, 'srvr').then((text) => { if (text !== '') child.kill('SIGKILL'); }); }, 150);
    child.once('exit', (_code, signal) => { clearInterval(look); done(signal === null ? 'refused' : 'started'); });
  });
}

const CASES: readonly (readonly [name: string, text: string, myid: string | null, verdict: 'refused' | 'started'])[] = [
  ['a number that is none', 'tickTime=abc', null, 'refused'],
  ['tickTime 0', 'tickTime=0', null, 'refused'],
  ['a boolean that is none', 'reconfigEnabled=yes', null, 'refused'],
  ['limits that contradict', 'minSessionTimeout=9000\nmaxSessionTimeout=8000', null, 'refused'],
  ['another election', 'electionAlg=1', null, 'refused'],
  ['an unknown peerType', 'peerType=king', null, 'refused'],
  ['a server line without an election port', 'server.1=127.0.0.1:12888\nserver.2=127.0.0.2:12888:13888', '1', 'refused'],
  ['equal ports in a line', `${THREE}server.4=127.0.0.4:12888:12888`, '1', 'refused'],
  ['a role that is none', `${THREE}server.4=127.0.0.4:12888:13888:king`, '1', 'refused'],
  ['no limits in an ensemble', 'server.1=127.0.0.1:12888:13888\nserver.2=127.0.0.2:12888:13888', '1', 'refused'],
  ['no myid', THREE, null, 'refused'],
  ['a myid that is no number', THREE, 'one', 'refused'],
  ['a myid with a blank', THREE, '1 ', 'refused'],
  ['a myid of nobody', THREE, '9', 'refused'],
  ['a server in no group', `${THREE}group.1=1:2`, '1', 'refused'],
  ['quorum.auth half', 'quorum.auth.serverRequireSasl=true', null, 'refused'],
  ['observers alone', 'server.1=127.0.0.1:12888:13888:observer', '1', 'refused'],
  ['a broken escape', 'note=\\uZZZZ', null, 'refused'],
  ['members in two places', `dynamicConfigFile=${join(dir, 'members')}\n${THREE}`, '1', 'refused'],
  ['one server line', 'server.1=127.0.0.1:12888:13888', null, 'started'],
  ['unknown keys, a continued line, blanks', 'no.such.key=1\nmaxClientCnxns = \\\n   7\n! a comment\nautopurge.snapRetainCount=1', null, 'started'],
];

describe.skipIf(problem)(`beside a real ZooKeeper 3.9${problem ? ` (${problem})` : ''}`, () => {
  test.for(CASES)('C4 %s', async ([, text, myid, verdict], { expect: expectHere }) => {
    const at = mkdtempSync(join(dir, 'case-'));
    const port = await freePort();
    mkdirSync(join(at, 'data'));
    writeFileSync(join(dir, 'members'), THREE.split('\n').filter((line) => line.startsWith('server')).join('\n'));
    writeFileSync(join(at, 'zoo.cfg'), `dataDir=${join(at, 'data')}\nclientPort=${port}\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n${text}\n`);
    if (myid !== null) writeFileSync(join(at, 'data', 'myid'), myid);
    expectHere(await real(join(at, 'zoo.cfg'), port)).toBe(verdict);
    expectHere(lintNodeConfig(join(at, 'zoo.cfg')).config === null ? 'refused' : 'started').toBe(verdict);
  });

  test('C2 the example of ZooKeeper’s own documentation has no error', () => {
    writeFileSync(join(dir, 'zoo.cfg'), `tickTime=2000\ninitLimit=10\nsyncLimit=5\ndataDir=${join(dir, 'd')}\nclientPort=2181\n`);
    const { config, lints } = lintNodeConfig(join(dir, 'zoo.cfg'));
    expect(config).not.toBeNull();
    expect(lints.filter((lint) => lint.severity !== 'note' && lint.key !== 'dataDir')).toEqual([]);
  });
});
