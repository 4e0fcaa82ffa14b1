// From properties to agents: AGENT.(sources|channels|sinks|sinkgroups|configfilters), the list itself or .NAME.KEY below it (FlumeConfiguration of flume-ng-configuration).
// In helpful mode lines that are one slip away from that are put where they belong.
import { AGENT_KEYS } from '../../../../preload/contract/agent/specs/ours.ts';
import { nearest } from '../../../lib/nearest.ts';
import { readValue } from '../components/read-values.ts';
import type { Entry } from './entry.ts';
import type { FlumeErrors } from './flume-errors.ts';
import type { Fixes } from './lint/fixes.ts';
import type { Lints } from './lint/lints.ts';
import type { Resolved } from './references.ts';

export const SECTIONS = ['sources', 'channels', 'sinks', 'sinkgroups', 'configfilters'] as const;
export type Section = (typeof SECTIONS)[number];

export const KIND_OF = { sources: 'source', channels: 'channel', sinks: 'sink', sinkgroups: 'sinkgroup', configfilters: 'configfilter' } as const satisfies Record<Section, string>;

export interface RawAgent {
  readonly name: string;
  /** The lists of names. */
  readonly lists: Partial<Record<Section, Entry>>;
  /** By section and name: the properties of a component. */
  readonly components: Readonly<Record<Section, Map<string, Map<string, Entry>>>>;
  /** Below "sluice.": ours. */
  readonly settings: Map<string, Entry>;
}

/** In the order of the file. */
export function readAgents({ entries, used }: Resolved, lints: Lints, fixes: Fixes, errors: FlumeErrors): Map<string, RawAgent> {
  const agents = new Map<string, RawAgent>();
  const strays: Stray[] = [];
  for (const entry of entries.values()) {
    const dot = entry.key.indexOf('.');
    if (entry.value === '') {
      errors.add(entry.key, '', 'PROPERTY_VALUE_NULL');
      lints.add('VALUE_EMPTY', entry, {}, { key: entry.key }, fixes.remove(entry));
    } else if (dot <= 0) {
      strays.push({ entry, agent: '', rest: entry.key });
    } else if (dot === entry.key.length - 1) {
      errors.add(entry.key, '', 'PROPERTY_NAME_NULL');
      lints.add('KEY_NAME_MISSING', entry, {}, { key: entry.key }, fixes.remove(entry));
    } else {
      const agent = entry.key.slice(0, dot);
      const rest = entry.key.slice(dot + 1);
      if (lints.mode === 'strict' && !agents.has(agent)) agents.set(agent, newAgent(agent));
      const known = agents.get(agent) ?? newAgent(agent);
      if (place(known, rest, entry)) agents.set(agent, known);
      else if (rest.startsWith('sluice.') && rest.length > 7) {
        agents.set(agent, known);
        known.settings.set(rest.slice(7), { ...entry, local: rest.slice(7) });
        errors.add(agent, rest, 'INVALID_PROPERTY');
        tellSetting(agent, rest.slice(7), entry, lints, fixes);
      } else strays.push({ entry, agent, rest });
    }
  }
  if (lints.mode === 'helpful') strays.push(...notAgents(agents));
  for (const stray of strays) {
    if (lints.mode === 'helpful' && mend(agents, stray, lints, fixes)) continue;
    tell(agents, stray, used.has(stray.entry.key), lints, errors);
  }
  return agents;
}

/** A property that has found no place. */
interface Stray { readonly entry: Entry; readonly agent: string; readonly rest: string }

/** `r1.channels = c1` looks like the list of an agent r1; where r1 is a source of another agent and nothing else, it is that one's property. Likewise `g1.sinks`. */
function notAgents(agents: Map<string, RawAgent>): Stray[] {
  const strays: Stray[] = [];
  for (const [name, { lists, components }] of agents) {
    const sections = Object.keys(lists) as Section[];
    const home = sections.length === 1 && sections[0] === 'channels' ? 'sources' : sections.length === 1 && sections[0] === 'sinks' ? 'sinkgroups' : null;
    if (home === null || SECTIONS.some((section) => components[section].size > 0)) continue;
    if (![...agents.values()].some((other) => other.name !== name && namesIn(other.lists[home]?.value ?? '', true).includes(name))) continue;
    agents.delete(name);
    for (const section of sections) strays.push({ entry: lists[section] as Entry, agent: name, rest: section });
  }
  return strays;
}

function newAgent(name: string): RawAgent {
  return { name, lists: {}, components: { sources: new Map(), channels: new Map(), sinks: new Map(), sinkgroups: new Map(), configfilters: new Map() }, settings: new Map() };
}

/** False for a first word that only stands before lines of no use. */
export function hasAnything({ lists, components }: RawAgent): boolean {
  return Object.keys(lists).length > 0 || SECTIONS.some((section) => components[section].size > 0);
}

