// Z54, Z55: what a reconfig may ask for, and who leads after it.
import { describe, expect, test } from 'vitest';
import { ReconfigPlanner, configOf as configOfTxn, successor } from '../../../../../../main/engines/coordination/broadcast/reconfig.ts';
import { Membership } from '../../../../../../main/engines/coordination/election/membership.ts';
import { parseQuorum } from '../../../../../../main/engines/coordination/election/quorum-verifier.ts';
import { KEEPER_ERROR, KeeperError } from '../../../../../../main/engines/coordination/keeper-errors.ts';
import { OP } from '../../../../../../main/engines/coordination/op-codes.ts';
import { makeTxn } from '../../../../../../main/engines/coordination/txn.ts';
import { configOf, setData } from './fakes.ts';

const line = (sid: number, role = 'participant'): string => `server.${sid}=10.0.0.${sid}:2888:3888:${role};0.0.0.0:2181`;
const three = parseQuorum(`${[1, 2, 3].map((sid) => line(sid)).join('\n')}\nversion=100000000`);
const NONE = { joiningServers: null, leavingServers: null, newMembers: null, curConfigId: -1 };

function planner(membership = new Membership(1, three, true), synced = true, standaloneEnabled = true): ReconfigPlanner {
  return new ReconfigPlanner(configOf(1, three.config.servers, { standaloneEnabled }), membership, () => synced);
}
function codeOf(plan: () => Buffer): number {
  try {
    plan();
    return 0;
  } catch (error) {
    return error instanceof KeeperError ? error.code : Number.NaN;
  }
}

describe('Z54 a reconfig', () => {
  test('adds and removes servers, replaces one of the same number, and has its zxid for a version', () => {
    const text = planner().plan({ ...NONE, joiningServers: `${line(4)},${line(2, 'observer')}`, leavingServers: '3' }, 0x200000007).toString();
    expect(text).toBe([line(1), line(2, 'observer'), line(4), 'version=200000007'].join('\n'));
  });

  test('names all members anew, by commas or lines', () => {
    const wanted = [line(5), line(6), line(7)];
    for (const by of [',', '\n']) expect(planner().plan({ ...NONE, newMembers: wanted.join(by) }, 0x200000001).toString()).toBe([...wanted, 'version=200000001'].join('\n'));
  });

  test.each([
    ['a wrong version', { curConfigId: 5, leavingServers: '3' }, 'BadVersion'],
    ['the right version', { curConfigId: 0x100000000, leavingServers: '3' }, 'Ok'],
    ['a server without client port', { joiningServers: 'server.4=h:1:2:participant' }, 'BadArguments'],
    ['an address that another has', { joiningServers: 'server.4=10.0.0.1:2888:9:participant;99' }, 'BadArguments'],
    ['no server line', { joiningServers: 'four' }, 'BadArguments'],
    ['a role that is none', { joiningServers: 'server.4=h:1:2:king;3' }, 'BadArguments'],
    ['a number that is none', { leavingServers: 'three' }, 'BadArguments'],
    ['one voter left while standaloneEnabled', { leavingServers: '2,3' }, 'BadArguments'],
    ['members that cannot be read', { newMembers: 'server.x=1' }, 'BadArguments'],
  ] as const)('with %s is %s', (_what, request, error) => {
    expect(codeOf(() => planner().plan({ ...NONE, ...request }, 1))).toBe(KEEPER_ERROR[error]);
  });

  test('is refused while another is under way, and when the new members have no quorum that is up to date', () => {
    const membership = new Membership(1, three, true);
    membership.propose(three.withVersion(0x100000009));
    expect(codeOf(() => planner(membership).plan({ ...NONE, leavingServers: '3' }, 1))).toBe(KEEPER_ERROR.ReconfigInProgress);
    expect(codeOf(() => planner(undefined, false).plan({ ...NONE, joiningServers: line(4) }, 1))).toBe(KEEPER_ERROR.NewConfigNoQuorum);
    expect(codeOf(() => planner(undefined, true, false).plan({ ...NONE, leavingServers: '2,3' }, 1))).toBe(0);
  });

  test('must be one of all members where there are groups', () => {
    const groups = parseQuorum(`${three.text.replace(/version=.*/, '')}group.1=1:2:3\nversion=100000000`);
    expect(codeOf(() => planner(new Membership(1, groups, true)).plan({ ...NONE, leavingServers: '3' }, 1))).toBe(KEEPER_ERROR.BadArguments);
  });

  test('is found again in its txn; another txn has none', () => {
    const data = planner().plan({ ...NONE, leavingServers: '3' }, 0x200000001);
    const txn = makeTxn({ clientId: 1n, cxid: 1, zxid: 0x200000001, time: 0, type: OP.reconfig }, { type: OP.reconfig, record: { path: '/zookeeper/config', data, version: -1 } });
    expect([...configOfTxn(txn).voters]).toEqual([1, 2]);
    expect(() => configOfTxn(setData(1, 'x'))).toThrow('carries no configuration');
  });
});

describe('Z55 after a reconfig', () => {
  const membership = new Membership(1, three, true);
  const acked = (sid: number): number => [0, 9, 5, 7, 6][sid] ?? -1;

  test('the leader stays if it votes at the same address', () => {
    expect(successor(membership, parseQuorum([line(1), line(2)].join('\n')), 1, acked)).toBe(1);
  });

  test('else the voter leads that has most on disk', () => {
    expect(successor(membership, parseQuorum([line(2), line(3), line(4)].join('\n')), 1, acked)).toBe(3);
    expect(successor(membership, parseQuorum([line(1, 'observer'), line(2), line(4)].join('\n')), 1, acked)).toBe(4);
    expect(successor(membership, parseQuorum([line(1).replace('2888', '2999'), line(2)].join('\n')), 1, acked)).toBe(2);
  });
});
