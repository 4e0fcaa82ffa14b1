// The nouns of the Pipelines area: a configuration of the agent as text, what is drawn of it, what runs of it, and events that are looked at.
import { z } from 'zod';
import { Id, Millis } from './domain.ts';
import { ErrorInfo } from './errors.ts';

export const PartKind = z.enum(['source', 'channel', 'sink', 'sinkgroup', 'interceptor', 'selector', 'processor', 'serializer', 'deserializer', 'configfilter', 'agent']);
export type PartKind = z.output<typeof PartKind>;

/** What stands on the graph as a thing of its own. */
export const NodeKind = z.enum(['source', 'channel', 'sink', 'sinkgroup']);
export type NodeKind = z.output<typeof NodeKind>;

/** A name as Flume allows it: no dot, no white space. */
export const PartName = z.string().min(1).max(200).regex(/^[^\s.=:#!\\]+$/);
export const ConfigText = z.string().max(2_000_000);

export const PipelineState = z.enum(['stopped', 'starting', 'running', 'degraded', 'failed', 'draining']);
export type PipelineState = z.output<typeof PipelineState>;

/** One pipeline as the list shows it. */
export const Pipeline = z.object({
  id: Id,
  name: z.string(),
  /** The agent of the text that is drawn and run; null while the text has none. */
  agent: z.string().nullable(),
  /** The switch as the person left it: on again at the next start. */
  on: z.boolean(),
  state: PipelineState,
  error: ErrorInfo.nullable(),
  /** Events a second into the channels and out of them. */
  inRate: z.number(), outRate: z.number(),
  /** Events that wait in channels. */
  lag: z.number(),
  /** Components that have an error now. */
  problems: z.number().int(),
  /** Whether what is drawn is not what was deployed. */
  draft: z.boolean(),
  deployedAt: Millis.nullable(),
});
export type Pipeline = z.output<typeof Pipeline>;

/** Positions of nodes that the person has moved, by "source r1". */
export const Layout = z.record(z.string().max(300), z.object({ x: z.number(), y: z.number() }));
export type Layout = z.output<typeof Layout>;

/** What is being edited, and what was deployed last. */
export const PipelineText = z.object({
  id: Id, text: z.string(), agent: z.string().nullable(), deployed: z.string().nullable(), deployedAgent: z.string().nullable(), layout: Layout,
  /** Grows with each save; a save names the one it is over. */
  rev: z.number().int(),
});
export type PipelineText = z.output<typeof PipelineText>;

// --- what is drawn of a text -----------------------------------------------------------------------------------------

export const PartProperty = z.object({ key: z.string(), value: z.string(), line: z.number().int() });
export type PartProperty = z.output<typeof PartProperty>;

/** A component or a part of one as the text has it, whether it can run or not. */
export const Part = z.object({
  kind: PartKind, name: z.string(),
  /** As it is written; '' where none is. */
  type: z.string(),
  /** The type of the spec it stands for; null for an unknown one. */
  spec: z.string().nullable(),
  /** Not null where it is known and cannot run here: types of ours that do nearly the same. */
  instead: z.array(z.string()).nullable(),
  /** Of its first property, or of the list that names it. */
  line: z.number().int(),
  /** Named in the list of the agent, without which nothing runs. */
  listed: z.boolean(),
  properties: z.array(PartProperty),
});
export type Part = z.output<typeof Part>;

export const SourcePart = Part.extend({ channels: z.array(z.string()), selector: Part.nullable(), interceptors: z.array(Part) });
export type SourcePart = z.output<typeof SourcePart>;
export const SinkPart = Part.extend({ channel: z.string().nullable() });
export type SinkPart = z.output<typeof SinkPart>;
export const GroupPart = Part.extend({ sinks: z.array(z.string()), processor: Part.nullable() });
export type GroupPart = z.output<typeof GroupPart>;

export const Graph = z.object({ agent: z.string(), sources: z.array(SourcePart), channels: z.array(Part), sinks: z.array(SinkPart), groups: z.array(GroupPart) });
export type Graph = z.output<typeof Graph>;

/** One line of the Problems list; its text stands in the catalogue of lints under its code. */
export const Lint = z.object({
  /** Its place in the list, by which it is mended. */
  index: z.number().int(),
  code: z.string(),
  severity: z.enum(['error', 'warning', 'hint']),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  /** 0 where it is of no one line. */
  line: z.number().int(),
  /** "source r1", as nodes are named on the graph; null where it is of none. */
  node: z.string().nullable(),
  fixable: z.boolean(),
});
export type Lint = z.output<typeof Lint>;

export const AgentFound = z.object({ name: z.string(), sources: z.number().int(), channels: z.number().int(), sinks: z.number().int(), groups: z.number().int(), unknown: z.number().int() });
export type AgentFound = z.output<typeof AgentFound>;

export const Examined = z.object({ agents: z.array(AgentFound), graph: Graph.nullable(), lints: z.array(Lint) });
export type Examined = z.output<typeof Examined>;

/** A change to the text, as the graph and the inspector make it. */
export const GraphEdit = z.discriminatedUnion('do', [
  /** `key` is below the component ("bind", "interceptors.i1.type"); null takes the line out. */
  z.object({ do: z.literal('set'), kind: NodeKind, name: PartName, key: z.string().min(1).max(500), value: z.string().max(100_000).nullable() }),
  z.object({ do: z.literal('add'), kind: NodeKind, name: PartName, properties: z.array(z.tuple([z.string().min(1).max(500), z.string().max(100_000)])).max(200) }),
  z.object({ do: z.literal('remove'), kind: NodeKind, name: PartName }),
  z.object({ do: z.literal('rename'), kind: NodeKind, name: PartName, to: PartName }),
  /** A source to a channel, a channel to a sink. */
  z.object({ do: z.literal('connect'), kind: z.enum(['source', 'sink']), name: PartName, channel: PartName }),
  z.object({ do: z.literal('disconnect'), kind: z.enum(['source', 'sink']), name: PartName, channel: PartName }),
  z.object({ do: z.literal('addInterceptor'), source: PartName, name: PartName, type: z.string().min(1).max(300) }),
  z.object({ do: z.literal('removeInterceptor'), source: PartName, name: PartName }),
  /** The only agent of an empty text. */
  z.object({ do: z.literal('agent'), name: PartName }),
]);
export type GraphEdit = z.output<typeof GraphEdit>;

// --- what runs -------------------------------------------------------------------------------------------------------

export const PartState = z.enum(['starting', 'ready', 'degraded', 'failed', 'draining', 'stopped']);
export type PartState = z.output<typeof PartState>;

export const PartLive = z.object({
  kind: NodeKind, name: z.string(), state: PartState, error: ErrorInfo.nullable(),
  /** Events in and out since it started, and a second now. */
  in: z.number(), out: z.number(), inRate: z.number(), outRate: z.number(),
  /** Failures it has counted. */
  errors: z.number(),
  /** Of channels: events in it, and how many it takes. */
  size: z.number().nullable(), capacity: z.number().nullable(),
  /** Ms until the channel is full at the rate of now; null while it is not filling. */
  fullInMs: z.number().nullable(),
  /** As Flume's /metrics names them. */
  counters: z.record(z.string(), z.number()),
});
export type PartLive = z.output<typeof PartLive>;

/** `id` is "source r1 > channel c1" or "channel c1 > sink k1". */
export const EdgeLive = z.object({ id: z.string(), total: z.number(), rate: z.number() });
export type EdgeLive = z.output<typeof EdgeLive>;

export const PipelineLive = z.object({ at: Millis, state: PipelineState, error: ErrorInfo.nullable(), parts: z.array(PartLive), edges: z.array(EdgeLive) });
export type PipelineLive = z.output<typeof PipelineLive>;

/** One point of the charts. */
export const Sample = z.object({ id: Id, at: Millis, in: z.number(), out: z.number(), lag: z.number(), fills: z.record(z.string(), z.number()) });
export type Sample = z.output<typeof Sample>;

/** Something a component complained of; the same complaint in a row is counted. */
export const PipelineProblem = z.object({ id: Id, at: Millis, node: z.string(), error: ErrorInfo, times: z.number().int() });
export type PipelineProblem = z.output<typeof PipelineProblem>;

/** What a component comes to by a deploy. `keeps`: its events stay (a channel), or its place (a source). */
export const PartChange = z.object({ node: z.string(), what: z.enum(['added', 'removed', 'changed', 'kept']), restarts: z.boolean(), keeps: z.boolean(), keys: z.array(z.string()) });
export type PartChange = z.output<typeof PartChange>;

export const DeployPlan = z.object({
  changes: z.array(PartChange),
  /** What stands in the way: the deploy is refused. */
  blocking: z.array(Lint),
  before: z.string(), after: z.string(),
});
export type DeployPlan = z.output<typeof DeployPlan>;

export const HistoryEntry = z.object({
  id: Id, at: Millis,
  kind: z.enum(['deployed', 'refused', 'started', 'stopped', 'failed', 'imported']),
  changes: z.array(PartChange),
  /** The text as it was deployed, where one was. */
  text: z.string().nullable(),
  error: ErrorInfo.nullable(),
});
export type HistoryEntry = z.output<typeof HistoryEntry>;

// --- events that are looked at ---------------------------------------------------------------------------------------

const Data: z.ZodType<Uint8Array, Uint8Array> = z.instanceof(Uint8Array);

export const EventShown = z.object({
  id: z.string().max(200), at: Millis, headers: z.record(z.string(), z.string()),
  /** Its first 64 KiB. */
  body: Data,
  size: z.number(),
});
export type EventShown = z.output<typeof EventShown>;

/** An event as a person made or kept it. */
export const EventDraft = z.object({ headers: z.record(z.string().max(1000), z.string().max(100_000)), body: Data });
export type EventDraft = z.output<typeof EventDraft>;

/** `seen` passed since the tap was opened, of which one in `oneIn` was looked at; `dropped` came too fast to be shown. */
export const TapItem = z.object({ events: z.array(EventShown), seen: z.number(), oneIn: z.number(), dropped: z.number() });
export type TapItem = z.output<typeof TapItem>;

/** One step of a dry run: the events before and after it. */
export const DryStep = z.object({ kind: PartKind, name: z.string(), type: z.string(), before: z.array(EventDraft), after: z.array(EventDraft), error: ErrorInfo.nullable() });
export const DryRun = z.object({ steps: z.array(DryStep), routes: z.array(z.object({ channel: z.string(), optional: z.boolean(), events: z.array(EventDraft) })) });
export type DryRun = z.output<typeof DryRun>;

export const DeadLetter = z.object({ id: z.string().max(300), at: Millis, node: z.string(), reason: z.string(), event: EventShown });
export type DeadLetter = z.output<typeof DeadLetter>;

/** One event of the past of an edge; numbers go on from 1 as long as it runs. */
export const Passed = z.object({ number: z.number().int(), event: EventShown });
export type Passed = z.output<typeof Passed>;
