// Messages out of a stream of bytes, or out of one datagram, and events out of messages (SyslogUtils.extractEvent, buildEvent).
//   "<" up to three digits ">" anything up to a line feed; what begins otherwise is an event all the same, marked Invalid, and what is too long one marked Incomplete.
import { Event } from '../../event/event.ts';
import type { Format } from './formats.ts';
import { keptPrefix, type KeepFields } from './keep-fields.ts';

export interface MessageOptions {
  /** Bytes. */
  readonly eventSize: number;
  readonly keep: KeepFields;
  readonly formats: readonly Format[];
  readonly now: () => number;
}

export const STATUS = 'flume.syslog.status';
const LF = 0x0a;
const LESS = 0x3c;
const GREATER = 0x3e;

type Mode = 'start' | 'priority' | 'data';

export class Messages {
  private readonly options: MessageOptions;
  private mode: Mode = 'start';
  private parts: Buffer[] = [];
  private size = 0;
  private priority = '';
  private bad = false;

  constructor(options: MessageOptions) {
    this.options = options;
  }

  /** The events that are whole with this piece; the rest is kept for the next. */
  add(piece: Buffer): Event[] {
    const events: Event[] = [];
    for (let at = 0; at < piece.length;) {
      if (this.mode === 'data') {
        const feed = piece.indexOf(LF, at);
        const room = this.options.eventSize - this.size;
        const end = feed < 0 ? piece.length : feed;
        if (end - at >= room) { this.keep(piece, at, at + Math.max(0, room)); at += Math.max(0, room); events.push(this.event(true)); continue; }
        this.keep(piece, at, end);
        at = end + 1;
        if (feed >= 0) events.push(this.event(false));
        continue;
      }
      const byte = piece[at] as number;
      if (this.mode === 'start' && byte === LF) { at += 1; continue; } // the end of an event that was cut, or an empty line
      this.keep(piece, at, at + 1);
      at += 1;
      if (this.mode === 'start') {
        this.mode = byte === LESS ? 'priority' : 'data';
        this.bad = byte !== LESS;
      } else if (byte === GREATER) {
        this.bad = this.priority === '';
        this.mode = 'data';
      } else {
        this.priority += String.fromCharCode(byte);
        if (byte < 0x30 || byte > 0x39 || this.priority.length > 3) { this.bad = true; this.mode = 'data'; }
      }
    }
    return events;
  }

  /** Of one datagram: up to its first line end or its own end. Null for one that has no priority to read. */
  whole(datagram: Buffer): Event | null {
    const [first] = this.add(datagram);
    if (first) { this.reset(); return first; }
    if (this.mode === 'start' || (this.mode === 'priority' && this.priority === '')) { this.reset(); return null; }
    return this.event(false);
  }

  private keep(piece: Buffer, from: number, to: number): void {
    if (to <= from) return;
    this.parts.push(piece.subarray(from, to));
    this.size += to - from;
  }

  private event(incomplete: boolean): Event {
    const bytes = this.parts.length === 1 ? (this.parts[0] as Buffer) : Buffer.concat(this.parts);
    const { bad, priority } = this;
    this.reset();
    const headers = new Map<string, string>();
    const pri = bad ? 0 : Number(priority);
    headers.set('Facility', String(Math.floor(pri / 8))).set('Severity', String(pri % 8));
    const body = bad ? bytes : this.headed(bytes, headers);
    if (bad) headers.set(STATUS, 'Invalid');
    else if (incomplete) headers.set(STATUS, 'Incomplete');
    return Event.of(headers, body);
  }

  /** Headers of the head, and what is the body. */
  private headed(bytes: Buffer, headers: Map<string, string>): Buffer {
    const { formats, keep, now } = this.options;
    const text = bytes.toString('latin1');
    for (const format of formats) {
      const parsed = format(text, now());
      if (!parsed) continue;
      const { priority, version, host, time } = parsed;
      if (priority !== '') headers.set('priority', priority);
      if (version !== null && version !== '') headers.set('version', version);
      if (time !== null) headers.set('timestamp', String(time));
      if (host !== null && host !== '') headers.set('host', host);
      if (keep === 'all') return bytes;
      const prefix = keptPrefix(keep, parsed);
      const body = bytes.subarray(parsed.body);
      if (prefix === '') return body.length === 0 ? bytes : body;
      return Buffer.concat([Buffer.from(prefix, 'latin1'), body]);
    }
    return bytes;
  }

  private reset(): void {
    this.mode = 'start';
    this.parts = [];
    this.size = 0;
    this.priority = '';
    this.bad = false;
  }
}
