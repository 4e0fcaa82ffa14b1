// The same requests to a real ZooKeeper 3.9 and to our node: all that comes back is alike but for times, session ids and passwords.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { OP } from '../../main/engines/coordination/op-codes.ts';
import { startEnsemble, type RunningEnsemble } from '../peers/zookeeper/ensemble.ts';
import { fourLetterWord } from '../peers/zookeeper/zookeeper.ts';
import { startOurEnsemble, type OurEnsemble } from './support/coordination-ensemble.ts';
import { startOurs, type OurNode } from './support/coordination-node.ts';
import { requestScenarios, type Scenario } from './support/coordination-scenarios.ts';
import { sessionScenarios, setScenarios, watchScenarios, wireScenarios } from './support/coordination-scenarios-more.ts';
import { body, Teller } from './support/coordination-teller.ts';

const problem = peerProblem('zookeeper');
const options = { conf: ['tickTime=500'], superPassword: 'supersecret' } as const;

async function tell(port: number, scenario: Scenario, at: string): Promise<string[]> {
  const teller = new Teller(port);
  try {
    await teller.open('a');
    const made = await teller.client('a').request(OP.create, body.create(at));
    teller.base(made?.zxid ?? 0);
    await scenario.run(teller, at);
    return teller.lines;
  } finally {
    await teller.close();
  }
}

let serial = 0;
async function alike(theirs: number, ours: number, scenario: Scenario): Promise<void> {
  const at = `/scenario${++serial}`;
  const [wanted, got] = await Promise.all([tell(theirs, scenario, at), tell(ours, scenario, at)]);
  expect(wanted.length).toBeGreaterThan(3);
  expect(got).toEqual(wanted);
}

describe.skipIf(problem)(`beside a real ZooKeeper 3.9${problem ? ` (${problem})` : ''}`, () => {
  let theirs: RunningPeer<'zookeeper'>;
  let ours: OurNode;
  beforeAll(async () => { [theirs, ours] = await Promise.all([startPeer('zookeeper', options), startOurs(options)]); });
  afterAll(async () => { await Promise.all([theirs?.stop(), ours?.stop()]); });

  for (const [rule, scenarios] of [['X1', requestScenarios], ['X2', watchScenarios], ['X3', sessionScenarios], ['X4', wireScenarios]] as const) {
    test.for(scenarios.map((scenario) => [scenario.title, scenario] as const))(`${rule} %s`, ([, scenario]) => alike(theirs.port, ours.port, scenario));
  }
});

describe.skipIf(problem)(`with quotas enforced and containers looked after${problem ? ` (${problem})` : ''}`, () => {
  let theirs: RunningPeer<'zookeeper'>;
  let ours: OurNode;
  const conf = ['tickTime=500', 'enforceQuota=true'];
  beforeAll(async () => {
    [theirs, ours] = await Promise.all([startPeer('zookeeper', { conf, jvm: ['-Dznode.container.checkIntervalMs=200'] }), startOurs({ conf: [...conf, 'znode.container.checkIntervalMs=200'] })]);
  });
  afterAll(async () => { await Promise.all([theirs?.stop(), ours?.stop()]); });

  test.for(setScenarios.map((scenario) => [scenario.title, scenario] as const))('X5 %s', ([, scenario]) => alike(theirs.port, ours.port, scenario));
});

describe.skipIf(problem)(`through a follower of three${problem ? ` (${problem})` : ''}`, () => {
  let theirs: RunningEnsemble;
  let ours: OurEnsemble;
  const ports = [0, 0];
  const followerOf = async (all: readonly number[]): Promise<number> => {
    const modes = await Promise.all(all.map((port) => fourLetterWord(port, 'srvr')));
    return all[modes.findIndex((text) => /^Mode: follower$/m.test(text))] ?? 0;
  };
  beforeAll(async () => {
    [theirs, ours] = await Promise.all([startEnsemble(options), startOurEnsemble(options)]);
    ports.splice(0, 2, await followerOf(theirs.ports), await followerOf(ours.ports));
  });
  afterAll(async () => { await Promise.all([theirs?.stop(), ours?.stop()]); });

  const scenarios = [...requestScenarios, ...watchScenarios, ...sessionScenarios];
  test.for(scenarios.map((scenario) => [scenario.title, scenario] as const))('X14 %s', ([, scenario]) => alike(ports[0] ?? 0, ports[1] ?? 0, scenario));
});
