// Transactions as the records that they become.
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import type { Event } from '../../event/event.ts';
import { MAX_PAYLOAD, putRanges, rangesSize, type Kind, type Range } from './segment-format.ts';
import type { Part } from './segment-log.ts';
import type { Span } from './span-queue.ts';

/** A record that has come to this many bytes is followed by another one. */
const PART_BYTES = 2 ** 19;

/** Events in as many records as are needed, numbered from `seq` on. AGENT_EVENT_TOO_LARGE. */
export function eventParts(kind: Kind, seq: number, events: readonly Event[], name: Buffer | null): Part[] {
  const parts: Part[] = [];
  let from = 0;
  let size = 0;
  const close = (end: number): void => {
    const own = from === 0 && end === events.length ? events : events.slice(from, end);
    parts.push({ kind, count: own.length, seq: seq + from, name, size, write: (into, at) => { for (const event of own) at = event.put(into, at); } });
    from = end;
    size = 0;
  };
  for (let i = 0; i < events.length; i++) {
    const bytes = (events[i] as Event).size;
    if (bytes > MAX_PAYLOAD - 1024) throw SluiceError.of('AGENT_EVENT_TOO_LARGE', { component: 'file channel', size: bytes, limit: MAX_PAYLOAD - 1024 });
    if (size > 0 && size + bytes > PART_BYTES) close(i);
    size += bytes;
  }
  if (from < events.length) close(events.length);
  return parts;
}

/** A record without events. */
export function recordPart(kind: Kind, seq: number, name: string | null, ranges: readonly Range[] = []): Part {
  return { kind, count: 0, seq, name: name === null ? null : Buffer.from(name), size: rangesSize(ranges), write: (into, at) => { putRanges(into, at, ranges); } };
}

/** The numbers of spans, as few ranges as they are in this order. */
export function rangesOf(spans: readonly Span[]): Range[] {
  const ranges: { seq: number; count: number }[] = [];
  for (const { seq, count } of spans) {
    const last = ranges.at(-1);
    if (last && last.seq + last.count === seq) last.count += count;
    else ranges.push({ seq, count });
  }
  return ranges;
}
