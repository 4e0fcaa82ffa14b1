// The draft of one pipeline in this window: its text is the truth, the graph is read from it by the engine. Undo goes over texts; each change is saved by itself.
import type { ErrorInfo } from '../../../preload/contract/errors.ts';
import type { Examined, GraphEdit, Layout, PipelineText } from '../../../preload/contract/pipelines.ts';
import { toErrorInfo } from '../../../preload/contract/sluice-error.ts';
import type { Api } from '../../data/api.ts';

const SAVE_MS = 500;
const EXAMINE_MS = 200;
/** Keys typed within this time are undone together. */
const TOGETHER_MS = 1200;
const STEPS = 200;

interface Step { readonly text: string; readonly agent: string | null; readonly layout: Layout }
export type SaveState = 'saved' | 'saving' | 'failed';

export class DraftModel {
  readonly id: string;
  step: Step | null = null;
  deployed: { readonly text: string; readonly agent: string | null } | null = null;
  examined: Examined | null = null;
  error: ErrorInfo | null = null;
  saving: SaveState = 'saved';
  #version = 0;
  #rev = 0;
  #undo: Step[] = [];
  #redo: Step[] = [];
  #typedAt = 0;
  #work: Promise<unknown> = Promise.resolve();
  #saveTimer: ReturnType<typeof setTimeout> | undefined;
  #examineTimer: ReturnType<typeof setTimeout> | undefined;
  #examining = 0;
  readonly #ready: () => Promise<Api>;
  readonly #listeners = new Set<() => void>();

