// What the Pipelines screens may ask. A text is examined and changed by the engine; nothing of it runs before it is deployed.
import { z } from 'zod';
import { call, collectionTopic, stream, valueTopic } from './define.ts';
import { Id } from './domain.ts';
import {
  ConfigText, DeadLetter, DeployPlan, DryRun, EventDraft, EventShown, Examined, GraphEdit, HistoryEntry, Layout, PartName, Passed, Pipeline, PipelineLive, PipelineProblem, PipelineText, Sample, TapItem,
} from './pipelines.ts';

const Nothing = z.object({}).strict();
const Done = z.object({}).strict();
const Of = z.object({ id: Id });
const Text = z.object({ text: ConfigText, agent: z.string().max(200).nullable() });

export const pipelineProcedures = {
  'pipelines.watch': collectionTopic({ input: Nothing, entity: Pipeline }),
  'pipelines.create': call({ input: z.object({ name: z.string().min(1).max(200), text: ConfigText, agent: z.string().max(200).nullable(), imported: z.boolean().default(false) }), output: Pipeline }),
  'pipelines.rename': call({ input: z.object({ id: Id, name: z.string().min(1).max(200) }), output: Pipeline }),
  /** Stops it first. Channels and places on disk stay unless `data` is ticked. */
  'pipelines.remove': call({ input: z.object({ id: Id, data: z.boolean().default(false) }), output: Done }),
  'pipelines.text': call({ input: Of, output: PipelineText }),
  /** PIPELINE_CHANGED when another window has saved since `rev`. */
  'pipelines.save': call({ input: z.object({ id: Id, text: ConfigText, agent: z.string().max(200).nullable(), layout: Layout, rev: z.number().int() }), output: PipelineText }),
  'pipelines.examine': call({ input: Text, output: Examined }),
  /** All of the edits or none; comments and order stay. */
  'pipelines.edit': call({ input: Text.extend({ edits: z.array(GraphEdit).min(1).max(100) }), output: z.object({ text: z.string(), agent: z.string().nullable() }) }),
  /** Mends the lint at `index` of the text's list; nothing happens when that is not `code`. */
  'pipelines.fix': call({ input: Text.extend({ index: z.number().int().nonnegative(), code: z.string().max(200) }), output: z.object({ text: z.string(), agent: z.string().nullable() }) }),

  'pipelines.plan': call({ input: Of, output: DeployPlan }),
  /** Makes the draft what runs: all of it, or the old one stays and the error says why. */
  'pipelines.deploy': call({ input: z.object({ id: Id, rev: z.number().int() }), output: HistoryEntry }),
  'pipelines.start': call({ input: Of, output: Done }),
  'pipelines.stop': call({ input: Of, output: Done }),
  'pipelines.live': valueTopic({ input: Of, value: PipelineLive }),
  'pipelines.samples': collectionTopic({ input: Of, entity: Sample }), // the last ten minutes
  'pipelines.problems': collectionTopic({ input: Of, entity: PipelineProblem }), // the newest 200
  'pipelines.clearProblems': call({ input: Of, output: Done }),
  'pipelines.history': call({ input: Of, output: z.array(HistoryEntry) }), // the newest 100

  /** Looks at one edge ("source r1 > channel c1") without holding anything up. `filter`: text in the body or a header. */
  'pipelines.tap': stream({ input: z.object({ id: Id, edge: z.string().max(500), filter: z.string().max(500).default('') }), item: TapItem }),
  'pipelines.dryRun': call({ input: Text.extend({ source: PartName, events: z.array(EventDraft).min(1).max(100) }), output: DryRun }),
  /** Events into the channels of a source, as if it had received them. */
  'pipelines.inject': call({ input: z.object({ id: Id, source: PartName, events: z.array(EventDraft).min(1).max(1000) }), output: z.object({ count: z.number().int() }) }),
  'pipelines.pins': call({ input: Of, output: z.array(EventShown) }),
  'pipelines.pin': call({ input: z.object({ id: Id, event: EventShown }), output: Done }),
  'pipelines.unpin': call({ input: z.object({ id: Id, event: z.string().max(200) }), output: Done }),

  'pipelines.letters': call({ input: Of, output: z.object({ letters: z.array(DeadLetter), total: z.number().int() }) }),
  /** Back into the channel it was taken from, as it is or as edited; it is gone from the list once it is there. */
  'pipelines.resubmit': call({ input: z.object({ id: Id, letters: z.array(z.object({ id: z.string().max(300), event: EventDraft.nullable() })).min(1).max(1000) }), output: z.object({ count: z.number().int() }) }),
  'pipelines.discard': call({ input: z.object({ id: Id, letters: z.array(z.string().max(300)).min(1).max(1000) }), output: z.object({ count: z.number().int() }) }),
  /** What passed an edge lately, newest first; a bounded ring. */
  'pipelines.passed': call({ input: z.object({ id: Id, edge: z.string().max(500), search: z.string().max(500).default('') }), output: z.array(Passed) }),
  /** Along the edge once more, into its channel or to its sink alone. Answers how many of them were still kept. */
  'pipelines.replay': call({ input: z.object({ id: Id, edge: z.string().max(500), first: z.number().int().min(1), last: z.number().int().min(1) }), output: z.object({ count: z.number().int() }) }),
} as const;
