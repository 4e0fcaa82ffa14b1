// What a test of one component needs around it: a context that remembers what was said, a processor that keeps what came, a channel with events in it.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ComponentSpec } from '../../../preload/contract/agent/keys.ts';
import { findSpec } from '../../../preload/contract/agent/specs/all.ts';
import type { SluiceError } from '../../../preload/contract/sluice-error.ts';
import { MemoryChannel } from '../../../main/engines/agent/channels/memory.ts';
import { create, type Context, type DeadLetters, type Factory, type SinkContext, type SourceContext } from '../../../main/engines/agent/components/factory.ts';
import { interceptorFactory, processorFactory, selectorFactory, sinkFactory, sourceFactory } from '../../../main/engines/agent/components/registry.ts';
import type { PartConfig, Properties } from '../../../main/engines/agent/config/agent-config.ts';
import { Event } from '../../../main/engines/agent/event/event.ts';
import { channelCounters, sinkCounters, sourceCounters, type SinkCounters, type SourceCounters } from '../../../main/engines/agent/monitoring/counters.ts';
import type { Channel, ChannelProcessor, Clock, Interceptor, NamedSink, Processor, Selector, Sink, Source } from '../../../main/engines/agent/parts.ts';
import type { AgentPorts } from '../../../main/engines/agent/ports.ts';
import { nodeDisk } from '../../../main/lib/disk/node-disk.ts';

export interface Said {
  readonly problems: SluiceError[];
  readonly notes: string[];
  readonly failures: SluiceError[];
}

export const properties = (values: Readonly<Record<string, string | number | boolean>>): Properties =>
  new Map(Object.entries(values).map(([key, value], i) => [key, { value: String(value), file: 'test.properties', line: i + 1 }]));

export function part(kind: ComponentSpec['kind'], type: string, name: string, values: Readonly<Record<string, string | number | boolean>>): PartConfig {
  const spec = findSpec(kind, type);
  if (!spec) throw new Error(`no ${kind} ${type}`);
  return { name, spec, properties: properties(values) };
}

/** Ports of this machine, in a folder of their own. */
export function testPorts(change: Partial<AgentPorts> = {}): AgentPorts & { readonly printed: string[] } {
  const printed: string[] = [];
  return {
    clock: { now: () => Date.now(), monotonic: () => performance.now() }, disk: nodeDisk, report: () => {}, print: (line) => { printed.push(line); },
    stateDir: mkdtempSync(join(tmpdir(), 'sluice-agent-')), openHdfs: null, openCoordination: null, openHbase: null, openSql: null, printed, ...change,
  };
}

function context(config: PartConfig, name: string, ports: AgentPorts): Context & { readonly said: Said } {
  const said: Said = { problems: [], notes: [], failures: [] };
  return {
    name, agent: 'a1', ports, properties: config.properties, said,
    say: { problem: (error) => { said.problems.push(error); }, note: (text) => { said.notes.push(text); }, failed: (error) => { said.failures.push(error); } },
  };
}

/** Keeps what a source hands over; `refuse` is thrown instead while it is set. */
export class CollectingProcessor implements ChannelProcessor {
  most = 10_000;
  readonly events: Event[] = [];
  /** Sizes of the calls. */
  readonly batches: number[] = [];
  refuse: Error | null = null;
  /** Awaited before a batch is taken. */
  hold: Promise<void> | null = null;

  async process(events: readonly Event[]): Promise<void> {
    if (this.hold) await this.hold;
    if (this.refuse) throw this.refuse;
    this.batches.push(events.length);
    for (const event of events) this.events.push(event.detached()); // not in a frame that its source may use again
  }

  get bodies(): string[] { return this.events.map((event) => event.body.toString('utf8')); }
}

export async function makeSource(type: string, values: Readonly<Record<string, string | number | boolean>>, options: { readonly processor?: ChannelProcessor; readonly ports?: AgentPorts } = {}): Promise<{ source: Source; processor: CollectingProcessor; counters: SourceCounters; said: Said }> {
  const config = part('source', type, 'r1', values);
  const base = context(config, 'a1.sources.r1', options.ports ?? testPorts());
  const processor = (options.processor ?? new CollectingProcessor()) as CollectingProcessor;
  const counters = sourceCounters();
  const source = await create((await sourceFactory(config.spec)) as Factory<SourceContext, Source>, config, { ...base, processor, counters });
  return { source, processor, counters, said: base.said };
}

export async function makeSink(type: string, values: Readonly<Record<string, string | number | boolean>>, options: { readonly ports?: AgentPorts; readonly deadLetters?: DeadLetters } = {}): Promise<{ sink: Sink; counters: SinkCounters; said: Said }> {
  const config = part('sink', type, 'k1', values);
  const base = context(config, 'a1.sinks.k1', options.ports ?? testPorts());
  const counters = sinkCounters();
  const sink = await create((await sinkFactory(config.spec)) as Factory<SinkContext, Sink>, config, { ...base, counters, deadLetters: options.deadLetters ?? null });
  return { sink, counters, said: base.said };
}

export async function makeInterceptor(type: string, values: Readonly<Record<string, string | number | boolean>>, ports: AgentPorts = testPorts()): Promise<Interceptor> {
  const config = part('interceptor', type, 'i1', values);
  return create(await interceptorFactory(config.spec), config, context(config, 'a1.sources.r1.interceptors.i1', ports));
}

export async function makeSelector(type: string, values: Readonly<Record<string, string | number | boolean>>, channels: readonly Channel[]): Promise<Selector> {
  const config = part('selector', type, 'selector', values);
  return create(await selectorFactory(config.spec), config, { ...context(config, 'a1.sources.r1.selector', testPorts()), channels });
}

export async function makeProcessor(type: string, values: Readonly<Record<string, string | number | boolean>>, sinks: readonly NamedSink[], ports: AgentPorts = testPorts()): Promise<{ processor: Processor; said: Said }> {
  const config = part('processor', type, 'processor', values);
  const base = context(config, 'a1.sinkgroups.g1.processor', ports);
  return { processor: await create(await processorFactory(config.spec), config, { ...base, sinks }), said: base.said };
}

/** A clock that stands until it is moved. */
export function testClock(start = 1_700_000_000_000): Clock & { move(ms: number): void } {
  let now = start;
  return { now: () => now, monotonic: () => now - start + 1, move: (ms) => { now += ms; } };
}

export function makeMemoryChannel(change: Partial<ConstructorParameters<typeof MemoryChannel>[0]> = {}): MemoryChannel {
  return new MemoryChannel({ name: 'c1', capacity: 100_000, transactionCapacity: 10_000, keepAliveMs: 50, byteCapacity: 2 ** 30, counters: channelCounters(), ...change });
}

export const event = (body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Event =>
  Event.of(new Map(Object.entries(headers)), typeof body === 'string' ? Buffer.from(body) : body);

export async function putAll(channel: Channel, events: readonly Event[]): Promise<void> {
  const transaction = channel.begin();
  transaction.begin();
  transaction.put(events);
  await transaction.commit();
  transaction.close();
}

export async function takeAll(channel: Channel, most = 10_000): Promise<readonly Event[]> {
  const transaction = channel.begin();
  transaction.begin();
  const events = await transaction.take(most);
  await transaction.commit();
  transaction.close();
  return events;
}

/** Lets a sink work until its channel is empty. */
export async function drain(sink: Sink, channel: Channel): Promise<void> {
  const stop = new AbortController();
  while (channel.size > 0) await sink.process(channel, stop.signal);
}
