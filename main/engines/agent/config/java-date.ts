// ${date:...}: a moment as java.text.SimpleDateFormat writes it, in the zone of this machine. The letters that configurations use.

const TWO = (value: number, width: number): string => String(value).padStart(width, '0');

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

function zone(date: Date, colon: string): string {
  const minutes = -date.getTimezoneOffset();
  return `${minutes < 0 ? '-' : '+'}${TWO(Math.floor(Math.abs(minutes) / 60), 2)}${colon}${TWO(Math.abs(minutes) % 60, 2)}`;
}

const LETTERS: Readonly<Record<string, (date: Date, width: number) => string>> = {
  y: (date, width) => (width === 2 ? TWO(date.getFullYear() % 100, 2) : TWO(date.getFullYear(), width)),
  M: (date, width) => {
    const name = MONTHS[date.getMonth()] as string;
    return width > 3 ? name : width === 3 ? name.slice(0, 3) : TWO(date.getMonth() + 1, width);
  },
  d: (date, width) => TWO(date.getDate(), width),
  H: (date, width) => TWO(date.getHours(), width),
  k: (date, width) => TWO(date.getHours() || 24, width),
  K: (date, width) => TWO(date.getHours() % 12, width),
  h: (date, width) => TWO(date.getHours() % 12 || 12, width),
  m: (date, width) => TWO(date.getMinutes(), width),
  s: (date, width) => TWO(date.getSeconds(), width),
  S: (date, width) => TWO(date.getMilliseconds(), width),
  a: (date) => (date.getHours() < 12 ? 'AM' : 'PM'),
  E: (date, width) => { const name = DAYS[date.getDay()] as string; return width > 3 ? name : name.slice(0, 3); },
  u: (date, width) => TWO(date.getDay() || 7, width),
  D: (date, width) => TWO(Math.round((new Date(date.getFullYear(), date.getMonth(), date.getDate(), 12).getTime() - new Date(date.getFullYear(), 0, 1, 12).getTime()) / 86_400_000) + 1, width),
  Z: (date) => zone(date, ''),
  X: (date, width) => (width === 1 ? zone(date, '').slice(0, 3) : zone(date, width === 2 ? '' : ':')),
};

/** Null for a letter that it does not know, and for a quote without its end. @param now ms since 1970 */
export function javaDate(pattern: string, now: number): string | null {
  const date = new Date(now);
  let text = '';
  for (const [part] of pattern.matchAll(/''|'(?:[^']|'')*'|'|([A-Za-z])\1*|[^A-Za-z']+/g)) {
    if (part === "''") text += "'";
    else if (part === "'") return null;
    else if (part.startsWith("'")) text += part.slice(1, -1).replaceAll("''", "'");
    else if (/^[A-Za-z]/.test(part)) {
      const letter = LETTERS[part[0] as string];
      if (!letter) return null;
      text += letter(date, part.length);
    } else text += part;
  }
  return text;
}
