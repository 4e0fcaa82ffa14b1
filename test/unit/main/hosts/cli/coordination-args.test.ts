import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../../../main/hosts/cli/args.ts';
import { parseHost, parseWords, type Known } from '../../../../../main/hosts/cli/coordination-args.ts';
import { parseSrvr } from '../../../../../main/engines/coordination/admin/member-status.ts';

const KNOWN: Known = { values: ['config', 'auth'], switches: ['json'], words: [1, 2], usage: 'x' };
const problem = (words: readonly string[], known = KNOWN): unknown => { try { parseWords(words, known); return null; } catch (error) { return error instanceof UsageError ? error.problem : error; } };

describe('words of sluice coordination', () => {
  it('options stand anywhere, with = or the next word; -- ends them', () => {
    const args = parseWords(['a', '--config=x=y', '--json', '--auth', 'd:u:p', '--', '--b'], KNOWN);
    expect([args.words, args.value('config'), args.value('auth'), args.has('json')]).toEqual([['a', '--b'], 'x=y', 'd:u:p', true]);
  });

  it('what follows the address of cli is the command, its own options too', () => {
    const args = parseWords(['h:1', '--auth', 'a:b', 'ls', '-R', '--json', '/'], { ...KNOWN, words: [1, 100] }, true);
    expect([args.words, args.value('auth'), args.has('json')]).toEqual([['h:1', 'ls', '-R', '--json', '/'], 'a:b', false]);
  });

  it('unknown options, missing values, too few or many words', () => {
    expect([problem(['a', '--nope']), problem(['a', '--config']), problem(['a', '--json=1']), problem([]), problem(['a', 'b', 'c'])]).toEqual([
      { kind: 'unknown', option: '--nope' }, { kind: 'missingValue', option: '--config' }, { kind: 'noValue', option: '--json' }, { kind: 'usage', option: 'x' }, { kind: 'usage', option: 'x' },
    ]);
  });

  it('hosts: names, IPv6 in brackets, ports', () => {
    expect(['zk1', 'zk1:2182', '[::1]:5', '::1', 'h:0', 'h:70000', 'a/b', ''].map((text) => parseHost(text, 2181))).toEqual([
      { host: 'zk1', port: 2181 }, { host: 'zk1', port: 2182 }, { host: '::1', port: 5 }, null, null, null, null, null,
    ]);
  });

  it('M32 srvr of any release; a server that serves nobody has no role', () => {
    expect(parseSrvr('Zookeeper version: 3.8.0-11, built on x\nLatency min/avg/max: 0/1.5/9\nReceived: 3\nSent: 2\nConnections: 1\nOutstanding: 0\nZxid: 0x100000002\nMode: leader\nNode count: 5\n')).toEqual({
      mode: 'leader', zxid: 0x100000002, latency: { min: 0, avg: 1.5, max: 9 }, connections: 1, outstanding: 0, znodes: 5, version: '3.8.0',
    });
    expect(parseSrvr('This ZooKeeper instance is not currently serving requests\n')).toMatchObject({ mode: null, zxid: null });
  });
});
