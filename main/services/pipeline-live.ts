// One pipeline while the program runs: its agent kept running through losses of the engine, the figures of now, and what its components complained of.
import { randomUUID } from 'node:crypto';
import type { ErrorInfo } from '../../preload/contract/errors.ts';
import type { Pipeline, PipelineLive, PipelineProblem, Sample } from '../../preload/contract/pipelines.ts';
import { SluiceError, toErrorInfo } from '../../preload/contract/sluice-error.ts';
import type { AgentEngine, AgentItem } from '../engines/agent/api.ts';
import { delay } from '../lib/async.ts';
import { CollectionTopic, ValueTopic } from '../lib/topic.ts';
import type { StoredPipeline } from '../store/pipelines.ts';
import type { AgentSource } from './engine-source.ts';

const AGAIN = 1000;
/** Points of the charts, one a second. */
const SAMPLES = 600;
const PROBLEMS = 200;

export interface LiveDeps {
  readonly engines: AgentSource;
  readonly now: () => number;
  readonly stateDir: string;
  readonly changed: () => void;
  /** It ended by itself, for a reason that another try would only repeat. */
  readonly failed: (error: ErrorInfo) => void;
}

export class PipelineRun {
  stored: StoredPipeline;
  readonly live: ValueTopic<PipelineLive>;
  readonly samples = new CollectionTopic<Sample>([], { minIntervalMs: 500 });
  readonly problems = new CollectionTopic<PipelineProblem>();
  readonly #deps: LiveDeps;
  #over: AbortController | null = null;
  #ended: Promise<void> = Promise.resolve();
  #first: First = firstAnswer();

  constructor(stored: StoredPipeline, deps: LiveDeps) {
    this.stored = stored;
    this.#deps = deps;
    this.live = new ValueTopic<PipelineLive>(idle('stopped', null, deps.now()), { minIntervalMs: 250 });
  }

  shown(): Pipeline {
    const { id, name, agent, on, text, deployed, deployedAgent, deployedAt } = this.stored;
    const { state, error, parts } = this.live.value;
    const channels = parts.filter(({ kind }) => kind === 'channel');
    const sum = (figure: 'inRate' | 'outRate'): number => channels.reduce((total, part) => total + part[figure], 0);
    return {
      id, name, agent, on, state, error, inRate: sum('inRate'), outRate: sum('outRate'), lag: channels.reduce((total, part) => total + (part.size ?? 0), 0),
      problems: parts.filter((part) => part.error !== null).length, draft: deployed === null || deployed !== text || deployedAgent !== agent, deployedAt,
    };
  }

  get isOn(): boolean {
    return this.#over !== null;
  }

  /** Runs it, again after each loss of the engine, until `stop`. */
  start(): void {
    if (this.#over) return;
    const over = new AbortController();
    const before = this.#ended;
    this.#over = over;
    this.#first = firstAnswer();
    this.#set('starting', null);
    this.#ended = before.then(() => this.#keep(over));
  }

  /** Once it runs (null), or why it does not. */
  first(): Promise<ErrorInfo | null> {
    return this.#first.promise;
  }

  async stop(): Promise<void> {
    const over = this.#over;
    const ended = this.#ended;
    if (over) {
      this.#set('draining', null);
      const engine = await this.#deps.engines.engine().catch(() => null);
      over.abort();
      this.#over = null;
      await engine?.stop({ id: this.stored.id }).catch(() => undefined);
    }
    await ended;
    // it may have been started again meanwhile
    if (this.#over === null) this.#set('stopped', null);
  }

  close(): void {
    this.#over?.abort();
    this.live.close();
    this.samples.close();
    this.problems.close();
  }

  async #keep(over: AbortController): Promise<void> {
    const { signal } = over;
    while (!signal.aborted) {
      try {
        await this.#run(await this.#deps.engines.ready(signal), signal);
      } catch (thrown) {
        if (signal.aborted) return;
        const error = toErrorInfo(thrown);
        if (error.code !== 'ENGINE_DOWN' && error.code !== 'APP_CANCELLED') return this.#failed(error);
        this.#set('starting', error);
      }
      await delay(AGAIN, signal).catch(() => undefined);
    }
  }

  async #run(engine: AgentEngine, signal: AbortSignal): Promise<void> {
    const { deployed, deployedAgent, id } = this.stored;
    if (deployed === null || deployedAgent === null) throw SluiceError.of('PIPELINE_NOT_RUNNING', { pipeline: this.stored.name });
    for await (const item of engine.run({ id, spec: { text: deployed, agent: deployedAgent, stateDir: this.#deps.stateDir } }, signal)) this.#item(item);
  }

  #item(item: AgentItem): void {
    if (item.type === 'problem') return this.#problem(item);
    this.live.set(item.live);
    if (item.live.state !== 'starting') this.#first.resolve(null);
    const { inRate, outRate, lag } = this.shown();
    const fills = Object.fromEntries(item.live.parts.flatMap((part) => (part.kind === 'channel' && part.capacity ? [[part.name, (part.size ?? 0) / part.capacity] as const] : [])));
    this.samples.upsert({ id: String(item.live.at), at: item.live.at, in: inRate, out: outRate, lag, fills });
    const { items } = this.samples;
    if (items.length > SAMPLES) this.samples.remove(...items.slice(0, items.length - SAMPLES).map((sample) => sample.id));
    this.#deps.changed();
  }

  #problem({ at, node, error }: Extract<AgentItem, { type: 'problem' }>): void {
    const same = this.problems.items.find((problem) => problem.node === node && problem.error.code === error.code && JSON.stringify(problem.error.params) === JSON.stringify(error.params));
    this.problems.upsert(same ? { ...same, at, times: same.times + 1 } : { id: randomUUID(), at, node, error, times: 1 });
    const { items } = this.problems;
    if (items.length > PROBLEMS) this.problems.remove(...[...items].sort((a, b) => a.at - b.at).slice(0, items.length - PROBLEMS).map((old) => old.id));
  }

  #failed(error: ErrorInfo): void {
    this.#over?.abort();
    this.#over = null;
    this.#set('failed', error);
    this.#first.resolve(error);
    this.#deps.failed(error);
  }

  #set(state: PipelineLive['state'], error: ErrorInfo | null): void {
    this.live.set(state === 'draining' ? { ...this.live.value, state } : idle(state, error, this.#deps.now()));
    this.#deps.changed();
  }
}

interface First { readonly promise: Promise<ErrorInfo | null>; readonly resolve: (error: ErrorInfo | null) => void }

function firstAnswer(): First {
  let resolve: First['resolve'] = () => undefined;
  const promise = new Promise<ErrorInfo | null>((done) => { resolve = done; });
  return { promise, resolve };
}

function idle(state: PipelineLive['state'], error: ErrorInfo | null, at: number): PipelineLive {
  return { at, state, error, parts: [], edges: [] };
}
