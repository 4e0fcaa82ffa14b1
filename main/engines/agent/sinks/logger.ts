// Prints each event as one line: headers, the beginning of the body in hexadecimal and as text (LoggerSink, EventHelper; observed on 1.11).
import { LOGGER_SINK } from '../../../../preload/contract/agent/specs/basic.ts';
import { sink } from '../components/factory.ts';
import type { Event } from '../event/event.ts';
import { javaMapText } from '../text/java-map.ts';
import { deliverBatch } from './deliver.ts';

const BATCH = 100;
const ROW = 16;

export const loggerSink = sink(LOGGER_SINK, ({ maxBytesToLog }, { counters, ports }) => ({
  start: async () => {},
  stop: async () => {},
  process: (channel, signal) => deliverBatch(channel, BATCH, counters, signal, (events) => {
    for (const event of events) ports.print(`Event: ${eventLine(event, maxBytesToLog)}`);
  }),
}));

/** `{ headers:{k=v, k2=v2} body: 48 65 6C ...  Hel... }`; each further row of 16 bytes on a line of its own, with its offset. */
export function eventLine(event: Event, maxBytes: number): string {
  return `{ headers:${javaMapText(event.headers)} body:${rows(event.body.subarray(0, maxBytes))} }`;
}

function rows(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += ROW) text += `${at === 0 ? '' : `\n${at.toString(16).toUpperCase().padStart(8, '0')}`}${row(bytes.subarray(at, at + ROW))}`;
  return text;
}

function row(bytes: Buffer): string {
  const hex = [...bytes].map((byte) => ` ${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('').padEnd(ROW * 3);
  const text = [...bytes].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
  return `${hex} ${text}`;
}
