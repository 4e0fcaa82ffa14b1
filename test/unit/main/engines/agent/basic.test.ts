import { expect, test } from 'vitest';
import { drain, event, makeMemoryChannel, makeSink, makeSource, putAll, takeAll, testPorts } from '../../../../support/agent/probe.ts';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';

test('N1 seq counts from 0 in batches, and a refused number comes again', async () => {
  const { source, processor } = await makeSource('seq', { batchSize: 3, totalEvents: 7 });
  const poll = (): Promise<string> => (source.poll as NonNullable<typeof source.poll>)(new AbortController().signal);
  expect(await poll()).toBe('ready');
  processor.refuse = SluiceError.of('AGENT_CHANNEL_FULL', { channel: 'c1', capacity: 3 });
  await expect(poll()).rejects.toMatchObject({ code: 'AGENT_CHANNEL_FULL' });
  processor.refuse = null;
  while ((await poll()) === 'ready');
  expect(processor.bodies).toEqual(['0', '1', '2', '3', '4', '5', '6']);
});

test('N20 the logger prints headers and body as Flume does', async () => {
  const ports = testPorts();
  const { sink } = await makeSink('logger', {}, { ports });
  const channel = makeMemoryChannel();
  await putAll(channel, [event('0'), event('hello world, this is long', { k: 'v', a: 'b' })]);
  await drain(sink, channel);
  expect(ports.printed).toEqual([
    `Event: { headers:{} body: 30${' '.repeat(46)}0 }`,
    'Event: { headers:{a=b, k=v} body: 68 65 6C 6C 6F 20 77 6F 72 6C 64 2C 20 74 68 69 hello world, thi }',
  ]);
});

test('N20 a longer body is printed in rows with their offsets, an empty one not at all', async () => {
  const ports = testPorts();
  const { sink } = await makeSink('logger', { maxBytesToLog: 40 }, { ports });
  const channel = makeMemoryChannel();
  await putAll(channel, [event(''), event('0123456789abcdef0123456789ab\n\u00e9', { z: '1', a: '2' })]);
  await drain(sink, channel);
  expect(ports.printed).toEqual([
    'Event: { headers:{} body: }',
    'Event: { headers:{a=2, z=1} body: 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66 0123456789abcdef\n00000010 30 31 32 33 34 35 36 37 38 39 61 62 0A C3 A9    0123456789ab... }',
  ]);
});

test('N19 the null sink tells after every so many events', async () => {
  const { sink, said } = await makeSink('null', { batchSize: 7, logEveryNEvents: 5 });
  const channel = makeMemoryChannel();
  await putAll(channel, Array.from({ length: 12 }, (_, i) => event(String(i))));
  await drain(sink, channel);
  await sink.stop();
  expect(said.notes).toEqual(['Null sink k1 successful processed 5 events.', 'Null sink k1 successful processed 10 events.', 'Null sink k1 stopped after 12 events.']);
});

test('T1 what was put is taken once, in order, and what was rolled back is at the head again', async () => {
  const channel = makeMemoryChannel();
  await putAll(channel, [event('1'), event('2')]);
  await putAll(channel, [event('3')]);
  const transaction = channel.begin();
  transaction.begin();
  expect((await transaction.take(2)).map((e) => e.body.toString())).toEqual(['1', '2']);
  expect(channel.size).toBe(3);
  await transaction.rollback();
  transaction.close();
  expect((await takeAll(channel)).map((e) => e.body.toString())).toEqual(['1', '2', '3']);
  expect(channel.size).toBe(0);
});
