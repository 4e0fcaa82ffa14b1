// The sinks that work in turn on one channel: a sink group, or a sink alone. Each sink has a life of its own, so that the others go on without it.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { create, type Context, type DeadLetters, type ProcessorContext, type SinkContext } from '../components/factory.ts';
import { processorFactory, sinkFactory } from '../components/registry.ts';
import type { PartConfig, SinkConfig } from '../config/agent-config.ts';
import { sinkCounters, type SinkCounters } from '../monitoring/counters.ts';
import type { Channel, Processor, Sink, Status } from '../parts.ts';
import type { ChannelNode } from './channel-node.ts';
import { Edge } from './edge.ts';
import { Life } from './life.ts';
import { SinkRunner } from './sink-runner.ts';
import { Refusals } from './refusals.ts';
import { SinkView } from './sink-view.ts';
import { sleep } from './sleep.ts';
import { endCounting, startCounting } from './start-time.ts';
import { asError, type Voice } from './voice.ts';

/** How long a group waits for the first attempt of each of its sinks. */
const PATIENCE_MS = 5000;

export interface SinkSurroundings {
  readonly context: Omit<Context, 'properties'>;
  readonly voice: Voice;
  readonly channel: ChannelNode;
  readonly deadLetters: DeadLetters | null;
  readonly retryMs: number;
}

/** One sink: what its group calls works as long as the sink does, and is refused otherwise. */
export class SinkNode implements Sink {
  readonly config: SinkConfig;
  readonly voice: Voice;
  readonly counters: SinkCounters = sinkCounters();
  readonly edge: Edge;
  readonly life: Life<Sink>;
  /** The present channel as this sink sees it. */
  readonly view: SinkView;
  private readonly refusals: Refusals | null;

  constructor(config: SinkConfig, { context, voice, channel, deadLetters, retryMs }: SinkSurroundings, came: () => void) {
    this.config = config;
    this.voice = voice;
    this.edge = new Edge(channel.voice.id, voice.id);
    this.view = new SinkView(channel.slot, this.edge);
    const after = Number(config.properties.get('sluice.deadLetterAfter')?.value ?? 0);
    this.refusals = deadLetters && after > 0 ? new Refusals(this.view, channel.slot, deadLetters, after) : null;
    this.life = new Life<Sink>({
      voice, retryMs,
      create: async () => create<SinkContext, Sink>(await sinkFactory(config.spec), config, { ...context, properties: config.properties, counters: this.counters, deadLetters }),
      changed: (sink) => {
        if (sink) { startCounting(this.counters, context.ports.clock); came(); }
        else endCounting(this.counters, context.ports.clock);
      },
    });
  }

  async start(): Promise<void> { this.life.begin(); }
  stop(): Promise<void> { return this.life.end(); }

  async process(_channel: Channel, signal: AbortSignal): Promise<Status> {
    const sink = this.life.part;
    if (!sink) throw this.down();
    const { complaints } = this.voice;
    try {
      const status = await sink.process(this.view, signal);
      const { view: { taken, gaveBack }, refusals } = this;
      if (!gaveBack) refusals?.delivered(taken.length);
      // a sink may also give its events back without a word
      else if (taken.length > 0 && !signal.aborted && await refusals?.failed(taken, givenBack(this.voice))) return 'ready';
      this.voice.well(complaints);
      return status;
    } catch (thrown) {
      const error = asError(thrown);
      if (!signal.aborted) {
        this.voice.problem(error);
        if (await this.refusals?.failed(this.view.taken, error)) return 'ready';
      }
      throw error;
    }
  }

  /** Why it does not work now; reported already. */
  private down(): SluiceError {
    return this.voice.error ?? SluiceError.of('AGENT_NOT_HERE', { component: `${this.voice.id.kind} ${this.voice.id.name}`, what: 'it has not started yet' });
  }
}

export class GroupNode {
  /** Of the group, or of the sink that is alone. */
  readonly name: string;
  readonly sinks: readonly SinkNode[];
  readonly channel: ChannelNode;
  readonly runner: SinkRunner;
  readonly voice: Voice;
  readonly processor: PartConfig;
  private readonly context: Omit<Context, 'properties'>;
  private readonly life: Life<Processor>;

  /** `sinks` makes them; it is given what wakes the group. `voice` is the sink's own where it is alone. */
  constructor(name: string, processor: PartConfig, channel: ChannelNode, voice: Voice, context: Omit<Context, 'properties'>, retryMs: number, sinks: (came: () => void) => readonly SinkNode[]) {
    this.name = name;
    this.processor = processor;
    this.channel = channel;
    this.voice = voice;
    this.context = context;
    this.sinks = sinks(() => { this.runner.wake(); });
    this.runner = new SinkRunner({
      channel: channel.slot,
      isUp: () => channel.slot.isUp && this.sinks.some((sink) => sink.life.part !== null),
      taken: () => this.sinks.reduce((count, sink) => count + sink.view.taken.length, 0),
      threw: (error) => { if (!this.sinks.some((sink) => sink.voice.error === error)) this.voice.problem(asError(error)); },
    });
    this.life = new Life<Processor>({ voice, retryMs, create: () => this.make(), work: (made, signal) => this.run(made, signal) });
  }

  begin(): void { this.life.begin(); }

  /** A sink that is only a little slower to start than the others must not count as failed: its priority would be for nothing. */
  private async run(made: Processor, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    await Promise.race([Promise.all(this.sinks.map((sink) => sink.life.firstTry)), sleep(PATIENCE_MS, AbortSignal.any([signal, over.signal]))]);
    over.abort();
    await this.runner.run(made, signal);
  }

  /** Settles once the group and each of its sinks works or failed for the first time. */
  async firstTry(): Promise<void> {
    await this.life.firstTry;
    if (this.life.part) await Promise.all(this.sinks.map((sink) => sink.life.firstTry));
  }

  get isUp(): boolean { return this.life.part !== null && this.sinks.some((sink) => sink.life.part !== null); }

  async end(): Promise<void> {
    await this.life.end();
    await Promise.all(this.sinks.map((sink) => sink.stop()));
  }

  private async make(): Promise<Processor> {
    const { processor, sinks, context } = this;
    const made = await create<ProcessorContext, Processor>(await processorFactory(processor.spec), processor, {
      ...context, properties: processor.properties, sinks: sinks.map((sink) => ({ name: sink.config.name, sink })),
    });
    return made;
  }
}

const givenBack = ({ id: { name } }: Voice): SluiceError => SluiceError.of('AGENT_DELIVERY', { component: name, target: name, reason: 'it gave the events back' });
