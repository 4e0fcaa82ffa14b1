// The words after `sluice coordination COMMAND`: names with `=value` or the value as the next word, switches, and what is left.
import { UsageError } from './args.ts';

export interface Known {
  /** Options that take a value, without dashes. */
  readonly values: readonly string[];
  readonly switches: readonly string[];
  /** How many other words there may be. */
  readonly words: readonly [least: number, most: number];
  /** Named when there are too few or too many words. */
  readonly usage: string;
  /** The command it is of; coordination unless given. */
  readonly of?: 'agent';
}

export class Parsed {
  readonly words: readonly string[];
  readonly #values: ReadonlyMap<string, string>;
  readonly #switches: ReadonlySet<string>;

  constructor(words: readonly string[], values: ReadonlyMap<string, string>, switches: ReadonlySet<string>) {
    this.words = words;
    this.#values = values;
    this.#switches = switches;
  }

  value(name: string): string | null { return this.#values.get(name) ?? null; }
  has(name: string): boolean { return this.#switches.has(name); }

  word(index: number): string { return this.words[index] ?? ''; }
}

/** Throws UsageError. Words after `--` are taken as they are; with `rest`, everything from the first plain word on that is more than is needed. */
export function parseWords(words: readonly string[], known: Known, rest = false): Parsed {
  const plain: string[] = [];
  const values = new Map<string, string>();
  const switches = new Set<string>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '--' || (rest && plain.length >= known.words[0] && !word.startsWith('--'))) { plain.push(...words.slice(word === '--' ? i + 1 : i)); break; }
    if (!word.startsWith('--')) { plain.push(word); continue; }
    const equals = word.indexOf('=');
    const name = word.slice(2, equals === -1 ? undefined : equals);
    if (known.switches.includes(name)) {
      if (equals !== -1) throw new UsageError({ kind: 'noValue', option: `--${name}` });
      switches.add(name);
    } else if (known.values.includes(name)) {
      const value = equals === -1 ? words[++i] : word.slice(equals + 1);
      if (value === undefined || value === '') throw new UsageError({ kind: 'missingValue', option: `--${name}` });
      values.set(name, value);
    } else {
      throw new UsageError({ kind: 'unknown', option: `--${name}` });
    }
  }
  const [least, most] = known.words;
  if (plain.length < least || plain.length > most) throw new UsageError({ kind: known.of === 'agent' ? 'agentUsage' : 'usage', option: known.usage });
  return new Parsed(plain, values, switches);
}

/** HOST, HOST:PORT, [IPV6]:PORT; null when it is none of these. */
export function parseHost(text: string, port: number): { readonly host: string; readonly port: number } | null {
  const found = /^(?:\[([0-9a-fA-F:.%]+)\]|([^\s:[\]/]+))(?::(\d{1,5}))?$/.exec(text);
  if (!found) return null;
  const at = found[3] === undefined ? port : Number(found[3]);
  return at >= 1 && at <= 65_535 ? { host: found[1] ?? (found[2] as string), port: at } : null;
}
