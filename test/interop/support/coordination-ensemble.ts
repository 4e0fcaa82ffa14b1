// Several of our nodes as one ensemble, each in a process of its own and, if wanted, every link between two of them through a proxy.
// All have one configuration (a leader's is everyone's in the end), by names that each process resolves for itself: its own to the
// address it listens on, another's to the proxy of that link.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../peers/peer-process.ts';
import { fourLetterWord } from '../../peers/zookeeper/zookeeper.ts';
import { LinkProxy, type LinkState } from '../../support/link-proxy.ts';
import { startOurs, type OurNode, type OurOptions } from './coordination-node.ts';

export interface OurEnsembleOptions extends Omit<OurOptions, 'ensemble' | 'ready'> {
  /** 3 unless given. */
  readonly nodes?: number;
  /** Every link goes through a proxy that `cut` can cut. */
  readonly proxied?: boolean;
}

export interface OurEnsemble {
  readonly dir: string;
  readonly connect: string;
  readonly ports: readonly number[];
  member(id: number): OurNode;
  /** The number of the leader now, or null. */
  leader(): Promise<number | null>;
  kill(id: number): Promise<void>;
  /** Starts a member that ended, on its data; resolves when it listens (or serves). */
  start(id: number, ready?: 'serving' | 'listening'): Promise<void>;
  /** Cuts what `from` sends to `to`, over connections of either's making; null heals. */
  cut(from: number, to: number, how: 'cut' | 'heal'): void;
  stop(): Promise<void>;
}

/** Resolves when all members serve. */
export async function startOurEnsemble(options: OurEnsembleOptions = {}): Promise<OurEnsemble> {
  const { nodes = 3, proxied = false, ...shared } = options;
  const dir = mkdtempSync(join(tmpdir(), 'sluice-ensemble-'));
  const ids = Array.from({ length: nodes }, (_, at) => at + 1);
  const own = new Map<number, { readonly quorum: number; readonly election: number; readonly client: number }>();
  for (const id of ids) own.set(id, { quorum: await freePort(), election: await freePort(), client: await freePort() });
  const of = (id: number): { readonly quorum: number; readonly election: number; readonly client: number } => own.get(id) as { quorum: number; election: number; client: number };
  const listens = (id: number): string => (proxied ? `127.0.1.${id}` : '127.0.0.1');
  /** By `dialler>listener`: the proxies of the quorum and the election port. */
  const links = new Map<string, { readonly proxies: readonly LinkProxy[]; state: LinkState }>();
  for (const from of proxied ? ids : []) {
    for (const to of ids) {
      if (from === to) continue;
      const link = (port: number): Promise<LinkProxy> => LinkProxy.listen({ host: `127.0.${10 + from}.${to}`, port }, { host: listens(to), port });
      links.set(`${from}>${to}`, { proxies: [await link(of(to).quorum), await link(of(to).election)], state: { forth: false, back: false } });
    }
  }
  const nameOf = (id: number): string => (proxied ? `member${id}.test` : '127.0.0.1');
  const servers = ids.map((id) => `server.${id}=${nameOf(id)}:${of(id).quorum}:${of(id).election}`);
  const hosts = (id: number): Record<string, string> => Object.fromEntries(ids.map((to) => [nameOf(to), to === id ? listens(id) : `127.0.${10 + id}.${to}`]));
  const members = new Map<number, OurNode>();
  const start = async (id: number, ready: 'serving' | 'listening' = 'serving'): Promise<void> => {
    members.set(id, await startOurs({ ...shared, ready, ensemble: { id, servers } }, { port: of(id).client, dir: join(dir, `node${id}`), ...(proxied ? { hosts: hosts(id) } : {}) }));
  };
  const member = (id: number): OurNode => {
    const found = members.get(id);
    if (!found) throw new Error(`the ensemble has no member ${id}`);
    return found;
  };
  const stop = async (): Promise<void> => {
    await Promise.all([...members.values()].map((one) => one.stop()));
    await Promise.all([...links.values()].flatMap(({ proxies }) => proxies.map((proxy) => proxy.close())));
    rmSync(dir, { recursive: true, force: true });
  };
  const set = (name: string, change: Partial<LinkState>): void => {
    const link = links.get(name);
    if (!link) throw new Error('the links of this ensemble have no proxies');
    link.state = { ...link.state, ...change };
    for (const proxy of link.proxies) proxy.cut(link.state);
  };
  const started = await Promise.allSettled(ids.map((id) => start(id)));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed) { await stop(); throw failed.reason; }
  return {
    dir, connect: ids.map((id) => `127.0.0.1:${of(id).client}`).join(','), ports: ids.map((id) => of(id).client), member, start, stop,
    leader: async () => {
      const modes = await Promise.all(ids.map(async (id) => [id, await fourLetterWord(of(id).client, 'srvr')] as const));
      return modes.find(([, text]) => /^Mode: leader$/m.test(text))?.[0] ?? null;
    },
    kill: (id) => member(id).kill(),
    cut: (from, to, how) => {
      set(`${from}>${to}`, { forth: how === 'cut' });
      set(`${to}>${from}`, { back: how === 'cut' });
    },
  };
}
