// Figures as rsync prints them (compat.c human_num): 1,234,567, or 1.23M with -h (of 1000) and -hh (of 1024).

export type HumanLevel = 0 | 1 | 2 | 3;

const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ',');

/** A whole number. Level 1 is the default. */
export function humanNumber(value: number, level: HumanLevel): string {
  if (level >= 2) {
    const unit = level === 2 ? 1000 : 1024;
    if (value >= unit) {
      let scaled = value / unit;
      let letter = 0;
      while (scaled >= unit && letter < 4) { scaled /= unit; letter += 1; }
      return `${scaled.toFixed(2)}${'KMGTP'[letter] as string}`;
    }
  }
  return level === 0 ? String(value) : grouped(String(value));
}

/** A number with two decimals. */
export function humanDecimal(value: number, level: HumanLevel): string {
  if (level >= 2 && value >= (level === 2 ? 1000 : 1024)) return humanNumber(value, level);
  const [whole = '0', decimals = '00'] = value.toFixed(2).split('.');
  return `${level === 0 ? whole : grouped(whole)}.${decimals}`;
}
