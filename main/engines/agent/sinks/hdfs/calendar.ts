// Dates in a time zone, as Java's Calendar and SimpleDateFormat have them for BucketPath.
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';

export interface DateParts {
  readonly year: number; readonly month: number; readonly day: number; readonly hour: number; readonly minute: number; readonly second: number;
  /** 0: Sunday. */
  readonly weekday: number;
  /** Minutes east of UTC. */
  readonly offset: number;
}

/** A time zone by the name Java gives it: "Europe/Berlin", "GMT+8". Null is that of this machine. Throws AGENT_KEY. */
export class Calendar {
  private readonly format: Intl.DateTimeFormat;
  private minute = NaN;
  private known: DateParts | null = null;

  constructor(component: string, key: string, zone: string | null) {
    const custom = /^GMT([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(zone ?? '');
    const timeZone = custom ? `${custom[1]}${(custom[2] as string).padStart(2, '0')}:${custom[3] ?? '00'}` : zone;
    try {
      this.format = new Intl.DateTimeFormat('en-US', {
        ...(timeZone === null ? {} : { timeZone }), calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23',
        year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
      });
    } catch {
      throw SluiceError.of('AGENT_KEY', { component, key, value: zone ?? '', reason: 'no such time zone' });
    }
  }

  /** @param ms since 1970. The zones of today differ by whole minutes, so a minute is asked for once. */
  at(ms: number): DateParts {
    const minute = Math.floor(ms / 60_000);
    const second = Math.floor(ms / 1000) - minute * 60;
    if (minute !== this.minute || this.known === null) {
      const parts = new Map(this.format.formatToParts(minute * 60_000).map(({ type, value }) => [type, Number(value)]));
      const [year, month, day, hour, min] = [parts.get('year') as number, parts.get('month') as number, parts.get('day') as number, parts.get('hour') as number, parts.get('minute') as number];
      const asUtc = Date.UTC(year, month - 1, day, hour, min);
      this.minute = minute;
      this.known = { year, month, day, hour, minute: min, second: 0, weekday: new Date(asUtc).getUTCDay(), offset: Math.round((asUtc - minute * 60_000) / 60_000) };
    }
    return { ...this.known, second };
  }

  /** Down to a multiple of `value` of the unit, counted from the beginning of the next larger one. */
  roundDown(ms: number, value: number, unit: 'second' | 'minute' | 'hour'): number {
    const { hour, minute, second } = this.at(ms);
    const whole = Math.floor(ms / 1000) * 1000;
    switch (unit) {
      case 'second': return whole - (second % value) * 1000;
      case 'minute': return whole - ((minute % value) * 60 + second) * 1000;
      case 'hour': return whole - ((hour % value) * 3600 + minute * 60 + second) * 1000;
    }
  }
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const two = (n: number): string => String(n).padStart(2, '0');

/** What a letter behind % stands for; '' for one that stands for nothing (BucketPath.replaceShorthand). */
export function shorthand(letter: string, ms: number, calendar: Calendar): string {
  if (letter === 't') return String(ms);
  if (letter === 's') return String(Math.floor(ms / 1000));
  const { year, month, day, hour, minute, second, weekday, offset } = calendar.at(ms);
  const dayName = DAYS[weekday] as string;
  const monthName = MONTHS[month - 1] as string;
  const twelve = hour % 12 === 0 ? 12 : hour % 12;
  switch (letter) {
    case 'a': return dayName.slice(0, 3);
    case 'A': return dayName;
    case 'b': return monthName.slice(0, 3);
    case 'B': return monthName;
    case 'c': return `${dayName.slice(0, 3)} ${monthName.slice(0, 3)} ${day} ${two(hour)}:${two(minute)}:${two(second)} ${year}`;
    case 'd': return two(day);
    case 'e': return String(day);
    case 'D': return `${two(month)}/${two(day)}/${two(year % 100)}`;
    case 'H': return two(hour);
    case 'I': return two(twelve);
    case 'j': return String(Math.round((Date.UTC(year, month - 1, day) - Date.UTC(year, 0, 1)) / 86_400_000) + 1).padStart(3, '0');
    case 'k': return String(hour);
    case 'l': return String(twelve);
    case 'm': return two(month);
    case 'M': return two(minute);
    case 'n': return String(month);
    case 'p': return hour < 12 ? 'AM' : 'PM';
    case 'S': return two(second);
    case 'y': return two(year % 100);
    case 'Y': return String(year).padStart(4, '0');
    case 'z': return `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`;
    default: return '';
  }
}
