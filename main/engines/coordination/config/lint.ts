// What is wrong with a configuration, said so that a person can mend it; collected while it is read.
import type { Property } from '../../../lib/java-properties.ts';

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
