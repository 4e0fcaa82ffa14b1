// The queues against real brokers: events go into the broker by a sink of ours and come back by a source of ours, what is committed is acknowledged and what is not
// comes again; other clients see what we wrote, and we what they wrote.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Source } from '../../main/engines/agent/parts.ts';
import { SluiceError } from '../../preload/contract/sluice-error.ts';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import type { PeerName } from '../peers/registry.ts';
import type { CollectingProcessor} from '../support/agent/probe.ts';
import { drain, event, makeMemoryChannel, makeSink, makeSource, putAll, type Said } from '../support/agent/probe.ts';
import type { SinkCounters, SourceCounters } from '../../main/engines/agent/monitoring/counters.ts';

const full = (): SluiceError => SluiceError.of('AGENT_CHANNEL_FULL', { channel: 'c1', capacity: 1 });
const never = new AbortController().signal;

async function pollFor(source: Source, processor: CollectingProcessor, count: number): Promise<void> {
  const until = Date.now() + 30_000;
  while (processor.events.length < count && Date.now() < until) await (source.poll as NonNullable<Source['poll']>)(never);
}

interface Ends {
  readonly sink: readonly [string, Record<string, string | number | boolean>];
  readonly source: readonly [string, Record<string, string | number | boolean>];
}

async function send(ends: Ends, bodies: readonly string[], headers: Record<string, string> = {}): Promise<{ counters: SinkCounters }> {
  const { sink, counters } = await makeSink(...ends.sink);
  const channel = makeMemoryChannel();
  await sink.start();
  await putAll(channel, bodies.map((body, i) => event(body, { ...headers, n: String(i) })));
  await drain(sink, channel);
  await sink.stop();
  return { counters };
}

async function receiver(ends: Ends): Promise<{ source: Source; processor: CollectingProcessor; counters: SourceCounters; said: Said }> {
  const made = await makeSource(...ends.source);
  await made.source.start();
  return made;
}

