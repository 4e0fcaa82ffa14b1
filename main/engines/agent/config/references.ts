// `${...}` in values, as commons-text's StringSubstitutor with the lookups that Flume gives it (MapResolver): sys:, env:, java:, date:, another key; `:-` before a default,
// `$${` for a `${` that is meant. Nested ones are resolved from the inside; what is unknown stays as it is written.
import type { Entries, Entry } from './entry.ts';
import { javaDate } from './java-date.ts';
import type { Lints } from './lint/lints.ts';

export interface Lookups {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** -Dname=value */
  readonly systemProperties: Readonly<Record<string, string>>;
  /** ms since 1970. */
  readonly now: number;
  /** os, hardware, locale, as they are known here. */
  readonly java: Readonly<Record<string, string>>;
}

const ENV_PROPERTIES = 'org.apache.flume.node.EnvVarResolverProperties';

export interface Resolved {
  readonly entries: Entries;
  /** Keys whose values others took over: they are there for that, not for an agent. */
  readonly used: ReadonlySet<string>;
  /** Flume gives up the whole load for one of them. */
  readonly refused: boolean;
}

/** Every value with its references resolved. Does not depend on the order of the keys, which Flume's own does. */
export function resolveReferences(entries: Entries, lookups: Lookups, lints: Lints): Resolved {
  const resolver = new Resolver(entries, lookups, lints);
  return { entries: new Map([...entries].map(([key, entry]) => [key, entry.value.includes('${') ? { ...entry, value: resolver.valueOf(entry) } : entry])), used: resolver.used, refused: resolver.refused };
}

/** Not a name or pattern of that kind. */
const REFUSED = Symbol('refused');

class Resolver {
  private readonly entries: Entries;
  private readonly lookups: Lookups;
  private readonly lints: Lints;
  private readonly envByName: boolean;
  private readonly done = new Map<string, string>();
  private readonly open = new Set<string>();
  readonly used = new Set<string>();
  refused = false;

  constructor(entries: Entries, lookups: Lookups, lints: Lints) {
    this.entries = entries;
    this.lookups = lookups;
    this.lints = lints;
    this.envByName = lookups.systemProperties['propertiesImplementation'] === ENV_PROPERTIES;
  }

  valueOf(entry: Entry): string {
    const known = this.done.get(entry.key);
    if (known !== undefined) return known;
    this.open.add(entry.key);
    const value = this.substitute(entry.value, entry, 0);
    this.open.delete(entry.key);
    this.done.set(entry.key, value);
    return value;
  }

  private substitute(text: string, entry: Entry, depth: number): string {
    if (depth > MOST_NESTED) return text;
    let result = '';
    for (let i = 0; i < text.length;) {
      if (text.startsWith('$${', i)) {
        const end = closing(text, i + 1);
        result += end === -1 ? text.slice(i) : text.slice(i + 1, end + 1);
        i = end === -1 ? text.length : end + 1;
      } else if (text.startsWith('${', i)) {
        const end = closing(text, i);
        if (end === -1) return result + text.slice(i);
        result += this.reference(text.slice(i + 2, end), entry, depth);
        i = end + 1;
      } else {
        result += text[i];
        i += 1;
      }
    }
    return result;
  }

  private reference(written: string, entry: Entry, depth: number): string {
    const inner = written.includes('${') ? this.substitute(written, entry, depth + 1) : written;
    const at = inner.indexOf(':-');
    const name = at === -1 ? inner : inner.slice(0, at);
    const value = this.lookUp(name, entry);
    if (value !== null) return value.includes('${') && !this.isEntry(name) ? this.substitute(value, entry, depth + 1) : value;
    if (at !== -1) return inner.slice(at + 2);
    if (!FILTER.test(inner) && !/^(java|date):/i.test(name)) this.lints.add('REFERENCE_UNKNOWN', entry, {}, { reference: `\${${written}}`, key: entry.key });
    return `\${${written}}`;
  }

  private lookUp(reference: string, entry: Entry): string | null {
    const colon = reference.indexOf(':');
    if (colon >= 0) {
      const value = this.byPrefix(reference.slice(0, colon).toLowerCase(), reference.slice(colon + 1));
      if (value === REFUSED) {
        this.refused = true;
        this.lints.add('REFERENCE_REFUSED', entry, {}, { reference: `\${${reference}}`, key: entry.key });
      } else if (value !== null) return value;
    }
    const name = reference.slice(colon + 1);
    const other = this.entries.get(name);
    if (other) {
      this.used.add(name);
      if (this.open.has(name)) {
        this.lints.add('REFERENCE_CIRCLE', entry, {}, { reference: name, key: entry.key });
        return null;
      }
      this.lints.add('REFERENCE_ORDER', entry, {}, { reference: name, key: entry.key });
      return this.valueOf(other);
    }
    return this.envByName ? this.lookups.env[name] ?? null : null;
  }

  private byPrefix(prefix: string, name: string): string | null | typeof REFUSED {
    switch (prefix) {
      case 'sys': return this.lookups.systemProperties[name] ?? null;
      case 'env': return this.lookups.env[name] ?? null;
      case 'java': return this.lookups.java[name] ?? REFUSED;
      case 'date': return javaDate(name, this.lookups.now) ?? REFUSED;
      default: return null;
    }
  }

  private isEntry(reference: string): boolean {
    return this.entries.has(reference.slice(reference.indexOf(':') + 1));
  }
}

const MOST_NESTED = 20;

/** `name["key"]`: for the filters that come later. */
const FILTER = /^[^\s[\]]+\[(['"]?)[-_a-zA-Z0-9]+\1\]$/;

/** Of the `}` that ends the `${` at `start`; -1 when none does. */
function closing(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    if (text.startsWith('${', i)) { depth += 1; i += 1; }
    else if (text[i] === '}') { depth -= 1; if (depth === 0) return i; }
  }
  return -1;
}
