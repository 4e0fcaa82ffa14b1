// Times of syslog: those of RFC 5424, which tell their zone, and those of RFC 3164, which tell neither zone nor year.

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const FULL = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})?$/;
const SHORT = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}):(\d{2}):(\d{2})$/;

/** ms since 1970; without a zone it is that of this machine. Null for what is no such time. */
export function rfc5424Time(text: string): number | null {
  const found = FULL.exec(text);
  if (!found) return null;
  const [, year, month, day, hour, minute, second, fraction = '', zone] = found;
  const ms = Math.floor(Number(fraction.padEnd(3, '0').slice(0, 3)));
  const parts = [Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second), ms] as const;
  if (zone === undefined) return new Date(...parts).getTime();
  const offset = zone === 'Z' ? 0 : (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)));
  return Date.UTC(...parts) - offset * 60_000;
}

/** The year is the one that puts the time within eleven months before `now` and one after it. Null for what is no such time. */
export function rfc3164Time(text: string, now: number, utc: boolean): number | null {
  const found = SHORT.exec(text);
  const month = MONTHS.indexOf(found?.[1] ?? '');
  if (!found || month < 0) return null;
  const at = (year: number, months = 0): number => {
    const parts = [year, month + months, Number(found[2]), Number(found[3]), Number(found[4]), Number(found[5])] as const;
    return utc ? Date.UTC(...parts) : new Date(...parts).getTime();
  };
  const year = new Date(now).getUTCFullYear();
  if (at(year) > now && at(year, -1) > now) return at(year - 1);
  if (at(year) < now && at(year, 11) < now) return at(year + 1);
  return at(year);
}
