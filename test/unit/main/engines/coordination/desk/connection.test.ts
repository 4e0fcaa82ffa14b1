import { describe, expect, it, vi } from 'vitest';
import type { ClientState, CoordinationClient, OnWatch } from '../../../../../../main/engines/coordination/client/client-types.ts';
import { DeskConnection } from '../../../../../../main/engines/coordination/desk/connection.ts';
import { KeeperError } from '../../../../../../main/engines/coordination/keeper-errors.ts';
import { EVENT } from '../../../../../../main/engines/coordination/op-codes.ts';
import type { ZnodeChange } from '../../../../../../preload/contract/cluster.ts';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';

/** A client whose state and answers the test sets. */
function make() {
  const listeners = new Set<(state: ClientState) => void>();
  const watches: { mode: string; path: string; tell: OnWatch }[] = [];
  const childWatches: OnWatch[] = [];
  const fake = {
    state: 'connected' as ClientState, sessionId: 0x10n, server: 'h:1', problem: null as SluiceError | null, lists: 0,
    answer: async (): Promise<string[]> => ['b', 'a'],
    onState: (listener: (state: ClientState) => void) => { listeners.add(listener); return () => listeners.delete(listener); },
    connected: () => new Promise<void>(() => undefined),
    getChildNames: async (_path: string, watch: OnWatch) => { fake.lists += 1; childWatches.push(watch); return fake.answer(); },
    exists: async () => null,
    addWatch: async (path: string, mode: string, tell: OnWatch) => { watches.push({ mode, path, tell }); },
    removeWatches: async () => undefined,
    close: async () => undefined,
  };
  const connection = new DeskConnection(() => fake as unknown as CoordinationClient, { connectString: 'h:1', sessionTimeoutMs: 1, auth: { kind: 'none' }, tls: null });
  const to = (state: ClientState): void => { fake.state = state; for (const listener of [...listeners]) listener(state); };
  return { fake, connection, to, watches, childWatches };
}
const page = { path: '/a', filter: '', offset: 0, limit: 10, locate: [] };

describe('a session of the desk', () => {
  it('D1 a list is read once while it is watched, and anew after it has changed', async () => {
    const { fake, connection, childWatches } = make();
    expect((await connection.children(page)).total).toBe(2);
    await connection.children({ ...page, offset: 1 });
    expect(fake.lists).toBe(1);
    childWatches[0]?.({ type: EVENT.childrenChanged, path: '/a', zxid: 9 });
    fake.answer = async () => ['c', 'b', 'a'];
    expect((await connection.children(page)).total).toBe(3);
    expect(fake.lists).toBe(2);
  });

  it('D2 after an expired session everything is to be read again, and watches are set anew', async () => {
    const { fake, connection, to, watches } = make();
    const stop = new AbortController();
    const told: ZnodeChange[] = [];
    void (async () => { for await (const _ of connection.states(stop.signal)) { /* followed, as the engine does */ } })();
    void (async () => { for await (const change of connection.changes.follow(stop.signal)) told.push(change); })();
    const hits: string[] = [];
    void (async () => { for await (const batch of connection.watch('/w', true, stop.signal)) hits.push(...batch.hits.map((hit) => hit.path)); })();
    await connection.children(page);
    await vi.waitFor(() => expect(watches).toHaveLength(1));
    to('connecting');
    to('connected');
    await new Promise((done) => setTimeout(done, 150));
    expect([told, watches.length, fake.lists]).toEqual([[], 1, 1]); // the same session: its watches live
    to('expired');
    to('connecting');
    to('connected');
    await vi.waitFor(() => expect(told).toEqual([{ all: true, children: [], data: [], gone: [] }]));
    expect(watches.map((watch) => [watch.mode, watch.path])).toEqual([['persistentRecursive', '/w'], ['persistentRecursive', '/w']]);
    watches[1]?.tell({ type: EVENT.created, path: '/w/x', zxid: 3 });
    await vi.waitFor(() => expect(hits).toEqual(['/w/x']));
    await connection.children(page);
    expect(fake.lists).toBe(2);
    stop.abort();
  });

  it('what the ensemble refuses is said in its own word, a cut call and a lost session in ours', async () => {
    const { fake, connection } = make();
    const codeOf = async (error: Error): Promise<string> => {
      fake.answer = async () => { throw error; };
      return connection.children(page).then(() => 'no error', (thrown: unknown) => (thrown instanceof SluiceError ? `${thrown.code} ${String(thrown.params['error'] ?? thrown.params['reason'] ?? '')}` : String(thrown)));
    };
    expect(await codeOf(new KeeperError('NoAuth', '/a'))).toBe('COORD_KEEPER NoAuth');
    expect(await codeOf(new KeeperError('ConnectionLoss'))).toBe('COORD_CONNECT ConnectionLoss');
    expect(await codeOf(new KeeperError('SessionExpired'))).toBe('COORD_SESSION_LOST ');
    expect(await codeOf(new KeeperError('AuthFailed'))).toBe('COORD_AUTH ');
  });
});
