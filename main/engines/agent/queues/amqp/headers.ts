// What an AMQP message says beside its body, as headers of an event.
import type { ConsumeMessage } from 'amqplib';

const text = (value: unknown): string => (typeof value === 'string' ? value : Buffer.isBuffer(value) ? value.toString('utf8') : JSON.stringify(value));

/** The message's own headers, and where it came from: exchange, routingKey, and messageId, timestamp, contentType where they are set. */
export function headersOf({ fields, properties }: ConsumeMessage): Map<string, string> {
  const headers = new Map<string, string>(Object.entries(properties.headers ?? {}).map(([key, value]) => [key, text(value)]));
  headers.set('exchange', fields.exchange);
  headers.set('routingKey', fields.routingKey);
  if (typeof properties.messageId === 'string') headers.set('messageId', properties.messageId);
  if (typeof properties.timestamp === 'number') headers.set('timestamp', String(properties.timestamp * 1000));
  if (typeof properties.contentType === 'string') headers.set('contentType', properties.contentType);
  return headers;
}
