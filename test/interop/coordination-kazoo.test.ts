// What kazoo's users do - locks, elections, queues, watchers, reconnection - ends alike on a real ZooKeeper and on our node.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { runPython, toolProblem } from '../peers/zookeeper/tools.ts';
import { startOurs, type OurNode } from './support/coordination-node.ts';

const problem = toolProblem();
const program = readFileSync(join(import.meta.dirname, 'support/kazoo-behaviours.py'), 'utf8');

describe.skipIf(problem)(`kazoo${problem ? ` (${problem})` : ''}`, () => {
  let theirs: RunningPeer<'zookeeper'>;
  let ours: OurNode;
  beforeAll(async () => { [theirs, ours] = await Promise.all([startPeer('zookeeper'), startOurs()]); });
  afterAll(async () => { await Promise.all([theirs?.stop(), ours?.stop()]); });

  test.for(['basics', 'acls', 'transactions', 'locks', 'elections', 'queues', 'watchers', 'reconnection'])('X7 kazoo: %s', async (behaviour) => {
    const [wanted, got] = await Promise.all([theirs, ours].map((node) => runPython(program, [node.connect, behaviour])));
    expect(wanted?.stdout.trim().split('\n').at(-1), wanted?.stderr).toBe('done');
    expect(got).toEqual(wanted);
  });
});
