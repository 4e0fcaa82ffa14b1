// A running agent: its channels, then its sinks, then its sources are started; sources, sinks and channels are stopped in that order (Application).
import { DEFAULT_PROCESSOR } from '../../../../preload/contract/agent/specs/between.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { Context, DeadLetters } from '../components/factory.ts';
import type { AgentConfig, PartConfig } from '../config/agent-config.ts';
import type { ComponentKind } from '../parts.ts';
import type { AgentPorts } from '../ports.ts';
import { ChannelNode } from './channel-node.ts';
import type { SetAside } from './channel-processor.ts';
import type { Edge } from './edge.ts';
import { GroupNode, SinkNode } from './sink-node.ts';
import { sleep } from './sleep.ts';
import { SourceNode } from './source-node.ts';
import { stateOf, type AgentStatus } from './status.ts';
import { Voice } from './voice.ts';

export interface AgentOptions {
  /** Between two attempts to start a component, ms. */
  readonly retryMs?: number;
  /** How long sinks may empty channels that forget, when the agent is stopped, ms. */
  readonly drainMs?: number;
  /** How long `startAgent` waits for the first attempt of each component, ms. */
  readonly settleMs?: number;
  /** Where refused events of a component go; null: they are delivered again and again. */
  readonly deadLetters?: (component: string) => DeadLetters;
}

const DEFAULTS = { retryMs: 3000, drainMs: 5000, settleMs: 5000 };

export class RunningAgent {
  readonly name: string;
  readonly channels = new Map<string, ChannelNode>();
  readonly groups = new Map<string, GroupNode>();
  readonly sources = new Map<string, SourceNode>();
  private readonly ports: AgentPorts;
  private readonly options: AgentOptions & typeof DEFAULTS;
  private present: AgentConfig;
  private stopping: Promise<void> | null = null;

  constructor(config: AgentConfig, ports: AgentPorts, options: AgentOptions) {
    this.name = config.name;
    this.present = config;
    this.ports = ports;
    this.options = { ...DEFAULTS, ...options };
  }

  get config(): AgentConfig { return this.present; }

  /** Settles when the first attempt of each component is over, or `settleMs` went by. */
  async start(): Promise<void> {
    const { channels, sources } = this.present;
    for (const part of channels.values()) this.channels.set(part.name, this.channelNode(part));
    for (const node of this.channels.values()) node.life.begin();
    await this.settled([...this.channels.values()].map(({ life }) => life.firstTry));
    for (const group of groupsOf(this.present)) this.groups.set(group.name, this.groupNode(group));
    for (const node of this.groups.values()) node.begin();
    for (const part of sources.values()) this.sources.set(part.name, this.sourceNode(part.name));
    for (const node of this.sources.values()) node.life.begin();
    await this.settled([...[...this.groups.values()].map((node) => node.firstTry()), ...[...this.sources.values()].map(({ life }) => life.firstTry)]);
  }

  /** Sources first; what is in channels that forget is delivered for up to `drainMs`, then sinks and channels. Never rejects. */
  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  get edges(): readonly Edge[] {
    return [...[...this.sources.values()].flatMap(({ edges }) => edges), ...this.sinkNodes.map(({ edge }) => edge)];
  }

  status(): AgentStatus {
    const sources = [...this.sources.values()].map(({ config, voice, counters }) => ({ id: voice.id, type: config.spec.type, state: voice.state, error: voice.error, counters }));
    const channels = [...this.channels.values()].map(({ config, voice, counters, slot }) => ({
      id: voice.id, type: config.spec.type, state: voice.state, error: voice.error, counters, size: slot.size, capacity: slot.capacity, durable: slot.durable,
    }));
    const sinks = this.sinkNodes.map(({ config, voice, counters }) => ({ id: voice.id, type: config.spec.type, state: voice.state, error: voice.error, counters }));
    const edges = this.edges.map(({ id, from, to, events, bytes }) => ({ id, from, to, events, bytes }));
    return { agent: this.name, state: stateOf([...sources, ...channels, ...sinks].map(({ state }) => state)), sources, channels, sinks, edges };
  }

  private get sinkNodes(): readonly SinkNode[] { return [...this.groups.values()].flatMap(({ sinks }) => sinks); }

  private async stopAll(): Promise<void> {
    await Promise.all([...this.sources.values()].map((node) => node.end()));
    await this.drain();
    await Promise.all([...this.groups.values()].map((node) => node.end()));
    for (const { slot, voice } of this.channels.values()) {
      if (!slot.durable && slot.size > 0) voice.note(`${slot.size} events were in memory when the agent stopped, and are gone`);
    }
    await Promise.all([...this.channels.values()].map(({ life }) => life.end()));
  }

