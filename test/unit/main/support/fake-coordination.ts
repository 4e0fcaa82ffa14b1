// A coordination engine for the tests of services: streams are driven by the test, calls are noted.
import type { ConnectionItem, CoordinationEngine, EngineEvent, NodeItem } from '../../../../main/engines/coordination/api.ts';
import { AsyncQueue, onAbort } from '../../../../main/lib/async.ts';
import type { EngineControl } from '../../../../main/app/engine-control.ts';
import type { ClusterHealth, Quorum } from '../../../../preload/contract/cluster.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';

type Look = { health: ClusterHealth; events: EngineEvent[] };

/** One open stream: what it was asked with, and the test's hand on it. */
export class FakeStream<I, T> {
  readonly input: I;
  readonly queue = new AsyncQueue<T>();
  ended = false;
  constructor(input: I, signal: AbortSignal | undefined) {
    this.input = input;
    onAbort(signal, () => { this.ended = true; this.queue.fail(SluiceError.of('APP_CANCELLED', {})); });
  }
  push(item: T): void { this.queue.push(item); }
  fail(error: unknown): void { this.ended = true; this.queue.fail(error); }
}

export const CONNECTED: ConnectionItem = { state: 'connected', server: '127.0.0.1:2181', sessionId: '0x10', readOnly: false, error: null };

export function look(quorum: Quorum, events: EngineEvent[] = []): Look {
  return { health: { at: 1, members: [], quorum }, events };
}

export class FakeCoordination {
  readonly calls: [string, unknown][] = [];
  readonly opens: FakeStream<Parameters<CoordinationEngine['open']>[0], ConnectionItem>[] = [];
  readonly nodes: FakeStream<Parameters<CoordinationEngine['node.run']>[0], NodeItem>[] = [];
  readonly healths: FakeStream<Parameters<CoordinationEngine['health']>[0], Look>[] = [];
  taken = new Set<number>();

  readonly #note = <A>(name: string, answer: A) => async (input: unknown): Promise<A> => { this.calls.push([name, input]); return answer; };
  readonly api = {
    freePort: async ({ wanted, strict, host }) => {
      if (strict && this.taken.has(wanted)) throw SluiceError.of('COORD_PORT', { address: host, port: wanted, reason: 'EADDRINUSE' });
      let port = wanted;
      while (this.taken.has(port)) port += 1;
      return { port };
    },
    'node.run': (input, signal) => { const stream = new FakeStream<typeof input, NodeItem>(input, signal); this.nodes.push(stream); return stream.queue; },
    'node.stop': this.#note('node.stop', {}),
    open: (input, signal) => { const stream = new FakeStream<typeof input, ConnectionItem>(input, signal); this.opens.push(stream); return stream.queue; },
    health: (input, signal) => { const stream = new FakeStream<typeof input, Look>(input, signal); this.healths.push(stream); return stream.queue; },
    word: this.#note('word', { text: 'Mode: standalone' }),
    read: this.#note('read', { path: '/', data: null, gzip: false, stat: {} as never, acl: null }),
    save: this.#note('save', {} as never), create: this.#note('create', { path: '/x' }), delete: this.#note('delete', {}), setAcl: this.#note('setAcl', {} as never),
    deletePlan: this.#note('deletePlan', { path: '/', count: 1, ephemerals: 0, bytes: 0, paths: ['/'], token: 't' }), deleteTree: this.#note('deleteTree', { deleted: 1 }),
    import: this.#note('import', { created: 1, updated: 0, skipped: 0 }),
    ping: async () => ({ pid: 1 }), drain: async () => ({}),
  } satisfies Partial<CoordinationEngine> as unknown as CoordinationEngine;
}

export class FakeCoordinationControl implements EngineControl<CoordinationEngine> {
  readonly fake = new FakeCoordination();
  asked = 0;
  async engine(): Promise<CoordinationEngine> { this.asked += 1; return this.fake.api; }
  async ready(): Promise<CoordinationEngine> { this.asked += 1; return this.fake.api; }
  status(): ReturnType<EngineControl['status']> { return { name: 'coordination', state: this.asked > 0 ? 'ready' : 'stopped', error: null, retryAt: null }; }
  onChange(): void { /* it never changes */ }
  onRestart(): void { /* it never ends */ }
  async drain(): Promise<void> { /* nothing runs */ }
}
