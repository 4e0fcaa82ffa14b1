// Numbers, bytes, times and durations as people of a language write them.
import type { Locale } from '../../preload/contract/locale.ts';

export interface Formats {
  number(value: number): string;
  /** Binary steps written kB, MB, GB as file managers do, three digits at most. */
  bytes(value: number): string;
  rate(bytesPerSecond: number): string;
  dateTime(ms: number): string;
  /** For columns: "2026-11-24 09:30", local time, read the same in every language. */
  stamp(ms: number): string;
  time(ms: number): string;
  day(ms: number): string;
  ago(ms: number, now: number): string;
  duration(ms: number): string;
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;
const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000]];

export function formats(locale: Locale): Formats {
  const number = new Intl.NumberFormat(locale);
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
  const day = new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const units = UNITS.map((unit) => [0, 1].map((digits) => new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits: digits })));

  const bytes = (value: number): string => {
    let step = 0;
    let rest = value;
    while (rest >= 999.5 && step < UNITS.length - 1) { rest /= 1024; step += 1; }
    if (step === 0) return `${number.format(rest)} B`;
    return units[step]?.[step > 0 && rest < 99.95 ? 1 : 0]?.format(rest) ?? String(value);
  };
  const pad = (n: number): string => String(n).padStart(2, '0');
  return {
    number: (value) => number.format(value),
    bytes,
    rate: (value) => `${bytes(value)}/s`,
    dateTime: (ms) => dateTime.format(ms),
    stamp: (ms) => {
      const at = new Date(ms);
      return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ${pad(at.getHours())}:${pad(at.getMinutes())}`;
    },
    time: (ms) => time.format(ms),
    day: (ms) => day.format(ms),
    ago: (ms, now) => {
      for (const [unit, size] of STEPS) if (Math.abs(now - ms) >= size) return relative.format(Math.round((ms - now) / size), unit);
      return relative.format(0, 'second');
    },
    duration: (ms) => {
      const seconds = Math.max(0, Math.round(ms / 1000));
      const h = Math.floor(seconds / 3600);
      return h > 0 ? `${h}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}` : `${Math.floor(seconds / 60)}:${pad(seconds % 60)}`;
    },
  };
}
