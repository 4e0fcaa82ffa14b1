// One connection of a client: messages in, answers out in the order of the messages, each when its work is done. While too much is unanswered nothing is read.
import type { Duplex } from 'node:stream';
import { BadEvent } from '../event/avro-reader.ts';
import type { Budget } from './budget.ts';
import type { Half, Halves } from './halves.ts';
import type { OnFrame, Splitter } from './splitter.ts';

/** What answers a message, null when nothing is to be answered. Throws BadEvent, or rejects with it, for what cannot be read: the connection ends then. */
export type Serve = (message: Buffer, serial: number) => Buffer | null | Promise<Buffer | null>;

export interface ServedOptions {
  readonly stream: Duplex;
  readonly splitter: (onFrame: OnFrame) => Splitter;
  readonly serve: Serve;
  readonly budget: Budget;
  readonly halves: Halves;
  /** It ended, and why if the client is to blame. Once. */
  readonly onEnd: (reason: string | null) => void;
}

/** Of one connection. */
const MOST_WAITING = 512;
const MOST_BYTES = 16 * 1024 * 1024;
/** Answers that the client does not read. */
const MOST_UNREAD = 1024 * 1024;

interface Waiting { readonly bytes: number; answer: Buffer | null; done: boolean }

export class Served implements Half {
  private readonly options: ServedOptions;
  private readonly splitter: Splitter;
  private readonly waiting: Waiting[] = [];
  private bytes = 0;
  private flushing = false;
  private held = false;
  private stopping = false;
  private ended = false;
  private readonly onIdle: (() => void)[] = [];
  private readonly goOn = (): void => { this.resume(); };

  constructor(options: ServedOptions) {
    this.options = options;
    this.splitter = options.splitter((message, serial) => this.take(message, serial));
    const { stream } = options;
    stream.on('data', (chunk: Buffer) => { this.data(chunk); });
    stream.on('drain', this.goOn);
    stream.on('end', () => { this.end(this.splitter.midway ? 'it ended in the middle of a message' : null); });
    stream.on('close', () => { this.end(this.splitter.midway ? 'it broke off in the middle of a message' : null); });
  }

  /** What came first, before this connection was made. */
  begin(first: Buffer): void {
    this.data(first);
    if (!this.held && !this.ended) this.options.stream.resume();
  }

  /** Takes no more messages; resolves when those that were taken are answered. */
  finish(): Promise<void> {
    this.stopping = true;
    this.options.stream.pause();
    if (this.waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => { this.onIdle.push(resolve); });
  }

  /** Ends the connection once all that was answered is out. */
  close(): void {
    if (this.options.stream.writable) this.options.stream.end();
  }

  get isAwaited(): boolean { return !this.held; }
  giveUp(): void { this.end('it stopped in the middle of a message, and others need the room'); }

  private data(chunk: Buffer): void {
    this.guard(() => { this.splitter.push(chunk); });
    this.looked();
  }

  /** After something was read: what is kept of a message is counted, and whoever begins one waits too while there is no room for it. */
  private looked(): void {
    if (this.ended) return;
    this.options.halves.grew(this, this.splitter.kept);
    if (!this.held && this.options.budget.isSpent) this.hold();
  }

  private guard(work: () => void): void {
    if (this.ended) return;
    try {
      work();
    } catch (error) {
      if (!(error instanceof BadEvent)) throw error;
      this.end(error.message);
    }
  }

  private take(message: Buffer, serial: number): boolean {
    if (this.ended) return false;
    const waiting: Waiting = { bytes: message.length, answer: null, done: false };
    this.waiting.push(waiting);
    this.bytes += message.length;
    this.options.budget.take(message.length);
    const answer = this.ask(waiting, message, serial);
    if (answer instanceof Promise) answer.then((bytes) => { this.answered(waiting, bytes); }, (error: unknown) => { this.broken(waiting, error); });
    else this.answered(waiting, answer);
    return !this.hold();
  }

  private ask(waiting: Waiting, message: Buffer, serial: number): ReturnType<Serve> {
    try {
      return this.options.serve(message, serial);
    } catch (error) {
      this.answered(waiting, null);
      throw error;
    }
  }

  /** Stops reading when too much is unanswered. */
  private hold(): boolean {
    const { stream, budget } = this.options;
    const full = this.waiting.length >= MOST_WAITING || this.bytes >= MOST_BYTES || stream.writableLength > MOST_UNREAD;
    const spent = !full && budget.isSpent;
    if (spent) budget.whenRoom(this.goOn);
    if (!full && !spent && !this.stopping) return false;
    if (!this.held) stream.pause();
    this.held = true;
    return true;
  }

  private resume(): void {
    if (!this.held || this.ended || this.stopping || this.hold()) return;
    this.held = false;
    this.guard(() => { this.splitter.resume(); });
    this.looked();
    if (!this.held && !this.ended) this.options.stream.resume();
  }

  private answered(waiting: Waiting, answer: Buffer | null): void {
    waiting.answer = answer;
    waiting.done = true;
    this.bytes -= waiting.bytes;
    this.options.budget.give(waiting.bytes);
    if (this.flushing) return;
    this.flushing = true;
    process.nextTick(() => { this.flush(); });
  }

  private broken(waiting: Waiting, error: unknown): void {
    this.answered(waiting, null);
    this.end(error instanceof Error ? error.message : String(error));
  }

  private flush(): void {
    this.flushing = false;
    const answers: Buffer[] = [];
    let done = 0;
    for (const waiting of this.waiting) {
      if (!waiting.done) break;
      if (waiting.answer !== null) answers.push(waiting.answer);
      done += 1;
    }
    if (done === this.waiting.length) this.waiting.length = 0;
    else this.waiting.splice(0, done);
    const { stream } = this.options;
    if (answers.length > 0 && stream.writable) stream.write(answers.length === 1 ? answers[0] as Buffer : Buffer.concat(answers));
    if (this.waiting.length === 0) for (const idle of this.onIdle.splice(0)) idle();
    if (this.held) this.resume();
  }

  private end(reason: string | null): void {
    if (this.ended) return;
    this.ended = true;
    const { stream, budget, halves, onEnd } = this.options;
    budget.forget(this.goOn);
    halves.forget(this);
    if (reason === null && this.waiting.length > 0 && stream.writable) {
      // it has said all, and still waits for answers
      this.onIdle.push(() => { stream.end(); });
    } else if (reason === null) stream.end();
    else stream.destroy();
    onEnd(reason);
  }
}
