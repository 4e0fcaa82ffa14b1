// The nodes of our own that run in this process: started from a spec, told of while they run, stopped in order.
import { createServer } from 'node:net';
import { mkdir } from 'node:fs/promises';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { AsyncQueue, onAbort } from '../../../lib/async.ts';
import { codeOf } from '../../../lib/errno.ts';
import type { EngineEvent, NodeItem, NodeSpec, NodeState } from '../api.ts';
import type { NodeEvent, Report } from '../parts.ts';
import { hexId } from './keeper-words.ts';

/** What the desk needs of a running node; compose-coordination.ts gives it. */
export interface DeskNode {
  readonly port: number;
  stop(): Promise<void>;
  /** The owner as the tree has it: to clients, servers show containers and TTL nodes as if they had none (DataNode.copyStat). */
  ownerOf(path: string): bigint | null;
  /** Zxid and size of what was written to `file`. */
  backup(folder: string): Promise<{ readonly file: string; readonly zxid: number; readonly bytes: number }>;
  versions(path: string): Promise<readonly NodeVersion[] | null>;
}
export interface NodeVersion { readonly zxid: number; readonly at: number; readonly version: number; readonly data: Buffer | null; readonly what: 'created' | 'changed' | 'deleted' }
/** COORD_* when it does not start. */
export type StartDeskNode = (spec: NodeSpec, report: Report) => Promise<DeskNode>;

interface Running { readonly spec: NodeSpec; readonly stopped: Promise<void>; readonly stop: () => void; node: DeskNode | null; electionMs: number | null }

const STATES: Readonly<Record<string, NodeState>> = { 'read-only': 'readOnly' };

export class Nodes {
  readonly #start: StartDeskNode;
  readonly #running = new Map<string, Running>();

  constructor(start: StartDeskNode) {
    this.#start = start;
  }

  get(id: string): { readonly port: number; readonly dataDir: string; readonly electionMs: number | null } | null {
    const running = this.#running.get(id);
    return running?.node ? { port: running.node.port, dataDir: running.spec.dataDir, electionMs: running.electionMs } : null;
  }

  node(id: string): DeskNode | null {
    return this.#running.get(id)?.node ?? null;
  }

  /** Runs until `signal` or `stop`; a node of the same id that is still stopping is waited for. */
  async *run(id: string, spec: NodeSpec, signal: AbortSignal): AsyncGenerator<NodeItem, void, undefined> {
    await this.#running.get(id)?.stopped;
    if (signal.aborted) return;
    const queue = new AsyncQueue<NodeItem>();
    const { promise: stopped, resolve: hasStopped } = Promise.withResolvers<void>();
    const running: Running = { spec, stopped, stop: () => { queue.end(); }, node: null, electionMs: null };
    this.#running.set(id, running);
    const undo = onAbort(signal, running.stop);
    let failed = false;
    const report: Report = (event) => {
      if (event.type === 'electionEnded') running.electionMs = event.tookMs;
      if (event.type === 'failed') failed = true;
      for (const item of itemsOf(event, running.node?.port ?? spec.port)) queue.push(item);
    };
    try {
      queue.push({ type: 'state', state: 'starting', port: spec.port, error: null });
      await mkdir(spec.dataDir, { recursive: true, mode: 0o700 });
      running.node = await this.#start(spec, report);
      yield* queue;
    } finally {
      undo();
      // a node that has failed by itself is closed all the same: its folder is let go
      await running.node?.stop().catch((error: unknown) => { if (!failed) throw error; });
      this.#running.delete(id);
      hasStopped();
    }
  }

  async stop(id: string): Promise<void> {
    const running = this.#running.get(id);
    running?.stop();
    await running?.stopped;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((id) => this.stop(id)));
  }
}

function itemsOf(event: NodeEvent, port: number): NodeItem[] {
  const told = (kind: EngineEvent['kind'], params: EngineEvent['params'], member = ''): NodeItem => ({ type: 'event', event: { at: event.at, kind, member, role: null, params, error: null } });
  switch (event.type) {
    case 'state': return event.state === 'stopped' ? [] : [{ type: 'state', state: STATES[event.state] ?? (event.state as NodeState), port, error: null }];
    case 'learnerSynced': return [told('synced', { by: event.by, zxid: event.zxid }, `n${event.sid}`)];
    case 'sessionExpired': return [told('expired', { session: hexId(event.sessionId), ephemerals: event.ephemerals })];
    case 'snapshot': return [told('snapshot', { zxid: event.zxid, tookMs: Math.round(event.tookMs), bytes: event.bytes })];
    case 'warning': return [{ type: 'event', event: { at: event.at, kind: 'warning', member: '', role: null, params: {}, error: event.error.toInfo() } }];
    case 'failed': return [{ type: 'state', state: 'failed', port, error: event.error.toInfo() }];
    default: return [];
  }
}

/** `wanted`, or the next that nothing listens on; COORD_PORT when `strict` and it is taken. */
export async function freePort(host: string, wanted: number, strict: boolean): Promise<number> {
  for (let port = wanted; port <= 65_535; port += 1) {
    const problem = await tryPort(host, port);
    if (problem === null) return port;
    if (strict || port - wanted >= 200) throw SluiceError.of('COORD_PORT', { address: host, port, reason: problem });
  }
  throw SluiceError.of('COORD_PORT', { address: host, port: wanted, reason: 'EADDRINUSE' });
}

function tryPort(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => { resolve(codeOf(error)); });
    server.listen({ host, port, exclusive: true }, () => { server.close(() => { resolve(null); }); });
  });
}
