// The agents that run in this process, by the id of their pipeline: told of once a second, changed while they run, stopped in order.
import { mkdir } from 'node:fs/promises';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { AsyncQueue, onAbort } from '../../../lib/async.ts';
import type { AgentItem, AgentSpec } from '../api.ts';
import type { Event } from '../event/event.ts';
import type { AgentReport } from '../parts.ts';
import type { Watcher } from '../runner/edge.ts';
import type { AgentStatus } from '../runner/status.ts';
import { Figures } from './figures.ts';

/** What the desk needs of a running agent. */
export interface DeskAgent {
  status(): AgentStatus;
  /** Tells `watcher` what passes the edge of that id from now on, also after a reload; the answer ends it. PIPELINE_EDIT for an edge that is not there. */
  watch(edge: string, watcher: Watcher): () => void;
  /** Only what changed is started again; rejects and keeps the old one when the new one is not healthy. */
  reload(spec: AgentSpec): Promise<void>;
  /** Into the channels of a source, as if it had received them. */
  inject(source: string, events: readonly Event[]): Promise<void>;
  stop(): Promise<void>;
}
/** AGENT_* when nothing of it can run. */
export type StartDeskAgent<A extends DeskAgent> = (spec: AgentSpec, report: (report: AgentReport) => void) => Promise<A>;

const TELL_EVERY_MS = 1000;
/** Complaints in one second that are told; the rest are like them. */
const COMPLAINTS = 20;

interface Running<A> { spec: AgentSpec; readonly stopped: Promise<void>; readonly stop: () => void; agent: A | null }

export class Agents<A extends DeskAgent> {
  readonly #start: StartDeskAgent<A>;
  readonly #running = new Map<string, Running<A>>();

  constructor(start: StartDeskAgent<A>) {
    this.#start = start;
  }

  /** PIPELINE_NOT_RUNNING. */
  agent(id: string): A {
    const agent = this.#running.get(id)?.agent;
    if (!agent) throw SluiceError.of('PIPELINE_NOT_RUNNING', { pipeline: id });
    return agent;
  }

  spec(id: string): AgentSpec | null {
    return this.#running.get(id)?.spec ?? null;
  }

  /** Runs until `signal` or `stop`; one of the same id that is still stopping is waited for. */
  async *run(id: string, spec: AgentSpec, signal: AbortSignal): AsyncGenerator<AgentItem, void, undefined> {
    await this.#running.get(id)?.stopped;
    if (signal.aborted) return;
    const queue = new AsyncQueue<AgentItem>();
    const { promise: stopped, resolve: hasStopped } = Promise.withResolvers<void>();
    const running: Running<A> = { spec, stopped, stop: () => { queue.end(); }, agent: null };
    this.#running.set(id, running);
    const undo = onAbort(signal, running.stop);
    let timer: NodeJS.Timeout | null = null;
    let complaints = 0;
    try {
      await mkdir(spec.stateDir, { recursive: true, mode: 0o700 });
      const agent = await this.#start(spec, (report) => {
        if (report.type === 'note' || (report.type === 'state' && report.error === null)) return;
        complaints += 1;
        const { error } = report;
        if (complaints <= COMPLAINTS && error) queue.push({ type: 'problem', at: report.at, node: `${report.component.kind} ${report.component.name}`, error: error.toInfo() });
      });
      running.agent = agent;
      const figures = new Figures();
      const tell = (): void => {
        complaints = 0;
        queue.push({ type: 'live', live: figures.read(agent.status(), Date.now(), performance.now()) });
      };
      tell();
      timer = setInterval(tell, TELL_EVERY_MS);
      yield* queue;
    } finally {
      undo();
      if (timer) clearInterval(timer);
      await running.agent?.stop();
      this.#running.delete(id);
      hasStopped();
    }
  }

  async reload(id: string, text: string, agent: string): Promise<void> {
    const running = this.#running.get(id);
    if (!running?.agent) throw SluiceError.of('PIPELINE_NOT_RUNNING', { pipeline: id });
    const spec = { ...running.spec, text, agent };
    await running.agent.reload(spec);
    running.spec = spec;
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
