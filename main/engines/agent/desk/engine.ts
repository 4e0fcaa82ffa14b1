// The agent engine itself: texts examined and changed, agents run by the ids of pipelines, behind the contract of api.ts.
import type { AgentLint } from '../../../../preload/contract/agent/lints.ts';
import type { Lint } from '../../../../preload/contract/pipelines.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { AgentEngine } from '../api.ts';
import { replay } from '../beyond/send-again.ts';
import { changeText, mendText } from '../config/edit.ts';
import type { AgentReport } from '../parts.ts';
import type { AgentPorts } from '../ports.ts';
import { Agents } from './agents.ts';
import { compareTexts } from './compare.ts';
import { agentsOf, graphOf, lastOf } from './draw.ts';
import { tryEvents } from './dry-run.ts';
import { applyEdits } from './graph-edits.ts';
import { Letters } from './letters.ts';
import { passedLately } from './passed.ts';
import { configOf, loadText, startFromText, type StartedAgent, type Surroundings } from './running.ts';
import { eventOf } from './shown.ts';
import { tapEdge } from './tap.ts';

export interface DeskDeps {
  /** What an agent may use here; `report` hears of its components. */
  readonly ports: (stateDir: string, report: (report: AgentReport) => void) => AgentPorts;
  readonly around: Surroundings;
}

const NEVER = new AbortController().signal;

export class LocalAgentEngine {
  readonly #deps: DeskDeps;
  readonly #agents: Agents<StartedAgent>;

  constructor(deps: DeskDeps) {
    this.#deps = deps;
    this.#agents = new Agents((spec, report) => startFromText(spec, deps.ports(spec.stateDir, report), deps.around));
  }

  readonly calls: AgentEngine = {
    examine: async ({ text, agent }) => {
      const properties = lastOf(text);
      const agents = agentsOf(properties);
      const name = agents.find((found) => found.name === agent)?.name ?? agents[0]?.name ?? null;
      return { agents, graph: name === null ? null : graphOf(properties, name), lints: (await this.#lints(text, name)).map(lintShown) };
    },
    edit: async ({ text, agent, edits }) => applyEdits(text, agent, edits, changeText),
    fix: async ({ text, agent, index, code }) => {
      const lint = (await this.#lints(text, agent))[index];
      if (lint?.code !== code || !lint.fix) throw SluiceError.of('PIPELINE_EDIT', { component: lint?.node ?? code, reason: 'the text has changed since' });
      const mended = mendText(text, lint);
      const agents = agentsOf(lastOf(mended));
      return { text: mended, agent: agents.find((found) => found.name === agent)?.name ?? agents[0]?.name ?? null };
    },
    plan: async ({ before, after }) => {
      const lints = (await this.#lints(after.text, after.agent)).map(lintShown);
      return { changes: compareTexts(before, after), blocking: lints.filter(({ severity }) => severity === 'error') };
    },
    dryRun: async ({ text, agent, source, events }) => tryEvents(await configOf({ text, agent }, this.#deps.around), source, events, this.#deps.ports('', () => {})),

    run: ({ id, spec }, signal = NEVER) => this.#agents.run(id, spec, signal),
    stop: async ({ id }) => { await this.#agents.stop(id); return {}; },
    reload: async ({ id, text, agent }) => {
      const before = this.#agents.spec(id);
      await this.#agents.reload(id, text, agent);
      return { changes: compareTexts(before, { text, agent }) };
    },
    tap: ({ id, edge, filter }, signal = NEVER) => this.#tap(id, edge, filter, signal),
    inject: async ({ id, source, events }) => {
      await this.#agents.agent(id).inject(source, events.map(eventOf));
      return { count: events.length };
    },

    letters: ({ id, stateDir, limit }) => this.#letters(stateDir, id).list(limit),
    resubmit: async ({ id, letters }) => {
      const spec = this.#agents.spec(id);
      if (!spec) throw SluiceError.of('PIPELINE_NOT_RUNNING', { pipeline: id });
      return { count: await this.#letters(spec.stateDir, id).resubmit(letters) };
    },
    discard: async ({ id, stateDir, letters }) => ({ count: await this.#letters(stateDir, id).discard(letters) }),
    passed: async ({ id, edge, search, limit }) => passedLately(this.#agents.agent(id).running, edge, search, limit),
    replay: async ({ id, edge, first, last }) => ({ count: await replay(this.#agents.agent(id).running, edge, first, last) }),

    ping: async () => ({ pid: process.pid }),
    drain: async () => { await this.close(); return {}; },
  };

  async close(): Promise<void> {
    await this.#agents.close();
  }

  /** Of the agent that is named, and of the text as a whole. */
  async #lints(text: string, agent: string | null): Promise<readonly AgentLint[]> {
    const { lints } = await loadText(text, this.#deps.around);
    return lints.filter((lint) => lint.agent === null || agent === null || lint.agent === agent);
  }

  #letters(stateDir: string, id: string): Letters {
    return new Letters(stateDir, this.#agents.spec(id) ? this.#agents.agent(id).running : null);
  }

  async *#tap(id: string, edge: string, filter: string, signal: AbortSignal) {
    const agent = this.#agents.agent(id);
    yield* tapEdge({ watch: (watcher) => agent.watch(edge, watcher), filter, now: Date.now }, signal);
  }
}

function lintShown({ code, severity, params, line, node, fix }: AgentLint, index: number): Lint {
  return { index, code, severity, params: { ...params }, line, node, fixable: fix !== undefined };
}
