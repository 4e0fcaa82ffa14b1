// The same requests to a real ZooKeeper 3.9 and to our node: all that comes back is alike but for times, session ids and passwords.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { OP } from '../../main/engines/coordination/op-codes.ts';
import { startOurs, type OurNode } from './support/coordination-node.ts';
import { requestScenarios, type Scenario } from './support/coordination-scenarios.ts';
import { sessionScenarios, watchScenarios, wireScenarios } from './support/coordination-scenarios-more.ts';
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

describe.skipIf(problem)(`beside a real ZooKeeper 3.9${problem ? ` (${problem})` : ''}`, () => {
  let theirs: RunningPeer<'zookeeper'>;
  let ours: OurNode;
  beforeAll(async () => { [theirs, ours] = await Promise.all([startPeer('zookeeper', options), startOurs(options)]); });
  afterAll(async () => { await Promise.all([theirs?.stop(), ours?.stop()]); });

  let serial = 0;
  for (const [letter, scenarios] of [['Q', requestScenarios], ['W', watchScenarios], ['N', sessionScenarios], ['B', wireScenarios]] as const) {
    test.for(scenarios.map((scenario) => [scenario.title, scenario] as const))(`${letter} %s`, async ([, scenario]) => {
      const at = `/scenario${++serial}`;
      const [wanted, got] = await Promise.all([tell(theirs.port, scenario, at), tell(ours.port, scenario, at)]);
      expect(wanted.length).toBeGreaterThan(3);
      expect(got).toEqual(wanted);
    });
  }
});