/** Whether it is a list or a property of a component; then it stands in the agent. The first of two lists holds. */
function place(agent: RawAgent, rest: string, entry: Entry): boolean {
  const section = SECTIONS.find((word) => rest === word || rest.startsWith(`${word}.`));
  if (section === undefined) return false;
  if (rest === section) {
    agent.lists[section] ??= { ...entry, local: rest };
    return true;
  }
  const below = rest.slice(section.length + 1);
  const dot = below.indexOf('.', 1);
  if (dot === -1 || dot === below.length - 1) return false;
  const name = below.slice(0, dot).trim();
  const local = below.slice(dot + 1);
  const component = agent.components[section].get(name) ?? new Map<string, Entry>();
  component.set(local, { ...entry, local });
  agent.components[section].set(name, component);
  return true;
}

const SLIPS: Readonly<Record<string, Section>> = { source: 'sources', channel: 'channels', sink: 'sinks', sinkgroup: 'sinkgroups', configfilter: 'configfilters' };

function sectionLike(word: string): Section | null {
  return SLIPS[word.toLowerCase()] ?? (nearest(word, SECTIONS) as Section | null);
}

/** a1.source.r1.type, sinks.k1.channel, r1.type: put where they belong when that is one place only. */
function mend(agents: Map<string, RawAgent>, { entry, agent, rest }: Stray, lints: Lints, fixes: Fixes): boolean {
  const own = agents.get(agent);
  if (own) {
    const [word = ''] = rest.split('.', 1);
    const section = sectionLike(word);
    if (section === null) return false;
    const whole = section + rest.slice(word.length);
    if (rest === word && own.lists[section] !== undefined || !place(own, whole, entry)) return false;
    lints.add('SECTION_MENDED', entry, { agent }, { key: entry.key, section }, fixes.renameKey(entry, `${agent}.${whole}`));
    return true;
  }
  const listed = [...agents.values()].filter(({ lists }) => Object.keys(lists).length > 0);
  const homes = listed.flatMap((home) => prefixFor(home, entry.key).map((prefix) => ({ home, prefix })));
  const [only] = homes;
  if (!only || homes.length > 1) return false;
  const whole = only.prefix + entry.key;
  if (!place(only.home, whole, entry)) return false;
  lints.add('PREFIX_MENDED', entry, { agent: only.home.name }, { key: entry.key, whole: `${only.home.name}.${whole}` }, fixes.renameKey(entry, `${only.home.name}.${whole}`));
  return true;
}

/** What is missing between the agent and `key`: nothing but the agent's name, or the section too; none or several where it is not clear. */
function prefixFor(agent: RawAgent, key: string): string[] {
  const [first = '', second] = key.split('.');
  const section = SECTIONS.find((word) => word === first);
  if (section) return second === undefined ? (agent.lists[section] ? [] : ['']) : [''];
  if (second === undefined) return [];
  return (['sources', 'channels', 'sinks', 'sinkgroups'] as const).filter((list) => namesIn(agent.lists[list]?.value ?? '', true).includes(first)).map((list) => `${list}.`);
}

/** @param used others take over its value: then it is where it should be */
function tell(agents: Map<string, RawAgent>, { entry, agent, rest }: Stray, used: boolean, lints: Lints, errors: FlumeErrors): void {
  if (agent === '') {
    errors.add(entry.key, '', 'AGENT_NAME_MISSING');
    if (!used) lints.add('AGENT_NAME_MISSING', entry, {}, { key: entry.key });
    return;
  }
  errors.add(agent, rest, 'INVALID_PROPERTY');
  const word = rest.split('.', 1)[0] ?? '';
  if (!used) lints.add('SECTION_UNKNOWN', entry, agents.has(agent) ? { agent } : {}, { key: entry.key, nearest: sectionLike(word) ?? '' });
}

/** The words of a list, each once. @param commas they part words too */
export function namesIn(list: string, commas: boolean): string[] {
  return [...new Set(list.trim().split(commas ? /[\s,]+/ : /\s+/).filter((word) => word !== ''))];
}

/** A setting of ours: known, and of a value that can be meant. */
function tellSetting(agent: string, key: string, entry: Entry, lints: Lints, fixes: Fixes): void {
  if (!Object.hasOwn(AGENT_KEYS, key)) {
    const meant = nearest(key, Object.keys(AGENT_KEYS)) ?? '';
    lints.add('KEY_UNKNOWN', entry, { agent }, { component: agent, key: `sluice.${key}`, nearest: meant === '' ? '' : `sluice.${meant}` }, meant === '' ? null : fixes.renameKey(entry, `${agent}.sluice.${meant}`));
    return;
  }
  lints.add('SETTINGS_OURS', entry, { agent }, { key: entry.key });
  const { problem } = readValue(key, AGENT_KEYS[key as keyof typeof AGENT_KEYS], { value: entry.value, file: entry.file, line: entry.line });
  const params = { component: agent, key: `sluice.${key}`, value: entry.value };
  if (problem?.kind === 'notANumber') lints.add('NUMBER_WRONG', entry, { agent }, params);
  if (problem?.kind === 'outOfRange') lints.add('NUMBER_RANGE', entry, { agent }, { ...params, min: problem.min, max: problem.max });
  if (problem?.kind === 'notAFlag') lints.add('FLAG_WRONG', entry, { agent }, params);
}
