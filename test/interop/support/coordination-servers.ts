// The servers that suites of the client and the recipes run over: real ZooKeeper 3.8 and 3.9, and our own node.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { peerProblem, startPeer } from '../../peers/start-peer.ts';
import type { ZooKeeperOptions } from '../../peers/zookeeper/zookeeper.ts';
import { openClient } from '../../../main/engines/coordination/client/client.ts';
import type { ClientOptions, CoordinationClient } from '../../../main/engines/coordination/client/client-types.ts';
import { startOurs } from './coordination-node.ts';
import { TcpProxy } from './tcp-proxy.ts';

type ServerOptions = Omit<ZooKeeperOptions, 'release' | 'jvm'>;

interface ServerKind {
  readonly name: string;
  readonly problem: string | null;
  start(options: ServerOptions): Promise<{ readonly connect: string; stop(): Promise<void> }>;
}

const real = peerProblem('zookeeper');
export const SERVERS: readonly ServerKind[] = [
  { name: 'ZooKeeper 3.8', problem: real, start: (options) => startPeer('zookeeper', { ...options, release: '3.8' }) },
  { name: 'ZooKeeper 3.9', problem: real, start: (options) => startPeer('zookeeper', { ...options, release: '3.9' }) },
  { name: 'our node', problem: existsSync(join(import.meta.dirname, 'run-node.ts')) ? null : 'it cannot be started yet', start: (options) => startOurs(options) },
];

/** One running server with a proxy in front of it, and clients that end with the test file. */
export class Bench {
  connect = '';
  proxy!: TcpProxy;
  readonly #clients: CoordinationClient[] = [];
  #serial = 0;
  #stop: () => Promise<void> = () => Promise.resolve();

  async start(kind: ServerKind, options: ServerOptions): Promise<void> {
    const server = await kind.start({ conf: ['tickTime=300', 'maxSessionTimeout=60000'], ...options });
    this.connect = server.connect;
    this.proxy = await TcpProxy.to(server.connect);
    this.#stop = () => server.stop();
  }

  /** By the proxy unless told otherwise; below a folder of its own if `at` is given. */
  open(options: Partial<ClientOptions> = {}): CoordinationClient {
    const client = openClient({ connectString: this.proxy.connect, sessionTimeoutMs: 6000, ...options });
    this.#clients.push(client);
    return client;
  }

  /** Not through the proxy: goes on while the others are cut off. */
  direct(options: Partial<ClientOptions> = {}): CoordinationClient {
    return this.open({ connectString: this.connect, ...options });
  }

  /** Cuts all connections; resolves when this client has noticed. */
  async cut(client: CoordinationClient): Promise<void> {
    const noticed = new Promise<void>((resolve) => {
      const undo = client.onState(() => { undo(); resolve(); });
    });
    this.proxy.cut();
    await noticed;
  }

  /** A path nobody used. */
  path(): string {
    return `/test${++this.#serial}-${process.pid}`;
  }

  /** Ends the client's session on the server, behind its back. */
  async expire(client: CoordinationClient): Promise<void> {
    const session = { id: client.sessionId, password: client.sessionPassword };
    // the client may take its session back before the close: again, until the server knows the session no more
    for (let lives = true; lives;) {
      const thief = openClient({ connectString: this.connect, sessionTimeoutMs: 3000, session, renewSession: false });
      lives = await thief.connected().then(() => true, () => false);
      await thief.close();
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.proxy?.stop();
    await this.#stop();
  }
}

/** Declares the suite once for each server; skipped in words where one cannot be had. */
export function onEveryServer(options: ServerOptions, suite: (bench: Bench, name: string) => void): void {
  for (const kind of SERVERS) {
    describe.skipIf(kind.problem)(`over ${kind.name}${kind.problem ? ` (${kind.problem})` : ''}`, () => {
      const bench = new Bench();
      afterEach(() => { bench.proxy?.open(); });
      beforeAll(() => bench.start(kind, options));
      afterAll(() => bench.stop());
      suite(bench, kind.name);
    });
  }
}

/** Resolves once it holds; the test's own time limit ends the wait. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => { setTimeout(resolve, 20); });
}