  /** Until the channels of memory are empty, nobody empties them, or time is up. */
  private async drain(): Promise<void> {
    const until = this.ports.clock.monotonic() + this.options.drainMs;
    const never = new AbortController().signal;
    const isLeft = (): boolean => [...this.groups.values()].some((group) => !group.channel.slot.durable && group.channel.slot.size > 0 && group.isUp && !group.runner.isFailing);
    while (isLeft() && this.ports.clock.monotonic() < until) await sleep(10, never);
  }

  private async settled(attempts: readonly Promise<void>[]): Promise<void> {
    const over = new AbortController();
    await Promise.race([Promise.all(attempts), sleep(this.options.settleMs, over.signal)]);
    over.abort();
  }

  private voice(kind: ComponentKind, name: string): Voice {
    return new Voice({ kind, name }, this.ports.report, () => this.ports.clock.now());
  }

  private context(plural: string, name: string, voice: Voice): Omit<Context, 'properties'> {
    return { name: `${this.name}.${plural}.${name}`, agent: this.name, ports: this.ports, say: voice };
  }

  private channelNode(config: PartConfig): ChannelNode {
    const voice = this.voice('channel', config.name);
    return new ChannelNode(config, this.context('channels', config.name, voice), voice, this.options.retryMs);
  }

  private groupNode({ name, isGroup, processor, sinks }: GroupConfig): GroupNode {
    const { retryMs, deadLetters } = this.options;
    const first = this.present.sinks.get(sinks[0] as string);
    const channel = first && this.channels.get(first.channel);
    if (!channel) throw new Error(`the sink ${sinks[0]} has no channel`);
    const voice = isGroup ? this.voice('sinkgroup', name) : new Voice({ kind: 'sink', name }, (report) => { if (report.type !== 'state') this.ports.report(report); }, () => this.ports.clock.now());
    return new GroupNode(name, processor, channel, voice, this.context(isGroup ? 'sinkgroups' : 'sinks', name, voice), retryMs, (came) => sinks.map((sink) => {
      const config = this.present.sinks.get(sink);
      if (!config) throw new Error(`there is no sink ${sink}`);
      const own = this.voice('sink', sink);
      const context = this.context('sinks', sink, own);
      return new SinkNode(config, { context, voice: own, channel, deadLetters: deadLetters?.(context.name) ?? null, retryMs }, came);
    }));
  }

  private sourceNode(name: string): SourceNode {
    const config = this.present.sources.get(name);
    if (!config) throw new Error(`there is no source ${name}`);
    const voice = this.voice('source', name);
    const context = this.context('sources', name, voice);
    const channels = config.channels.map((channel) => {
      const node = this.channels.get(channel);
      if (!node) throw new Error(`the source ${name} has no channel ${channel}`);
      return node;
    });
    const { deadLetters, retryMs } = this.options;
    const setAside: SetAside | null = deadLetters ? (interceptor, letters) => deadLetters(`${context.name}.interceptors.${interceptor}`).add(letters) : null;
    return new SourceNode(config, voice, { context, channels, retryMs, setAside });
  }
}

interface GroupConfig { readonly name: string; readonly isGroup: boolean; readonly processor: PartConfig; readonly sinks: readonly string[] }

/** The groups, and a group of one for each sink that is in none. */
export function groupsOf(config: AgentConfig): readonly GroupConfig[] {
  const groups: GroupConfig[] = [...config.groups.values()].map(({ name, processor, sinks }) => ({ name, isGroup: true, processor, sinks }));
  const grouped = new Set(groups.flatMap(({ sinks }) => sinks));
  const alone = [...config.sinks.keys()].filter((name) => !grouped.has(name));
  return [...groups, ...alone.map((name) => ({ name, isGroup: false, processor: { name: 'processor', spec: DEFAULT_PROCESSOR, properties: new Map() }, sinks: [name] }))];
}

/** Rejects with AGENT_NOTHING_RUNS when the configuration has neither a source nor a sink. */
export async function startAgent(config: AgentConfig, ports: AgentPorts, options: AgentOptions = {}): Promise<RunningAgent> {
  if (config.sources.size === 0 && config.sinks.size === 0) throw SluiceError.of('AGENT_NOTHING_RUNS', { agent: config.name, file: '' });
  const agent = new RunningAgent(config, ports, options);
  await agent.start();
  return agent;
}
