// What the steps of building an agent share: its raw form, where problems go, and names for them.
import { findLeftOut, findSpec, ALL_SPECS } from '../../../../../preload/contract/agent/specs/all.ts';
import type { ComponentSpec } from '../../../../../preload/contract/agent/keys.ts';
import { nearest } from '../../../../lib/nearest.ts';
import type { Entry } from '../entry.ts';
import type { FlumeErrors } from '../flume-errors.ts';
import { isFlumeName } from '../flume-types.ts';
import { KIND_OF, namesIn, type RawAgent, type Section } from '../grammar.ts';
import type { Lookups } from '../references.ts';
import type { Fixes } from '../lint/fixes.ts';
import type { Lints, Whose } from '../lint/lints.ts';

/** A component that is listed and has properties. */
export interface Listed {
  readonly name: string;
  /** "a1.sources.r1" */
  readonly label: string;
  readonly whose: Whose;
  readonly properties: Map<string, Entry>;
  /** Where the component as a whole is pointed at. */
  readonly at: Entry;
}

export class Build {
  readonly raw: RawAgent;
  readonly lints: Lints;
  readonly fixes: Fixes;
  readonly errors: FlumeErrors;
  readonly lookups: Pick<Lookups, 'env' | 'systemProperties'>;
  /** Set where Flume gives up the whole agent; only in strict mode. */
  failed = false;

  constructor(raw: RawAgent, lints: Lints, fixes: Fixes, errors: FlumeErrors, lookups: Build['lookups']) {
    this.raw = raw;
    this.lints = lints;
    this.fixes = fixes;
    this.errors = errors;
    this.lookups = lookups;
  }

  get strict(): boolean { return this.lints.mode === 'strict'; }

  get agent(): string { return this.raw.name; }

  label(section: Section, name: string): string { return `${this.agent}.${section}.${name}`; }

  whose(section: Section, name: string): Whose {
    return section === 'configfilters' ? { agent: this.agent } : { agent: this.agent, node: `${KIND_OF[section]} ${name}` };
  }

  /** Names and properties of a section, in the order of its list; what is listed and empty, or defined and not listed, is told. */
  listed(section: Section): Listed[] {
    const list = this.raw.lists[section];
    const defined = this.raw.components[section];
    const names = namesIn(list?.value ?? '', !this.strict);
    const known = new Set(names);
    if (list?.value.includes(',')) this.lints.add('LIST_COMMAS', list, { agent: this.agent }, { key: list.key }, this.fixes.setValue(list, namesIn(list.value, true).join(' ')));
    const found: Listed[] = [];
    for (const name of names) {
      const properties = defined.get(name);
      const [at] = properties?.values() ?? [];
      const label = this.label(section, name);
      if (properties && at) {
        found.push({ name, label, whose: this.whose(section, name), properties, at });
      } else if (list) {
        this.errors.add(this.agent, name, 'CONFIG_ERROR');
        const near = nearest(name, [...defined.keys()].filter((other) => !known.has(other))) ?? '';
        this.lints.add('LISTED_EMPTY', list, this.whose(section, name), { component: label, nearest: near }, near === '' ? null : this.fixes.setValue(list, names.map((word) => (word === name ? near : word)).join(' ')));
      }
    }
    for (const [name, properties] of defined) {
      const [first] = properties.values();
      if (known.has(name) || !first) continue;
      const key = `${this.agent}.${section}`;
      this.lints.add('NOT_LISTED', first, this.whose(section, name), { component: this.label(section, name), list: key }, list ? this.fixes.addWord(list, name) : this.fixes.append(first.file, key, name));
    }
    return found;
  }

  /** The type of a component, or null where it cannot run; told. @param fatal Flume gives up the whole agent for an unknown one. */
  typeOf(kind: ComponentSpec['kind'], label: string, whose: Whose, type: Entry, fatal: boolean): ComponentSpec | null {
    const spec = findSpec(kind, type.value);
    const left = spec ? null : findLeftOut(kind, type.value);
    if (left) {
      this.lints.add('TYPE_LEFT_OUT', type, whose, { component: label, type: type.value, instead: left.instead.join(', '), reason: left.reason });
      return null;
    }
    if (spec && isFlumeName(spec, type.value)) return spec;
    if (this.strict && fatal) {
      this.failed = true;
      this.lints.add('LOAD_FAILS', type, { agent: this.agent }, { agent: this.agent, component: label, reason: type.value });
    }
    if (spec && !this.strict) {
      this.lints.add('TYPE_OURS', type, whose, { component: label, type: type.value });
      return spec;
    }
    const near = nearest(type.value, ALL_SPECS.filter((known) => known.kind === kind).flatMap((known) => [known.type, ...known.classes])) ?? '';
    this.lints.add('TYPE_UNKNOWN', type, whose, { component: label, type: type.value, nearest: near }, near === '' ? null : this.fixes.setValue(type, near));
    return null;
  }

  typeMissing(component: Listed): void {
    this.errors.add(component.name, 'type', 'ATTRS_MISSING');
    this.lints.add('TYPE_MISSING', component.at, component.whose, { component: component.label });
  }
}

/** The name among `known` that was probably meant, or ''. */
export const near = (word: string, known: Iterable<string>): string => nearest(word, known) ?? '';
