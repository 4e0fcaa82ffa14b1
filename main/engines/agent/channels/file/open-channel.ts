// A durable channel between its start and its stop: the queue of places, the log, and how a checkpoint of them is taken.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import type { Disk } from '../../../../lib/disk/disk.ts';
import type { Event } from '../../event/event.ts';
import type { Mark } from '../../parts.ts';
import type { Decisions } from '../decisions.ts';
import { Room } from '../room.ts';
import type { ChangeSignal } from '../signal.ts';
import { CHECKPOINT, encodeCheckpoint, packed, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { diskError } from './disk-error.ts';
import { FreeSpace } from './free-space.ts';
import type { FileChannelOptions } from './options.ts';
import { eventParts, rangesOf, recordPart } from './parts.ts';
import { encodePutName, keepMark } from './put-name.ts';
import { SpanReader } from './reader.ts';
import { Recent } from './recent.ts';
import { fits, replay, type Replayed } from './replay.ts';
import { segmentCipher } from './segment-cipher.ts';
import { KIND, SEGMENT_NAME } from './segment-format.ts';
import { SegmentLog, type Place } from './segment-log.ts';
import { findSegments, type Segments } from './segments.ts';
import type { Span, SpanQueue } from './span-queue.ts';
import type { ChannelState, Prepared } from './state.ts';

/** Bytes of records that one take reads at most, beside its first. */
const TAKE_BYTES = 2 ** 24;

/** Groups of an import begin so: without their commit in the log they came to nothing. */
export const IMPORT = 'import.';

/** Spans that a transaction took and has not committed. */
export interface Taker { readonly spans: readonly Span[] }

export class OpenChannel {
  readonly options: FileChannelOptions;
  readonly signal: ChangeSignal;
  readonly id: string;
  readonly decisions: Decisions;
  readonly room: Room;
  readonly takers = new Set<Taker>();
  /** Set when a damaged record was met: nothing goes in or out any more. */
  broken: SluiceError | null = null;
  closed = false;
  private readonly channel: Buffer;
  private readonly queue: SpanQueue;
  private readonly prepared: Map<number, Prepared>;
  private readonly marks: Map<string, Mark>;
  private readonly log: SegmentLog;
  private readonly reader: SpanReader;
  private readonly recent: Recent;
  private readonly space: FreeSpace;
  private nextSeq: number;
  private taken = 0;
  /** Commits of groups that are decided, and that the disk has not taken yet. */
  private owed: { readonly seq: number; readonly group: string }[] = [];
  private changed = false;
  private checkpointing: Promise<boolean> | null = null;
  private troubled = false;

  constructor(options: FileChannelOptions, signal: ChangeSignal, channel: Buffer, decisions: Decisions, segments: Segments, state: ChannelState) {
    this.options = options;
    this.signal = signal;
    this.channel = channel;
    this.id = channel.toString('hex');
    this.decisions = decisions;
    this.queue = state.queue;
    this.prepared = new Map(state.prepared);
    this.marks = new Map(state.marks);
    this.nextSeq = state.nextSeq;
    this.room = new Room(options.capacity);
    this.room.force(state.queue.size);
    this.recent = new Recent(options.recentBytes);
    this.reader = new SpanReader(options.disk);
    for (const { path, header } of segments.chain) {
      this.reader.segments.set(header.segment, { path, salt: header.salt, cipher: header.key === null ? null : segmentCipher(options.keys.get(header.key), header.salt) });
    }
    this.space = new FreeSpace(options.disk, options.dataDirs, options.minimumRequiredSpace, options.monotonic);
    this.log = new SegmentLog({
      disk: options.disk, dirs: options.dataDirs, channel, keys: options.keys, maxFileSize: options.maxFileSize, syncEach: options.syncEveryMs === null,
      end: state.position, lastSegment: segments.last,
      onSegment: (segment, path, salt, cipher) => { this.reader.segments.set(segment, { path, salt, cipher }); },
    });
  }

  /** Reads what is on disk. AGENT_CHANNEL_CORRUPT, AGENT_CHANNEL_FORMAT, AGENT_CHANNEL_KEY, AGENT_DISK; nothing is changed then. */
  static async open(options: FileChannelOptions, signal: ChangeSignal): Promise<OpenChannel> {
    const { disk, say, dataDirs } = options;
    for (const dir of dataDirs) await disk.syncDir(dir); // what a former process took away does not come back
    const segments = await findSegments(disk, dataDirs);
    await syncNewest(disk, segments);
    const channel = segments.chain[0]?.header.channel ?? randomBytes(16);
    const checkpoint = await usableCheckpoint(options, channel, segments);
    if (!checkpoint && segments.chain.length > 0) say.note(`channel ${options.name}: no checkpoint can be used, the whole log is read`);
    const replayed = await replay(disk, segments, checkpoint);
    if (replayed.torn) say.note(`channel ${options.name}: ${replayed.torn.path} ends in ${replayed.torn.bytes} bytes of a write that was never finished, from ${replayed.torn.offset} on; they are passed over`);
    const decisions = await options.decisions();
    const open = new OpenChannel(options, signal, channel, decisions, segments, replayed.state);
    try {
      await open.space.ask();
      await open.decideFound();
      await open.bringOver(replayed);
      for (const stray of segments.strays) await disk.remove(stray);
      return open;
    } catch (error) {
      await open.log.close().catch(() => {});
      await open.reader.close();
      throw error;
    }
  }

  get size(): number { return this.queue.size + this.taken; }
  get available(): number { return this.queue.size; }
  lastMark(key: string): Mark | null { return this.marks.get(key) ?? null; }

  /** Throws what keeps the channel from being used. */
  check(): void {
    if (this.broken) throw this.broken;
    if (this.closed) throw SluiceError.of('AGENT_CHANNEL_STOPPED', { channel: this.options.name });
  }

  /** Throws AGENT_DISK_FULL when `bytes` more would leave less than the required room. */
  checkSpace(bytes: number): void {
    const short = this.space.shortOf(bytes);
    if (short) throw SluiceError.of('AGENT_DISK_FULL', { ...short });
  }

  // --- puts: room is taken by the caller ---

  /** On disk and in the queue when it resolves. */
  async put(events: readonly Event[], mark: Mark | null): Promise<void> {
    const seq = this.number(events);
    const parts = eventParts(KIND.put, seq, events, encodePutName(null, mark));
    await this.write(this.log.append(parts, (places) => {
      keepMark(this.marks, mark);
      this.enqueue(spansOf(parts, places), events);
    }));
  }

  /** On disk when it resolves; in the queue when the group is committed. Answers what `decided` and `drop` want. */
  async prepare(events: readonly Event[], group: string, mark: Mark | null = null): Promise<number> {
    const seq = this.number(events);
    const parts = eventParts(KIND.prepare, seq, events, encodePutName(group, mark));
    await this.write(this.log.append(parts, (places) => { this.prepared.set(seq, { group, mark, spans: spansOf(parts, places) }); }));
    return seq;
  }

  /** The group is committed: its events are in the queue at once, and the log says so behind it. */
  decided(seq: number, events: readonly Event[]): void {
    const prepared = this.prepared.get(seq);
    if (!prepared) return;
    this.prepared.delete(seq);
    keepMark(this.marks, prepared.mark);
    this.enqueue(prepared.spans, events);
    void this.writeOutcome(seq, prepared.group);
  }

  /** Until the log has it, the agent's decisions keep it. */
  private async writeOutcome(seq: number, group: string): Promise<void> {
    try {
      await this.log.append([recordPart(KIND.commit, seq, group)], () => {});
      this.decisions.settled(group, this.id);
    } catch {
      this.owed.push({ seq, group }); // tried again with the next checkpoint
    }
  }

  /** The group came to nothing. */
  drop(seq: number): void {
    const prepared = this.prepared.get(seq);
    if (!prepared || this.decisions.isDoubtful(prepared.group)) return; // in doubt until the next start
    this.prepared.delete(seq);
    this.log.append([recordPart(KIND.abort, seq, prepared.group)], () => {}).catch(() => {}); // without it the next start finds no decision, which is the same
  }

  // --- takes ---

  claim(most: number): Span[] {
    const spans = this.queue.shift(most, TAKE_BYTES);
    for (const { count } of spans) this.taken += count;
    return spans;
  }

  /** The events of spans that were claimed. AGENT_CHANNEL_CORRUPT stops the channel. */
  async read(spans: readonly Span[]): Promise<readonly Event[]> {
    const [only] = spans;
    if (spans.length === 1 && only) return this.eventsOf(only);
    const events: Event[] = [];
    for (const span of spans) for (const event of await this.eventsOf(span)) events.push(event);
    return events;
  }

  /** Back to the head of the queue. */
  unclaim(spans: readonly Span[]): void {
    for (const span of spans.toReversed()) {
      this.queue.unshift(span);
      this.taken -= span.count;
    }
    if (spans.length > 0) this.signal.changed();
  }

  /** The events are gone for good when it resolves. */
  async commitTakes(taker: Taker, count: number, mark: Mark | null): Promise<void> {
    const { spans } = taker;
    await this.write(this.log.append([recordPart(KIND.take, 0, encodePutName(null, mark)?.toString() ?? null, rangesOf(spans))], () => {
      this.changed = true;
      keepMark(this.marks, mark);
      this.takers.delete(taker);
      this.taken -= count;
      for (const { seq, index } of spans) this.recent.forget(seq - index);
      this.room.give(count);
      this.signal.changed();
    }));
  }

  // --- life ---

  /** Whether it is on disk. False when it could not be written, which is told; the former one stands then. */
  checkpoint(): Promise<boolean> {
    this.checkpointing ??= this.takeCheckpoint().finally(() => { this.checkpointing = null; });
    return this.checkpointing;
  }

  sync(): Promise<void> { return this.log.sync(); }

  async close(): Promise<void> {
    this.closed = true;
    await this.log.settled();
    await this.checkpointing; // of a moment ago
    if (!this.broken && (this.options.checkpointOnClose || this.owed.length > 0)) await this.checkpoint();
    await this.log.close().catch((error: unknown) => { this.options.say.problem(diskError(this.options.dataDirs[0] as string, error)); });
    await this.reader.close();
    this.signal.changed();
  }

  private number(events: readonly Event[]): number {
    const seq = this.nextSeq;
    this.nextSeq += events.length;
    return seq;
  }

  private enqueue(spans: readonly Span[], events: readonly Event[]): void {
    let from = 0;
    for (const span of spans) {
      this.queue.push(span);
      this.recent.add(span.seq, span.count === events.length ? events : events.slice(from, from + span.count), span.length);
      from += span.count;
    }
    this.changed = true;
    this.signal.changed();
  }

  private async eventsOf(span: Span): Promise<readonly Event[]> {
    const first = span.seq - span.index;
    let events = this.recent.get(first);
    if (!events) {
      events = await this.reader.events(span).catch((error: unknown) => { throw this.broke(error); });
      this.recent.add(first, events, span.length);
    }
    return span.index === 0 && span.count === events.length ? events : events.slice(span.index, span.index + span.count);
  }

  private broke(error: unknown): unknown {
    if (error instanceof SluiceError && error.code === 'AGENT_CHANNEL_CORRUPT' && !this.broken) {
      this.broken = error;
      this.options.counters.more['Unhealthy'] = 1;
      this.options.say.failed(error, true);
    }
    return error;
  }

  /** Tells the first failure of the disk, and that it works again. */
  private async write(written: Promise<void>): Promise<void> {
    const { counters, say, name } = this.options;
    try {
      await written;
    } catch (error) {
      counters.more['Unhealthy'] = 1;
      if (!this.troubled && error instanceof SluiceError) say.problem(error);
      this.troubled = true;
      throw error;
    }
    if (!this.troubled) return;
    this.troubled = false;
    counters.more['Unhealthy'] = 0;
    say.note(`channel ${name}: the disk takes writes again`);
  }

  private async takeCheckpoint(): Promise<boolean> {
    const { disk, checkpointDir, backupDir, packBackup, counters, say } = this.options;
    if ((!this.changed && this.owed.length === 0) || this.log.end.segment === 0) return true;
    for (const { seq, group } of this.owed.splice(0)) await this.writeOutcome(seq, group);
    while (!this.log.isEven) await delay(2); // a large transaction is between its records
    this.changed = false;
    const state = this.state();
    try {
      await this.log.sync();
      const bytes = await encodeCheckpoint(this.channel, state);
      await writeCheckpoint(disk, join(checkpointDir, CHECKPOINT), bytes);
      if (backupDir !== null && !(await this.backup(backupDir, packBackup ? await packed(bytes) : bytes))) return true; // its segments stay
      await this.removeSegments(state);
      return true;
    } catch (error) {
      this.changed = true;
      counters.more['CheckpointWriteErrorCount'] = (counters.more['CheckpointWriteErrorCount'] ?? 0) + 1;
      say.problem(error instanceof SluiceError ? error : diskError(join(checkpointDir, CHECKPOINT), error));
      return false;
    }
  }

  private async backup(dir: string, bytes: Buffer): Promise<boolean> {
    const { disk, counters, say } = this.options;
    try {
      await writeCheckpoint(disk, join(dir, CHECKPOINT), bytes);
      return true;
    } catch (error) {
      counters.more['CheckpointBackupWriteErrorCount'] = (counters.more['CheckpointBackupWriteErrorCount'] ?? 0) + 1;
      say.problem(diskError(join(dir, CHECKPOINT), error));
      return false;
    }
  }

  /** As it is now, which is as it is after the records before `log.end`. */
  private state(): ChannelState {
    const queue = this.queue.copy();
    for (const { spans } of [...this.takers].reverse()) for (const span of spans.toReversed()) queue.unshift(span);
    return { position: this.log.end, nextSeq: this.nextSeq, queue, prepared: new Map(this.prepared), marks: new Map(this.marks) };
  }

  /** With what failed writes left. The oldest first, and each is gone for good before the next: what is left is always an unbroken end of the log. */
  private async removeSegments({ position, queue, prepared }: ChannelState): Promise<void> {
    let needed = Math.min(position.segment, queue.oldestSegment());
    for (const { spans } of prepared.values()) for (const { segment } of spans) needed = Math.min(needed, segment);
    const old: { readonly segment: number; readonly dir: string; readonly name: string }[] = [];
    for (const dir of this.options.dataDirs) {
      for (const name of await this.options.disk.list(dir)) {
        const segment = Number(SEGMENT_NAME.exec(name)?.[1] ?? Infinity);
        if (segment < needed) old.push({ segment, dir, name });
      }
    }
    if (old.length > 0) for (const dir of this.options.dataDirs) await this.options.disk.syncDir(dir); // what was taken away before stays away
    for (const { segment, dir, name } of old.sort((a, b) => a.segment - b.segment)) {
      await this.options.disk.remove(join(dir, name));
      await this.options.disk.syncDir(dir);
      await this.reader.drop(segment);
    }
  }

  /** Groups that a crash left undecided. */
  private async decideFound(): Promise<void> {
    for (const [seq, { group, spans, mark }] of [...this.prepared]) {
      const outcome = group.startsWith(IMPORT) ? 'aborted' : this.decisions.outcome(group);
      this.prepared.delete(seq);
      if (outcome === 'aborted') {
        await this.log.append([recordPart(KIND.abort, seq, group)], () => {});
        continue;
      }
      if (outcome === 'unknown') this.options.say.note(`channel ${this.options.name}: ${spans.reduce((sum, { count }) => sum + count, 0)} events belong to a commit over several channels that was decided elsewhere; they are kept, another channel may not have them`);
      await this.log.append([recordPart(KIND.commit, seq, group)], () => {});
      keepMark(this.marks, mark);
      for (const span of spans) {
        this.queue.push(span);
        this.room.force(span.count);
      }
      this.changed = true;
    }
    this.decisions.allSettled(this.id);
  }

  private async bringOver({ committed }: Replayed): Promise<void> {
    const found: number[] = [];
    await this.options.bringOver?.({
      committed,
      put: async (group, events) => { found.push(await this.prepare(events, group)); },
      commit: async (group) => {
        await this.write(this.log.append([recordPart(KIND.commit, 0, group)], () => {}));
        for (const seq of found.splice(0)) {
          for (const span of this.prepared.get(seq)?.spans ?? []) {
            this.queue.push(span);
            this.room.force(span.count);
          }
          this.prepared.delete(seq);
        }
        this.changed = true;
      },
    });
  }
}

/** What a killed process had written without waiting for the disk is on disk before anything is built on it. */
async function syncNewest(disk: Disk, { chain }: Segments): Promise<void> {
  const newest = chain.at(-1);
  if (!newest) return;
  const file = await disk.open(newest.path, 'edit');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The newest that fits the log, from the first folder that has one. */
async function usableCheckpoint({ disk, checkpointDir, backupDir, say, name }: FileChannelOptions, channel: Buffer, { chain }: Segments): Promise<ChannelState | null> {
  for (const dir of backupDir === null ? [checkpointDir] : [checkpointDir, backupDir]) {
    const state = await readCheckpoint(disk, join(dir, CHECKPOINT), channel);
    if (state && fits(state, chain)) {
      if (dir !== checkpointDir) say.note(`channel ${name}: started from the second checkpoint, in ${dir}`);
      return state;
    }
  }
  return null;
}

function spansOf(parts: readonly { readonly seq: number; readonly count: number }[], places: readonly Place[]): Span[] {
  return parts.map(({ seq, count }, i) => ({ seq, count, ...(places[i] as Place), index: 0 }));
}
