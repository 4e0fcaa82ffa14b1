import { describe, expect, test } from 'vitest';
import { BadEvent } from '../../../../../../main/engines/agent/event/avro-reader.ts';
import { headerTemplate } from '../../../../../../main/engines/agent/queues/header-template.ts';
import { Inbox } from '../../../../../../main/engines/agent/queues/inbox.ts';
import { jmsTarget } from '../../../../../../main/engines/agent/queues/jms/target.ts';
import { compressionOf, kafkaClientOptions, KafkaProperties } from '../../../../../../main/engines/agent/queues/kafka/client-options.ts';
import { behind, OffsetLedger } from '../../../../../../main/engines/agent/queues/kafka/offset-ledger.ts';
import { entriesRead, eventOf } from '../../../../../../main/engines/agent/queues/redis/entries.ts';
import { frameBytes, StompReader } from '../../../../../../main/engines/agent/queues/stomp/frames.ts';
import { event, properties } from '../../../../../support/agent/probe.ts';

const never = new AbortController().signal;

describe('Q5 offsets', () => {
  const at = (offset: number, partition = 0): { topic: string; partition: number; offset: bigint; leaderEpoch: number } => ({ topic: 't', partition, offset: BigInt(offset), leaderEpoch: 3 });

  test('Q2 behind the last message of each partition', () => {
    expect(behind([at(4), at(9, 1), at(5)])).toEqual([at(6), at(10, 1)]);
  });

  test('Q5 nothing is committed behind a message that is still in someone’s hands', () => {
    const ledger = new OffsetLedger();
    ledger.taken([at(0), at(1), at(2), at(7, 1)]);
    expect(ledger.done([at(1), at(2)])).toEqual([]);
    expect(ledger.done([at(7, 1)])).toEqual([at(8, 1)]);
    expect(ledger.done([at(0)])).toEqual([at(3)]);
    ledger.taken([at(3)]);
    expect(ledger.done([at(3)])).toEqual([at(4)]);
  });
});

describe('Q3 what Kafka’s clients are given', () => {
  const of = (values: Record<string, string>): KafkaProperties => new KafkaProperties('a1.sources.r1', properties(Object.fromEntries(Object.entries(values).map(([key, value]) => [`kafka.consumer.${key}`, value]))), 'kafka.consumer.');

  test('Q3 SASL from a JAAS line, with quotes and escapes', () => {
    const options = kafkaClientOptions('a1.sources.r1', 'h1:9092, h2:9093', of({ 'security.protocol': 'SASL_PLAINTEXT', 'sasl.mechanism': 'SCRAM-SHA-256', 'sasl.jaas.config': 'org.apache.kafka.common.security.scram.ScramLoginModule required username="u x" password="p\\"w;";' }));
    expect(options).toMatchObject({ bootstrapBrokers: ['h1:9092', 'h2:9093'], sasl: { mechanism: 'SCRAM-SHA-256', username: 'u x', password: 'p"w;' } });
  });

  test('Q3 what cannot be meant names the key', () => {
    const wrong = (key: string): object => expect.objectContaining({ code: 'AGENT_KEY', params: expect.objectContaining({ key }) as object }) as object;
    expect(() => kafkaClientOptions('c', 'h:9092', of({ 'security.protocol': 'X' }))).toThrow(wrong('kafka.consumer.security.protocol') as Error);
    expect(() => kafkaClientOptions('c', 'h:9092', of({ 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'PLAIN' }))).toThrow(wrong('kafka.consumer.sasl.jaas.config') as Error);
    expect(() => kafkaClientOptions('c', 'h:9092', of({ 'request.timeout.ms': 'soon' }))).toThrow(wrong('kafka.consumer.request.timeout.ms') as Error);
    expect(() => compressionOf(of({ 'compression.type': 'rar' }))).toThrow(wrong('kafka.consumer.compression.type') as Error);
  });
});

