// From the properties of a component to the values of its keys, as Flume's Context reads them: Integer.parseInt, Boolean.parseBoolean, defaults for what is not there.
import type { ComponentSpec, KeySpec, ValuesOf } from '../../../../preload/contract/agent/keys.ts';
import type { Properties, Property } from '../config/agent-config.ts';

/** Why a value cannot be meant; the words are in the catalogue of lints. */
export type ValueProblem =
  | { readonly key: string; readonly at: Property | null; readonly kind: 'missing' }
  | { readonly key: string; readonly at: Property; readonly kind: 'notANumber' }
  | { readonly key: string; readonly at: Property; readonly kind: 'outOfRange'; readonly min: number; readonly max: number }
  | { readonly key: string; readonly at: Property; readonly kind: 'notAChoice'; readonly values: readonly string[] }
  /** Read as false, like every word that is not "true". */
  | { readonly key: string; readonly at: Property; readonly kind: 'notAFlag' };

export interface ReadValues<S extends ComponentSpec> {
  /** With the default where there is a problem. */
  readonly values: ValuesOf<S>;
  readonly problems: readonly ValueProblem[];
}

/** The property of a key under any of its spellings. */
export function propertyOf(properties: Properties, key: string, spec: KeySpec): Property | null {
  for (const spelling of [key, ...(spec.also ?? [])]) {
    const property = properties.get(spelling);
    if (property) return property;
  }
  return null;
}

/** Every key of the spec; keys that the spec does not name are not looked at. */
export function readValues<S extends ComponentSpec>(spec: S, properties: Properties): ReadValues<S> {
  const values: Record<string, unknown> = {};
  const problems: ValueProblem[] = [];
  for (const [key, keySpec] of Object.entries(spec.keys)) {
    const at = propertyOf(properties, key, keySpec);
    if (at === null && keySpec.required) problems.push({ key, at, kind: 'missing' });
    const read = at === null ? { value: keySpec.default } : readValue(key, keySpec, at);
    if (read.problem) problems.push(read.problem);
    values[key] = read.value;
  }
  return { values: values as ValuesOf<S>, problems };
}

export function readValue(key: string, spec: KeySpec, at: Property): { readonly value: unknown; readonly problem?: ValueProblem } {
  const text = at.value.trim();
  switch (spec.kind) {
    case 'text': case 'pattern': return { value: at.value };
    case 'number': {
      if (!/^[+-]?\d+$/.test(text)) return { value: spec.default, problem: { key, at, kind: 'notANumber' } };
      const value = Number(text);
      if (value < spec.min || value > spec.max) return { value: spec.default, problem: { key, at, kind: 'outOfRange', min: spec.min, max: spec.max } };
      return { value };
    }
    case 'flag': {
      const word = text.toLowerCase();
      return { value: word === 'true', ...(word === 'true' || word === 'false' ? {} : { problem: { key, at, kind: 'notAFlag' as const } }) };
    }
    case 'choice': {
      const value = spec.values.find((word) => word.toLowerCase() === text.toLowerCase());
      return value === undefined ? { value: spec.default, problem: { key, at, kind: 'notAChoice', values: spec.values } } : { value };
    }
    case 'list': return { value: text.split(spec.separator === 'space' ? /\s+/ : /\s*,\s*/).filter((word) => word !== '') };
  }
}
