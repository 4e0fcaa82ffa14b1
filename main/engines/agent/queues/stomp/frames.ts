// Frames of STOMP 1.2 (stomp.github.io): COMMAND, header lines, an empty line, the body, NUL. A content-length says how long the body is; without it the NUL ends it.
import { BadEvent } from '../../event/avro-reader.ts';

export interface StompFrame {
  readonly command: string;
  /** Of a name that comes twice the first counts. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** Larger than any message that JMS brokers take by default. */
const FRAME_LIMIT = 128 * 2 ** 20;
const HEAD_LIMIT = 64 * 1024;

const UNESCAPED: Readonly<Record<string, string>> = { r: '\r', n: '\n', c: ':', '\\': '\\' };
const unescape = (text: string): string => text.replace(/\\(.)/g, (all, char: string) => UNESCAPED[char] ?? all);
const escape = (text: string): string => text.replace(/[\\\r\n:]/g, (char) => ({ '\\': '\\\\', '\r': '\\r', '\n': '\\n', ':': '\\c' })[char] as string);

/** CONNECT is not escaped (STOMP 1.2, "Value Encoding"). */
export function frameBytes(command: string, headers: Readonly<Record<string, string>>): Buffer {
  const text = command === 'CONNECT' ? (value: string): string => value : escape;
  return Buffer.from(`${command}\n${Object.entries(headers).map(([name, value]) => `${text(name)}:${text(value)}\n`).join('')}\n\0`);
}

/** Takes bytes as they come and gives whole frames. */
export class StompReader {
  private rest: Buffer = Buffer.alloc(0);

  /** Throws BadEvent for what is no STOMP, or too large. */
  *feed(chunk: Buffer): Generator<StompFrame, void, undefined> {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    for (;;) {
      let start = 0;
      while (this.rest[start] === 0x0a || this.rest[start] === 0x0d) start += 1; // heart-beats
      const found = readFrame(this.rest, start);
      if (!found) {
        this.rest = this.rest.subarray(start);
        if (this.rest.length > FRAME_LIMIT) throw new BadEvent(`a frame of more than ${FRAME_LIMIT} bytes`);
        return;
      }
      this.rest = this.rest.subarray(found.end);
      yield found.frame;
    }
  }
}

/** Null while it is not whole. */
function readFrame(bytes: Buffer, start: number): { readonly frame: StompFrame; readonly end: number } | null {
  const lines: string[] = [];
  let at = start;
  for (;;) {
    const end = bytes.indexOf(0x0a, at);
    if (end === -1 || end - start > HEAD_LIMIT) {
      if (bytes.length - start > HEAD_LIMIT) throw new BadEvent('no end of the headers');
      return null;
    }
    const line = bytes.toString('utf8', at, bytes[end - 1] === 0x0d ? end - 1 : end);
    at = end + 1;
    if (line === '') break;
    lines.push(line);
  }
  const [command = '', ...rest] = lines;
  const headers = new Map<string, string>();
  for (const line of rest) {
    const colon = line.indexOf(':');
    if (colon === -1) throw new BadEvent(`“${line.slice(0, 40)}” is no header`);
    const name = unescape(line.slice(0, colon));
    if (!headers.has(name)) headers.set(name, command === 'CONNECTED' ? line.slice(colon + 1) : unescape(line.slice(colon + 1)));
  }
  const length = headers.get('content-length');
  if (length !== undefined && (!/^\d{1,9}$/.test(length) || Number(length) > FRAME_LIMIT)) throw new BadEvent(`a body of ${length} bytes`);
  const end = length === undefined ? bytes.indexOf(0, at) : at + Number(length);
  if (end === -1 || end >= bytes.length) return null;
  if (bytes[end] !== 0) throw new BadEvent('no NUL behind the body');
  return { frame: { command, headers, body: bytes.subarray(at, end) }, end: end + 1 };
}
