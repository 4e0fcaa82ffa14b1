// [{"headers": {"k": "v"}, "body": "text"}, ...] (JSONHandler). Bodies are in the character set of the request.
import { Event, type Headers } from '../../event/event.ts';
import { BadText, charsetOf, type Charset } from '../../text/charset.ts';
import { BadRequest, type HttpHandler, type HttpRequest } from './handler.ts';
import { BadArray, elementsOf } from './json-elements.ts';

export const jsonHandler: HttpHandler = { mostBytes: null, events: eventsOf };

/** Bytes that are parsed in one go. */
const SMALL = 128 * 1024;
const BOM = [0xef, 0xbb, 0xbf] as const;
/** Events made in one go, before others have a turn. */
const AT_ONCE = 2000;

async function eventsOf({ charset: name, body }: HttpRequest): Promise<readonly Event[]> {
  const word = (name ?? 'utf-8').toLowerCase();
  const charset = ['utf-8', 'utf-16', 'utf-32'].includes(word) ? charsetOf(word) : null;
  if (!charset) throw new BadRequest(500, 'JSON handler supports UTF-8, UTF-16 and UTF-32 only.');
  const utf8 = word === 'utf-8' ? body : Buffer.from(textOf(charset, body));
  if (utf8.length === 0 || isBlank(utf8)) throw new BadRequest(500, 'The request has no body.');
  try {
    if (utf8.length <= SMALL) return arrayOf(JSON.parse(utf8.toString('utf8', utf8[0] === BOM[0] && utf8[1] === BOM[1] ? BOM.length : 0))).map((value) => eventOf(value, charset));
    const events: Event[] = [];
    for await (const element of elementsOf(utf8)) {
      events.push(eventOf(JSON.parse(element.toString('utf8')), charset));
      if (events.length % AT_ONCE === 0) await new Promise((resolve) => { setImmediate(resolve); });
    }
    return events;
  } catch (error) {
    if (error instanceof BadArray || error instanceof SyntaxError) throw new BadRequest(400, `Request has invalid JSON Syntax. (${error.message})`);
    throw error;
  }
}

function arrayOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new BadArray('an array of events is wanted');
}

const isBlank = (bytes: Buffer): boolean => bytes.length < 1000 && bytes.toString('latin1').trim() === '';

function textOf(charset: Charset, body: Buffer): string {
  try {
    return charset.decode(body, 'FAIL');
  } catch (error) {
    if (error instanceof BadText) throw new BadRequest(400, `Request has ${error.message}.`);
    throw error;
  }
}

function eventOf(value: unknown, { encode }: Charset): Event {
  if (value === null) throw new BadRequest(500, 'null stands where an event should.');
  if (typeof value !== 'object' || Array.isArray(value)) throw new BadRequest(400, 'Request has invalid JSON Syntax. (an event is an object)');
  const { headers, body } = value as { headers?: unknown; body?: unknown };
  return Event.of(headersOf(headers), encode(body === undefined || body === null ? '' : word(body, 'a body')));
}

function headersOf(value: unknown): Headers | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'object' || Array.isArray(value)) throw new BadRequest(400, 'Request has invalid JSON Syntax. (headers are an object)');
  const headers = new Map<string, string>();
  for (const [key, entry] of Object.entries(value)) if (entry !== null) headers.set(key, word(entry, `the header ${key}`)); // a null is what no wire can carry
  return headers;
}

/** Numbers and flags count as their text. */
function word(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new BadRequest(400, `Request has invalid JSON Syntax. (${what} is a text)`);
}
