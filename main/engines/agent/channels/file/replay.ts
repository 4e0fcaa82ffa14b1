// From the checkpoint and the log behind it, or from the log alone, to the state of the channel.
import { setImmediate as turn } from 'node:timers/promises';
import type { Disk } from '../../../../lib/disk/disk.ts';
import type { Mark } from '../../parts.ts';
import { decodePutName, keepMark } from './put-name.ts';
import { scanSegment, type ScannedRecord } from './scan.ts';
import { KIND, MORE, readRanges, SEGMENT_HEADER, type Range } from './segment-format.ts';
import type { Segment, Segments } from './segments.ts';
import { SpanQueue, type Span } from './span-queue.ts';
import { emptyState, type ChannelState, type Prepared } from './state.ts';

export interface Replayed {
  readonly state: ChannelState;
  /** Groups whose commit was read, by name. */
  readonly committed: ReadonlySet<string>;
  /** Where an unfinished write was cut off; null: nowhere. */
  readonly torn: { readonly path: string; readonly offset: number; readonly bytes: number } | null;
  /** Records that were read. */
  readonly records: number;
}

/** Whether every place that the checkpoint names is in the log. */
export function fits(state: ChannelState, chain: readonly Segment[]): boolean {
  const ids = new Set(chain.map(({ header }) => header.segment));
  if (state.position.segment === 0) return state.queue.size === 0;
  if (!ids.has(state.position.segment)) return false;
  for (let i = 0; i < state.queue.length; i++) if (!ids.has(state.queue.at(i).segment)) return false;
  return true;
}

/** AGENT_CHANNEL_CORRUPT with the place for a damaged record; nothing is changed on disk. */
export async function replay(disk: Disk, { chain }: Segments, checkpoint: ChannelState | null): Promise<Replayed> {
  const reading = new Reading(checkpoint ?? emptyState());
  const from = checkpoint && checkpoint.position.segment > 0 ? checkpoint.position : { segment: 0, offset: 0 };
  let position = from;
  let torn: Replayed['torn'] = null;
  for (const { path, header, end } of chain) {
    if (header.segment < from.segment) continue;
    const file = await disk.open(path, 'read');
    try {
      const start = header.segment === from.segment ? from.offset : SEGMENT_HEADER;
      const result = await scanSegment({ file, path, salt: header.salt, from: start, end }, (record) => { reading.add(header.segment, record); });
      position = { segment: header.segment, offset: result.end };
      if (result.torn > 0) torn = { path, offset: result.end, bytes: result.torn };
    } finally {
      await file.close();
    }
  }
  const queue = await without(reading.queue, reading.taken);
  return { state: { position, nextSeq: reading.nextSeq, queue, prepared: reading.prepared, marks: reading.marks }, committed: reading.committed, torn, records: reading.records };
}

class Reading {
  readonly queue: SpanQueue;
  nextSeq: number;
  readonly prepared: Map<number, Prepared>;
  readonly committed = new Set<string>();
  readonly marks: Map<string, Mark>;
  taken: Range[] = [];
  records = 0;
  /** Transactions of which parts were read, by the number that the next part begins with. */
  private readonly parts = new Map<number, Span[]>();
  private merged = 1024;

  constructor(state: ChannelState) {
    this.queue = state.queue;
    this.nextSeq = state.nextSeq;
    this.prepared = new Map(state.prepared);
    this.marks = new Map(state.marks);
  }

  add(segment: number, { head, offset, length, payload }: ScannedRecord): void {
    this.records += 1;
    const name = (): string => payload.toString('utf8', 0, head.nameSize);
    switch (head.kind) {
      case KIND.put: case KIND.prepare: {
        const next = head.seq + head.count;
        this.nextSeq = Math.max(this.nextSeq, next);
        const spans = this.parts.get(head.seq) ?? [];
        this.parts.delete(head.seq);
        if (head.count > 0) spans.push({ seq: head.seq, count: head.count, segment, offset, length, index: 0 });
        if (head.flags & MORE) this.parts.set(next, spans);
        else {
          const { group, mark } = decodePutName(name());
          if (head.kind === KIND.prepare) this.prepared.set(spans[0]?.seq ?? head.seq, { group, spans, mark });
          else {
            for (const span of spans) this.queue.push(span);
            keepMark(this.marks, mark);
          }
        }
        return;
      }
      case KIND.take:
        keepMark(this.marks, decodePutName(name()).mark);
        for (const range of readRanges(payload.subarray(head.nameSize))) {
          this.taken.push(range);
          this.nextSeq = Math.max(this.nextSeq, range.seq + range.count); // its puts may be gone, and their numbers must not come again
        }
        if (this.taken.length > this.merged) {
          this.taken = merge(this.taken);
          this.merged = Math.max(1024, this.taken.length * 2);
        }
        return;
      case KIND.commit: {
        const group = name();
        this.committed.add(group);
        for (const [seq, prepared] of [...this.prepared]) {
          if (head.seq === 0 ? prepared.group !== group : seq !== head.seq) continue;
          this.prepared.delete(seq);
          for (const span of prepared.spans) this.queue.push(span);
          keepMark(this.marks, prepared.mark);
        }
        return;
      }
      case KIND.abort:
        this.prepared.delete(head.seq);
        return;
      case KIND.skip:
    }
  }
}

/** Sorted, and as few as possible. */
export function merge(ranges: readonly Range[]): Range[] {
  const merged: { seq: number; count: number }[] = [];
  for (const { seq, count } of [...ranges].sort((a, b) => a.seq - b.seq)) {
    const last = merged.at(-1);
    if (last && seq <= last.seq + last.count) last.count = Math.max(last.count, seq + count - last.seq);
    else merged.push({ seq, count });
  }
  return merged;
}

/** The queue without the events that were taken. */
async function without(queue: SpanQueue, ranges: readonly Range[]): Promise<SpanQueue> {
  const taken = merge(ranges);
  if (taken.length === 0) return queue;
  const rest = new SpanQueue();
  for (let i = 0; i < queue.length; i++) {
    for (const span of cut(queue.at(i), taken)) rest.push(span);
    if (i % 20_000 === 19_999) await turn();
  }
  return rest;
}

function cut(span: Span, taken: readonly Range[]): Span[] {
  let low = 0;
  let high = taken.length;
  while (low < high) { // the first range that ends behind the span's beginning
    const middle = (low + high) >>> 1;
    const range = taken[middle] as Range;
    if (range.seq + range.count <= span.seq) low = middle + 1;
    else high = middle;
  }
  const rest: Span[] = [];
  const end = span.seq + span.count;
  let seq = span.seq;
  for (; low < taken.length && (taken[low] as Range).seq < end; low++) {
    const range = taken[low] as Range;
    if (range.seq > seq) rest.push({ ...span, seq, count: range.seq - seq, index: span.index + seq - span.seq });
    seq = Math.max(seq, range.seq + range.count);
  }
  if (seq < end) rest.push({ ...span, seq, count: end - seq, index: span.index + seq - span.seq });
  return rest;
}
