// Where an event goes: names with headers, dates and this host in them (BucketPath).
import { hostname, networkInterfaces } from 'node:os';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import type { Headers } from '../../event/event.ts';
import { shorthand, type Calendar } from './calendar.ts';

const TAG = /%(?:\{([\w.-]+)\}|\[(\w+)\]|(\w))/g;
const DATE_TAG = /%\w/;

export interface BucketPathOptions {
  readonly component: string;
  readonly calendar: Calendar;
  readonly round: { readonly value: number; readonly unit: 'second' | 'minute' | 'hour' } | null;
  /** Null: the time of an event is in its header `timestamp`. */
  readonly now: (() => number) | null;
}

export class BucketPath {
  private readonly template: string;
  private readonly options: BucketPathOptions;
  private readonly hasDate: boolean;

  /** Throws AGENT_KEY for what is no name of a value of this host. */
  constructor(template: string, key: string, options: BucketPathOptions) {
    this.template = template.replace(TAG, (tag, _header, host: string | undefined) => {
      if (host === undefined) return tag;
      const value = ofHost(host);
      if (value === null) throw SluiceError.of('AGENT_KEY', { component: options.component, key, value: template, reason: `%[${host}] is not known; localhost, IP and FQDN are` });
      return value;
    });
    this.options = options;
    this.hasDate = DATE_TAG.test(this.template.replace(/%\{[\w.-]+\}/g, ''));
  }

  /** Whether each event has a place of its own to be worked out. */
  get isFixed(): boolean { return !this.template.includes('%'); }

  /** AGENT_HEADER when a date is wanted and the event has no timestamp. */
  of(headers: Headers): string {
    if (this.isFixed) return this.template;
    const ms = this.hasDate ? this.timeOf(headers) : 0;
    return this.template.replace(TAG, (_tag, header: string | undefined, _host, letter: string | undefined) => (letter === undefined ? headers.get(header as string) ?? '' : shorthand(letter, ms, this.options.calendar)));
  }

  private timeOf(headers: Headers): number {
    const { now, round, calendar, component } = this.options;
    const text = now === null ? headers.get('timestamp') : String(now());
    if (text === undefined) throw SluiceError.of('AGENT_HEADER', { component, header: 'timestamp', reason: `${this.template} has a date, and the event has no time; an interceptor of type timestamp or hdfs.useLocalTimeStamp = true gives it one` });
    if (!/^-?\d{1,15}$/.test(text)) throw SluiceError.of('AGENT_HEADER', { component, header: 'timestamp', reason: `“${text}” is no time in ms` });
    const ms = Number(text);
    return round === null ? ms : calendar.roundDown(ms, round.value, round.unit);
  }
}

function ofHost(name: string): string | null {
  switch (name.toLowerCase()) {
    case 'localhost': return hostname();
    case 'fqdn': return hostname();
    case 'ip': return Object.values(networkInterfaces()).flat().find((at) => at?.family === 'IPv4' && !at.internal)?.address ?? '127.0.0.1';
    default: return null;
  }
}
