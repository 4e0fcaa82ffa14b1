// Lines of files or of a stream as events to a Flume agent (AvroCLIClient): small batches, each waited for.
import { createReadStream } from 'node:fs';
import { readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { Event, type Headers } from '../event/event.ts';
import { codeOf } from '../../../lib/errno.ts';

const COMPLETED = '.COMPLETED';
const MOST_LINE = 16 * 1024 * 1024;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

export interface LineTarget {
  /** Resolves when the far side has them for good. */
  appendBatch(events: readonly Event[]): Promise<void>;
}

export interface Sent { readonly events: number; readonly files: number }

/** Lines end with \n or \r\n; the last one needs no end. AGENT_EVENT_TOO_LARGE for one of more than 16 MiB. */
export async function* linesOf(bytes: AsyncIterable<Buffer>, component: string): AsyncGenerator<Buffer, void, undefined> {
  let rest: Buffer[] = [];
  let size = 0;
  const line = (last: Buffer): Buffer => {
    const whole = rest.length === 0 ? last : Buffer.concat([...rest, last]);
    rest = [];
    size = 0;
    return whole.at(-1) === RETURN ? whole.subarray(0, -1) : whole;
  };
  for await (const chunk of bytes) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      yield line(chunk.subarray(from, at));
      from = at + 1;
    }
    size += chunk.length - from;
    if (size > MOST_LINE) throw SluiceError.of('AGENT_EVENT_TOO_LARGE', { component, size, limit: MOST_LINE });
    if (from < chunk.length) rest.push(chunk.subarray(from));
  }
  if (size > 0) yield line(Buffer.alloc(0));
}

export async function sendLines(lines: AsyncIterable<Buffer>, target: LineTarget, batchSize: number, headers: Headers): Promise<number> {
  let batch: Event[] = [];
  let sent = 0;
  const flush = async (): Promise<void> => {
    await target.appendBatch(batch);
    sent += batch.length;
    batch = [];
  };
  for await (const line of lines) {
    batch.push(Event.of(headers, line));
    if (batch.length >= batchSize) await flush();
  }
  if (batch.length > 0) await flush();
  return sent;
}

/** AGENT_READ when the file cannot be read. */
export async function sendFile(file: string, target: LineTarget, batchSize: number, headers: Headers): Promise<number> {
  const bytes = createReadStream(file, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>;
  try {
    return await sendLines(linesOf(bytes, file), target, batchSize, headers);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined || error instanceof SluiceError) throw error;
    throw SluiceError.of('AGENT_READ', { component: 'avro-client', file, reason: codeOf(error) }, error);
  }
}

/** The files of a folder, oldest first; each is renamed to NAME.COMPLETED when all of it arrived. Those and hidden ones are left. AGENT_READ. */
export async function sendFolder(dir: string, target: LineTarget, batchSize: number, headers: Headers): Promise<Sent> {
  let events = 0;
  const files = await waiting(dir);
  for (const file of files) {
    events += await sendFile(file, target, batchSize, headers);
    await rename(file, `${file}${COMPLETED}`);
  }
  return { events, files: files.length };
}

async function waiting(dir: string): Promise<readonly string[]> {
  try {
    const names = (await readdir(dir, { withFileTypes: true })).filter((entry) => entry.isFile() && !entry.name.startsWith('.') && !entry.name.endsWith(COMPLETED));
    const files = await Promise.all(names.map(async ({ name }) => ({ file: join(dir, name), at: (await stat(join(dir, name))).mtimeMs })));
    return files.sort((a, b) => a.at - b.at || (a.file < b.file ? -1 : 1)).map(({ file }) => file);
  } catch (error) {
    throw SluiceError.of('AGENT_READ', { component: 'avro-client', file: dir, reason: codeOf(error) }, error);
  }
}
