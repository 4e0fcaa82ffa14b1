// The heads of messages that syslogtcp and syslogudp know, the one of `format.*` first (SyslogUtils.initHeaderFormats, addFormats).
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import type { Properties } from '../../config/agent-config.ts';
import { patternly, patternOf } from '../../interceptors/pattern.ts';
import { BadDatePattern, dateReader, SIMPLE } from '../../text/java-dates.ts';
import type { Head } from './keep-fields.ts';
import { rfc3164Time, rfc5424Time } from './timestamps.ts';

export interface Parsed extends Head {
  /** ms since 1970. */
  readonly time: number | null;
  /** Where the body begins, in characters of what was parsed. */
  readonly body: number;
}

/** Null where the message has no such head. The text has one character a byte. */
export type Format = (text: string, now: number) => Parsed | null;

const LINE_ENDS = /[\r\n]|\xc2\x85|\xe2\x80[\xa8\xa9]/;
const RFC5424 = /^<(\d{1,3})>(\d?)\s?(?:(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:[+-]\d{2}:\d{2}|Z)?)|-)\s(?:(\w[\w.@-]*)|-)\s/;
const RFC3164 = /^<(\d{1,3})>(?:(\d)?[ \t\n\v\f\r]?)([A-Z][a-z][a-z] {1,2}\d{1,2} \d{2}:\d{2}:\d{2})\s(\w[\w.@-]*)\s/;

const byPattern = (pattern: RegExp, time: (text: string, now: number) => number | null): Format => (text, now) => {
  const found = pattern.exec(text);
  if (!found || LINE_ENDS.test(text.slice(found[0].length))) return null; // a body is one line in Flume's patterns
  const timestamp = found[3] ?? null;
  return { priority: found[1] as string, version: found[2] ?? null, timestamp, host: found[4] ?? null, time: timestamp === null ? null : time(timestamp, now), body: found[0].length };
};

export const USUAL_FORMATS: readonly Format[] = [
  byPattern(RFC5424, rfc5424Time),
  byPattern(RFC3164, (text, now) => rfc3164Time(text, now, false)),
];

/** `format.regex`, with groups for priority, version, timestamp, host and body, `format.search` and `format.replace` for the timestamp, `format.dateFormat`. Null without. Throws AGENT_KEY. */
export function customFormat(component: string, properties: Properties): Format | null {
  const text = (key: string): string | null => properties.get(`format.${key}`)?.value ?? null;
  const regex = text('regex');
  if (regex === null) return null;
  const pattern = patternOf(component, 'format.regex', regex);
  const search = text('search');
  const searched = search === null ? null : patternOf(component, 'format.search', search);
  const replacement = searched && patternly(component, 'format.replace', text('replace') ?? '', () => searched.replacement(text('replace') ?? ''));
  const dateFormat = text('dateFormat');
  const read = dateFormat === null ? () => null : dateOf(component, dateFormat);
  return (message) => {
    const groups = pattern.matchAll(message);
    if (!groups) return null;
    const timestamp = groups[3] ?? null;
    const clean = timestamp !== null && searched && replacement ? searched.replaceAll(timestamp, replacement) : timestamp;
    const body = groups[5];
    return { priority: groups[1] ?? '', version: groups[2] ?? null, timestamp, host: groups[4] ?? null, time: clean === null ? null : read(clean), body: body === undefined ? message.length : message.lastIndexOf(body) };
  };
}

function dateOf(component: string, format: string): (text: string) => number | null {
  try {
    return dateReader(format, SIMPLE);
  } catch (error) {
    if (error instanceof BadDatePattern) throw SluiceError.of('AGENT_KEY', { component, key: 'format.dateFormat', value: format, reason: error.message });
    throw error;
  }
}
