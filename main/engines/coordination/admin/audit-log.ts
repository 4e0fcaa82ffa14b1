// The audit log: one line a change in the text of ZooKeeper's Slf4jAuditLogger, appended to a file of bounded size with bounded history.
import { createWriteStream, type WriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { once } from 'node:events';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../lib/errno.ts';
import type { Report } from '../parts.ts';

/** log4j's audit appender in ZooKeeper's conf: 10 MB a file, 10 old ones. */
const MAX_BYTES = 10 * 1024 * 1024;
const KEEP = 10;
/** Lines that wait for the disk; more are dropped, and that is told. */
const MAX_PENDING = 8 * 1024 * 1024;

export interface AuditEntry {
  readonly session?: string | null;
  readonly user?: string | null;
  readonly ip?: string | null;
  readonly operation: 'serverStart' | 'serverStop' | 'create' | 'delete' | 'setData' | 'setAcl' | 'multiOperation' | 'reconfig' | 'ephemeralZNodeDeletionOnSessionCloseOrExpire';
  readonly znode?: string | null;
  readonly znodeType?: string | null;
  readonly acl?: string | null;
  readonly result: 'success' | 'failure' | 'invoked';
}

/** A path that was refused may hold anything; it must not begin a line of its own. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** `session=0x1\tuser=ip:127.0.0.1\t...\tresult=success` (AuditEvent.toString). */
export function auditText(entry: AuditEntry): string {
  const fields = [['session', entry.session], ['user', entry.user], ['ip', entry.ip], ['operation', entry.operation], ['znode', entry.znode], ['znode_type', entry.znodeType], ['acl', entry.acl], ['result', entry.result]] as const;
  return fields.filter(([, value]) => value !== null && value !== undefined).map(([key, value]) => `${key}=${(value as string).replace(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}`).join('\t');
}

/** `%d{ISO8601} %p %c{2}: %m%n` */
export function auditLine(entry: AuditEntry, at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())},${String(at.getMilliseconds()).padStart(3, '0')}`;
  return `${date} ${entry.result === 'failure' ? 'ERROR' : 'INFO'} audit.Slf4jAuditLogger: ${auditText(entry)}\n`;
}

export interface AuditLogOptions {
  readonly file: string;
  readonly report: Report;
  readonly maxBytes?: number;
  readonly keep?: number;
}

export class AuditLog {
  readonly #options: AuditLogOptions;
  #stream: WriteStream | null = null;
  #size = 0;
  #pending: string[] = [];
  #pendingBytes = 0;
  #busy: Promise<void> | null = null;
  #told = false;

  constructor(options: AuditLogOptions) { this.#options = options; }

  /** Cheap: the line is written later, in order. */
  add(entry: AuditEntry): void {
    const line = auditLine(entry, new Date());
    if (this.#pendingBytes + line.length > MAX_PENDING) { this.#trouble(new Error('lines were dropped: the disk is too slow')); return; }
    this.#pending.push(line);
    this.#pendingBytes += line.length;
    this.#busy ??= this.#write().finally(() => { this.#busy = null; });
  }

  /** Settles when all lines are with the system. */
  async close(): Promise<void> {
    while (this.#busy) await this.#busy;
    const stream = this.#stream;
    this.#stream = null;
    if (stream) await new Promise<void>((resolve) => { stream.end(() => { resolve(); }); });
  }

  async #write(): Promise<void> {
    try {
      while (this.#pending.length > 0) {
        const text = this.#pending.join('');
        this.#pending = [];
        this.#pendingBytes = 0;
        const bytes = Buffer.from(text);
        const stream = await this.#open(bytes.length);
        await new Promise<void>((resolve, reject) => { stream.write(bytes, (error) => { if (error) reject(error); else resolve(); }); });
        this.#size += bytes.length;
        this.#told = false;
      }
    } catch (error) {
      this.#stream?.destroy();
      this.#stream = null;
      this.#trouble(error);
    }
  }

  async #open(more: number): Promise<WriteStream> {
    const { file, maxBytes = MAX_BYTES } = this.#options;
    if (this.#stream && this.#size + more <= maxBytes) return this.#stream;
    if (this.#stream) {
      const old = this.#stream;
      this.#stream = null;
      await new Promise<void>((resolve) => { old.end(() => { resolve(); }); });
      await this.#rotate();
    }
    this.#size = await stat(file).then((found) => found.size, () => 0);
    if (this.#size > 0 && this.#size + more > maxBytes) { await this.#rotate(); this.#size = 0; }
    const stream = createWriteStream(file, { flags: 'a', mode: 0o640 });
    await once(stream, 'open');
    stream.on('error', () => {}); // told by the write that failed
    this.#stream = stream;
    return stream;
  }

  /** audit.log becomes audit.log.1, that one .2, and the last one is gone. */
  async #rotate(): Promise<void> {
    const { file, keep = KEEP } = this.#options;
    for (let n = keep - 1; n >= 1; n--) await rename(`${file}.${n}`, `${file}.${n + 1}`).catch(() => {});
    await rename(file, `${file}.1`).catch(() => {});
  }

  /** Once for each time the disk goes wrong: an audit that stops must not go unnoticed, nor stop the service. */
  #trouble(error: unknown): void {
    this.#pending = [];
    this.#pendingBytes = 0;
    if (this.#told) return;
    this.#told = true;
    this.#options.report({ type: 'warning', at: Date.now(), error: SluiceError.of('COORD_DISK', { file: this.#options.file, reason: codeOf(error) === 'EIO' && error instanceof Error ? error.message : codeOf(error) }, error) });
  }
}
