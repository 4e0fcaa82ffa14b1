// Use cases of pipelines: texts that are kept and edited, deployed, run, looked at. The engine examines and runs; what is kept is kept here.
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ErrorInfo } from '../../preload/contract/errors.ts';
import type { DeployPlan, DryRun, EventDraft, EventShown, Examined, GraphEdit, HistoryEntry, Layout, PartChange, Passed, Pipeline, PipelineLive, PipelineProblem, PipelineText, Sample } from '../../preload/contract/pipelines.ts';
import { SluiceError, toErrorInfo } from '../../preload/contract/sluice-error.ts';
import type { AgentEngine } from '../engines/agent/api.ts';
import { CollectionTopic, type ValueTopic } from '../lib/topic.ts';
import type { PipelineRows, StoredPipeline } from '../store/pipelines.ts';
import type { ActivityService } from './activity.ts';
import type { AgentSource } from './engine-source.ts';
import { PipelineRun } from './pipeline-live.ts';

const HISTORY = 100;
const LETTERS = 500;
const PASSED = 500;

export interface PipelinesDeps {
  readonly rows: PipelineRows;
  readonly engines: AgentSource;
  readonly activity: ActivityService;
  readonly dataDir: string;
  readonly now: () => number;
}

interface Text { readonly text: string; readonly agent: string | null }

export class PipelinesService {
  readonly #deps: PipelinesDeps;
  readonly #topic: CollectionTopic<Pipeline>;
  readonly #runs = new Map<string, PipelineRun>();
  /** Saves since the program started, by pipeline: what a save has to be over. */
  readonly #revs = new Map<string, number>();
  readonly #failedListeners: ((pipeline: Pipeline) => void)[] = [];

  constructor(deps: PipelinesDeps) {
    this.#deps = deps;
    for (const stored of deps.rows.all()) this.#adopt(stored);
    this.#topic = new CollectionTopic<Pipeline>([...this.#runs.values()].map((run) => run.shown()), { minIntervalMs: 500 });
  }

