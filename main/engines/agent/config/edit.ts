// The text of a configuration changed property by property: what is not named stays byte for byte, with comments, order, blank lines and continued lines.
import type { AgentLint, TextEdit } from '../../../../preload/contract/agent/lints.ts';
import { parseProperties, type Property } from '../../../lib/java-properties.ts';
import { namesIn } from './grammar.ts';
import { Fixes } from './lint/fixes.ts';
import { applyEdits, documentBytes, openDocument, writesPlain, type TextDocument } from './text/document.ts';
import { writeProperty } from './text/property-line.ts';

/** `value` null takes the property out. */
export interface PropertyChange { readonly key: string; readonly value: string | null }

/** A key that goes while another of the same value comes, one part of its name apart, is renamed where it stands. */
export function changeText(text: string, changes: readonly PropertyChange[]): string {
  return textOf(changeDocument(documentOf(text), changes));
}

/** Applies a lint's fix; the text as it is where it has none. */
export function mendText(text: string, lint: Pick<AgentLint, 'fix' | 'file'>): string {
  return textOf(applyEdits({ ...documentOf(text), name: lint.file }, lint.fix ?? []));
}

const documentOf = (text: string): TextDocument => openDocument('', Buffer.from(text, 'utf8'), 'utf8');
const textOf = (document: TextDocument): string => documentBytes(document).toString('utf8');

type Entry = Property & { readonly file: string };

export function changeDocument(document: TextDocument, changes: readonly PropertyChange[]): TextDocument {
  const entries = parseProperties(documentBytes(document), document.encoding).properties.map((property): Entry => ({ ...property, file: document.name }));
  const last = new Map(entries.map((entry) => [entry.key, entry]));
  const wanted = new Map(changes.map(({ key, value }) => [key, value]));
  const edits: TextEdit[] = [];
  const fixes = new Fixes(new Map([[document.name, document]]));
  const renamed = renames(wanted, last);
  const added: { readonly key: string; readonly value: string }[] = [];
  for (const [key, value] of wanted) {
    const entry = last.get(key);
    if (value === null) {
      const to = renamed.get(key);
      for (const one of entries) if (one.key === key) edits.push(...(to !== undefined && one === entry ? fixes.renameKey(one, to) : fixes.remove(one)));
    } else if (entry) edits.push(...(entry.value === value ? [] : setList(fixes, entry, value) ?? fixes.setValue(entry, value)));
    else if (![...renamed.values()].includes(key)) added.push({ key, value });
  }
  return applyEdits(document, [...edits, ...insertions(document, entries, added)]);
}

function renames(wanted: ReadonlyMap<string, string | null>, last: ReadonlyMap<string, Entry>): Map<string, string> {
  const pairs = new Map<string, string>();
  const taken = new Set<string>();
  for (const [from, gone] of wanted) {
    const entry = last.get(from);
    if (gone !== null || !entry) continue;
    const to = [...wanted].find(([key, value]) => value === entry.value && !last.has(key) && !taken.has(key) && onePartApart(from, key))?.[0];
    if (to === undefined) continue;
    taken.add(to);
    pairs.set(from, to);
  }
  return pairs;
}

function onePartApart(a: string, b: string): boolean {
  const [left, right] = [a.split('.'), b.split('.')];
  return left.length === right.length && left.filter((part, i) => part !== right[i]).length === 1;
}

/** A list over several lines that gains or loses words keeps its lines; null where that is not what changes. */
function setList(fixes: Fixes, entry: Entry, value: string): TextEdit[] | null {
  if (entry.line === entry.lastLine) return null;
  const [before, after] = [namesIn(entry.value, false), namesIn(value, false)];
  const kept = before.filter((word) => after.includes(word));
  const [come, gone] = [after.filter((word) => !before.includes(word)), before.filter((word) => !after.includes(word))];
  if (come.length + gone.length !== 1 || [...kept, ...come].join(' ') !== value) return null;
  const edits = come[0] === undefined ? fixes.removeWord(entry, gone[0] as string) : fixes.addWord(entry, come[0]);
  return edits.length === 0 ? null : edits;
}

// --- where new properties stand --------------------------------------------------------------------------------------

/** After the last line of their component, or of its neighbours, or at the end. */
function insertions(document: TextDocument, entries: readonly Entry[], added: readonly { readonly key: string; readonly value: string }[]): TextEdit[] {
  const spaced = document.lines.some((line) => line.trim() === '');
  const groups = new Map<string, { readonly key: string; readonly value: string }[]>();
  for (const property of added) groups.set(homeOf(property.key), [...(groups.get(homeOf(property.key)) ?? []), property]);
  const edits: TextEdit[] = [];
  for (const [home, properties] of groups) {
    const { line, apart } = spotFor(document, entries, home);
    const lines = properties.map(({ key, value }) => writeProperty(key, value, writesPlain(document)));
    const before = document.lines[line - 2];
    edits.push({ file: document.name, line, count: 0, lines: apart && spaced && before !== undefined && before.trim() !== '' ? ['', ...lines] : lines });
  }
  return edits;
}

/** "a1.sources.r1." for a property of it, "a1." for a list. */
function homeOf(key: string): string {
  const parts = key.split('.');
  return parts.length > 3 ? `${parts.slice(0, 3).join('.')}.` : `${parts[0] ?? ''}.`;
}

function spotFor(document: TextDocument, entries: readonly Entry[], home: string): { readonly line: number; readonly apart: boolean } {
  const after = (test: (key: string) => boolean): number | null => {
    const last = entries.filter(({ key }) => test(key)).at(-1);
    return last ? last.lastLine + 1 : null;
  };
  const [agent = '', section] = home.split('.');
  if (home === `${agent}.`) {
    const lists = after((key) => key.startsWith(home) && key.split('.').length === 2);
    const first = entries.find(({ key }) => key.startsWith(home))?.line;
    return { line: lists ?? first ?? document.lines.length + 1, apart: false };
  }
  const own = after((key) => key.startsWith(home));
  if (own !== null) return { line: own, apart: false };
  return { line: after((key) => key.startsWith(`${agent}.${section}.`)) ?? after((key) => key.startsWith(`${agent}.`)) ?? document.lines.length + 1, apart: true };
}
