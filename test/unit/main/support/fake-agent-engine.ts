// An agent engine for the tests of services: runs are driven by the test, calls are noted.
import type { AgentEngine, AgentItem } from '../../../../main/engines/agent/api.ts';
import type { EngineControl } from '../../../../main/app/engine-control.ts';
import type { Lint, PartChange, PipelineLive } from '../../../../preload/contract/pipelines.ts';
import { FakeStream } from './fake-coordination.ts';

export const RUNNING: PipelineLive = {
  at: 5, state: 'running', error: null, edges: [],
  parts: [{ kind: 'channel', name: 'c1', state: 'ready', error: null, in: 10, out: 7, inRate: 4, outRate: 3, errors: 0, size: 3, capacity: 10, fullInMs: null, counters: {} }],
};

export class FakeAgentEngine {
  readonly calls: [string, unknown][] = [];
  readonly runs: FakeStream<Parameters<AgentEngine['run']>[0], AgentItem>[] = [];
  /** Thrown by the next reload. */
  refuse: Error | null = null;
  blocking: Lint[] = [];
  changes: PartChange[] = [];

  readonly #note = <A>(name: string, answer: A) => async (input: unknown): Promise<A> => { this.calls.push([name, input]); return answer; };
  readonly api = {
    examine: this.#note('examine', { agents: [], graph: null, lints: [] }), edit: this.#note('edit', { text: 'edited', agent: 'a1' }), fix: this.#note('fix', { text: 'fixed', agent: 'a1' }),
    plan: async (input) => { this.calls.push(['plan', input]); return { changes: this.changes, blocking: this.blocking }; },
    run: (input, signal) => { const stream = new FakeStream<typeof input, AgentItem>(input, signal); this.runs.push(stream); return stream.queue; },
    stop: this.#note('stop', {}),
    reload: async (input) => {
      this.calls.push(['reload', input]);
      if (this.refuse) throw this.refuse;
      return { changes: [] };
    },
    inject: this.#note('inject', { count: 1 }), letters: this.#note('letters', { letters: [], total: 0 }), passed: this.#note('passed', []),
    ping: async () => ({ pid: 1 }), drain: async () => ({}),
  } satisfies Partial<AgentEngine> as unknown as AgentEngine;
}

export class FakeAgentControl implements EngineControl<AgentEngine> {
  readonly fake = new FakeAgentEngine();
  async engine(): Promise<AgentEngine> { return this.fake.api; }
  async ready(): Promise<AgentEngine> { return this.fake.api; }
  status(): ReturnType<EngineControl['status']> { return { name: 'agent', state: 'ready', error: null, retryAt: null }; }
  onChange(): void { /* never */ }
  onRestart(): void { /* never */ }
  async drain(): Promise<void> { /* nothing */ }
}
