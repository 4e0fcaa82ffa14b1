// Between Kafka's messages and events: the body as the value, or the whole event in Flume's Avro form without a container (KafkaSource, KafkaSink, KafkaChannel).
import { AvroReader } from '../../event/avro-reader.ts';
import { Event } from '../../event/event.ts';
import { scanEvent } from '../../event/scan-events.ts';
import type { Properties } from '../../config/agent-config.ts';
import { below } from '../../config/agent-config.ts';
import type { KafkaMessage } from './reader.ts';

/** Header of a Flume event -> header of a Kafka message. */
export type HeaderNames = readonly (readonly [string, string])[];

export function headerNames(properties: Properties): HeaderNames {
  return [...below(properties, 'header.')].map(([name, { value }]) => [name, value] as const);
}

/** The value as an event in Avro's form. Throws BadEvent. */
export function avroEventOf(value: Buffer): Event {
  return scanEvent(new AvroReader(value));
}

export interface MessageHeaders {
  readonly useFlumeEventFormat: boolean;
  readonly topicHeader: string | null;
  readonly timestampHeader: string | null;
  readonly names: HeaderNames;
}

/** What the event has already is not set again. Throws BadEvent. */
export function eventOf(message: KafkaMessage, { useFlumeEventFormat, topicHeader, timestampHeader, names }: MessageHeaders): Event {
  const value = (message.value as Buffer | null) ?? Buffer.alloc(0); // a tombstone
  const event = useFlumeEventFormat ? avroEventOf(value) : Event.of(null, value);
  const headers = new Map(event.headers);
  const set = (name: string, text: string): void => { if (!headers.has(name)) headers.set(name, text); };
  set(timestampHeader ?? 'timestamp', String(message.timestamp));
  set('offset', String(message.offset));
  if (topicHeader !== null) set(topicHeader, message.topic);
  set('partition', String(message.partition));
  if (Buffer.isBuffer(message.key) && message.key.length > 0) headers.set('key', message.key.toString('utf8'));
  for (const [name, kafkaName] of names) {
    const found = message.headerEntries.find(([key]) => key.toString('utf8') === kafkaName);
    if (found) headers.set(name, found[1].toString('utf8'));
  }
  return event.withHeaders(headers);
}
