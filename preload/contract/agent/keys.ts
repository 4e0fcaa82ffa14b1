// The vocabulary in which a component of the agent is described: its keys, their kinds, defaults and bounds. From it follow the reader of the
// configuration, the lints, the inspector on the screen and the help, which stands in assets/locales under the same names.

interface Common {
  readonly required?: true;
  /** Other spellings that count: of the guide where the code has another one, and of older releases. */
  readonly also?: readonly string[];
  /** Goes into the vault, is never shown or logged. */
  readonly secret?: true;
}

export interface TextKey extends Common { readonly kind: 'text'; readonly default: string | null; readonly hint?: 'path' | 'folder' | 'host' | 'command' | 'url' | 'charset' | 'lines' }
/** A whole number; Java's Integer or Long. */
export interface NumberKey extends Common { readonly kind: 'number'; readonly default: number | null; readonly min: number; readonly max: number; readonly unit: Unit }
/** "true" in any case, everything else is false (Boolean.parseBoolean). */
export interface FlagKey extends Common { readonly kind: 'flag'; readonly default: boolean }
/** One of a few words; compared without regard to case. `open` ones may also be the name of a class, which is then an unknown type. */
export interface ChoiceKey<V extends string = string> extends Common { readonly kind: 'choice'; readonly values: readonly V[]; readonly default: V | null }
/** Several words, separated by white space or commas as the component has it. */
export interface ListKey extends Common { readonly kind: 'list'; readonly separator: 'space' | 'comma'; readonly default: readonly string[] }
/** A regular expression as Java writes it. */
export interface PatternKey extends Common { readonly kind: 'pattern'; readonly default: string | null }

export type Unit = 'count' | 'events' | 'bytes' | 'ms' | 's' | 'port' | 'percent';
export type KeySpec = TextKey | NumberKey | FlagKey | ChoiceKey | ListKey | PatternKey;

export const text = <const O extends Partial<Omit<TextKey, 'kind'>>>(options?: O): TextKey & O => ({ kind: 'text', default: null, ...options }) as TextKey & O;
export const number = <const O extends Partial<Omit<NumberKey, 'kind'>>>(options?: O): NumberKey & O => ({ kind: 'number', default: null, min: 0, max: 2 ** 31 - 1, unit: 'count', ...options }) as NumberKey & O;
export const port = <const O extends Partial<Omit<NumberKey, 'kind'>>>(options?: O): NumberKey & O => ({ kind: 'number', default: null, min: 0, max: 65_535, unit: 'port', ...options }) as NumberKey & O;
export const flag = (value: boolean, options?: Omit<FlagKey, 'kind' | 'default'>): FlagKey => ({ kind: 'flag', default: value, ...options });
type Choice<V extends string, D> = ChoiceKey<V> & { readonly default: D };
export function choice<const V extends string>(values: readonly V[], value: null, options: Common & { readonly required: true }): Choice<V, null> & { readonly required: true };
export function choice<const V extends string, const D extends NoInfer<V> | null>(values: readonly V[], value: D, options?: Common): Choice<V, D>;
export function choice<const V extends string>(values: readonly V[], value: V | null, options?: Common): ChoiceKey<V> {
  return { kind: 'choice', values, default: value, ...options };
}
export const list = (separator: ListKey['separator'], options?: Partial<Omit<ListKey, 'kind' | 'separator'>>): ListKey => ({ kind: 'list', separator, default: [], ...options });
export const pattern = <const O extends Partial<Omit<PatternKey, 'kind'>>>(options?: O): PatternKey & O => ({ kind: 'pattern', default: null, ...options }) as PatternKey & O;

/** Keys whose names are made by the user: `headers.*.*`, `filegroups.*`, or handed on as they are: `kafka.consumer.**`. */
export interface FamilySpec {
  /** `*` is one part of a name without dots, `**` is any rest. */
  readonly pattern: string;
  readonly value: KeySpec;
}

/** What can be told of a type without running it. */
export interface ComponentSpec {
  readonly kind: 'source' | 'channel' | 'sink' | 'interceptor' | 'selector' | 'processor' | 'serializer' | 'deserializer' | 'configfilter';
  /** As a configuration writes it: the alias, or the class where there is none. */
  readonly type: string;
  /** Other names: the class, in Flume's spelling. Compared with case; `type` without. */
  readonly classes: readonly string[];
  /** Not of Flume. */
  readonly ours?: true;
  readonly keys: Readonly<Record<string, KeySpec>>;
  readonly families?: readonly FamilySpec[];
  /** The key that says how many events go into one transaction; compared with the channel's transactionCapacity. */
  readonly batchKey?: string;
}

/** Recognised and not run: told, drawn, and what to use instead. */
export interface LeftOut {
  readonly kind: ComponentSpec['kind'];
  readonly type: string;
  readonly classes: readonly string[];
  /** Types of ours that do nearly the same; the text is in the catalogue. */
  readonly instead: readonly string[];
  readonly reason: 'deadService' | 'jvmPlugin' | 'jvmApi';
}

export function component<const S extends ComponentSpec>(spec: S): S {
  return spec;
}

type Value<K> = K extends TextKey | PatternKey ? string : K extends NumberKey ? number : K extends FlagKey ? boolean : K extends ChoiceKey<infer V> ? V : K extends ListKey ? readonly string[] : never;
type Absent<K> = K extends { readonly required: true } ? never : K extends FlagKey | ListKey ? never : K extends { readonly default: infer D } ? (D extends null ? null : never) : null;

/** The values of a component's keys, defaults filled in. */
export type ValuesOf<S extends ComponentSpec> = { readonly [K in keyof S['keys']]: Value<S['keys'][K]> | Absent<S['keys'][K]> };
