// The keys and values of one component, held against its spec: required ones, spellings, numbers, words, and keys that no one reads.
import { findSpec } from '../../../../../preload/contract/agent/specs/all.ts';
import type { ComponentSpec, FamilySpec, KeySpec } from '../../../../../preload/contract/agent/keys.ts';
import { AGENT_KEYS, SINK_KEYS } from '../../../../../preload/contract/agent/specs/ours.ts';
import type { TextEdit } from '../../../../../preload/contract/agent/lints.ts';
import { nearest } from '../../../../lib/nearest.ts';
import { propertyOf, readValue, readValues, type ValueProblem } from '../../components/read-values.ts';
import { charsetOf } from '../../text/charset.ts';
import { BadPattern, JavaPattern } from '../../text/java-pattern.ts';
import type { PartConfig } from '../agent-config.ts';
import type { Build, Listed } from '../build/build.ts';
import type { Entry } from '../entry.ts';

/** What every component of a kind may have beside its own keys. */
const COMMON: Readonly<Record<ComponentSpec['kind'], readonly RegExp[]>> = {
  source: [/^(type|channels?|interceptors|config|backoffSleepIncrement|maxBackoffSleep)$/, /^(interceptors|selector|runner|basic)\./],
  channel: [/^(type|config)$/],
  sink: [/^(type|channels?|config)$/, /^runner\./],
  interceptor: [/^type$/],
  selector: [/^(type|config)$/],
  processor: [/^type$/],
  serializer: [], deserializer: [], configfilter: [/^type$/],
};

