// Typed values out of a properties file by key, as Java reads them; what does not fit becomes a lint.
import type { Lints } from './lint.ts';
import { nearest } from '../../../lib/nearest.ts';
import { bareKey, isFamily, KEYS } from './keys.ts';
import type { Property } from '../../../lib/java-properties.ts';

const INT_MAX = 2_147_483_647;

export interface Range {
  readonly min?: number;
  readonly max?: number;
}

const PORT: Range = { min: 1, max: 65_535 };

export class KeyReader {
  readonly #byKey = new Map<string, Property>();
  readonly #lints: Lints;

  constructor(properties: readonly Property[], lints: Lints) {
    this.#lints = lints;
    for (const property of properties) {
      const key = bareKey(property.key);
      const before = this.#byKey.get(key);
      if (before) this.#again(property, before);
      this.#byKey.set(key, property);
      this.#judge(property, key);
    }
  }

  /** The line a key stands on, for lints. */
  at(key: string): Property | null { return this.#byKey.get(key) ?? null; }

  text(key: string): string | null {
    const value = this.#byKey.get(key)?.value;
    return value === undefined || value === '' ? null : value;
  }

  /** Integer.parseInt: a sign, digits, 32 bits. */
  int(key: string, otherwise: number, range: Range = {}): number {
    const property = this.#byKey.get(key);
    if (!property) return otherwise;
    const hex = /^[+-]?0[xX][0-9a-fA-F]+$/.test(property.value) && KEYS.get(key) === 'jvm';
    const value = hex || /^[+-]?\d+$/.test(property.value) ? Number(property.value) : Number.NaN;
    if (Number.isNaN(value) || Math.abs(value) > INT_MAX) {
      this.#lints.error(property, { what: `${key} is "${property.value}", which is no whole number`, why: 'ZooKeeper refuses to start on it as well.', fix: `Write a number, for example ${key}=${otherwise}.` });
      return otherwise;
    }
    const { min = -INT_MAX, max = INT_MAX } = range;
    if (value < min || value > max) {
      this.#lints.error(property, { what: `${key} is ${value}`, why: `It must be between ${min} and ${max}.`, fix: `Write a number from ${min} to ${max}.` });
      return otherwise;
    }
    return value;
  }

  port(key: string): number | null {
    return this.#byKey.has(key) ? this.int(key, 0, PORT) || null : null;
  }

  /** A number with a fraction (Double.parseDouble). */
  fraction(key: string, otherwise: number): number {
    const property = this.#byKey.get(key);
    if (!property) return otherwise;
    const value = Number(property.value);
    if (property.value !== '' && Number.isFinite(value)) return value;
    this.#lints.error(property, { what: `${key} is "${property.value}", which is no number`, why: 'It cannot be guessed what was meant.', fix: `Write a number, for example ${key}=${otherwise}.` });
    return otherwise;
  }

  /** A key of QuorumPeerConfig: true or false in any case, anything else is an error. */
  bool(key: string, otherwise: boolean): boolean {
    const property = this.#byKey.get(key);
    if (!property) return otherwise;
    const value = property.value.toLowerCase();
    if (value === 'true') return true;
    if (value === 'false') return false;
    this.#lints.error(property, { what: `${key} is "${property.value}"`, why: 'Only true and false are allowed here; ZooKeeper refuses to start on anything else.', fix: `Write ${key}=true or ${key}=false.` });
    return otherwise;
  }

  /** A system property: Java takes any word for one of two meanings without a complaint; we take it alike and say so. `decisive` turns the default over. */
  flag(key: string, otherwise: boolean, decisive: string = otherwise ? 'false' : 'true'): boolean {
    const property = this.#byKey.get(key);
    if (!property) return otherwise;
    const value = property.value.toLowerCase();
    const turned = value === decisive;
    if (!turned && !['true', 'false', 'yes', 'no'].includes(value)) {
      this.#lints.warning(property, { what: `${key} is "${property.value}" and counts as ${otherwise ? 'on' : 'off'}`, why: `Only "${decisive}" turns it ${otherwise ? 'off' : 'on'}.`, fix: `Write ${key}=${decisive}, or take the line away.` });
    } else if (!turned && (value === 'true' || value === 'yes') !== otherwise) {
      this.#lints.warning(property, { what: `${key}=${property.value} does not turn it ${otherwise ? 'off' : 'on'}`, why: `ZooKeeper compares with the word "${decisive}"; every other word means ${otherwise ? 'on' : 'off'}.`, fix: `Write ${key}=${decisive}.` });
    }
    return turned ? !otherwise : otherwise;
  }

  /** All keys that no table knows. */
  #judge(property: Property, key: string): void {
    const use = KEYS.get(key);
    if (property.lostBackslash) {
      this.#lints.warning(property, { what: `Backslashes in ${key} are lost: it reads "${property.value}"`, why: 'In a properties file a backslash begins an escape.', fix: 'Write every backslash twice, or use / in paths.' });
    }
    if (use === undefined && !isFamily(key)) {
      const near = nearest(key, KEYS.keys());
      const meant = near === null ? '' : ` Did you mean ${near}?`;
      this.#lints.note(property, { what: `${property.key} is no key of ZooKeeper's.${meant}`, why: 'It is passed through and changes nothing here.', fix: near === null ? 'Take the line away if nothing else reads it.' : `Write ${near} if that was meant.` });
      return;
    }
    if (use === 'inert') {
      this.#lints.note(property, { what: `${key} is understood and changes nothing here`, why: 'It steers a part of the Java server that this node does not have, or does in its own way.', fix: 'The line may stay for real ZooKeeper servers that read the same file.' });
    }
    if (property.line > 0 && (use === 'jvm' || property.key !== key)) {
      const flag = use === 'jvm' ? key : `zookeeper.${key}`;
      const why = use === 'jvm' ? 'It counts here; a real ZooKeeper reads it from the JVM flags only.' : 'It counts here; a real ZooKeeper puts its own prefix before it and does not see it.';
      this.#lints.note(property, { what: `${property.key} in this file does nothing on a real ZooKeeper`, why, fix: use === 'jvm' ? `Give real servers -D${flag}=${property.value} as well.` : `Write ${key}=... without the prefix.` });
    }
  }

  #again(property: Property, before: Property): void {
    if (/^(server|group|weight)\./.test(property.key)) {
      this.#lints.error(property, { what: `${property.key} stands on line ${before.line} already`, why: 'Two servers with one number cannot vote; Java would silently keep the last line.', fix: 'Give each server its own number.' });
    } else if (before.value !== property.value) {
      this.#lints.warning(property, { what: `${property.key} stands on line ${before.line} already, with another value`, why: 'The last one holds.', fix: 'Take one of the two lines away.' });
    }
  }
}
