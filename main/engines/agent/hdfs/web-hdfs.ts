// HDFS over WebHDFS or HttpFS (Hadoop's "WebHDFS REST API"): one request an operation, those with data in two steps, the second at the data node that the first one names.
// Of several addresses the one that is not on standby answers.
import { userInfo } from 'node:os';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { HdfsClient, HdfsEntry, HdfsWriter } from '../ports.ts';
import { HttpCaller, type Answer } from './http-caller.ts';
import { RemoteProblem, remoteProblem } from './remote-problem.ts';
import { parseEntry, parseListing, type FileStatus } from './web-hdfs-json.ts';

/** Bytes of a listing; a thousand entries take a third of a MiB. */
const LISTING = 32 * 1024 * 1024;
const ANSWER = 1024 * 1024;
/** Bytes that a writer keeps at most before it sends them by itself. */
const KEEP = 4 * 1024 * 1024;

export interface WebHdfsOptions {
  /** "http://namenode:9870", the first that works is asked. */
  readonly addresses: readonly string[];
  readonly user: string | null;
  readonly timeoutMs?: number;
}

type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';
type Query = Readonly<Record<string, string | number>>;

export class WebHdfs implements HdfsClient {
  private readonly addresses: readonly string[];
  private readonly user: string;
  private readonly http: HttpCaller;
  private active = 0;
  private batches = true;

  constructor({ addresses, user, timeoutMs = 30_000 }: WebHdfsOptions) {
    this.addresses = addresses;
    this.user = user ?? userInfo().username;
    this.http = new HttpCaller(timeoutMs);
  }

  async list(path: string): Promise<readonly HdfsEntry[] | null> {
    const entries: HdfsEntry[] = [];
    for (let after = ''; ;) {
      const page = await this.page(path, after);
      if (page === null) return null;
      for (const entry of page.entries) entries.push(entry);
      after = page.entries.at(-1)?.name ?? '';
      if (page.remaining === 0 || after === '') break;
    }
    return entries.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  }

  async stat(path: string): Promise<HdfsEntry | null> {
    return this.json('GET', path, { op: 'GETFILESTATUS' }, (answer) => parseEntry(path, (answer as { FileStatus?: FileStatus }).FileStatus));
  }

  async *read(path: string, position: number, length: number | null, signal: AbortSignal): AsyncIterable<Buffer> {
    if (length === 0) return;
    const told = position === 0 ? 0 : (await this.stat(path))?.size ?? 0;
    // the name node refuses what is behind the last block that is complete, though the data node has it
    const from = position < told ? position : Math.max(0, told - 1);
    let skip = position - from;
    let left = length ?? Infinity;
    const query = { op: 'OPEN', offset: from, ...(length === null ? {} : { length: skip + length }) };
    let answer: Answer;
    try {
      answer = await this.call('GET', path, query, null, signal);
    } catch (error) {
      if (error instanceof RemoteProblem && /out of the range/.test(error.reason)) return;
      throw this.worded(error, path);
    }
    try {
      for await (const part of answer.body) {
        const bytes = part.subarray(Math.min(skip, part.length));
        skip -= part.length - bytes.length;
        const wanted = bytes.subarray(0, Math.min(bytes.length, left));
        left -= wanted.length;
        if (wanted.length > 0) yield wanted;
        if (left === 0) return;
      }
    } catch (error) {
      throw this.worded(error, path);
    } finally {
      answer.abandon();
    }
  }

  async create(path: string, { overwrite }: { readonly overwrite: boolean }): Promise<HdfsWriter> {
    await this.send('PUT', path, { op: 'CREATE', overwrite: String(overwrite) }, []);
    return this.writer(path, 0);
  }

  async append(path: string): Promise<HdfsWriter> {
    const entry = await this.stat(path);
    if (entry === null) throw SluiceError.of('AGENT_DELIVERY', { component: 'hdfs', target: path, reason: 'it is not there' });
    return this.writer(path, entry.size);
  }

  async rename(from: string, to: string): Promise<boolean> {
    if (await this.json('PUT', from, { op: 'RENAME', destination: to }, (answer) => (answer as { boolean?: unknown }).boolean === true)) return true;
    if ((await this.stat(from)) === null) return false;
    const reason = (await this.stat(to)) === null ? 'the folder it should go to is not there' : `${to} is there already`;
    throw SluiceError.of('AGENT_DELIVERY', { component: 'hdfs', target: from, reason });
  }

  async remove(path: string): Promise<void> {
    await this.json('DELETE', path, { op: 'DELETE', recursive: 'false' }, () => true);
  }

  close(): Promise<void> {
    this.http.close();
    return Promise.resolve();
  }

