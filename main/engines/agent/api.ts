// What the agent engine offers to services, in-process or over a Wire from its own process (same shape, same rpc): texts that are examined and
// changed, and agents that run. It keeps no list of pipelines: what it needs comes with each call, and an agent runs as long as its stream is read.
import { z } from 'zod';
import { call, stream, type Client } from '../../../preload/contract/define.ts';
import { ErrorInfo } from '../../../preload/contract/errors.ts';
import { DeadLetter, DryRun, EventDraft, Examined, GraphEdit, Lint, PartChange, Passed, PipelineLive, TapItem } from '../../../preload/contract/pipelines.ts';

/** An agent to run: its text, and the folder of this pipeline alone, for channels without a folder of their own, places, dead letters and provenance. */
export const AgentSpec = z.object({ text: z.string(), agent: z.string(), stateDir: z.string() });
export type AgentSpec = z.output<typeof AgentSpec>;

export const AgentItem = z.discriminatedUnion('type', [
  z.object({ type: z.literal('live'), live: PipelineLive }),
  z.object({ type: z.literal('problem'), at: z.number(), node: z.string(), error: ErrorInfo }),
]);
export type AgentItem = z.output<typeof AgentItem>;

const Done = z.object({});
const Of = z.object({ id: z.string() });
const Text = z.object({ text: z.string(), agent: z.string().nullable() });
const Changed = z.object({ text: z.string(), agent: z.string().nullable() });
const Counted = z.object({ count: z.number() });

export const agentEngineContract = {
  'examine': call({ input: Text, output: Examined }),
  'edit': call({ input: Text.extend({ edits: z.array(GraphEdit) }), output: Changed }),
  /** PIPELINE_EDIT when the lint at `index` is not `code` any more, or cannot be mended by itself. */
  'fix': call({ input: Text.extend({ index: z.number(), code: z.string() }), output: Changed }),
  /** What a change from one text to the other does to the components; `blocking` is what keeps the new one from running. */
  'plan': call({ input: z.object({ before: Text.nullable(), after: Text }), output: z.object({ changes: z.array(PartChange), blocking: z.array(Lint) }) }),
  'dryRun': call({ input: z.object({ text: z.string(), agent: z.string(), source: z.string(), events: z.array(EventDraft) }), output: DryRun }),

  /** Starts the agent and tells of it until it stops; leaving the stream stops it in order: sources, then channels are drained to disk, then sinks. AGENT_* before the first item when nothing of it can run. */
  'run': stream({ input: z.object({ id: z.string(), spec: AgentSpec }), item: AgentItem }),
  /** Resolves when it has stopped, or none runs. */
  'stop': call({ input: Of, output: Done }),
  /** Only what changed is started again. When the new one is not healthy the old one goes on, and this rejects with why. */
  'reload': call({ input: z.object({ id: z.string(), text: z.string(), agent: z.string() }), output: z.object({ changes: z.array(PartChange) }) }),
  'tap': stream({ input: z.object({ id: z.string(), edge: z.string(), filter: z.string() }), item: TapItem }),
  'inject': call({ input: z.object({ id: z.string(), source: z.string(), events: z.array(EventDraft) }), output: Counted }),

  /** Of the folder of a pipeline, whether it runs or not; newest first. */
  'letters': call({ input: z.object({ id: z.string(), stateDir: z.string(), limit: z.number() }), output: z.object({ letters: z.array(DeadLetter), total: z.number() }) }),
  'resubmit': call({ input: z.object({ id: z.string(), letters: z.array(z.object({ id: z.string(), event: EventDraft.nullable() })) }), output: Counted }),
  'discard': call({ input: z.object({ id: z.string(), stateDir: z.string(), letters: z.array(z.string()) }), output: Counted }),
  'passed': call({ input: z.object({ id: z.string(), edge: z.string(), search: z.string(), limit: z.number() }), output: z.array(Passed) }),
  'replay': call({ input: z.object({ id: z.string(), edge: z.string(), first: z.number(), last: z.number() }), output: Counted }),

  'ping': call({ input: z.object({}), output: z.object({ pid: z.number() }) }),
  /** Stops all agents in order, then answers; the process may then end. */
  'drain': call({ input: z.object({}), output: Done }),
} as const;

export type AgentEngineContract = typeof agentEngineContract;
export type AgentEngine = Client<AgentEngineContract>;
