// A running agent: its channels, then its sinks, then its sources are started; sources, sinks and channels are stopped in that order (Application).
import { join } from 'node:path';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { DeadLetterBox } from '../beyond/dead-letters.ts';
import { Provenance } from '../beyond/provenance.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import type { AgentPorts } from '../ports.ts';
import type { ChannelNode } from './channel-node.ts';
import type { Edge, Watcher } from './edge.ts';
import { groupsOf } from './groups.ts';
import { channelNode, groupNode, sourceNode, type NodeMaker } from './nodes.ts';
import { reloadAgent, type Reloaded } from './reload.ts';
import { settingsOf } from './settings.ts';
import type { GroupNode, SinkNode } from './sink-node.ts';
import { sleep } from './sleep.ts';
import type { SourceNode } from './source-node.ts';
import { stateOf, type AgentStatus } from './status.ts';
import { asError } from './voice.ts';

export interface AgentOptions {
  /** Between two attempts to start a component, ms. */
  readonly retryMs?: number;
  /** How long sinks may empty channels that forget, when these go, ms. */
  readonly drainMs?: number;
  /** How long the first attempt of each component is waited for, ms. */
  readonly settleMs?: number;
}

const DEFAULTS = { retryMs: 3000, drainMs: 5000, settleMs: 5000 };

export class RunningAgent {
  readonly name: string;
  readonly ports: AgentPorts;
  readonly channels = new Map<string, ChannelNode>();
  readonly groups = new Map<string, GroupNode>();
  readonly sources = new Map<string, SourceNode>();
  /** Null where none are kept. */
  letters: DeadLetterBox | null = null;
  private readonly options: typeof DEFAULTS;
  private readonly pasts = new Map<Edge, Provenance>();
  private readonly watchers = new Set<{ readonly id: string; readonly watcher: Watcher; edge: Edge | null; undo: () => void }>();
  private readonly over = new AbortController();
  private present: AgentConfig;
  private stopping: Promise<void> | null = null;
  private reloading: Promise<unknown> = Promise.resolve();

  constructor(config: AgentConfig, ports: AgentPorts, options: AgentOptions) {
    this.name = config.name;
    this.present = config;
    this.ports = ports;
    this.options = { ...DEFAULTS, ...options };
  }

  /** What runs now. */
  get config(): AgentConfig { return this.present; }
  /** Aborted when the agent is to stop. */
  get ending(): AbortSignal { return this.over.signal; }

  /** Settles when the first attempt of each component is over, or `settleMs` went by. */
  async start(): Promise<void> {
    const { channels, sources } = this.present;
    await this.openLetters();
    await this.startChannels(channels.keys());
    await this.startEnds(new Set(groupsOf(this.present).map(({ name }) => name)), sources.keys());
  }

  /** Only what the new configuration changes is started again; when that does not work, what ran before runs on. Never rejects; calls follow one another. */
  reload(next: AgentConfig): Promise<Reloaded> {
    const reloaded = this.reloading.then(() => reloadAgent(this, next));
    this.reloading = reloaded;
    return reloaded;
  }

  /** Sources first; what is in channels that forget is delivered for up to `drainMs`, then sinks and channels. Never rejects. */
  stop(): Promise<void> {
    this.over.abort();
    this.stopping ??= this.reloading.then(() => this.stopAll());
    return this.stopping;
  }

  get sinks(): readonly SinkNode[] { return [...this.groups.values()].flatMap(({ sinks }) => sinks); }
  get edges(): readonly Edge[] { return [...[...this.sources.values()].flatMap(({ edges }) => edges), ...this.sinks.map(({ edge }) => edge)]; }

  /** Tells of what passes the edge of that id ("source r1 > channel c1") from now on, also after a reload. The answer ends it. */
  watch(id: string, watcher: Watcher): () => void {
    const one = { id, watcher, edge: null, undo: (): void => {} };
    this.watchers.add(one);
    this.followEdges();
    return () => {
      one.undo();
      this.watchers.delete(one);
    };
  }

  /** What passed the edge lately; null where nothing is kept. */
  pastOf(edge: Edge): Provenance | null { return this.pasts.get(edge) ?? null; }

  status(): AgentStatus {
    const sources = [...this.sources.values()].map(({ config, voice, counters }) => ({ id: voice.id, type: config.spec.type, state: voice.state, error: voice.error, counters }));
    const channels = [...this.channels.values()].map(({ config, voice, counters, slot }) => ({
      id: voice.id, type: config.spec.type, state: voice.state, error: voice.error, counters, size: slot.size, capacity: slot.capacity, durable: slot.durable,
    }));
    const sinks = this.sinks.map(({ config, voice, counters }) => ({ id: voice.id, type: config.spec.type, state: voice.state, error: voice.error, counters }));
    const edges = this.edges.map(({ id, from, to, events, bytes }) => ({ id, from, to, events, bytes }));
    return { agent: this.name, state: stateOf([...sources, ...channels, ...sinks].map(({ state }) => state)), sources, channels, sinks, edges };
  }

  // --- for the reload ------------------------------------------------------------------------------------------------

  /** Makes and starts the channels of the present configuration that have these names; `before` gives the one that another comes after. */
  async startChannels(names: Iterable<string>, before: (name: string) => { readonly node: ChannelNode; readonly adopt: boolean } | null = () => null): Promise<void> {
    const started = [...names].flatMap((name) => {
      const part = this.present.channels.get(name);
      if (!part) return [];
      const old = before(name);
      const node = channelNode(this.maker, part, old?.node ?? null, old?.adopt ?? false);
      this.channels.set(name, node);
      return [node];
    });
    for (const { life } of started) life.begin();
    await this.settled(started.map(({ life }) => life.firstTry));
  }

