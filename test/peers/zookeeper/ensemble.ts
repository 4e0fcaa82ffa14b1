// Several real ZooKeeper servers as one ensemble: each a peer of its own, so that one can be killed and started on its data again.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../peer-process.ts';
import { startPeer, type RunningPeer } from '../start-peer.ts';
import type { ZooKeeperOptions } from './zookeeper.ts';

export interface EnsembleOptions extends Omit<ZooKeeperOptions, 'ensemble' | 'ready'> {
  /** 3 unless given. */
  readonly nodes?: number;
}

export interface RunningEnsemble {
  /** HOST:PORT,HOST:PORT,... */
  readonly connect: string;
  readonly ports: readonly number[];
  readonly servers: readonly string[];
  /** By number, 1 and up; a member that was killed keeps its last pid here. */
  member(id: number): RunningPeer<'zookeeper'>;
  /** SIGKILL; resolves when its process is gone. */
  kill(id: number): Promise<void>;
  /** Starts a member that ended, on its data; with `options` (another release) if given. */
  start(id: number, options?: Partial<ZooKeeperOptions>): Promise<void>;
  stop(): Promise<void>;
}

/** Resolves when all members serve. */
export async function startEnsemble(options: EnsembleOptions = {}): Promise<RunningEnsemble> {
  const { nodes = 3, ...shared } = options;
  const dir = mkdtempSync(join(tmpdir(), 'sluice-ensemble-'));
  const ids = Array.from({ length: nodes }, (_, at) => at + 1);
  const taken = new Set<number>();
  const free = async (): Promise<number> => { for (;;) { const port = await freePort(); if (!taken.has(port)) { taken.add(port); return port; } } };
  const servers: string[] = [];
  for (const id of ids) servers.push(`server.${id}=127.0.0.1:${await free()}:${await free()}`);
  const ports: number[] = [];
  for (const _ of ids) ports.push(await free());
  const members = new Map<number, RunningPeer<'zookeeper'>>();
  const start = async (id: number, more: Partial<ZooKeeperOptions> = {}): Promise<void> => {
    members.set(id, await startPeer('zookeeper', { ...shared, ...more, ensemble: { id, servers } }, { port: ports[id - 1] ?? 0, dir: join(dir, `node${id}`) }));
  };
  const stop = async (): Promise<void> => {
    await Promise.all([...members.values()].map((member) => member.stop()));
    rmSync(dir, { recursive: true, force: true });
  };
  const started = await Promise.allSettled(ids.map((id) => start(id)));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed) { await stop(); throw failed.reason; }
  const member = (id: number): RunningPeer<'zookeeper'> => {
    const found = members.get(id);
    if (!found) throw new Error(`the ensemble has no member ${id}`);
    return found;
  };
  return {
    connect: ports.map((port) => `127.0.0.1:${port}`).join(','), ports, servers, member, start, stop,
    kill: async (id) => { process.kill(member(id).pid, 'SIGKILL'); await member(id).ended; },
  };
}
