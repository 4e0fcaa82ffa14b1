// What the answer of an expression means for its event.
//   nothing, null, false   the event is left out
//   true                   it passes as it is
//   a text                 its new body
//   {headers, body}        what is named is new; headers as a whole, a body that is no text as JSON
//   a list of these        one event each
import { Event } from '../event/event.ts';

/** The answer is none of these. */
export class BadResult extends Error {}

/** Of one event. */
const MOST_EVENTS = 10_000;
const MOST_BYTES = 64 * 1024 * 1024;

/** 'same', or the events that take its place. Throws BadResult. */
export function eventsOf(event: Event, answer: unknown): 'same' | readonly Event[] {
  if (answer === true) return 'same';
  if (answer === undefined || answer === null || answer === false) return [];
  if (!Array.isArray(answer)) return [changed(event, answer)];
  if (answer.length > MOST_EVENTS) throw new BadResult(`${answer.length} events out of one, at most ${MOST_EVENTS} are allowed`);
  return answer.flatMap((one: unknown) => (one === null || one === false ? [] : [one === true ? event : changed(event, one)]));
}

function changed(event: Event, answer: unknown): Event {
  if (typeof answer === 'string') return event.withBody(bodyOf(answer));
  const fields = entriesOf(answer);
  if (fields === null) throw new BadResult(`the answer is a ${typeof answer}; an event is a text or has headers and a body`);
  const unknown = [...fields.keys()].find((key) => key !== 'headers' && key !== 'body');
  if (unknown !== undefined) throw new BadResult(`the answer has “${unknown.slice(0, 50)}”; an event has headers and a body: {"body": ...}`);
  const headers = fields.has('headers') ? headersOf(fields.get('headers')) : event.headers;
  return fields.has('body') ? Event.of(headers, bodyOf(fields.get('body'))) : event.withHeaders(headers);
}

function headersOf(value: unknown): ReadonlyMap<string, string> {
  const entries = entriesOf(value);
  if (entries === null) throw new BadResult('headers are no object');
  const headers = new Map<string, string>();
  for (const [key, entry] of entries) {
    if (entry === null || entry === undefined) continue;
    headers.set(key, typeof entry === 'object' ? JSON.stringify(plain(entry)) : String(entry as string | number | boolean | bigint));
  }
  return headers;
}

function bodyOf(value: unknown): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value);
  const text = typeof value === 'string' ? value : JSON.stringify(plain(value)) ?? '';
  if (text.length > MOST_BYTES) throw new BadResult(`a body of ${text.length} characters, at most ${MOST_BYTES} are allowed`);
  return Buffer.from(text);
}

/** Of an object or a Map. */
function entriesOf(value: unknown): ReadonlyMap<string, unknown> | null {
  if (value instanceof Map) return new Map([...value].map(([key, entry]) => [String(key), entry as unknown]));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return new Map(Object.entries(value));
}

/** As JSON can say it. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, entry]) => [String(key), plain(entry)]));
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
  return value;
}