  /** Runs what ran when the program ended. */
  resume(): void {
    for (const run of this.#runs.values()) if (run.stored.on) run.start();
  }

  watch(signal: AbortSignal): ReturnType<CollectionTopic<Pipeline>['watch']> {
    return this.#topic.watch(signal);
  }

  all(): readonly Pipeline[] {
    return this.#topic.items;
  }

  /** Told when one has ended by itself. */
  onFailed(listener: (pipeline: Pipeline) => void): void {
    this.#failedListeners.push(listener);
  }

  create({ name, text, agent, imported }: Text & { readonly name: string; readonly imported: boolean }): Pipeline {
    const stored: StoredPipeline = { id: randomUUID(), name: name.trim(), text, agent, deployed: null, deployedAgent: null, deployedAt: null, layout: {}, on: false };
    this.#deps.rows.insert(stored, this.#deps.now());
    const run = this.#adopt(stored);
    if (imported) this.#record(stored.id, { kind: 'imported', changes: [], text, error: null });
    this.#deps.activity.record({ kind: 'pipelineCreated', params: { pipeline: stored.name }, link: `/pipelines/${stored.id}` });
    return this.#publish(run);
  }

  rename(id: string, name: string): Pipeline {
    const run = this.#of(id);
    return this.#save(run, { ...run.stored, name: name.trim() || run.stored.name });
  }

  /** Stops it first. */
  async remove(id: string, data: boolean): Promise<void> {
    const run = this.#of(id);
    await run.stop();
    this.#deps.rows.remove(id);
    this.#runs.delete(id);
    run.close();
    this.#topic.remove(id);
    if (data) await rm(this.#stateDir(id), { recursive: true, force: true });
  }

  text(id: string): PipelineText {
    const { text, agent, deployed, deployedAgent, layout } = this.#of(id).stored;
    return { id, text, agent, deployed, deployedAgent, layout, rev: this.#revs.get(id) ?? 0 };
  }

  /** PIPELINE_CHANGED when it was saved since `rev`. */
  save({ id, text, agent, layout, rev }: Text & { readonly id: string; readonly layout: Layout; readonly rev: number }): PipelineText {
    const run = this.#of(id);
    this.#checkRev(run, rev);
    this.#revs.set(id, rev + 1);
    this.#save(run, { ...run.stored, text, agent, layout });
    return this.text(id);
  }

  async examine(input: Text, signal: AbortSignal): Promise<Examined> {
    return (await this.#deps.engines.engine()).examine(input, signal);
  }

  async edit(input: Text & { readonly edits: GraphEdit[] }, signal: AbortSignal): Promise<Text> {
    return (await this.#deps.engines.engine()).edit(input, signal);
  }

  async fix(input: Text & { readonly index: number; readonly code: string }, signal: AbortSignal): Promise<Text> {
    return (await this.#deps.engines.engine()).fix(input, signal);
  }

  async plan(id: string, signal: AbortSignal): Promise<DeployPlan> {
    const { text, agent, deployed, deployedAgent } = this.#of(id).stored;
    const engine = await this.#deps.engines.engine();
    const plan = await engine.plan({ before: deployed === null ? null : { text: deployed, agent: deployedAgent }, after: { text, agent } }, signal);
    return { ...plan, before: deployed ?? '', after: text };
  }

  /** Makes the draft what runs. Whatever keeps it from running leaves the old one as it was, and stands in the history. */
  async deploy(id: string, rev: number, signal: AbortSignal): Promise<HistoryEntry> {
    const run = this.#of(id);
    this.#checkRev(run, rev);
    const { text, agent } = run.stored;
    const engine = await this.#deps.engines.engine();
    const { changes, blocking } = await this.plan(id, signal);
    const refuse = (error: SluiceError): never => {
      this.#record(id, { kind: 'refused', changes, text, error: error.toInfo() });
      throw error;
    };
    if (blocking.length > 0 || agent === null) return refuse(SluiceError.of('PIPELINE_REFUSED', { pipeline: run.stored.name, problems: Math.max(1, blocking.length) }));
    if (run.isOn) {
      await engine.reload({ id, text, agent }, signal).catch((thrown: unknown) => refuse(SluiceError.from(toErrorInfo(thrown))));
      return this.#deployed(run, text, agent, changes);
    }
    const before = run.stored;
    this.#save(run, { ...before, deployed: text, deployedAgent: agent, on: true });
    run.start();
    const failed = await run.first();
    if (failed) {
      this.#save(run, { ...run.stored, deployed: before.deployed, deployedAgent: before.deployedAgent, on: false });
      return refuse(SluiceError.from(failed));
    }
    return this.#deployed(run, text, agent, changes);
  }

  /** PIPELINE_NOT_RUNNING when nothing was deployed yet. */
  start(id: string): void {
    const run = this.#of(id);
    if (run.stored.deployed === null) throw SluiceError.of('PIPELINE_NOT_RUNNING', { pipeline: run.stored.name });
    if (run.isOn) return;
    this.#save(run, { ...run.stored, on: true });
    this.#record(id, { kind: 'started', changes: [], text: null, error: null });
    run.start();
  }

  async stop(id: string): Promise<void> {
    const run = this.#of(id);
    this.#save(run, { ...run.stored, on: false });
    if (run.isOn) this.#record(id, { kind: 'stopped', changes: [], text: null, error: null });
    await run.stop();
  }

  live(id: string, signal: AbortSignal): ReturnType<ValueTopic<PipelineLive>['watch']> {
    return this.#of(id).live.watch(signal);
  }

  samples(id: string, signal: AbortSignal): ReturnType<CollectionTopic<Sample>['watch']> {
    return this.#of(id).samples.watch(signal);
  }

  problems(id: string, signal: AbortSignal): ReturnType<CollectionTopic<PipelineProblem>['watch']> {
    return this.#of(id).problems.watch(signal);
  }

  clearProblems(id: string): void {
    this.#of(id).problems.replace([]);
  }

  history(id: string): HistoryEntry[] {
    this.#of(id);
    return this.#deps.rows.history(id, HISTORY);
  }

  /** Waits for the engine when it begins; ends when that does. */
  async *tap(input: { readonly id: string; readonly edge: string; readonly filter: string }, signal: AbortSignal): ReturnType<AgentEngine['tap']> extends AsyncIterable<infer T> ? AsyncGenerator<T, void, undefined> : never {
    yield* (await this.#running(input.id)).tap(input, signal);
  }

  async dryRun(input: Text & { readonly source: string; readonly events: EventDraft[] }, signal: AbortSignal): Promise<DryRun> {
    if (input.agent === null) throw SluiceError.of('PIPELINE_EDIT', { component: input.source, reason: 'the text has no agent' });
    return (await this.#deps.engines.engine()).dryRun({ ...input, agent: input.agent }, signal);
  }

  async inject(input: { readonly id: string; readonly source: string; readonly events: EventDraft[] }, signal: AbortSignal): Promise<{ count: number }> {
    return (await this.#running(input.id)).inject(input, signal);
  }

  pins(id: string): EventShown[] {
    this.#of(id);
    return this.#deps.rows.pins(id);
  }

  pin(id: string, event: EventShown): void {
    this.#of(id);
    this.#deps.rows.pin(id, event);
  }

  unpin(id: string, event: string): void {
    this.#of(id);
    this.#deps.rows.unpin(id, event);
  }

  async letters(id: string, signal: AbortSignal): Promise<Awaited<ReturnType<AgentEngine['letters']>>> {
    this.#of(id);
    return (await this.#deps.engines.engine()).letters({ id, stateDir: this.#stateDir(id), limit: LETTERS }, signal);
  }

  async resubmit(input: { readonly id: string; readonly letters: { id: string; event: EventDraft | null }[] }, signal: AbortSignal): Promise<{ count: number }> {
    return (await this.#running(input.id)).resubmit(input, signal);
  }

  async discard(id: string, letters: string[], signal: AbortSignal): Promise<{ count: number }> {
    this.#of(id);
    return (await this.#deps.engines.engine()).discard({ id, stateDir: this.#stateDir(id), letters }, signal);
  }

  async passed(input: { readonly id: string; readonly edge: string; readonly search: string }, signal: AbortSignal): Promise<Passed[]> {
    if (!this.#of(input.id).isOn) return [];
    return (await this.#deps.engines.engine()).passed({ ...input, limit: PASSED }, signal);
  }

  async replay(input: { readonly id: string; readonly edge: string; readonly first: number; readonly last: number }, signal: AbortSignal): Promise<{ count: number }> {
    return (await this.#running(input.id)).replay(input, signal);
  }

  /** Stops following; the engine stops agents itself when it drains. */
  close(): void {
    for (const run of this.#runs.values()) run.close();
  }

  #adopt(stored: StoredPipeline): PipelineRun {
    const run = new PipelineRun(stored, {
      engines: this.#deps.engines, now: this.#deps.now, stateDir: this.#stateDir(stored.id),
      changed: () => { this.#publish(run); },
      failed: (error) => this.#failed(run, error),
    });
    this.#runs.set(stored.id, run);
    return run;
  }

  #deployed(run: PipelineRun, text: string, agent: string, changes: PartChange[]): HistoryEntry {
    this.#save(run, { ...run.stored, deployed: text, deployedAgent: agent, deployedAt: this.#deps.now(), on: true });
    this.#deps.activity.record({ kind: 'pipelineDeployed', params: { pipeline: run.stored.name }, link: `/pipelines/${run.stored.id}` });
    return this.#record(run.stored.id, { kind: 'deployed', changes: changes.filter(({ what, restarts }) => what !== 'kept' || restarts), text, error: null });
  }

  #failed(run: PipelineRun, error: ErrorInfo): void {
    const { id, name } = run.stored;
    this.#record(id, { kind: 'failed', changes: [], text: null, error });
    this.#deps.activity.record({ kind: 'pipelineFailed', params: { pipeline: name }, error, link: `/pipelines/${id}`, problem: true });
    for (const listener of this.#failedListeners) listener(run.shown());
  }

  #record(id: string, entry: Omit<HistoryEntry, 'id' | 'at'>): HistoryEntry {
    const whole: HistoryEntry = { id: randomUUID(), at: this.#deps.now(), ...entry };
    this.#deps.rows.addHistory(id, whole);
    return whole;
  }

  #save(run: PipelineRun, stored: StoredPipeline): Pipeline {
    run.stored = stored;
    this.#deps.rows.update(stored);
    return this.#publish(run);
  }

  #publish(run: PipelineRun): Pipeline {
    const shown = run.shown();
    if (this.#runs.has(shown.id)) this.#topic.upsert(shown);
    return shown;
  }

  #checkRev(run: PipelineRun, rev: number): void {
    if (rev !== (this.#revs.get(run.stored.id) ?? 0)) throw SluiceError.of('PIPELINE_CHANGED', { pipeline: run.stored.name });
  }

  async #running(id: string): Promise<AgentEngine> {
    const run = this.#of(id);
    if (!run.isOn) throw SluiceError.of('PIPELINE_NOT_RUNNING', { pipeline: run.stored.name });
    return this.#deps.engines.engine();
  }

  #stateDir(id: string): string {
    return join(this.#deps.dataDir, 'agent', id);
  }

  #of(id: string): PipelineRun {
    const run = this.#runs.get(id);
    if (!run) throw SluiceError.of('STORE_NOT_FOUND', { kind: 'pipeline', id });
    return run;
  }
}