/** What every broker must show. */
function bothWays(ends: () => Ends, keepsHeaders = true): void {
  test('events arrive with body and headers, once, in order', async () => {
    const { source, processor, counters } = await receiver(ends());
    const bodies = Array.from({ length: 1000 }, (_, i) => `event ${i} é漢`);
    const sent = await send(ends(), bodies, { host: 'größe' });
    expect(sent.counters.EventDrainSuccessCount).toBe(1000);
    await pollFor(source, processor, 1000);
    expect(processor.bodies).toEqual(bodies);
    if (keepsHeaders) expect(processor.events.map(({ headers }) => [headers.get('n'), headers.get('host')])).toEqual(bodies.map((_, i) => [String(i), 'größe']));
    expect(counters.EventAcceptedCount).toBe(1000);
    await source.stop();
  });

  test('what the channel refused comes again, also after a restart; what was committed does not', async () => {
    const first = await receiver(ends());
    await send(ends(), ['a', 'b', 'c']);
    first.processor.refuse = full();
    await expect(pollFor(first.source, first.processor, 1)).rejects.toMatchObject({ code: 'AGENT_CHANNEL_FULL' });
    await first.source.stop(); // as a crash would: nothing was acknowledged
    const second = await receiver(ends());
    await pollFor(second.source, second.processor, 3);
    expect(second.processor.bodies.sort()).toEqual(['a', 'b', 'c']);
    await second.source.stop();
    const third = await receiver(ends());
    await send(ends(), ['d']);
    await pollFor(third.source, third.processor, 1);
    expect(third.processor.bodies).toEqual(['d']);
    await third.source.stop();
  });

  test('a broker that is away at the start is told, and found when it is there', async () => {
    const away = await makeSink(ends().sink[0], Object.fromEntries(Object.entries(ends().sink[1]).map(([key, value]) => [key, typeof value === 'string' ? value.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:9') : value])));
    const channel = makeMemoryChannel();
    await putAll(channel, [event('x')]);
    await away.sink.start();
    await expect(away.sink.process(channel, never)).rejects.toMatchObject({ code: 'AGENT_CONNECT' });
    expect(channel.size).toBe(1);
    await away.sink.stop();
  });
}

const peers: { stop(): Promise<void> }[] = [];
async function peer<N extends PeerName>(name: N, options?: Parameters<typeof startPeer<N>>[1]): Promise<RunningPeer<N>> {
  const running = await startPeer(name, options);
  peers.push(running);
  return running;
}
afterAll(async () => { for (const running of peers) await running.stop(); });

const title = (what: string, name: PeerName): string => `${what}${peerProblem(name) ? ` (${peerProblem(name)})` : ''}`;

describe.skipIf(peerProblem('redis'))(title('Q10 redis-stream beside Redis', 'redis'), () => {
  let url = '';
  beforeAll(async () => { ({ url } = await peer('redis', { password: 'geheim' })); });
  bothWays(() => ({
    sink: ['redis-stream', { url, stream: 'events' }],
    source: ['redis-stream', { url, stream: 'events', batchDurationMillis: 100, consumer: 'w1' }],
  }));

  test('Q11 a wrong password is AGENT_AUTH; what a dead consumer had read is taken over', async () => {
    const wrong = await makeSource('redis-stream', { url: url.replace('geheim', 'falsch'), stream: 'events' });
    await expect(wrong.source.start()).rejects.toMatchObject({ code: 'AGENT_AUTH' });
    const ends: Ends = { sink: ['redis-stream', { url, stream: 'left' }], source: ['redis-stream', { url, stream: 'left', consumer: 'dead', batchDurationMillis: 100 }] };
    await send(ends, ['orphan']);
    const dead = await receiver(ends);
    dead.processor.refuse = full();
    await expect(pollFor(dead.source, dead.processor, 1)).rejects.toThrow();
    await dead.source.stop();
    const heir = await receiver({ ...ends, source: ['redis-stream', { url, stream: 'left', consumer: 'heir', claimAfter: 1, batchDurationMillis: 300 }] });
    await pollFor(heir.source, heir.processor, 1);
    expect(heir.processor.bodies).toEqual(['orphan']);
    await heir.source.stop();
  });
});

describe.skipIf(peerProblem('mosquitto'))(title('Q12 mqtt beside Mosquitto', 'mosquitto'), () => {
  let url = '';
  beforeAll(async () => { ({ url } = await peer('mosquitto', { user: { name: 'u', password: 'p' } })); });
  const login = { userName: 'u', password: 'p' };
  bothWays(() => ({
    sink: ['mqtt', { url, topic: 'logs/%{host}', ...login, clientId: 'sender' }],
    source: ['mqtt', { url, topics: 'logs/#', ...login, clientId: 'receiver', batchDurationMillis: 100 }],
  }));

  for (const version of ['5', '3.1.1']) {
    for (const qos of [0, 1, 2]) {
      test(`Q13 MQTT ${version} with QoS ${qos}`, async () => {
        const keys = { url, ...login, qos, protocolVersion: version, batchSize: 50 };
        const topic = `q${qos}/${version}`;
        const { source, processor } = await makeSource('mqtt', { ...keys, topics: topic, clientId: `r${version}${qos}`, batchDurationMillis: 100 });
        await source.start();
        const count = qos === 2 && version === '3.1.1' ? 20 : 200; // there Mosquitto 2.0.11 stalls behind its window of 20, for its own mosquitto_sub too
        const bodies = Array.from({ length: count }, (_, i) => String(i));
        await send({ sink: ['mqtt', { ...keys, topic, clientId: `s${version}${qos}` }], source: ['mqtt', {}] }, bodies);
        await pollFor(source, processor, bodies.length);
        expect(processor.bodies).toEqual(bodies);
        expect(processor.events[0]?.headers.get('topic')).toBe(topic);
        await source.stop();
      });
    }
  }

  test('Q14 a wrong password is AGENT_AUTH', async () => {
    const wrong = await makeSource('mqtt', { url, topics: 'x', userName: 'u', password: 'q' });
    await expect(wrong.source.start()).rejects.toMatchObject({ code: 'AGENT_AUTH' });
  });
});

describe.skipIf(peerProblem('nats'))(title('Q15 nats beside NATS with JetStream', 'nats'), () => {
  let servers = '';
  beforeAll(async () => { ({ url: servers } = await peer('nats', { token: 't0ken' })); });
  bothWays(() => ({
    sink: ['nats', { servers, token: 't0ken', subject: 'logs.a', stream: 'LOGS' }],
    source: ['nats', { servers, token: 't0ken', stream: 'LOGS', subjects: 'logs.*', ackWait: 1 }],
  }));

  test('Q16 a wrong token is AGENT_AUTH; a message with an id that the stream has is not stored again', async () => {
    const wrong = await makeSource('nats', { servers, token: 'x', stream: 'LOGS' });
    await expect(wrong.source.start()).rejects.toMatchObject({ code: 'AGENT_AUTH' });
    const ends: Ends = { sink: ['nats', { servers, token: 't0ken', subject: 'ids', stream: 'IDS', idHeader: 'n' }], source: ['nats', { servers, token: 't0ken', stream: 'IDS' }] };
    await send(ends, ['once']);
    await send(ends, ['once']);
    const { source, processor } = await receiver(ends);
    await pollFor(source, processor, 1);
    await (source.poll as NonNullable<Source['poll']>)(never);
    expect(processor.bodies).toEqual(['once']);
    await source.stop();
  });
});

describe.skipIf(peerProblem('rabbitmq'))(title('Q17 amqp and jms beside RabbitMQ', 'rabbitmq'), () => {
  let url = '';
  let stomp = '';
  beforeAll(async () => {
    const rabbit = await peer('rabbitmq');
    url = rabbit.url;
    stomp = `stomp://127.0.0.1:${rabbit.stompPort}`;
  });
  bothWays(() => ({
    sink: ['amqp', { url, routingKey: 'events' }],
    source: ['amqp', { url, queue: 'events', batchDurationMillis: 100 }],
  }));

  test('Q18 a message that no queue takes is an error, and stays in the channel; a wrong password is AGENT_AUTH', async () => {
    const { sink } = await makeSink('amqp', { url, exchange: 'amq.direct', routingKey: 'nobody', declare: false });
    const channel = makeMemoryChannel();
    await putAll(channel, [event('lost?')]);
    await expect(sink.process(channel, never)).rejects.toMatchObject({ code: 'AGENT_DELIVERY', params: { reason: expect.stringContaining('no queue takes nobody') as string } });
    expect(channel.size).toBe(1);
    await sink.stop();
    const wrong = await makeSource('amqp', { url, queue: 'events', userName: 'guest', password: 'x' });
    await expect(wrong.source.start()).rejects.toMatchObject({ code: 'AGENT_AUTH' });
  });

  const jms = { initialContextFactory: 'org.apache.activemq.jndi.ActiveMQInitialContextFactory', destinationName: 'jms.q', destinationType: 'queue', userName: 'guest', pollTimeout: 100 };

  test('Q19 jms over STOMP takes what an AMQP client sent, and acknowledges it after the commit', async () => {
    const password = await passwordFile('guest');
    const ends: Ends = { sink: ['amqp', { url, routingKey: 'jms.q' }], source: ['jms', { ...jms, providerURL: stomp, passwordFile: password }] };
    await send(ends, ['1', '2', '3'], { kind: 'a:b' });
    const first = await receiver(ends);
    first.processor.refuse = full();
    await expect(pollFor(first.source, first.processor, 1)).rejects.toThrow();
    await first.source.stop();
    const second = await receiver(ends);
    await pollFor(second.source, second.processor, 3);
    expect(second.processor.bodies.sort()).toEqual(['1', '2', '3']);
    expect(second.processor.events[0]?.headers.get('kind')).toBe('a:b');
    await second.source.stop();
  });

  test('Q20 jms over AMQP; OpenWire is refused with the address that works', async () => {
    const password = await passwordFile('guest');
    const ends: Ends = { sink: ['amqp', { url, routingKey: 'jms.q' }], source: ['jms', { ...jms, providerURL: url.replace('guest:guest@', ''), passwordFile: password }] };
    await send(ends, ['x']);
    const { source, processor } = await receiver(ends);
    await pollFor(source, processor, 1);
    expect(processor.bodies).toEqual(['x']);
    await source.stop();
    await expect(makeSource('jms', { ...jms, providerURL: 'tcp://broker:61616' })).rejects.toMatchObject({ code: 'AGENT_KEY', params: { reason: expect.stringContaining('stomp://broker:61613') as string } });
  });
});

async function passwordFile(password: string): Promise<string> {
  const { mkdtemp, writeFile } = await import('node:fs/promises');
  const { tmpdir } = await import('node:os');
  const { join } = await import('node:path');
  const file = join(await mkdtemp(join(tmpdir(), 'sluice-jms-')), 'password');
  await writeFile(file, `${password}\n`);
  return file;
}
