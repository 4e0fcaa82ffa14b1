// One far rsync: its process, both halves of the wire, its messages, and how it ended.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { showText } from '../../../lib/bytes.ts';
import type { RemoteProcess } from '../transport/remote-process.ts';
import { WireReader } from '../wire/reader.ts';
import { TAG, isText } from '../wire/tags.ts';
import { WireWriter } from '../wire/writer.ts';
import type { SessionEvents } from './events.ts';

const STDERR_KEPT = 8 * 1024;
const IO_ERROR_MASK = 0x7;

export class Connection {
  readonly reader: WireReader;
  readonly writer: WireWriter;
  readonly host: string;
  /** IO_ERROR bits the far side reported. */
  ioError = 0;
  /** From ERROR_EXIT, or null. */
  remoteExit: number | null = null;
  /** Entries the far side could not send. */
  onNoSend: ((ndx: number) => void) | null = null;
  private readonly process: RemoteProcess;
  private readonly events: SessionEvents;
  private readonly signal: AbortSignal | undefined;
  private errors: string[] = [];
  private stderr = Buffer.alloc(0);
  private readonly abort = (): void => { this.process.kill(); };

  constructor(process: RemoteProcess, host: string, events: SessionEvents, signal?: AbortSignal) {
    this.process = process;
    this.host = host;
    this.events = events;
    this.signal = signal;
    this.reader = new WireReader(process.stdout, { onMessage: (tag, body) => { this.receive(tag, body); } });
    this.writer = new WireWriter(process.stdin);
    void process.ended?.then(() => { this.writer.stop(); }); // its window would never open again, and its end is not seen before its output is read
    process.stderr.on('data', (chunk: Buffer) => { this.stderr = Buffer.concat([this.stderr, chunk]).subarray(-STDERR_KEPT); });
    process.stderr.on('error', () => {});
    if (signal?.aborted) this.abort();
    signal?.addEventListener('abort', this.abort, { once: true });
  }

  /** What the far side said for a person, newest last. */
  get said(): string { return [...this.errors, showText(this.stderr.toString('utf8').trim()).replaceAll('\\x0A', '\n')].filter((line) => line !== '').join('\n'); }

  /** Runs a session over the connection, and turns its breaking into the error that explains it best. */
  async run<T>(session: () => Promise<T>): Promise<T> {
    try {
      const result = await session();
      this.writer.end();
      await this.reader.drainToEnd();
      return result;
    } catch (thrown) {
      const asked = this.signal?.aborted === true;
      this.writer.flush();
      const { code, lost } = await this.ending();
      if (asked) throw SluiceError.of('RUN_STOPPED', {});
      if (isOwnFault(thrown)) throw thrown;
      if (thrown instanceof SluiceError && !(thrown.code === 'RSYNC_PROTOCOL' && /unexpectedly closed/.test(String(thrown.params['reason'])))) throw thrown;
      if (lost) throw lost instanceof SluiceError ? lost : SluiceError.of('SSH_LOST', { host: this.host, reason: lost.message }, thrown);
      if (code === 127 || /rsync: (command )?not found|No such file or directory.*rsync/.test(this.stderr.toString('latin1'))) throw SluiceError.of('RSYNC_MISSING', { host: this.host, install: '' }, thrown);
      const exit = this.remoteExit ?? code ?? 0;
      if (exit !== 0 && this.said !== '') throw SluiceError.of('RSYNC_REMOTE', { message: this.said, exitCode: exit }, thrown);
      throw thrown;
    } finally {
      this.signal?.removeEventListener('abort', this.abort);
    }
  }

  /** The far program's exit code after a good session. */
  async exitCode(): Promise<number> {
    const { code, lost } = await this.process.exited;
    if (lost) throw lost instanceof SluiceError ? lost : SluiceError.of('SSH_LOST', { host: this.host, reason: lost.message });
    return this.remoteExit ?? code ?? 0;
  }

  private async ending(): Promise<{ code: number | null; lost: Error | null }> {
    const patience = setTimeout(() => { this.process.kill(); }, 2000);
    this.process.stdin.destroy();
    this.process.stdout.removeAllListeners('readable').resume(); // with such a listener it would not flow, and the far side never close
    const end = await this.process.exited;
    clearTimeout(patience);
    return end;
  }

  private receive(tag: number, body: Buffer): void {
    if (isText(tag)) {
      const isError = tag !== TAG.INFO && tag !== TAG.CLIENT && tag !== TAG.LOG;
      const text = body.toString('utf8').trim();
      if (isError) this.errors = [...this.errors, showText(text)].slice(-50);
      this.events.message?.(text, isError);
    } else if (tag === TAG.DELETED) {
      const dir = body.length > 0 && body[body.length - 1] === 0;
      this.events.deleted?.(Buffer.from(dir ? body.subarray(0, -1) : body), dir);
    } else if (tag === TAG.IO_ERROR && body.length === 4) {
      this.ioError |= body.readInt32LE(0) & IO_ERROR_MASK;
    } else if (tag === TAG.NO_SEND && body.length === 4) {
      this.onNoSend?.(body.readInt32LE(0));
    } else if (tag === TAG.ERROR_EXIT) {
      this.remoteExit = body.length === 4 ? body.readInt32LE(0) : (this.remoteExit ?? 0);
      if (body.length === 4) this.writer.message(TAG.ERROR_EXIT, Buffer.alloc(0));
    }
  }
}


/** Neither an operational error nor one of the system's: a bug here, which must not be blamed on the far side. */
function isOwnFault(thrown: unknown): boolean {
  return !(thrown instanceof SluiceError) && !(thrown instanceof Error && 'code' in thrown);
}
