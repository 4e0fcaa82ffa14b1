// One message as multiport_syslogtcp reads it (SyslogParser): stricter, and with other names for headers than the other two.
//   "<" priority ">" ["1 "] (time of RFC 5424 | "Mmm dd hh:mm:ss" | "-") " " host " " data
import { keptPrefix, type KeepFields } from './keep-fields.ts';
import { rfc3164Time, rfc5424Time } from './timestamps.ts';

export interface SyslogMessage { readonly headers: ReadonlyMap<string, string>; readonly data: string }

/** Bytes of "Mmm dd hh:mm:ss". */
const SHORT_TIME = 15;
/** Without fraction and zone. */
const FULL_TIME = 19;

/** Null for what is no such message. */
export function parseSyslog(message: string, keep: KeepFields, now: number): SyslogMessage | null {
  const close = message.indexOf('>');
  if (!message.startsWith('<') || close < 2 || close > 6) return null;
  const priority = message.slice(1, close);
  if (!/^[+-]?\d+$/.test(priority) || message.length <= close + 1) return null;
  const pri = Number(priority);
  const headers = new Map([['Priority', priority], ['Facility', String(Math.trunc(pri / 8))], ['Severity', String(pri % 8)]]);
  let at = close + 1;
  let version: string | null = null;
  if (message.length > at + 2 && message.startsWith('1 ', at)) {
    version = '1';
    headers.set('Version', version);
    at += 2;
  }
  const stamp = timeAt(message, at, now);
  if (!stamp) return null;
  headers.set('timestamp', String(stamp.time));
  const space = message.indexOf(' ', stamp.next);
  if (space < 0) return null;
  const host = message.slice(stamp.next, space);
  headers.set('host', host);
  if (message.length <= space + 1 || keep === 'all') return { headers, data: message };
  return { headers, data: keptPrefix(keep, { priority, version, timestamp: stamp.text, host }) + message.slice(space + 1) };
}

function timeAt(message: string, at: number, now: number): { readonly text: string; readonly time: number; readonly next: number } | null {
  const first = message[at] as string;
  if (first === '-') return message.length <= at + 2 ? null : { text: '-', time: now, next: at + 2 };
  if (first >= 'A' && first <= 'Z') {
    if (message.length <= at + SHORT_TIME) return null;
    const text = message.slice(at, at + SHORT_TIME);
    return { text, time: rfc3164Time(text, now, true) ?? 0, next: at + SHORT_TIME + 1 };
  }
  const space = message.indexOf(' ', at);
  if (space < 0) return null;
  const text = message.slice(at, space);
  const time = text.length > FULL_TIME ? rfc5424Time(text) : null;
  return time === null ? null : { text, time, next: space + 1 };
}
