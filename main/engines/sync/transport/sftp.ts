// A small SFTP version 3 client (draft-ietf-secsh-filexfer-02) over a process that speaks it: names are bytes in both
// directions, requests may overlap. Only what browsing and deleting need.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { asBuffer, showText } from '../../../lib/bytes.ts';
import { within } from '../../../lib/async.ts';
import type { RemoteProcess } from './remote-process.ts';

const TYPE = { INIT: 1, VERSION: 2, CLOSE: 4, LSTAT: 7, SETSTAT: 9, OPENDIR: 11, READDIR: 12, REMOVE: 13, MKDIR: 14, RMDIR: 15, REALPATH: 16, STAT: 17, READLINK: 19, STATUS: 101, HANDLE: 102, NAME: 104, ATTRS: 105 } as const;
const STATUS = { OK: 0, EOF: 1, NO_SUCH_FILE: 2, PERMISSION_DENIED: 3 } as const;
const ATTR = { SIZE: 1, UIDGID: 2, PERMISSIONS: 4, TIMES: 8, EXTENDED: 0x80000000 } as const;
const MAX_PACKET = 256 * 1024;
const MAX_NAMES = 65_536; // in one answer
const GREETING_MS = 20_000;

export interface SftpAttributes {
  readonly size: number;
  readonly mode: number;
  readonly mtime: number; // seconds
}
export interface SftpName {
  readonly name: Buffer;
  readonly attributes: SftpAttributes;
}

/** A refusal by the server; `code` in Node's words: ENOENT, EACCES, EIO. */
export class SftpStatusError extends Error {
  readonly code: 'ENOENT' | 'EACCES' | 'EIO' | 'EOF';

  constructor(status: number, message: string) {
    super(message);
    this.name = 'SftpStatusError';
    this.code = status === STATUS.NO_SUCH_FILE ? 'ENOENT' : status === STATUS.PERMISSION_DENIED ? 'EACCES' : status === STATUS.EOF ? 'EOF' : 'EIO';
  }
}

/** Reads fields of one packet; every length is checked against what is there. */
class Fields {
  private readonly bytes: Buffer;
  private at = 0;

  constructor(bytes: Buffer) { this.bytes = bytes; }

  int(): number {
    if (this.at + 4 > this.bytes.length) throw new Error('SFTP: packet ends in a number');
    this.at += 4;
    return this.bytes.readUInt32BE(this.at - 4);
  }

  string(): Buffer {
    const length = this.int();
    if (this.at + length > this.bytes.length) throw new Error(`SFTP: string of ${length} bytes in a packet of ${this.bytes.length}`);
    this.at += length;
    return Buffer.from(this.bytes.subarray(this.at - length, this.at));
  }

  attributes(): SftpAttributes {
    const flags = this.int();
    const size = flags & ATTR.SIZE ? this.int() * 2 ** 32 + this.int() : 0;
    if (flags & ATTR.UIDGID) { this.int(); this.int(); }
    const mode = flags & ATTR.PERMISSIONS ? this.int() : 0;
    let mtime = 0;
    if (flags & ATTR.TIMES) { this.int(); mtime = this.int(); }
    if ((flags & ATTR.EXTENDED) !== 0) for (let count = this.int(); count > 0; count--) { this.string(); this.string(); }
    return { size, mode, mtime };
  }
}

const int = (value: number): Buffer => { const bytes = Buffer.alloc(4); bytes.writeUInt32BE(value); return bytes; };
const string = (bytes: Uint8Array): Buffer => Buffer.concat([int(bytes.length), bytes]);

interface Answer {
  readonly type: number;
  readonly fields: Fields;
}

export class SftpClient {
  private readonly process: RemoteProcess;
  private readonly host: string;
  private readonly waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  private readonly greeted = Promise.withResolvers<void>();
  private buffered: Buffer[] = [];
  private bufferedLength = 0;
  private next = 1;
  private broken: Error | null = null;

  private constructor(process: RemoteProcess, host: string) {
    this.process = process;
    this.host = host;
    process.stdout.on('data', (chunk: Buffer) => { this.take(chunk); });
    process.stderr.resume();
    process.stdin.on('error', () => {});
    void process.exited.then(({ lost }) => { this.fail(lost ?? SluiceError.of('SSH_NO_SFTP', { host, reason: 'the subsystem ended' })); });
  }

  /** Greets the server. SSH_NO_SFTP when there is none, RSYNC_NOISE when a shell's words come instead. */
  static async open(process: RemoteProcess, host: string, signal?: AbortSignal): Promise<SftpClient> {
    const client = new SftpClient(process, host);
    process.stdin.write(Buffer.concat([int(5), Buffer.from([TYPE.INIT]), int(3)]));
    try {
      await within(client.greeted.promise, GREETING_MS, () => SluiceError.of('SSH_NO_SFTP', { host, reason: 'no answer' }), signal);
    } catch (error) {
      client.close();
      throw error;
    }
    return client;
  }

  close(): void {
    this.fail(SluiceError.of('SSH_LOST', { host: this.host, reason: 'closed here' }));
    this.process.kill();
  }