  /** One request that tells whether WebHDFS answers there. */
  async check(): Promise<void> {
    await this.stat('/');
  }

  private async page(path: string, after: string): Promise<{ entries: HdfsEntry[]; remaining: number } | null> {
    if (this.batches) {
      try {
        return await this.json('GET', path, { op: 'LISTSTATUS_BATCH', ...(after === '' ? {} : { startAfter: after }) }, (answer) => parseListing(path, answer), LISTING);
      } catch (error) {
        if (!(error instanceof SluiceError) || !/LISTSTATUS_BATCH/.test(String(error.params['reason'] ?? ''))) throw error;
        this.batches = false; // Hadoop before 2.9
      }
    }
    return this.json('GET', path, { op: 'LISTSTATUS' }, (answer) => parseListing(path, answer), LISTING);
  }

  private writer(path: string, start: number): HdfsWriter {
    let size = start;
    let kept: Buffer[] = [];
    let bytes = 0;
    const flush = async (): Promise<void> => {
      if (bytes === 0) return;
      const sent = kept;
      kept = []; // after a failure it is not known how much of it is there: it is not sent again
      bytes = 0;
      await this.send('POST', path, { op: 'APPEND' }, sent);
    };
    return {
      get size() { return size; },
      write: async (data) => {
        kept.push(data);
        bytes += data.length;
        size += data.length;
        if (bytes >= KEEP) await flush();
      },
      flush,
      close: flush,
    };
  }

  private async send(method: 'PUT' | 'POST', path: string, query: Query, body: readonly Buffer[]): Promise<void> {
    try {
      const answer = await this.call(method, path, query, body, undefined);
      await answer.bytes(ANSWER);
    } catch (error) {
      throw this.worded(error, path);
    }
  }

  /** Null when the path is not there. */
  private async json<T>(method: Method, path: string, query: Query, parse: (answer: object) => T, most = ANSWER): Promise<T | null> {
    try {
      const answer = await this.call(method, path, query, null, undefined);
      const text = (await answer.bytes(most)).toString('utf8');
      return parse(objectOf(text));
    } catch (error) {
      if (error instanceof RemoteProblem && error.exception === 'FileNotFoundException') return null;
      throw this.worded(error, path);
    }
  }

  /** One operation at the name node that is active, and at the data node it names. */
  private async call(method: Method, path: string, query: Query, body: readonly Buffer[] | null, signal: AbortSignal | undefined): Promise<Answer> {
    let last: unknown = null;
    for (let tries = 0; tries < this.addresses.length; tries++) {
      const address = this.addresses[this.active] as string;
      try {
        return await this.callAt(this.urlOf(address, path, query), method, body, signal);
      } catch (error) {
        const elsewhere = error instanceof RemoteProblem && (error.kind === 'connect' || error.exception === 'StandbyException');
        if (!elsewhere) throw error;
        last = error;
        this.active = (this.active + 1) % this.addresses.length;
      }
    }
    throw last;
  }

  private async callAt(url: string, method: Method, body: readonly Buffer[] | null, signal: AbortSignal | undefined): Promise<Answer> {
    let answer = await this.http.call(url, method, null, signal);
    for (let hops = 0; (answer.status === 307 || answer.status === 302) && answer.location !== null; hops++) {
      if (hops === 3) throw new RemoteProblem('answer', 'it redirects without end');
      answer.abandon();
      answer = await this.http.call(new URL(answer.location, url).href, method, body, signal);
    }
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw remoteProblem(answer.status, (await answer.bytes(ANSWER)).toString('utf8'));
  }

  private urlOf(address: string, path: string, query: Query): string {
    const encoded = path.split('/').map(encodeURIComponent).join('/');
    const words = Object.entries({ ...query, 'user.name': this.user }).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
    return `${address}/webhdfs/v1${encoded}?${words.join('&')}`;
  }

  private worded(error: unknown, path: string): unknown {
    if (!(error instanceof RemoteProblem)) return error;
    const address = this.addresses[this.active] as string;
    if (error.kind === 'connect') return SluiceError.of('AGENT_CONNECT', { component: 'hdfs', target: address, reason: error.reason });
    if (error.kind === 'login') return SluiceError.of('AGENT_AUTH', { component: 'hdfs', target: `${this.user}@${address}`, reason: error.reason });
    return SluiceError.of('AGENT_DELIVERY', { component: 'hdfs', target: `${address}${path}`, reason: error.reason });
  }
}

function objectOf(text: string): object {
  let value: unknown = null;
  try {
    value = text === '' ? {} : JSON.parse(text);
  } catch {
    // said below
  }
  if (typeof value !== 'object' || value === null) throw new RemoteProblem('answer', 'the answer is no JSON: is this the address of a name node?');
  return value;
}
