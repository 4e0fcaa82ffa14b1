// Kafka source, sink and channel against a real broker, and beside a real Flume that reads and writes the same topics.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Event } from '../../main/engines/agent/event/event.ts';
import { create } from '../../main/engines/agent/components/factory.ts';
import { channelFactory } from '../../main/engines/agent/components/registry.ts';
import { channelCounters } from '../../main/engines/agent/monitoring/counters.ts';
import type { Channel, Source } from '../../main/engines/agent/parts.ts';
import { SluiceError } from '../../preload/contract/sluice-error.ts';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { type CollectingProcessor, drain, event, makeMemoryChannel, makeSink, makeSource, part, putAll, testPorts } from '../support/agent/probe.ts';

const problem = peerProblem('kafka') ?? peerProblem('flume');
const never = new AbortController().signal;
const SOURCE = 'org.apache.flume.source.kafka.KafkaSource';
const SINK = 'org.apache.flume.sink.kafka.KafkaSink';
const CHANNEL = 'org.apache.flume.channel.kafka.KafkaChannel';

async function pollFor(source: Source, processor: CollectingProcessor, count: number): Promise<void> {
  const until = Date.now() + 40_000;
  while (processor.events.length < count && Date.now() < until) await (source.poll as NonNullable<Source['poll']>)(never);
}