describe('Q19 STOMP frames', () => {
  const read = (bytes: Buffer, step = bytes.length): unknown[] => {
    const reader = new StompReader();
    const frames: unknown[] = [];
    for (let at = 0; at < bytes.length; at += step) for (const { command, headers, body } of reader.feed(bytes.subarray(at, at + step))) frames.push([command, Object.fromEntries(headers), body.toString()]);
    return frames;
  };
  const bytes = Buffer.from('\n\nMESSAGE\r\nack:7\nk:a\\cb\\n\nk:second\ncontent-length:3\n\na\0b\0\nRECEIPT\nreceipt-id:x\n\n\0');
  const frames = [['MESSAGE', { ack: '7', k: 'a:b\n', 'content-length': '3' }, 'a\0b'], ['RECEIPT', { 'receipt-id': 'x' }, '']];

  test('Q19 frames come whole, however they are cut', () => {
    for (let step = 1; step <= bytes.length; step++) expect(read(bytes, step), String(step)).toEqual(frames);
  });

  test('Q19 what we send is escaped, but for CONNECT', () => {
    expect(frameBytes('ACK', { id: 'a:b\n\\' }).toString()).toBe('ACK\nid:a\\cb\\n\\\\\n\n\0');
    expect(frameBytes('CONNECT', { passcode: 'a:b' }).toString()).toBe('CONNECT\npasscode:a:b\n\n\0');
  });

  test('Q19 lengths that cannot be, headers without end and lines that are none are refused', () => {
    for (const text of ['MESSAGE\ncontent-length:999999999\n\n', 'MESSAGE\ncontent-length:-1\n\n', 'MESSAGE\nno header\n\n', `MESSAGE\nk:${'x'.repeat(70_000)}`, 'MESSAGE\ncontent-length:1\n\nab\0']) {
      expect(() => read(Buffer.from(text)), text.slice(0, 40)).toThrow(BadEvent);
    }
  });
});

test('Q20 where a JMS provider is reached, and what is written instead where it is not', () => {
  const keys = { destinationName: 'q', destinationType: 'queue' as const };
  expect(jmsTarget('c', { ...keys, providerURL: 'stomp://h:1' })).toMatchObject({ kind: 'stomp', destination: '/queue/q' });
  expect(jmsTarget('c', { ...keys, providerURL: 'amqp://h' })).toEqual({ kind: 'amqp', url: 'amqp://h', queue: 'q' });
  for (const url of ['tcp://mq:61616', 'failover:(ssl://mq:61617,tcp://b:1)']) expect(() => jmsTarget('c', { ...keys, providerURL: url })).toThrow(/stomp:\/\/mq:61613/);
  expect(() => jmsTarget('c', { ...keys, destinationType: 'topic', providerURL: 'amqp://h' })).toThrow(/only queues/);
});

test('Q10 an entry of Redis: a body field and headers, or all fields as JSON; deleted ones are passed over', () => {
  const bytes = (text: string): Buffer => Buffer.from(text);
  const entries = entriesRead([[bytes('s'), [[bytes('1-0'), [bytes('body'), bytes('b'), bytes('k'), bytes('é')]], [bytes('2-0'), null], [bytes('3-0'), [bytes('x'), bytes('1')]]]]]);
  const events = entries.map((entry) => eventOf(entry, 's', 'body'));
  expect(events.map((one) => [one.body.toString(), Object.fromEntries(one.headers)])).toEqual([['b', { stream: 's', id: '1-0', k: 'é' }], ['{"x":"1"}', { stream: 's', id: '3-0' }]]);
  expect(entriesRead(null)).toEqual([]);
});

test('Q10 messages that are pushed wait for whoever takes them; a lost connection is told once', async () => {
  const inbox = new Inbox<number>();
  const taken = inbox.take(3, 5000, never);
  for (const n of [1, 2, 3, 4]) inbox.push(n);
  expect(await taken).toEqual([1, 2, 3]);
  expect(await inbox.take(10, 5000, never)).toEqual([4]); // no more came for a moment
  expect(await inbox.take(10, 1, never)).toEqual([]);
  inbox.fail(new Error('lost'));
  await expect(inbox.take(1, 1, never)).rejects.toThrow('lost');
  expect(await inbox.take(1, 1, never)).toEqual([]);
});

test('Q10 a name with headers in it', () => {
  expect(headerTemplate('logs/%{host}/%{no}')(event('', { host: 'a' }))).toBe('logs/a/');
  expect(headerTemplate('plain')(event(''))).toBe('plain');
});
