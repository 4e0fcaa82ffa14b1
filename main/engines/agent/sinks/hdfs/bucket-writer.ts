// The files of one bucket, one after the other: written under a name that says so, closed by count, size, age or idleness, then renamed (BucketWriter).
import { SluiceError, toErrorInfo } from '../../../../../preload/contract/sluice-error.ts';
import { within } from '../../../../lib/async.ts';
import type { Event } from '../../event/event.ts';
import type { Clock, Say } from '../../parts.ts';
import type { HdfsClient, HdfsWriter } from '../../ports.ts';
import type { FileFormat } from './file-format.ts';

export interface BucketOptions {
  readonly component: string;
  readonly client: HdfsClient;
  readonly clock: Clock;
  readonly say: Say;
  readonly newFormat: () => FileFormat;
  readonly fileSuffix: string;
  readonly inUsePrefix: string;
  readonly inUseSuffix: string;
  /** 0: never. */
  readonly rollCount: number;
  readonly rollSize: number;
  readonly rollIntervalMs: number;
  readonly idleTimeoutMs: number;
  readonly callTimeoutMs: number;
  /** 0: without end. */
  readonly closeTries: number;
  readonly retryIntervalMs: number;
}

interface OpenFile {
  readonly path: string;
  readonly inUse: string;
  readonly writer: HdfsWriter;
  readonly format: FileFormat;
  count: number;
  /** Of bodies. */
  bytes: number;
  readonly age: NodeJS.Timeout | null;
  idle: NodeJS.Timeout | null;
}

export class BucketWriter {
  private readonly dir: string;
  private readonly prefix: string;
  private readonly options: BucketOptions;
  private counter: number;
  private file: OpenFile | null = null;
  private line: Promise<unknown> = Promise.resolve();
  private readonly retries = new Set<NodeJS.Timeout>();

  constructor(dir: string, prefix: string, options: BucketOptions) {
    this.dir = dir;
    this.prefix = prefix;
    this.options = options;
    this.counter = options.clock.now();
  }

  /** No file is open, and no rename is due. */
  get isIdle(): boolean { return this.file === null && this.retries.size === 0; }

  /** All of them, in as many files as they need. After a failure the present file is given up: what it got of them comes again in the next. AGENT_DELIVERY ... */
  append(events: readonly Event[]): Promise<void> {
    return this.inLine(async () => {
      for (let at = 0; at < events.length;) {
        if (this.file && this.isDue(this.file)) await this.closeFile();
        const file = this.file ?? await this.openFile(events[at] as Event);
        const end = at + this.fits(file, events, at);
        const some = at === 0 && end === events.length ? events : events.slice(at, end);
        await this.guarded(async () => { await this.call(file.writer.write(await file.format.encode(some))); });
        for (const event of some) file.bytes += event.bodySize;
        file.count += some.length;
        at = end;
      }
    });
  }

  /** What was appended is visible and safe when it resolves. */
  flush(): Promise<void> {
    return this.inLine(async () => {
      const { file } = this;
      if (!file) return;
      await this.guarded(() => this.call(file.writer.flush()));
      this.restartIdle(file);
    });
  }

  /** Never rejects. */
  close(): Promise<void> {
    return this.inLine(() => this.closeFile());
  }

  /** Files that could not be renamed keep the name they have. */
  end(): void {
    for (const timer of this.retries) clearTimeout(timer);
    this.retries.clear();
  }

  private inLine<T>(work: () => Promise<T>): Promise<T> {
    const next = this.line.then(work, work);
    this.line = next.catch(() => {});
    return next;
  }

  private isDue({ count, bytes }: OpenFile): boolean {
    const { rollCount, rollSize } = this.options;
    return (rollCount > 0 && count >= rollCount) || (rollSize > 0 && bytes >= rollSize);
  }

  /** How many of the events go into the file before it is due. */
  private fits(file: OpenFile, events: readonly Event[], at: number): number {
    const { rollCount, rollSize } = this.options;
    let { count, bytes } = file;
    let n = 0;
    while (at + n < events.length) {
      bytes += (events[at + n] as Event).bodySize;
      count += 1;
      n += 1;
      if ((rollCount > 0 && count >= rollCount) || (rollSize > 0 && bytes >= rollSize)) break;
    }
    return n;
  }

  private async openFile(first: Event): Promise<OpenFile> {
    const { client, newFormat, fileSuffix, inUsePrefix, inUseSuffix, rollIntervalMs } = this.options;
    this.counter += 1;
    const name = `${this.prefix}.${this.counter}${fileSuffix}`;
    const inUse = `${this.dir}/${inUsePrefix}${name}${inUseSuffix}`;
    const format = newFormat();
    const header = await format.header(first);
    const writer = await this.call(client.create(inUse, { overwrite: false }));
    const age = rollIntervalMs > 0 ? setTimeout(() => { void this.inLine(async () => { if (this.file === file) await this.closeFile(); }); }, rollIntervalMs).unref() : null;
    const file: OpenFile = { path: `${this.dir}/${name}`, inUse, writer, format, count: 0, bytes: 0, age, idle: null };
    this.file = file;
    this.restartIdle(file);
    if (header.length > 0) await this.guarded(() => this.call(writer.write(header)));
    return file;
  }

  private restartIdle(file: OpenFile): void {
    const { idleTimeoutMs } = this.options;
    if (idleTimeoutMs === 0) return;
    if (file.idle) clearTimeout(file.idle);
    file.idle = setTimeout(() => { void this.inLine(async () => { if (this.file === file) await this.closeFile(); }); }, idleTimeoutMs).unref();
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.closeFile();
      throw error;
    }
  }

  private async closeFile(): Promise<void> {
    const { file } = this;
    if (!file) return;
    this.file = null;
    if (file.age) clearTimeout(file.age);
    if (file.idle) clearTimeout(file.idle);
    await this.call(file.writer.close()).catch((error: unknown) => { this.tell(error); });
    await this.rename(file.inUse, file.path, 1);
  }

  private async rename(from: string, to: string, tries: number): Promise<void> {
    if (from === to) return;
    const { client, closeTries, retryIntervalMs, say } = this.options;
    try {
      if (await this.call(client.rename(from, to))) say.note(`closed ${to}`);
    } catch (error) {
      this.tell(error);
      if (closeTries > 0 && tries >= closeTries) return;
      const timer = setTimeout(() => {
        this.retries.delete(timer);
        void this.rename(from, to, tries + 1);
      }, retryIntervalMs).unref();
      this.retries.add(timer);
    }
  }

  private call<T>(work: Promise<T>): Promise<T> {
    const { callTimeoutMs, component } = this.options;
    return within(work, callTimeoutMs, () => SluiceError.of('AGENT_DELIVERY', { component, target: this.dir, reason: `no answer within hdfs.callTimeout, ${callTimeoutMs} ms` }));
  }

  private tell(error: unknown): void {
    this.options.say.problem(error instanceof SluiceError ? error : SluiceError.from(toErrorInfo(error)));
  }
}
