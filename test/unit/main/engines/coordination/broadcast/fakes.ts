// A node without disk and clients, for the tests of election and broadcast: it keeps a journal of what was asked of it, in order, and its disk can be held up.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { NodeConfig, QuorumServer } from '../../../../../../main/engines/coordination/config/node-config.ts';
import type { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import type { Clock, Database, NodeEvent, Role, ServerCore, WriteRequest } from '../../../../../../main/engines/coordination/parts.ts';
import { makeTxn, type Txn } from '../../../../../../main/engines/coordination/txn.ts';
import { OP } from '../../../../../../main/engines/coordination/op-codes.ts';
import { ZNode } from '../../../../../../main/engines/coordination/tree/znode.ts';
import { epochOf } from '../../../../../../main/engines/coordination/zxid.ts';
import { KeeperError } from '../../../../../../main/engines/coordination/keeper-errors.ts';
import { ReconfigRequest } from '../../../../../../main/engines/coordination/jute/records.ts';

export const CLOCK: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

export function setData(zxid: number, value: string): Txn {
  return makeTxn({ clientId: 1n, cxid: 0, zxid, time: 0, type: OP.setData }, { type: OP.setData, record: { path: '/x', data: Buffer.from(value), version: 0 } });
}

/** What a SNAP of a fake holds: a count, then its txns, each with its length. */
function encodeAll(txns: readonly Txn[]): Buffer {
  const parts: Buffer[] = [Buffer.alloc(4)];
  parts[0]?.writeInt32BE(txns.length);
  for (const { bytes } of txns) {
    const head = Buffer.alloc(4);
    head.writeInt32BE(bytes.length);
    parts.push(head, bytes);
  }
  return Buffer.concat(parts);
}

export class FakeDatabase {
  /** 'append 0x..', 'durable 0x..', 'apply 0x..', 'current 3', 'accepted 3', 'truncate 0x..', 'restore 0x..'. */
  readonly journal: string[] = [];
  log: Txn[] = [];
  applied: Txn[] = [];
  restoredTo = 0;
  durable = 0;
  ringSize = 500;
  logReaches = true;
  held: (() => void)[] | null = null;
  #queued: Txn[] = [];
  #listener: ((zxid: number) => void) | null = null;
  #scheduled = false;
  readonly #config = new ZNode(Buffer.alloc(0), 0, 0n, 0, 0);
  epochs: Database['epochs'];
  tree: Database['tree'];
  sessions = new Map<bigint, number>();

  constructor(current = -1, accepted = -1) {
    const files = { current, accepted };
    this.epochs = {
      get current() { return files.current; },
      get accepted() { return files.accepted; },
      setCurrent: async (epoch: number) => { await this.#pass(); this.journal.push(`current ${epoch}`); files.current = epoch; },
      setAccepted: async (epoch: number) => { await this.#pass(); this.journal.push(`accepted ${epoch}`); files.accepted = epoch; },
      settle: async (lastZxid: number) => {
        if (files.current === -1) files.current = epochOf(Math.max(lastZxid, 0));
        if (files.accepted === -1) files.accepted = files.current;
      },
    } as Database['epochs'];
    const lastApplied = (): number => this.applied.at(-1)?.header.zxid ?? this.restoredTo;
    const config = this.#config;
    this.tree = {
      get lastZxid() { return lastApplied(); }, bytes: 1000, count: 1,
      get: (path: string) => (path === '/zookeeper/config' ? config : undefined), ephemeralsOf: () => new Set<string>(),
    } as unknown as Database['tree'];
  }

  asDatabase(): Database { return this as unknown as Database; }
  get configText(): string { return this.#config.data?.toString() ?? ''; }
  get lastLoggedZxid(): number { return Math.max(this.#queued.at(-1)?.header.zxid ?? 0, this.log.at(-1)?.header.zxid ?? 0, this.tree.lastZxid); }

  /** The disk does nothing until `release`. */
  hold(): void { this.held ??= []; }
  release(): void {
    const held = this.held;
    this.held = null;
    for (const go of held ?? []) go();
  }
  async #pass(): Promise<void> {
    if (this.held) await new Promise<void>((resolve) => { this.held?.push(resolve); });
    else await new Promise((resolve) => { setImmediate(resolve); });
  }

  apply(txn: Txn): { err: number } {
    if (txn.header.zxid > this.tree.lastZxid) {
      this.journal.push(`apply 0x${txn.header.zxid.toString(16)}`);
      this.applied.push(txn);
    }
    if (txn.change.type === OP.reconfig) this.#config.data = txn.change.record.data;
    return { err: 0 };
  }

  append(txn: Txn): void {
    this.journal.push(`append 0x${txn.header.zxid.toString(16)}`);
    this.#queued.push(txn);
    void this.#write();
  }
  async #write(): Promise<void> {
    if (this.#scheduled) return;
    this.#scheduled = true;
    await this.#pass();
    this.#scheduled = false;
    this.log.push(...this.#queued);
    this.#queued = [];
    const last = this.log.at(-1)?.header.zxid ?? 0;
    this.durable = last;
    this.journal.push(`durable 0x${last.toString(16)}`);
    this.#listener?.(last);
  }
  async flushed(): Promise<void> { while (this.#queued.length > 0) await new Promise((resolve) => { setImmediate(resolve); }); }
  onDurable(listener: ((zxid: number) => void) | null): void { this.#listener = listener; }
  onFailure(_listener: (error: SluiceError) => void): void {}
  committedLog(): readonly Txn[] { return this.applied.slice(-this.ringSize); }
  async logSince(zxid: number): Promise<AsyncIterable<Txn> | null> {
    if (!this.logReaches) return null;
    const txns = this.applied.filter((txn) => txn.header.zxid > zxid);
    return (async function* () { yield* txns; })();
  }
  async lastZxidUpTo(zxid: number): Promise<number> { return this.applied.findLast((txn) => txn.header.zxid <= zxid)?.header.zxid ?? 0; }
  async truncate(zxid: number): Promise<void> {
    await this.#pass();
    if (!this.log.some((txn) => txn.header.zxid === zxid)) throw new Error('the log does not hold it');
    this.journal.push(`truncate 0x${zxid.toString(16)}`);
    this.log = this.log.filter((txn) => txn.header.zxid <= zxid);
    this.applied = this.applied.filter((txn) => txn.header.zxid <= zxid);
  }
  serialize(): { zxid: number; chunks: AsyncIterable<Buffer> } {
    const bytes = encodeAll(this.applied);
    return { zxid: this.tree.lastZxid, chunks: (async function* () { yield bytes.subarray(0, 3); yield bytes.subarray(3); })() };
  }
  async restore(zxid: number, pull: (size: number) => Promise<Buffer>): Promise<void> {
    const { decodeTxn } = await import('../../../../../../main/engines/coordination/txn.ts');
    const txns: Txn[] = [];
    for (let left = (await pull(4)).readInt32BE(0); left > 0; left--) txns.push(decodeTxn(Buffer.from(await pull((await pull(4)).readInt32BE(0)))));
    await this.#pass();
    this.journal.push(`restore 0x${zxid.toString(16)}`);
    this.log = [];
    this.applied = txns;
    this.restoredTo = zxid;
  }

  /** Txns that are in the log and the tree from the start. */
  load(...txns: Txn[]): this {
    this.log.push(...txns);
    this.applied.push(...txns);
    return this;
  }
}

export class FakeCore {
  readonly db: Database;
  role: Role | null = null;
  planReconfig: ServerCore['planReconfig'] = null;
  readonly committed: Txn[] = [];
  readonly touched = new Map<bigint, number>();
  #next = 0;
  readonly #lives = new Map<bigint, number>();
  expired: ((sessionId: bigint) => void) | null = null;
  onCommit: ((txn: Txn) => void) | null = null;
  readonly sessions: ServerCore['sessions'];

  constructor(db: Database) {
    this.db = db;
    this.sessions = {
      start: (expired: (sessionId: bigint) => void) => { this.expired = expired; }, stop: () => { this.expired = null; },
      add: (id: bigint, ms: number) => { this.#lives.set(id, ms); },
      touch: (id: bigint, ms: number) => { this.touched.set(id, ms); return this.#lives.has(id); },
      remove: (id: bigint) => { this.#lives.delete(id); }, setOwner: () => {}, check: () => {}, takeTouched: () => new Map<bigint, number>(), nextId: () => 1n,
    };
  }

  asCore(): ServerCore { return this as unknown as ServerCore; }
  serve(role: Role): void { this.role = role; }
  retire(): void { this.role = null; }
  setLastPreparedZxid(zxid: number): void { this.#next = zxid; }
  prepare(request: WriteRequest): Txn {
    const zxid = ++this.#next;
    if (request.type === OP.reconfig) {
      try {
        const data = (this.planReconfig as NonNullable<ServerCore['planReconfig']>)(ReconfigRequest.decode(request.payload), zxid);
        return makeTxn({ clientId: request.sessionId, cxid: request.cxid, zxid, time: 0, type: OP.reconfig }, { type: OP.reconfig, record: { path: '/zookeeper/config', data, version: -1 } });
      } catch (error) {
        if (!(error instanceof KeeperError)) throw error;
        return makeTxn({ clientId: request.sessionId, cxid: request.cxid, zxid, time: 0, type: OP.error }, { type: OP.error, record: { err: error.code } });
      }
    }
    const data = Buffer.from(request.payload);
    return makeTxn({ clientId: request.sessionId, cxid: request.cxid, zxid, time: 0, type: OP.setData }, { type: OP.setData, record: { path: '/x', data, version: 0 } });
  }
  commit(txn: Txn): void {
    this.db.apply(txn);
    this.committed.push(txn);
    this.onCommit?.(txn);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => { server.once('listening', resolve); });
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => { server.close(resolve); });
  return port;
}

export async function freeServers(count: number, role: (sid: number) => QuorumServer['role'] = () => 'participant'): Promise<Map<number, QuorumServer>> {
  const servers = new Map<number, QuorumServer>();
  for (let sid = 1; sid <= count; sid++) {
    servers.set(sid, { sid, addresses: [{ host: '127.0.0.1', quorumPort: await freePort(), electionPort: await freePort() }], role: role(sid), client: null });
  }
  return servers;
}

export function configOf(myid: number, servers: ReadonlyMap<number, QuorumServer>, more: Partial<NodeConfig> = {}): NodeConfig {
  return {
    myid, dataDir: '/nowhere', tickTime: 500, initLimit: 10, syncLimit: 5, heartbeatMs: 100, connectToLearnerMasterLimit: 0, quorumListenOnAllIPs: false, reconfigEnabled: false,
    standaloneEnabled: false, readOnlyMode: false, configFile: null, dynamicConfigFile: null, sslQuorum: false, portUnification: false, quorumTls: null, quorumAuth: null,
    observerMasterPort: null, quorum: { servers, groups: null, weights: new Map(), version: 0 }, ...more,
  } as unknown as NodeConfig;
}

/** Waits for an outcome; the message says what did not come. */
export async function until(what: string, holds: () => boolean, ms = 15_000): Promise<void> {
  const end = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`did not come: ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 5); });
  }
}

export function eventsTo(list: NodeEvent[]): (event: NodeEvent) => void {
  return (event) => { list.push(event); };
}

/** Two ends of one connection. */
export async function socketPair(): Promise<{ readonly near: Socket; readonly far: Socket }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const far = connect({ port: (server.address() as { port: number }).port, host: '127.0.0.1', noDelay: true });
  const [near] = await once(server, 'connection') as [Socket];
  server.close();
  for (const socket of [near, far]) socket.on('error', () => undefined);
  return { near, far };
}
