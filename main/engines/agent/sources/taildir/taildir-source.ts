// The life of the TAILDIR source: look what became of the files, read what is new in them, remember how far.
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../../lib/errno.ts';
import type { SourceContext } from '../../components/factory.ts';
import type { Event, Headers } from '../../event/event.ts';
import type { Source, Status } from '../../parts.ts';
import type { PlaceStore } from '../../places/place-store.ts';
import { Progress } from '../../places/progress.ts';
import { isGzip } from '../bytes/gunzip.ts';
import { breath } from '../../runner/breath.ts';
import type { CutterOptions } from './event-cutter.ts';
import { Folders, type Group } from './groups.ts';
import type { PositionFile } from './position-file.ts';
import type { Flush, TailFile } from './tail-file.ts';
import { decodeTail, encodeTail } from './tail-state.ts';
import { Tails } from './tails.ts';
import { takeOver } from './take-over.ts';

/** Batches of one file before it is looked again what became of all of them. */
const BATCHES = 100;
const SAVE_EVERY_MS = 1000;

export interface TaildirSourceOptions {
  readonly context: SourceContext;
  readonly key: string;
  readonly groups: readonly Group[];
  readonly store: () => PlaceStore;
  readonly positionFile: PositionFile;
  readonly cachePatternMatching: boolean;
  readonly skipToEnd: boolean;
  readonly idleTimeoutMs: number;
  readonly writePosIntervalMs: number;
  readonly batchSize: number;
  readonly maxBatchCount: number;
  readonly fileHeader: string | null;
  readonly byteOffsetHeader: boolean;
  /** Null where lines are not grouped. */
  readonly multilineTimeoutMs: number | null;
  readonly cutter: CutterOptions;
}

interface Opened { readonly progress: Progress; readonly tails: Tails }
/** Read and not yet taken by the channels. */
interface Pending { readonly key: string; readonly events: readonly Event[]; readonly place: string }

export class TaildirSource implements Source {
  private readonly options: TaildirSourceOptions;
  private opened: Opened | null = null;
  private pending: Pending | null = null;
  private nextWrite = 0;

  constructor(options: TaildirSourceOptions) {
    this.options = options;
  }

  async start(): Promise<void> {
    const { context, key, groups, store, positionFile, cachePatternMatching, skipToEnd, cutter } = this.options;
    const { ports: { clock }, processor, say, name } = context;
    const foreign = await positionFile.foreign();
    const progress = await Progress.open({ store: store(), key, processor, say, saveEveryMs: SAVE_EVERY_MS }, new AbortController().signal);
    const folders = new Folders(groups, cachePatternMatching, () => clock.now());
    if (foreign !== null) {
      progress.note(await takeOver(foreign, progress, folders));
      await progress.flush();
    }
    this.opened = { progress, tails: new Tails({ progress, folders, clock, cutter, skipToEnd, name, say }) };
    this.nextWrite = clock.monotonic() + this.options.writePosIntervalMs;
  }

  async poll(signal: AbortSignal): Promise<Status> {
    const { opened } = this;
    if (!opened) return 'backoff';
    await this.hand(opened);
    await opened.tails.look();
    let any = false;
    for (const tail of opened.tails.inOrder()) {
      if (signal.aborted) break;
      if (await this.follow(opened, tail, signal)) any = true;
    }
    await this.leaveIdle(opened);
    await this.writePositions(opened, false);
    return any ? 'ready' : 'backoff';
  }

  async stop(): Promise<void> {
    const { opened } = this;
    if (!opened) return;
    this.opened = null;
    this.pending = null;
    await opened.tails.close();
    await this.writePositions(opened, true);
    await opened.progress.close();
  }

  /** Reads what is new in one file. True when there may be more. */
  private async follow(opened: Opened, tail: TailFile, signal: AbortSignal): Promise<boolean> {
    const { batchSize, maxBatchCount, multilineTimeoutMs, context: { processor, ports: { clock } } } = this.options;
    const most = Math.min(batchSize, processor.most);
    const isQuiet = multilineTimeoutMs !== null && clock.monotonic() - tail.changedAt >= multilineTimeoutMs;
    for (let batches = 0; batches < Math.min(BATCHES, maxBatchCount); batches++) {
      const count = await this.batch(opened, tail, most, isQuiet ? 'lines' : 'nothing');
      await breath();
      if (count < most) return count > 0 && batches > 0;
      if (signal.aborted) return true;
    }
    return true;
  }

  private async batch(opened: Opened, tail: TailFile, most: number, flush: Flush): Promise<number> {
    const { counters, say, name } = this.options.context;
    try {
      const { events, state } = await tail.next(most, flush, this.header(tail));
      if (events.length === 0) return 0;
      counters.EventReceivedCount += events.length;
      this.pending = { key: tail.key, events, place: encodeTail(state) };
    } catch (error) {
      counters.EventReadFail += 1;
      say.problem(SluiceError.of('AGENT_READ', { component: name, file: tail.path, reason: codeOf(error) }));
      await opened.tails.setAside(tail);
      return 0;
    }
    return this.hand(opened);
  }

  /** What was read goes into the channels; what they refuse is kept for the next time. */
  private async hand({ progress }: Opened): Promise<number> {
    const { pending } = this;
    if (pending === null) return 0;
    const { counters } = this.options.context;
    counters.AppendBatchReceivedCount += 1;
    try {
      await progress.commit(pending.events, new Map([[pending.key, pending.place]]));
    } catch (error) {
      counters.ChannelWriteFail += 1;
      throw error;
    }
    this.pending = null;
    counters.AppendBatchAcceptedCount += 1;
    counters.EventAcceptedCount += pending.events.length;
    return pending.events.length;
  }

  private header(tail: TailFile): (headers: Headers, position: number) => Headers {
    const { fileHeader, byteOffsetHeader } = this.options;
    if (!byteOffsetHeader && fileHeader === null) return (headers) => headers;
    const { path } = tail;
    return (headers, position) => {
      const all = new Map(headers);
      if (fileHeader !== null) all.set(fileHeader, path);
      if (byteOffsetHeader) all.set('byteoffset', String(position));
      return all;
    };
  }

  /** A file in which nothing came for long is closed; its last line is an event then though it has no end. */
  private async leaveIdle(opened: Opened): Promise<void> {
    const { idleTimeoutMs, context: { ports: { clock } } } = this.options;
    for (const tail of opened.tails.inOrder()) {
      if (clock.monotonic() - tail.changedAt < idleTimeoutMs) continue;
      while ((await this.batch(opened, tail, this.options.batchSize, 'all')) > 0);
      await opened.tails.leave(tail);
    }
  }

  private async writePositions({ progress }: Opened, last: boolean): Promise<void> {
    const { positionFile, writePosIntervalMs, context: { ports: { clock }, say } } = this.options;
    if (!last && clock.monotonic() < this.nextWrite) return;
    this.nextWrite = clock.monotonic() + writePosIntervalMs;
    const positions = [...progress.all()].flatMap(([key, text]) => {
      const inode = /^\d+:(\d+)$/.exec(key)?.[1];
      const { position, path } = decodeTail(text);
      return inode === undefined || isGzip(path) ? [] : [{ inode, pos: position, file: path }];
    });
    await positionFile.write(positions).catch((error: unknown) => { say.problem(error as SluiceError); });
  }
}