describe.skipIf(problem)(`Kafka${problem ? ` (${problem})` : ''}`, () => {
  let kafka: RunningPeer<'kafka'>;
  beforeAll(async () => { kafka = await startPeer('kafka', { conf: ['num.partitions=3'] }); });
  afterAll(async () => { await kafka?.stop(); });

  const server = (): Record<string, string> => ({ 'kafka.bootstrap.servers': kafka.bootstrap });
  const sourceOf = (topic: string, keys: Record<string, string | number | boolean> = {}): ReturnType<typeof makeSource> =>
    makeSource(SOURCE, { ...server(), 'kafka.topics': topic, 'kafka.consumer.group.id': `g-${topic}`, 'kafka.consumer.auto.offset.reset': 'earliest', batchDurationMillis: 200, ...keys });

  async function send(topic: string, events: readonly Event[], keys: Record<string, string | number | boolean> = {}): Promise<void> {
    const { sink } = await makeSink(SINK, { ...server(), 'kafka.topic': topic, 'kafka.producer.acks': 'all', ...keys });
    const channel = makeMemoryChannel();
    await sink.start();
    await putAll(channel, events);
    await drain(sink, channel);
    await sink.stop();
  }

  test('Q1 what the sink sends the source reads: body, key, partition, offset, topic, chosen headers', async () => {
    await send('plain', [event('a', { key: 'k1', p: '2', who: 'größe', timestamp: '1700000000000' }), event('b')], { partitionIdHeader: 'p', defaultPartitionId: 1, timestampHeader: 'timestamp', 'header.who': 'x-who' });
    const { source, processor } = await sourceOf('plain', { 'header.name': 'x-who' });
    await source.start();
    await pollFor(source, processor, 2);
    await source.stop();
    const found = new Map(processor.events.map((one) => [one.body.toString(), Object.fromEntries(one.headers)]));
    expect(found.get('a')).toEqual({ timestamp: '1700000000000', topic: 'plain', partition: '2', offset: '0', key: 'k1', name: 'größe' });
    expect(found.get('b')).toMatchObject({ topic: 'plain', partition: '1', offset: '0' });
  });

  test('Q2 what the channel refused is kept, and after a restart comes again; what was committed does not', async () => {
    await send('again', Array.from({ length: 300 }, (_, i) => event(String(i))), { defaultPartitionId: 0 });
    const first = await sourceOf('again', { batchSize: 100 });
    await first.source.start();
    await pollFor(first.source, first.processor, 100);
    first.processor.refuse = SluiceError.of('AGENT_CHANNEL_FULL', { channel: 'c1', capacity: 1 });
    const until = Date.now() + 20_000;
    const refused = async (): Promise<unknown> => { for (;;) { try { await (first.source.poll as NonNullable<Source['poll']>)(never); if (Date.now() > until) return null; } catch (error) { return error; } } };
    expect(await refused()).toMatchObject({ code: 'AGENT_CHANNEL_FULL' });
    const taken = first.processor.bodies.length;
    await first.source.stop();
    const second = await sourceOf('again', { batchSize: 100 });
    await second.source.start();
    await pollFor(second.source, second.processor, 300 - taken);
    await second.source.stop();
    expect([...first.processor.bodies, ...second.processor.bodies]).toEqual(Array.from({ length: 300 }, (_, i) => String(i)));
  });

  test('Q3 topics by a pattern; an address that is none, a broker that is away, and a login that is none are told', async () => {
    await send('shop.a', [event('1')]);
    await send('shop.b', [event('2')]);
    const { source, processor } = await makeSource(SOURCE, { ...server(), 'kafka.topics.regex': 'shop\\..*', 'kafka.consumer.group.id': 'shops', 'kafka.consumer.auto.offset.reset': 'earliest', batchDurationMillis: 200 });
    await source.start();
    await pollFor(source, processor, 2);
    await source.stop();
    expect(processor.bodies.sort()).toEqual(['1', '2']);
    await expect(makeSource(SOURCE, { 'kafka.bootstrap.servers': 'nowhere', 'kafka.topics': 't' })).rejects.toMatchObject({ code: 'AGENT_KEY', params: { key: 'kafka.bootstrap.servers' } });
    await expect(makeSource(SOURCE, { ...server(), 'kafka.topics': 't', 'kafka.consumer.security.protocol': 'SASL_PLAINTEXT' })).rejects.toMatchObject({ code: 'AGENT_KEY', params: { key: 'kafka.consumer.sasl.mechanism' } });
    const away = await makeSink(SINK, { 'kafka.bootstrap.servers': '127.0.0.1:9' });
    const channel = makeMemoryChannel();
    await putAll(channel, [event('x')]);
    await expect(away.sink.process(channel, never)).rejects.toMatchObject({ code: 'AGENT_CONNECT' });
    expect(channel.size).toBe(1);
    await away.sink.stop();
  });

  test('Q4 a message larger than the broker takes goes to the dead letters, the others arrive', async () => {
    const letters: string[] = [];
    const { sink } = await makeSink(SINK, { ...server(), 'kafka.topic': 'large' }, { deadLetters: { add: async (dead) => { letters.push(...dead.map(({ event: one }) => `${one.bodySize}`)); } } });
    const channel = makeMemoryChannel();
    await putAll(channel, [event('small'), event(Buffer.alloc(3_000_000, 65)), event('also small')]);
    await drain(sink, channel);
    await sink.stop();
    expect(letters).toEqual(['3000000']);
    const { source, processor } = await sourceOf('large');
    await source.start();
    await pollFor(source, processor, 2);
    await source.stop();
    expect(processor.bodies.sort()).toEqual(['also small', 'small']);
  });

  async function kafkaChannel(topic: string, keys: Record<string, string | number | boolean> = {}): Promise<Channel> {
    const config = part('channel', CHANNEL, 'c1', { ...server(), 'kafka.topic': topic, 'kafka.consumer.group.id': `g-${topic}`, 'kafka.consumer.auto.offset.reset': 'earliest', ...keys });
    return create(await channelFactory(config.spec), config, {
      name: 'a1.channels.c1', agent: 'a1', ports: testPorts(), properties: config.properties, counters: channelCounters(), say: { problem: (error) => { throw error; }, note: () => {}, failed: () => {} },
    });
  }

  async function takeFor(channel: Channel, count: number): Promise<Event[]> {
    const events: Event[] = [];
    const until = Date.now() + 40_000;
    while (events.length < count && Date.now() < until) {
      const transaction = channel.begin();
      transaction.begin();
      events.push(...(await transaction.take(100)));
      await transaction.commit();
      transaction.close();
    }
    return events;
  }

  test('Q5 the channel keeps events in a topic: headers and all, rolled back ones come again, committed ones do not', async () => {
    const one = await kafkaChannel('chan', { defaultPartitionId: 0 });
    await putAll(one, Array.from({ length: 250 }, (_, i) => event(String(i), { n: `é${i}` })));
    const transaction = one.begin();
    transaction.begin();
    let taken = await transaction.take(100);
    const until = Date.now() + 30_000;
    while (taken.length === 0 && Date.now() < until) taken = await transaction.take(100);
    expect(taken[0]?.headers.get('n')).toBe('é0');
    await transaction.rollback();
    transaction.close();
    const bodies = (await takeFor(one, 150)).map((taken) => taken.body.toString());
    await one.stop();
    const other = await kafkaChannel('chan');
    const rest = (await takeFor(other, 250 - bodies.length)).map((taken) => taken.body.toString());
    await other.stop();
    expect([...bodies, ...rest]).toEqual(Array.from({ length: 250 }, (_, i) => String(i)));
  });

  test('Q6 a real Flume reads what we write and we what it writes: events in Avro form, its Kafka channel and ours are one topic', async () => {
    const flume = await startPeer('flume', {
      config: [
        'a1.sources = seq fromus', 'a1.channels = memory shared back', 'a1.sinks = tous roll',
        // Flume -> us: its Kafka sink in Flume's format
        'a1.sources.seq.type = seq', 'a1.sources.seq.totalEvents = 500', 'a1.sources.seq.batchSize = 50', 'a1.sources.seq.channels = memory', 'a1.sources.seq.interceptors = i', 'a1.sources.seq.interceptors.i.type = static',
        'a1.sources.seq.interceptors.i.key = from', 'a1.sources.seq.interceptors.i.value = flume', 'a1.channels.memory.type = memory', 'a1.channels.memory.capacity = 1000',
        `a1.sinks.tous.type = ${SINK}`, 'a1.sinks.tous.channel = memory', `a1.sinks.tous.kafka.bootstrap.servers = ${kafka.bootstrap}`, 'a1.sinks.tous.kafka.topic = flume-out', 'a1.sinks.tous.useFlumeEventFormat = true',
        // us -> Flume: its Kafka source in Flume's format, into a Kafka channel that we drain
        `a1.sources.fromus.type = ${SOURCE}`, `a1.sources.fromus.kafka.bootstrap.servers = ${kafka.bootstrap}`, 'a1.sources.fromus.kafka.topics = flume-in', 'a1.sources.fromus.kafka.consumer.auto.offset.reset = earliest',
        'a1.sources.fromus.useFlumeEventFormat = true', 'a1.sources.fromus.batchDurationMillis = 200', 'a1.sources.fromus.channels = shared', `a1.channels.shared.type = ${CHANNEL}`, `a1.channels.shared.kafka.bootstrap.servers = ${kafka.bootstrap}`, 'a1.channels.shared.kafka.topic = shared',
        // our Kafka channel -> Flume's sink
        `a1.channels.back.type = ${CHANNEL}`, `a1.channels.back.kafka.bootstrap.servers = ${kafka.bootstrap}`, 'a1.channels.back.kafka.topic = back', 'a1.channels.back.kafka.consumer.auto.offset.reset = earliest',
        `a1.sinks.roll.type = ${SINK}`, 'a1.sinks.roll.channel = back', `a1.sinks.roll.kafka.bootstrap.servers = ${kafka.bootstrap}`, 'a1.sinks.roll.kafka.topic = rolled', 'a1.sinks.roll.useFlumeEventFormat = true', '',
      ].join('\n'),
    });
    try {
      const { source, processor } = await sourceOf('flume-out', { useFlumeEventFormat: true });
      await source.start();
      await pollFor(source, processor, 500);
      await source.stop();
      expect(processor.bodies.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, i) => i));
      expect(processor.events.every((one) => one.headers.get('from') === 'flume')).toBe(true);

      await send('flume-in', Array.from({ length: 200 }, (_, i) => event(`to ${i}`, { n: 'é漢' })), { useFlumeEventFormat: true });
      const shared = await kafkaChannel('shared');
      const through = await takeFor(shared, 200);
      await shared.stop();
      expect(through.map((one) => one.body.toString()).sort()).toEqual(Array.from({ length: 200 }, (_, i) => `to ${i}`).sort());
      expect(through.every((one) => one.headers.get('n') === 'é漢' && one.headers.get('topic') === 'flume-in')).toBe(true);

      const back = await kafkaChannel('back');
      await putAll(back, Array.from({ length: 100 }, (_, i) => event(`back ${i}`, { h: 'x' })));
      await back.stop();
      const rolled = await sourceOf('rolled', { useFlumeEventFormat: true });
      await rolled.source.start();
      await pollFor(rolled.source, rolled.processor, 100);
      await rolled.source.stop();
      expect(rolled.processor.bodies.sort()).toEqual(Array.from({ length: 100 }, (_, i) => `back ${i}`).sort());
      expect(rolled.processor.events[0]?.headers.get('h')).toBe('x');
    } finally {
      await flume.stop();
    }
  });
});