  async realPath(path: Uint8Array): Promise<Buffer> { return this.oneName(await this.ask(TYPE.REALPATH, string(path))); }
  async readLink(path: Uint8Array): Promise<Buffer> { return this.oneName(await this.ask(TYPE.READLINK, string(path))); }
  async stat(path: Uint8Array): Promise<SftpAttributes> { return this.attributes(await this.ask(TYPE.STAT, string(path))); }
  async lstat(path: Uint8Array): Promise<SftpAttributes> { return this.attributes(await this.ask(TYPE.LSTAT, string(path))); }
  async makeFolder(path: Uint8Array): Promise<void> { this.ok(await this.ask(TYPE.MKDIR, Buffer.concat([string(path), int(0)]))); }
  async remove(path: Uint8Array): Promise<void> { this.ok(await this.ask(TYPE.REMOVE, string(path))); }
  async removeFolder(path: Uint8Array): Promise<void> { this.ok(await this.ask(TYPE.RMDIR, string(path))); }

  /** What is in a folder, without `.` and `..`, in the server's order. */
  async readFolder(path: Uint8Array): Promise<SftpName[]> {
    const opened = await this.ask(TYPE.OPENDIR, string(path));
    if (opened.type !== TYPE.HANDLE) throw this.refusal(opened);
    const handle = opened.fields.string();
    const names: SftpName[] = [];
    try {
      for (;;) {
        const answer = await this.ask(TYPE.READDIR, string(handle));
        if (answer.type === TYPE.STATUS) {
          const refusal = this.refusal(answer);
          if (refusal instanceof SftpStatusError && refusal.code === 'EOF') return names;
          throw refusal;
        }
        for (const entry of this.names(answer)) if (!entry.name.equals(Buffer.from('.')) && !entry.name.equals(Buffer.from('..'))) names.push(entry);
      }
    } finally {
      if (!this.broken) await this.ask(TYPE.CLOSE, string(handle)).catch(() => {});
    }
  }

  private ask(type: number, body: Buffer): Promise<Answer> {
    if (this.broken) return Promise.reject(this.broken);
    const id = this.next++;
    this.process.stdin.write(Buffer.concat([int(5 + body.length), Buffer.from([type]), int(id), body]));
    return new Promise((resolve, reject) => { this.waiting.set(id, { resolve, reject }); });
  }

  private names({ type, fields }: Answer): SftpName[] {
    if (type !== TYPE.NAME) throw this.refusal({ type, fields });
    const count = fields.int();
    if (count > MAX_NAMES) throw new Error(`SFTP: ${count} names in one answer`);
    const names: SftpName[] = [];
    for (let i = 0; i < count; i++) {
      const name = fields.string();
      fields.string(); // the long name, for people
      names.push({ name, attributes: fields.attributes() });
    }
    return names;
  }

  private oneName(answer: Answer): Buffer {
    const [first] = this.names(answer);
    if (!first) throw new Error('SFTP: an answer without a name');
    return first.name;
  }

  private attributes(answer: Answer): SftpAttributes {
    if (answer.type !== TYPE.ATTRS) throw this.refusal(answer);
    return answer.fields.attributes();
  }

  private ok(answer: Answer): void {
    const refusal = this.refusal(answer);
    if (refusal) throw refusal;
  }

  private refusal({ type, fields }: Answer): Error | null {
    if (type !== TYPE.STATUS) return new Error(`SFTP: answer of type ${type}`);
    const status = fields.int();
    return status === STATUS.OK ? null : new SftpStatusError(status, showText(fields.string().toString('utf8')));
  }

  private take(chunk: Buffer): void {
    this.buffered.push(asBuffer(chunk));
    this.bufferedLength += chunk.length;
    while (this.bufferedLength >= 4 && !this.broken) {
      const all = this.buffered.length === 1 ? (this.buffered[0] as Buffer) : Buffer.concat(this.buffered);
      const length = all.readUInt32BE(0);
      if (length < 1 || length > MAX_PACKET) {
        const text = showText(all.toString('utf8').trim()).slice(0, 300);
        this.fail(/^[\x20-\x7e]{4}/.test(all.toString('latin1', 0, 4)) ? SluiceError.of('RSYNC_NOISE', { host: this.host, text }) : SluiceError.of('SSH_NO_SFTP', { host: this.host, reason: `packet of ${length} bytes` }));
        return;
      }
      this.buffered = [all];
      if (all.length < 4 + length) return;
      const rest = all.subarray(4 + length);
      this.buffered = rest.length > 0 ? [rest] : [];
      this.bufferedLength = rest.length;
      this.packet(all.subarray(4, 4 + length));
    }
  }

  private packet(packet: Buffer): void {
    const type = packet[0] as number;
    if (type === TYPE.VERSION) { this.greeted.resolve(); return; }
    const fields = new Fields(packet.subarray(1));
    let id: number;
    try { id = fields.int(); } catch (error) { this.fail(error as Error); return; }
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    waiting?.resolve({ type, fields });
  }

  private fail(error: Error): void {
    if (this.broken) return;
    this.broken = error;
    this.greeted.promise.catch(() => {});
    this.greeted.reject(error);
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
