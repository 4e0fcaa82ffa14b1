// What the screens tell of an ensemble: members, quorum, an election as one story. Three nodes of our own, run by the engine itself.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeCoordinationEngine } from '../../main/app/engine-process/compose-coordination.ts';
import type { EngineEvent, NodeItem } from '../../main/engines/coordination/api.ts';
import type { ClusterHealth, EnsembleMember } from '../../preload/contract/cluster.ts';
import { freePort } from '../peers/peer-process.ts';

describe('the desk over an ensemble', () => {
  const { engine, close } = makeCoordinationEngine();
  const over = new AbortController();
  const states = new Map<number, string>();
  const looks: ClusterHealth[] = [];
  const events: EngineEvent[] = [];
  let dir: string;
  let members: EnsembleMember[];

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'sluice-desk-'));
    members = [];
    for (const sid of [1, 2, 3]) members.push({ sid, host: '127.0.0.1', clientPort: await freePort(), quorumPort: await freePort(), electionPort: await freePort(), role: 'participant' });
    for (const member of members) run(member);
    await vi.waitFor(() => { expect([...states.values()].sort()).toEqual(['following', 'following', 'leading']); }, { timeout: 30_000 });
    const access = { connectString: members.map((member) => `127.0.0.1:${member.clientPort}`).join(','), sessionTimeoutMs: 10_000, auth: { kind: 'none' as const }, tls: null };
    await new Promise<void>((resolve, reject) => {
      void (async () => { for await (const item of engine.open({ id: 'e', access }, over.signal)) if (item.state === 'connected') resolve(); })().catch(reject);
    });
    void (async () => {
      for await (const { health, events: fresh } of engine.health({ id: 'e', everyMs: 200 }, over.signal)) {
        looks.push(health);
        events.push(...fresh);
      }
    })().catch(() => undefined);
  }, 60_000);
  afterAll(async () => {
    over.abort();
    await close();
    rmSync(dir, { recursive: true, force: true });
  });

  function run(member: EnsembleMember): void {
    void (async () => {
      for await (const item of engine['node.run']({ id: `n${member.sid}`, spec: { dataDir: join(dir, String(member.sid)), host: '127.0.0.1', port: member.clientPort, myid: member.sid, members } }, over.signal) as AsyncIterable<NodeItem>) {
        if (item.type === 'state') states.set(member.sid, item.state);
      }
      states.set(member.sid, 'stopped');
    })().catch((error: unknown) => { states.set(member.sid, String(error)); });
  }
  const latest = (): ClusterHealth | undefined => looks.at(-1);
  const rolesOf = (health: ClusterHealth | undefined): string[] => (health?.members ?? []).map((member) => member.role).sort();

  it('D8 every member is named by its number, with its role, zxid and lag; one may still fail', async () => {
    await expect.poll(() => latest()?.members.map((member) => member.name), { timeout: 15_000 }).toEqual(['n1', 'n2', 'n3']);
    await expect.poll(() => rolesOf(latest()), { timeout: 15_000 }).toEqual(['follower', 'follower', 'leader']);
    expect(latest()?.quorum).toEqual({ state: 'ok', of: 3, up: 3, canLose: 1 });
    await expect.poll(() => latest()?.members.every(({ zxid, lag }) => (zxid ?? 0) >= 2 ** 32 && lag !== null), { timeout: 15_000 }).toBe(true); // the last may still be on its way
  });

  it('D11 a leader that goes is an election: who lost it, who won, in which epoch; one more loss stops writes', async () => {
    const leader = latest()?.members.find((member) => member.role === 'leader')?.name ?? '';
    events.length = 0;
    await engine['node.stop']({ id: leader });
    await expect.poll(() => rolesOf(latest()), { timeout: 20_000 }).toEqual(['down', 'follower', 'leader']);
    expect(latest()?.quorum).toEqual({ state: 'risk', of: 3, up: 2, canLose: 0 });
    // what was chosen at first may have been given up for a better vote: the last one counts
    await expect.poll(() => {
      const election = events.findLast((event) => event.kind === 'election');
      const now = latest()?.members.find((member) => member.role === 'leader');
      return [election?.member === now?.name, election?.params['epoch'] === Math.floor((now?.zxid ?? 0) / 2 ** 32)];
    }, { timeout: 15_000 }).toEqual([true, true]);
    expect(events.find((event) => event.kind === 'role' && event.member === leader)).toMatchObject({ role: 'down', params: { before: 'leader' }, error: { code: 'COORD_CONNECT' } });
  });

  it('D9 without a majority the quorum is lost; with it, it is back and the member has caught up', async () => {
    const follower = latest()?.members.find((member) => member.role === 'follower')?.name ?? '';
    await engine['node.stop']({ id: follower });
    await expect.poll(() => latest()?.quorum, { timeout: 20_000 }).toMatchObject({ state: 'lost', of: 3, up: 0 });
    run(members.find((member) => `n${member.sid}` === follower) as EnsembleMember);
    await expect.poll(() => latest()?.quorum.state, { timeout: 20_000 }).toBe('risk');
    await expect.poll(() => latest()?.members.filter((member) => member.lag === 0).length, { timeout: 20_000 }).toBe(2);
  });
});