export interface Checked {
  /** Nothing stands in the way of running it. */
  readonly fine: boolean;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Types that go on with their default for a number that is none. */
const FORGIVING = new Set(['memory', 'SPILLABLEMEMORY', 'logger', 'failover']);

/** @param label "a1.sources.r1": what keys are written after. */
export function checkPart(build: Build, { spec }: PartConfig, listed: Listed, label: string): Checked {
  const properties = listed.properties;
  const { values, problems } = readValues(spec, properties);
  let fine = true;
  for (const problem of problems) {
    if ((problem.at as Entry | null)?.pending) continue;
    tellValue(build, problem, spec.keys[problem.key], listed, label);
    if (problem.kind === 'notAFlag') continue;
    if (build.strict && FORGIVING.has(spec.type) && problem.at) properties.delete((problem.at as Entry).local);
    else fine = false;
  }
  for (const [key, keySpec] of Object.entries(spec.keys)) {
    const at = propertyOf(properties, key, keySpec) as Entry | null;
    if (at && !at.pending && !checkWords(build, keySpec, key, at, listed, label)) fine = false;
  }
  for (const [key, entry] of properties) if (!entry.pending && !checkKey(build, spec, key, entry, listed, label)) fine = false;
  return { fine, values: values as Readonly<Record<string, unknown>> };
}

/** What stands below `a1.sluice.`. A value that cannot be meant counts as not there. */
export function checkSettings(build: Build): void {
  const properties = build.raw.settings;
  const label = `${build.agent}.sluice`;
  for (const [key, entry] of properties) {
    const listed: Listed = { name: build.agent, label, whose: { agent: build.agent }, properties, at: entry };
    if (Object.hasOwn(AGENT_KEYS, key)) {
      const spec = AGENT_KEYS[key as keyof typeof AGENT_KEYS];
      const { problem } = readValue(key, spec, entry);
      if (problem) tellValue(build, problem, spec, listed, label);
      continue;
    }
    const meant = nearest(key, Object.keys(AGENT_KEYS)) ?? '';
    build.lints.add('KEY_UNKNOWN', entry, listed.whose, { component: label, key, nearest: meant }, meant === '' ? null : build.fixes.renameKey(entry, `${label}.${meant}`));
  }
}

/** False for a value of a family that cannot be meant. */
function checkKey(build: Build, spec: ComponentSpec, key: string, entry: Entry, listed: Listed, label: string): boolean {
  if (Object.hasOwn(spec.keys, key) || COMMON[spec.kind].some((pattern) => pattern.test(key))) return true;
  const usual = Object.entries(spec.keys).find(([, { also }]) => also?.includes(key))?.[0];
  if (usual !== undefined) {
    build.lints.add('KEY_SPELLING', entry, listed.whose, { component: label, key, usual }, build.fixes.renameKey(entry, `${label}.${usual}`));
    return true;
  }
  const ours = spec.kind === 'sink' && Object.hasOwn(SINK_KEYS, key) ? SINK_KEYS[key as keyof typeof SINK_KEYS] : null;
  if (ours) {
    const { problem } = readValue(key, ours, entry);
    if (problem) tellValue(build, problem, ours, listed, label);
    return !problem;
  }
  const nested = nestedSpec(spec, key, listed.properties);
  if (nested) return checkNested(build, nested, entry, listed, label);
  const family = spec.families?.find(({ pattern }) => matches(pattern, key));
  if (family) {
    const { problem } = readValue(key, family.value, entry);
    if (problem) tellValue(build, problem, family.value, listed, label);
    if (problem && build.strict && FORGIVING.has(spec.type)) return listed.properties.delete(key);
    return (!problem || problem.kind === 'notAFlag') && checkWords(build, family.value, key, entry, listed, label);
  }
  const meant = meantKey(spec, key);
  build.lints.add('KEY_UNKNOWN', entry, listed.whose, { component: label, key, nearest: meant }, meant === '' ? null : build.fixes.renameKey(entry, `${label}.${meant}`));
  return true;
}

interface Nested { readonly spec: ComponentSpec; readonly prefix: string; readonly key: string }

/** `serializer.appendNewline` belongs to the serializer that is chosen; null where it is not known. */
function nestedSpec(spec: ComponentSpec, key: string, properties: ReadonlyMap<string, Entry>): Nested | null {
  const found = /^((?:.*\.)?(de)?serializer)\.(.+)$/.exec(key);
  const [, chooser = '', de, rest = ''] = found ?? [];
  const chosen = spec.keys[chooser];
  if (!found || chosen === undefined) return null;
  const type = properties.get(chooser)?.value ?? (typeof chosen.default === 'string' ? chosen.default : '');
  const part = findSpec(de === undefined ? 'serializer' : 'deserializer', type);
  return part ? { spec: part, prefix: `${chooser}.`, key: rest } : null;
}

function checkNested(build: Build, { spec, prefix, key }: Nested, entry: Entry, listed: Listed, label: string): boolean {
  const value = spec.keys[key] ?? Object.values(spec.keys).find(({ also }) => also?.includes(key)) ?? spec.families?.find(({ pattern }) => matches(pattern, key))?.value;
  if (!value) {
    const meant = meantKey(spec, key);
    build.lints.add('KEY_UNKNOWN', entry, listed.whose, { component: label, key: prefix + key, nearest: meant === '' ? '' : prefix + meant }, meant === '' ? null : build.fixes.renameKey(entry, `${label}.${prefix}${meant}`));
    return true;
  }
  const { problem } = readValue(prefix + key, value, entry);
  if (problem) tellValue(build, problem, value, listed, label);
  return !problem || problem.kind === 'notAFlag';
}

/** `*` is one part without dots, `**` any rest. */
function matches(pattern: FamilySpec['pattern'], key: string): boolean {
  const parts = pattern.split('.');
  const source = parts.map((part) => (part === '**' ? '.+' : part === '*' ? '[^.]+' : part.replace(/[$()*+?[\\\]^{|}]/g, '\\$&').replaceAll('\\*', '[^.]*'))).join('\\.');
  return new RegExp(`^${source}$`).test(key);
}

/** The known key that was probably meant: a slip of the hand, another case, a prefix that is missing or too much, the beginning of a family. */
function meantKey(spec: ComponentSpec, key: string): string {
  const known = [...Object.keys(spec.keys), ...(spec.kind === 'sink' ? Object.keys(SINK_KEYS) : [])];
  const last = (word: string): string => word.slice(word.lastIndexOf('.') + 1).toLowerCase();
  const same = known.filter((word) => last(word) === last(key));
  return nearest(key, known) ?? (same.length === 1 ? same[0] as string : meantFamily(spec, key));
}

/** "kafka.consumr.x" for "kafka.consumer.**". */
function meantFamily(spec: ComponentSpec, key: string): string {
  const parts = key.split('.');
  for (const { pattern } of spec.families ?? []) {
    const fixed = pattern.split('.').findIndex((part) => part.includes('*'));
    const start = pattern.split('.').slice(0, fixed).join('.');
    if (fixed > 0 && parts.length > fixed && nearest(parts.slice(0, fixed).join('.'), [start]) === start) return [start, ...parts.slice(fixed)].join('.');
  }
  return '';
}

const SERIALIZERS = /(^|\.)(de)?serializer$/;

/** What a text must be beside a text: an expression, a character set, a type of serializer. False where it cannot be meant. */
function checkWords(build: Build, spec: KeySpec, key: string, entry: Entry, { whose }: Listed, label: string): boolean {
  const params = { component: label, key, value: shown(entry, spec) };
  if (spec.kind === 'pattern') {
    try {
      if (new JavaPattern(entry.value).risky) build.lints.add('PATTERN_SLOW', entry, whose, params);
    } catch (error) {
      if (!(error instanceof BadPattern)) throw error;
      build.lints.add('PATTERN_WRONG', entry, whose, { ...params, reason: error.message });
      return false;
    }
  }
  if (spec.kind === 'text' && spec.hint === 'charset' && charsetOf(entry.value) === null) {
    build.lints.add('CHARSET_WRONG', entry, whose, params);
    return false;
  }
  const serializer = SERIALIZERS.exec(key);
  const kind = serializer?.[2] === undefined ? 'serializer' : 'deserializer';
  // where the usual one is among the known types, every other one must be too; what is not is refused when the component is made
  if (serializer && spec.kind === 'text' && spec.default !== null && findSpec(kind, spec.default)) build.typeOf(kind, `${label}.${key}`, whose, entry, false);
  return true;
}

/** What is secret is not shown. */
const shown = (entry: Entry, spec: KeySpec | undefined): string => (spec?.secret === true || entry.filtered ? '***' : entry.value);

function tellValue(build: Build, problem: ValueProblem, spec: KeySpec | undefined, listed: Listed, label: string): void {
  const { lints } = build;
  const params = { component: label, key: problem.key };
  const at = problem.at as Entry | null;
  if (at === null) { lints.add('KEY_MISSING', listed.properties.get('type') ?? listed.at, listed.whose, params); return; }
  const value = shown(at, spec);
  const set = (better: string): TextEdit[] | null => (at.filtered ? null : build.fixes.setValue(at, better));
  switch (problem.kind) {
    case 'missing': return;
    case 'notANumber': {
      const digits = /^[+-]?\d[\d_,.]*$/.test(value) ? value.replace(/[_,.]/g, '') : '';
      lints.add('NUMBER_WRONG', at, listed.whose, { ...params, value }, digits === '' ? null : set(digits));
      return;
    }
    case 'outOfRange':
      lints.add('NUMBER_RANGE', at, listed.whose, { ...params, value, min: problem.min, max: problem.max }, set(String(Number(value) < problem.min ? problem.min : problem.max)));
      return;
    case 'notAFlag':
      lints.add('FLAG_WRONG', at, listed.whose, { ...params, value }, set(/^(yes|on|1|y|t|tru|ture|enabled?)$/i.test(value) ? 'true' : 'false'));
      return;
    case 'notAChoice': {
      const meant = nearest(value, problem.values) ?? '';
      lints.add('CHOICE_WRONG', at, listed.whose, { ...params, value, values: problem.values.join(', '), nearest: meant }, meant === '' ? null : set(meant));
    }
  }
}
