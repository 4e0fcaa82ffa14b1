// Reading dates by the patterns of Joda's DateTimeFormat and of Java's SimpleDateFormat, which share nearly all of their letters; names are the English ones.

/** Thrown for a pattern with a letter that is not known. */
export class BadDatePattern extends Error {}

/** Milliseconds since 1970, or null for text that is no such date. */
export type ReadDate = (text: string) => number | null;

interface Fields { year: number; month: number; day: number; hour: number; minute: number; second: number; ms: number; offset: number | null; afternoon: boolean | null; dayOfYear: number | null; century: boolean }

type Step = (text: string, at: number, fields: Fields) => number;

const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const FAIL = -1;

export interface DateStyle {
  /** Where the pattern has a month or a day and no year; 1970 where it has a time alone. */
  readonly year: number;
  /** Whether text may stand behind the date (SimpleDateFormat.parse). */
  readonly openEnd: boolean;
  /** Two digits of a year are those of the nearest one to now. */
  readonly now: () => number;
}

export const JODA: DateStyle = { year: 2000, openEnd: false, now: () => Date.now() };
export const SIMPLE: DateStyle = { year: 1970, openEnd: true, now: () => Date.now() };

/** Throws BadDatePattern. Where no zone is in the text it is that of this machine. */
export function dateReader(pattern: string, style: DateStyle): ReadDate {
  const steps = stepsOf(pattern);
  const year = /[MdDEe]/.test(pattern.replace(/'[^']*'/g, '')) ? style.year : 1970;
  return (text) => {
    const fields: Fields = { year, month: 1, day: 1, hour: 0, minute: 0, second: 0, ms: 0, offset: null, afternoon: null, dayOfYear: null, century: false };
    let at = 0;
    for (const step of steps) {
      at = step(text, at, fields);
      if (at === FAIL) return null;
    }
    return at < text.length && !style.openEnd ? null : millis(fields, style);
  };
}

function millis(fields: Fields, style: DateStyle): number | null {
  const { month, minute, second, ms, offset } = fields;
  let { year, hour } = fields;
  if (fields.century) {
    const now = new Date(style.now()).getFullYear();
    year += Math.round((now - year) / 100) * 100;
  }
  if (fields.afternoon !== null) hour = (hour % 12) + (fields.afternoon ? 12 : 0);
  const day = fields.dayOfYear ?? fields.day;
  const inMonth = fields.dayOfYear === null ? new Date(Date.UTC(year, month, 0)).getUTCDate() : 366;
  if (month < 1 || month > 12 || day < 1 || day > inMonth || hour > 24 || minute > 59 || second > 61) return null;
  const from = fields.dayOfYear === null ? month - 1 : 0;
  return offset === null ? new Date(year, from, day, hour, minute, second, ms).getTime() : Date.UTC(year, from, day, hour, minute, second, ms) - offset * 60_000;
}

function stepsOf(pattern: string): readonly Step[] {
  const steps: Step[] = [];
  const runs = pattern.match(/''|'(?:[^']|'')*'|([a-zA-Z])\1*|[^a-zA-Z']+/g) ?? [];
  if (runs.join('') !== pattern) throw new BadDatePattern('a quote is not closed');
  runs.forEach((run, i) => {
    if (run === "''") steps.push(exactly("'"));
    else if (run.startsWith("'")) steps.push(exactly(run.slice(1, -1).replaceAll("''", "'")));
    else if (/^[a-zA-Z]/.test(run)) steps.push(field(run, /^[yYuMdDHhkKmsS]/.test(runs[i + 1] ?? '')));
    else steps.push(exactly(run));
  });
  return steps;
}

const exactly = (word: string): Step => (text, at) => (text.startsWith(word, at) ? at + word.length : FAIL);

/** @param tight another number follows at once: no more digits than letters are taken. */
function field(run: string, tight: boolean): Step {
  const letter = run[0] as string;
  const wide = run.length;
  const digits = (most: number, set: (fields: Fields, value: number, size: number) => void, signed = false): Step => (text, at, fields) => {
    const found = new RegExp(`^ *(${signed ? '-?' : ''}\\d{1,${tight ? wide : most}})`).exec(text.slice(at, at + 24));
    if (!found) return FAIL;
    set(fields, Number(found[1]), (found[1] as string).length);
    return at + found[0].length;
  };
  switch (letter) {
    case 'y': case 'Y': case 'u': case 'x': return digits(9, (fields, value, size) => { fields.year = value; fields.century = wide <= 2 && size === 2; }, true);
    case 'M': return wide <= 2 ? digits(2, (fields, value) => { fields.month = value; }) : named(MONTHS, (fields, i) => { fields.month = i + 1; });
    case 'd': return digits(2, (fields, value) => { fields.day = value; });
    case 'D': return digits(3, (fields, value) => { fields.dayOfYear = value; });
    case 'E': case 'e': return wide === 1 && letter === 'e' ? digits(1, () => {}) : named(DAYS, () => {});
    case 'H': return digits(2, (fields, value) => { fields.hour = value; });
    case 'k': return digits(2, (fields, value) => { fields.hour = value % 24; });
    case 'h': case 'K': return digits(2, (fields, value) => { fields.hour = value; });
    case 'm': return digits(2, (fields, value) => { fields.minute = value; });
    case 's': return digits(2, (fields, value) => { fields.second = value; });
    case 'S': return digits(9, (fields, value, size) => { fields.ms = Math.floor(value * 10 ** (3 - size)); });
    case 'a': return (text, at, fields) => {
      const word = /^(am|pm)/i.exec(text.slice(at, at + 2));
      if (!word) return FAIL;
      fields.afternoon = word[0].toLowerCase() === 'pm';
      return at + 2;
    };
    case 'Z': case 'X': case 'z': return zone;
    default: throw new BadDatePattern(`the letter ${letter} is not known`);
  }
}

const named = (names: readonly string[], set: (fields: Fields, index: number) => void): Step => (text, at, fields) => {
  const rest = text.slice(at, at + 12).toLowerCase();
  for (const [i, name] of names.entries()) {
    for (const spelling of [name, name.slice(0, 3)]) {
      if (rest.startsWith(spelling)) { set(fields, i); return at + spelling.length; }
    }
  }
  return FAIL;
};

const zone: Step = (text, at, fields) => {
  const found = /^(?:(Z|UTC|GMT)(?![+-]\d)|(?:GMT|UTC)?([+-])(\d{2}):?(\d{2})?)/.exec(text.slice(at, at + 10));
  if (!found) return FAIL;
  fields.offset = found[1] === undefined ? (found[2] === '-' ? -1 : 1) * (Number(found[3]) * 60 + Number(found[4] ?? 0)) : 0;
  return at + found[0].length;
};