  constructor(id: string, ready: () => Promise<Api>) {
    this.id = id;
    this.#ready = ready;
    void this.load();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly version = (): number => this.#version;

  get text(): string { return this.step?.text ?? ''; }
  get agent(): string | null { return this.step?.agent ?? null; }
  get canUndo(): boolean { return this.#undo.length > 0; }
  get canRedo(): boolean { return this.#redo.length > 0; }
  get rev(): number { return this.#rev; }

  /** Reads it from the app; what was not saved is gone. */
  async load(): Promise<void> {
    await this.#do(async (api) => {
      this.#took(await api['pipelines.text']({ id: this.id }));
      this.#undo = [];
      this.#redo = [];
      this.saving = 'saved';
      await this.#examine(api);
    });
  }

  /** Looks whether another window, or an app that was started anew, has it otherwise. What is not saved here yet stays. */
  async sync(): Promise<void> {
    if (!this.step) return;
    await this.#do(async (api) => {
      const found = await api['pipelines.text']({ id: this.id });
      const same = found.text === this.step?.text && found.agent === this.step.agent;
      if (!same && this.saving !== 'saved') return;
      if (!same) { this.#undo = []; this.#redo = []; }
      this.#took(same ? { ...found, layout: this.step?.layout ?? found.layout } : found);
      await this.#examine(api);
    });
  }

  /** After a deploy: what is deployed is read again. */
  async refreshDeployed(): Promise<void> {
    await this.#do(async (api) => {
      const found = await api['pipelines.text']({ id: this.id });
      this.#deployedOf(found);
      await this.#examine(api);
    });
  }

  /** As it is typed. */
  type(text: string): void {
    const { step } = this;
    if (!step || text === step.text) return;
    const now = Date.now();
    if (now - this.#typedAt > TOGETHER_MS || this.#undo.length === 0) this.#remember(step);
    this.#typedAt = now;
    this.step = { ...step, text };
    this.#redo = [];
    this.#changed();
    this.#later();
  }

  /** By the graph or the inspector. True when it was done. */
  edit(...edits: GraphEdit[]): Promise<boolean> {
    return this.#do(async (api) => {
      const { step } = this;
      if (!step) return;
      const done = await api['pipelines.edit']({ text: step.text, agent: step.agent, edits });
      if (done.text === step.text && done.agent === step.agent) return;
      this.#become({ ...step, ...done, layout: movedLayout(step.layout, edits) });
      await this.#examine(api);
    });
  }

  fix(index: number, code: string): Promise<boolean> {
    return this.#do(async (api) => {
      const { step } = this;
      if (!step) return;
      this.#become({ ...step, ...(await api['pipelines.fix']({ text: step.text, agent: step.agent, index, code })) });
      await this.#examine(api);
    });
  }

  replaceText(text: string): void {
    if (this.step) { this.#become({ ...this.step, text }); this.#later(); }
  }

  chooseAgent(agent: string): void {
    if (this.step && agent !== this.step.agent) { this.#become({ ...this.step, agent }); this.#later(); }
  }

  /** Moved nodes; no step of its own in the history of the text. */
  move(layout: Layout): void {
    if (!this.step) return;
    this.step = { ...this.step, layout };
    this.#changed();
    this.#saveSoon();
  }

  undo(): void { this.#swap(this.#undo, this.#redo); }
  redo(): void { this.#swap(this.#redo, this.#undo); }

  /** Everything that was changed is with the app when this resolves; false when it could not be. */
  async flush(): Promise<boolean> {
    clearTimeout(this.#saveTimer);
    await this.#work;
    await this.#save();
    return this.saving === 'saved';
  }

  dismiss(): void {
    this.error = null;
    this.#changed();
  }

  #swap(from: Step[], to: Step[]): void {
    const step = from.pop();
    if (!step || !this.step) return;
    to.push(this.step);
    this.step = step;
    this.#typedAt = 0;
    this.#changed();
    this.#later();
  }

  #become(step: Step): void {
    if (this.step) this.#remember(this.step);
    this.#redo = [];
    this.#typedAt = 0;
    this.step = step;
    this.#changed();
    this.#saveSoon();
  }

  #remember(step: Step): void {
    this.#undo.push(step);
    if (this.#undo.length > STEPS) this.#undo.shift();
  }

  #later(): void {
    clearTimeout(this.#examineTimer);
    this.#examineTimer = setTimeout(() => void this.#do((api) => this.#examine(api)), EXAMINE_MS);
    this.#saveSoon();
  }

  #saveSoon(): void {
    this.saving = 'saving';
    clearTimeout(this.#saveTimer);
    this.#saveTimer = setTimeout(() => void this.#save(), SAVE_MS);
  }

  async #save(): Promise<void> {
    const { step } = this;
    if (!step || this.saving === 'saved') return;
    await this.#do(async (api) => {
      const now = this.step ?? step;
      try {
        const saved = await api['pipelines.save']({ id: this.id, text: now.text, agent: now.agent, layout: now.layout, rev: this.#rev });
        this.#rev = saved.rev;
        this.#deployedOf(saved);
        if (this.step === now) this.saving = 'saved';
      } catch (thrown) {
        this.saving = 'failed';
        throw thrown;
      }
    });
  }

  async #examine(api: Api): Promise<void> {
    const { step } = this;
    if (!step) return;
    const turn = ++this.#examining;
    const examined = await api['pipelines.examine']({ text: step.text, agent: step.agent });
    if (turn !== this.#examining) return;
    this.examined = examined;
    // a text of one agent is of that agent; so is one whose agent went away
    const [first] = examined.agents;
    if (this.step && first && !examined.agents.some(({ name }) => name === this.step?.agent)) this.step = { ...this.step, agent: first.name };
    this.#changed();
  }

  #took(found: PipelineText): void {
    this.#rev = found.rev;
    this.step = { text: found.text, agent: found.agent, layout: found.layout };
    this.#deployedOf(found);
  }

  #deployedOf({ deployed, deployedAgent }: PipelineText): void {
    this.deployed = deployed === null ? null : { text: deployed, agent: deployedAgent };
  }

  /** One after the other; what goes wrong is shown, and the next goes on. */
  #do(work: (api: Api) => Promise<void>): Promise<boolean> {
    const done = this.#work.then(async () => {
      try {
        await work(await this.#ready());
        if (this.error?.code !== 'PIPELINE_CHANGED') this.error = null;
        return true;
      } catch (thrown) {
        this.error = toErrorInfo(thrown);
        return false;
      } finally {
        this.#changed();
      }
    });
    this.#work = done;
    return done;
  }

  #changed(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}

/** A renamed node stays where it was put. */
function movedLayout(layout: Layout, edits: readonly GraphEdit[]): Layout {
  let moved = layout;
  for (const edit of edits) {
    if (edit.do !== 'rename') continue;
    const { [`${edit.kind} ${edit.name}`]: place, ...rest } = moved;
    if (place) moved = { ...rest, [`${edit.kind} ${edit.to}`]: place };
  }
  return moved;
}
