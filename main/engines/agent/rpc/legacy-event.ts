// What an event of a Flume 0.9 agent becomes (AvroLegacySource, ThriftLegacySource): its own fields are headers.
import { Event } from '../event/event.ts';

export const PRIORITIES = ['FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE'] as const;

export interface LegacyEvent {
  readonly timestamp: string;
  readonly priority: string;
  readonly body: Buffer;
  readonly nanos: string;
  readonly host: string;
  /** Its values are bytes; they are read as UTF-8. */
  readonly fields: ReadonlyMap<string, Buffer>;
}

export function eventOfLegacy({ timestamp, priority, body, nanos, host, fields }: LegacyEvent): Event {
  const headers = new Map([['host', host], ['timestamp', timestamp], ['pri', priority], ['nanos', nanos]]);
  for (const [name, value] of fields) headers.set(name, value.toString('utf8'));
  headers.set('FlumeOG', 'yes');
  return Event.of(headers, body);
}
