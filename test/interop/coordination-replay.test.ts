// A recorded session of several hundred requests is answered byte for byte as a real ZooKeeper 3.9 answers it, zxids included;
// only times, session ids, passwords and the order of names in a list of children may differ.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OP } from '../../main/engines/coordination/op-codes.ts';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { startOurs, type OurNode } from './support/coordination-node.ts';
import { maskReply, recording } from './support/coordination-recording.ts';
import { RawClient } from './support/raw-client.ts';

const problem = peerProblem('zookeeper');

/** Every frame that came back, in words of hex: replies in order, and after each what the three clients were notified of. */
async function replay(port: number, count: number): Promise<string[]> {
  const clients: RawClient[] = [];
  for (let n = 0; n < 3; n++) clients.push(await RawClient.open(port, { timeout: 20_000 }));
  const lines: string[] = [];
  for (const { client, xid, type, payload } of recording(count)) {
    const asked = clients[client] as RawClient;
    const answer = asked.expect(xid);
    asked.send(payload);
    const reply = await answer;
    if (!reply) throw new Error(`request ${xid} of type ${type} ended the connection`);
    const frame = Buffer.alloc(16 + reply.body.length);
    frame.writeInt32BE(reply.xid);
    frame.writeBigInt64BE(BigInt(reply.zxid), 4);
    frame.writeInt32BE(reply.err, 12);
    reply.body.copy(frame, 16);
    lines.push(`${xid} type ${type}: ${maskReply(type, frame).toString('hex')}`);
    for (const [n, other] of clients.entries()) {
      await other.request(OP.ping, undefined, -2);
      for (const event of other.events.splice(0)) lines.push(`${xid} tells ${n}: ${event.xid} ${event.zxid} ${event.err} ${event.body.toString('hex')}`);
    }
  }
  for (const client of clients) await client.close();
  return lines;
}

describe.skipIf(problem)(`beside a real ZooKeeper 3.9${problem ? ` (${problem})` : ''}`, () => {
  let theirs: RunningPeer<'zookeeper'>;
  let ours: OurNode;
  beforeAll(async () => { [theirs, ours] = await Promise.all([startPeer('zookeeper'), startOurs()]); });
  afterAll(async () => { await Promise.all([theirs?.stop(), ours?.stop()]); });

  test('X6 900 recorded requests of three clients', async () => {
    const [wanted, got] = await Promise.all([replay(theirs.port, 900), replay(ours.port, 900)]);
    expect(wanted.length).toBeGreaterThan(1000);
    expect(got).toEqual(wanted);
  });
});