  /** Groups of sinks, and sources, on the channels there are. */
  async startEnds(groups: ReadonlySet<string>, sources: Iterable<string>): Promise<void> {
    const { present: config, maker } = this;
    const newGroups = groupsOf(config).filter(({ name }) => groups.has(name)).map((group) => groupNode(maker, config, group, this.channels));
    for (const node of newGroups) this.groups.set(node.name, node);
    const newSources = [...sources].filter((name) => config.sources.has(name)).map((name) => sourceNode(maker, config, name, this.channels));
    for (const node of newSources) this.sources.set(node.config.name, node);
    this.followEdges();
    for (const node of newGroups) node.begin();
    for (const { life } of newSources) life.begin();
    await this.settled([...newGroups.map((node) => node.firstTry()), ...newSources.map(({ life }) => life.firstTry)]);
  }

  async stopSources(names: Iterable<string>): Promise<void> {
    await Promise.all([...names].map(async (name) => {
      await this.sources.get(name)?.end();
      this.sources.delete(name);
    }));
  }

  async stopGroups(names: Iterable<string>): Promise<void> {
    await Promise.all([...names].map(async (name) => {
      await this.groups.get(name)?.end();
      this.groups.delete(name);
    }));
  }

  async stopChannels(names: Iterable<string>): Promise<void> {
    await Promise.all([...names].map(async (name) => {
      await this.channels.get(name)?.life.end();
      this.channels.delete(name);
    }));
  }

  /** Until these channels are empty, nobody empties them, or `drainMs` went by. Durable ones keep what they have. */
  async drain(nodes: readonly ChannelNode[]): Promise<void> {
    const until = this.ports.clock.monotonic() + this.options.drainMs;
    const never = new AbortController().signal;
    const isLeft = (): boolean => nodes.some((node) => !node.slot.durable && node.slot.size > 0 && [...this.groups.values()].some((group) => group.channel === node && group.isUp && !group.runner.isFailing));
    while (isLeft() && this.ports.clock.monotonic() < until) await sleep(5, never);
  }

  adopt(config: AgentConfig): void { this.present = config; }

  // -------------------------------------------------------------------------------------------------------------------

  private get maker(): NodeMaker {
    const { letters } = this;
    return {
      agent: this.name, ports: this.ports, retryMs: this.options.retryMs,
      deadLetters: letters && ((component) => ({ add: (refused) => letters.add(component, refused) })),
    };
  }

  private async openLetters(): Promise<void> {
    if (!settingsOf(this.present).deadLetters) return;
    const { disk, clock, stateDir, report } = this.ports;
    const problem = (error: SluiceError): void => { report({ type: 'problem', at: clock.now(), component: { kind: 'agent', name: this.name }, error }); };
    try {
      this.letters = await DeadLetterBox.open({ disk, dir: join(stateDir, 'dead-letters'), now: () => clock.now(), damaged: problem });
    } catch (error) {
      problem(asError(error));
    }
  }

  /** Watchers and the past of edges stay with the edges that there are now. */
  private followEdges(): void {
    const edges = new Set(this.edges);
    for (const one of this.watchers) {
      if (one.edge !== null && edges.has(one.edge)) continue;
      one.undo();
      one.edge = [...edges].find(({ id }) => id === one.id) ?? null;
      one.undo = one.edge?.watch(one.watcher) ?? ((): void => {});
    }
    for (const [edge, past] of this.pasts) {
      if (edges.has(edge)) continue;
      past.close();
      this.pasts.delete(edge);
    }
    const { provenance } = settingsOf(this.present);
    if (provenance === 0) return;
    for (const edge of edges) if (!this.pasts.has(edge)) this.pasts.set(edge, new Provenance(edge, { mostEvents: provenance, now: () => this.ports.clock.now() }));
  }

  private async stopAll(): Promise<void> {
    // what has stopped stays to be looked at
    await Promise.all([...this.sources.values()].map((node) => node.end()));
    await this.drain([...this.channels.values()]);
    await Promise.all([...this.groups.values()].map((node) => node.end()));
    for (const { slot, voice } of this.channels.values()) {
      if (slot.isUp && !slot.durable && slot.size > 0) voice.note(`${slot.size} events were in memory when the agent stopped, and are gone`);
    }
    await Promise.all([...this.channels.values()].map(({ life }) => life.end()));
    await this.letters?.close();
  }

  private async settled(attempts: readonly Promise<void>[]): Promise<void> {
    const over = new AbortController();
    await Promise.race([Promise.all(attempts), sleep(this.options.settleMs, AbortSignal.any([over.signal, this.over.signal]))]);
    over.abort();
  }
}

/** Rejects with AGENT_NOTHING_RUNS when the configuration has neither a source nor a sink. */
export async function startAgent(config: AgentConfig, ports: AgentPorts, options: AgentOptions = {}): Promise<RunningAgent> {
  if (config.sources.size === 0 && config.sinks.size === 0) throw SluiceError.of('AGENT_NOTHING_RUNS', { agent: config.name, file: '' });
  const agent = new RunningAgent(config, ports, options);
  await agent.start();
  return agent;
}
