// What is wrong with a configuration, said so that a person can mend it; collected while it is read.
import type { Property } from './properties.ts';

export type Severity = 'error' | 'warning' | 'note';

export interface Lint {
  readonly file: string;
  /** From 1; 0 for the file as a whole. */
  readonly line: number;
  /** An error stops the node from starting. */
  readonly severity: Severity;
  readonly key: string;
  readonly what: string;
  readonly why: string;
  readonly fix: string;
  /** Errors about the server's own number are COORD_MYID, all others COORD_CONFIG. */
  readonly myid: boolean;
}

export interface LintText {
  readonly what: string;
  readonly why: string;
  readonly fix: string;
}

export class Lints {
  readonly all: Lint[] = [];
  readonly file: string;

  constructor(file: string) { this.file = file; }

  add(severity: Severity, at: Pick<Property, 'key' | 'line'> | null, text: LintText, file = this.file): void {
    const line = at?.line ?? 0;
    if (this.all.some((lint) => lint.line === line && lint.what === text.what && lint.file === file)) return; // a key that is read twice
    this.all.push({ file, line, severity, key: at?.key ?? '', ...text, myid: false });
  }

  error(at: Pick<Property, 'key' | 'line'> | null, text: LintText, file = this.file): void { this.add('error', at, text, file); }
  warning(at: Pick<Property, 'key' | 'line'> | null, text: LintText, file = this.file): void { this.add('warning', at, text, file); }
  note(at: Pick<Property, 'key' | 'line'> | null, text: LintText, file = this.file): void { this.add('note', at, text, file); }

  myid(file: string, text: LintText): void {
    this.all.push({ file, line: 1, severity: 'error', key: 'myid', ...text, myid: true });
  }

  get firstError(): Lint | null { return this.all.find((lint) => lint.severity === 'error') ?? null; }
}

/** The known word nearest to `word`, when it is near enough to be a slip of the hand. */
export function nearest(word: string, known: Iterable<string>): string | null {
  const lower = word.toLowerCase();
  let best: string | null = null;
  let least = Math.max(1, Math.floor(word.length / 4)) + 1;
  for (const candidate of known) {
    const far = distance(lower, candidate.toLowerCase(), least);
    if (far < least) { least = far; best = candidate; }
  }
  return best;
}

/** Levenshtein's distance, or `limit` as soon as it cannot be less. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
    if (Math.min(...row) >= limit) return limit;
  }
  return row[b.length] as number;
}
