// Filter rules in rsync's syntax: which names the sender hides and the receiver protects. The first rule that matches decides.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { asBuffer, nameOf, showName } from '../../../lib/bytes.ts';
import { Glob } from './glob.ts';

export type Side = 'sender' | 'receiver';

/** The far side ends the session over a longer rule. */
const MAX_PATTERN = 4096;

interface Rule {
  readonly include: boolean;
  readonly sides: readonly Side[];
  readonly dirOnly: boolean;
  readonly negated: boolean;
  readonly matches: (path: Buffer, dir: boolean) => boolean;
  readonly wire: Buffer;
}

const SHORT: Readonly<Record<string, { include: boolean; sides: readonly Side[] }>> = {
  '-': { include: false, sides: ['sender', 'receiver'] }, '+': { include: true, sides: ['sender', 'receiver'] },
  H: { include: false, sides: ['sender'] }, S: { include: true, sides: ['sender'] },
  P: { include: false, sides: ['receiver'] }, R: { include: true, sides: ['receiver'] },
};
const LONG: Readonly<Record<string, string>> = { exclude: '-', include: '+', hide: 'H', show: 'S', protect: 'P', risk: 'R', clear: '!', merge: '.', 'dir-merge': ':' };

/** Compiled rules; empty ones hide and protect nothing. */
export class FilterRules {
  private readonly rules: readonly Rule[];

  private constructor(rules: readonly Rule[]) { this.rules = rules; }

  /** From texts such as `- *.o`. SYNC_BAD_FILTER names the rule and what is wrong with it. */
  static parse(texts: readonly (string | Uint8Array)[]): FilterRules {
    let rules: Rule[] = [];
    for (const text of texts) {
      const rule = parseRule(asBuffer(typeof text === 'string' ? Buffer.from(text) : text));
      if (rule === 'clear') rules = [];
      else if (rule) rules.push(rule);
    }
    return new FilterRules(rules);
  }

  get empty(): boolean { return this.rules.length === 0; }

  /** Do all rules hold for both sides alike, so that one listing serves either? */
  get symmetric(): boolean { return this.rules.every((rule) => rule.sides.length === 2); }

  /** Is `path` (below the root) left out at this side? Folders above it are not looked at. */
  excludes(path: Buffer, dir: boolean, side: Side): boolean {
    for (const rule of this.rules) {
      if (!rule.sides.includes(side)) continue;
      const fits = (dir || !rule.dirOnly) && rule.matches(path, dir);
      if (fits !== rule.negated) return !rule.include;
    }
    return false;
  }

  /** The rules as they travel. */
  wire(): Buffer[] { return this.rules.map((rule) => rule.wire); }
}

function bad(text: Buffer, reason: string): SluiceError {
  return SluiceError.of('SYNC_BAD_FILTER', { rule: showName(text), reason });
}

function parseRule(text: Buffer): Rule | 'clear' | null {
  const line = text.toString('latin1');
  if (line.trim() === '' || line.startsWith('#') || line.startsWith(';')) return null;
  const long = /^([a-z-]+)(?:,([^ _]*))?(?:[ _](.*))?$/s.exec(line);
  const word = long?.[1] === undefined ? undefined : LONG[long[1]];
  const short = /^([-+HSPR!.:])(?:,?([^ _]*))(?:[ _](.*))?$/s.exec(line);
  const [letter, modifiers, pattern] = word ? [word, long?.[2] ?? '', long?.[3] ?? ''] : [short?.[1] ?? '', short?.[2] ?? '', short?.[3] ?? ''];
  if (letter === '!') {
    if (pattern !== '' || modifiers !== '') throw bad(text, 'a ! stands alone');
    return 'clear';
  }
  if (letter === '.' || letter === ':') throw bad(text, 'merge files are not read yet: write their rules here');
  const meaning = SHORT[letter];
  if (!meaning) throw bad(text, 'a rule begins with -, +, H, S, P or R and a space');
  if (pattern === '') throw bad(text, 'the pattern is missing');
  if (pattern.length > MAX_PATTERN || pattern.includes('\0')) throw bad(text, `want at most ${MAX_PATTERN} bytes and no NUL`);
  const unknown = /[^!srp]/.exec(modifiers);
  if (unknown) throw bad(text, `the modifier ${unknown[0]} is not supported`);
  return compile(text, meaning, modifiers, Buffer.from(pattern, 'latin1'));
}

function compile(text: Buffer, meaning: { include: boolean; sides: readonly Side[] }, modifiers: string, whole: Buffer): Rule {
  const sides: readonly Side[] = modifiers.includes('s') === modifiers.includes('r') ? meaning.sides : modifiers.includes('s') ? ['sender'] : ['receiver'];
  const withContents = whole.length > 4 && whole.subarray(-4).toString('latin1') === '/***';
  const dirOnly = !withContents && whole.length > 1 && whole[whole.length - 1] === 0x2f;
  const anchored = whole[0] === 0x2f;
  const body = whole.subarray(anchored ? 1 : 0, dirOnly ? -1 : whole.length);
  const onPath = anchored || body.includes(0x2f) || body.includes('**');
  let matches: Rule['matches'];
  try {
    matches = withContents ? contentsMatcher(body.subarray(0, -4), anchored) : matcher(body, anchored, onPath);
  } catch (thrown) {
    throw bad(text, (thrown as Error).message);
  }
  const letters = `${meaning.include ? '+' : '-'}${modifiers.includes('!') ? '!' : ''}${sides.length === 2 ? '' : sides[0] === 'sender' ? 's' : 'r'}${modifiers.includes('p') ? 'p' : ''}`;
  return { include: meaning.include, sides, dirOnly, negated: modifiers.includes('!'), matches, wire: Buffer.concat([Buffer.from(`${letters} `), whole]) };
}

function matcher(body: Buffer, anchored: boolean, onPath: boolean): Rule['matches'] {
  const glob = new Glob(body);
  if (!onPath) return (path) => glob.matches(nameOf(path));
  if (anchored) return (path) => glob.matches(path);
  if (body.subarray(0, 3).toString('latin1') === '**/') { // fits at the root too, where no slash stands before the name
    const atRoot = new Glob(body.subarray(3));
    return (path) => atRoot.matches(path) || glob.matches(path);
  }
  return (path) => atAnyPart(path, (from) => glob.matches(path, from));
}

/** `dir/***`: the folder and all that is in it. */
function contentsMatcher(body: Buffer, anchored: boolean): Rule['matches'] {
  const folder = new Glob(body);
  const below = new Glob(Buffer.concat([body, Buffer.from('/**')]));
  const at = (path: Buffer, dir: boolean, from: number): boolean => (dir && folder.matches(path, from)) || below.matches(path, from);
  return anchored ? (path, dir) => at(path, dir, 0) : (path, dir) => atAnyPart(path, (from) => at(path, dir, from));
}

function atAnyPart(path: Buffer, test: (from: number) => boolean): boolean {
  for (let from = 0; ;) {
    if (test(from)) return true;
    const slash = path.indexOf(0x2f, from);
    if (slash === -1) return false;
    from = slash + 1;
  }
}
