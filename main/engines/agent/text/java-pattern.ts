// A regular expression of java.util.regex as one of JavaScript: the same matches and the same groups, or an error that says what cannot be had.
import { ANY_LINE_END_CHAR, BadPattern, LINE_END, NO_LINE_END, SHORT, literal, propertyClass } from './java-classes.ts';

export { BadPattern } from './java-classes.ts';

interface Flags { readonly i: boolean; readonly m: boolean; readonly s: boolean; readonly x: boolean; readonly d: boolean }

/** A piece of the result; what refers to a group is numbered at the end, because atomic groups take numbers of their own. */
type Piece = string | { readonly back: number } | { readonly own: number };

const END = '(?![^])';
const START = '(?<![^])';
const NEVER = '(?!)';
const NOT_IN_CRLF = '(?<!\\r(?=\\n))';
const FINAL = `(?=${LINE_END}?${END})${NOT_IN_CRLF}`;

export class JavaPattern {
  readonly source: string;
  /** Finds, from `lastIndex` on. */
  readonly finds: RegExp;
  /** Of Java's groups, without the 0th. */
  readonly groupCount: number;
  /** Repeats of what itself repeats: text that does not match may take very long. */
  readonly risky: boolean;
  private readonly numbers: readonly number[];
  private readonly names: ReadonlyMap<string, number>;
  private full: RegExp | null = null;
  private readonly translated: string;
  private readonly flags: string;

  /** Throws BadPattern. */
  constructor(source: string) {
    const translation = new Translation(source).translate();
    this.source = source;
    this.translated = translation.text;
    this.flags = translation.flags;
    this.numbers = translation.numbers;
    this.names = translation.names;
    this.groupCount = translation.numbers.length;
    this.risky = translation.risky;
    try {
      this.finds = new RegExp(this.translated, this.flags);
    } catch (error) {
      throw new BadPattern(`is not understood: ${(error as Error).message.replace(/^Invalid regular expression: /, '')}`);
    }
  }

  find(text: string): boolean {
    this.finds.lastIndex = 0;
    return this.finds.test(text);
  }

  /** Matcher.matches: all of the text. */
  matches(text: string): boolean {
    return this.matchAll(text) !== null;
  }

  /** The groups of a match of all of the text, the whole first; undefined for a group that took no part. */
  matchAll(text: string): readonly (string | undefined)[] | null {
    this.full ??= new RegExp(`^(?:${this.translated})${END}`, this.flags);
    this.full.lastIndex = 0;
    return this.groupsOf(this.full.exec(text));
  }

  /** The groups of the first find. */
  findGroups(text: string): readonly (string | undefined)[] | null {
    this.finds.lastIndex = 0;
    return this.groupsOf(this.finds.exec(text));
  }

  /** Matcher.replaceAll. */
  replaceAll(text: string, replacement: Replacement): string {
    return text.replace(this.finds, (...found: (string | undefined)[]) => replacement((group) => (group === 0 ? found[0] : found[this.numbers[group - 1] as number]) ?? ''));
  }

  /** `$1`, `${name}` and `\x` of Matcher.replaceAll, for this pattern. Throws BadPattern. */
  replacement(text: string): Replacement {
    const parts: (string | number)[] = [];
    for (let at = 0; at < text.length; at++) {
      const char = text[at] as string;
      if (char === '\\') {
        if (at + 1 >= text.length) throw new BadPattern('has a replacement that ends with a backslash');
        parts.push(text[++at] as string);
      } else if (char === '$') {
        const named = /^\$\{([a-zA-Z][a-zA-Z0-9]*)\}/.exec(text.slice(at));
        if (named) {
          const group = this.names.get(named[1] as string);
          if (group === undefined) throw new BadPattern(`has no group \${${named[1]}}, which the replacement names`);
          parts.push(group);
          at += named[0].length - 1;
          continue;
        }
        let digits = /^\d+/.exec(text.slice(at + 1))?.[0] ?? '';
        if (digits === '') throw new BadPattern('has a replacement with a $ that names no group; write \\$ for a dollar sign');
        while (digits.length > 1 && Number(digits) > this.groupCount) digits = digits.slice(0, -1);
        if (Number(digits) > this.groupCount) throw new BadPattern(`has no group $${digits}, which the replacement names`);
        parts.push(Number(digits));
        at += digits.length;
      } else parts.push(char);
    }
    return (groupOf) => { let out = ''; for (const part of parts) out += typeof part === 'string' ? part : groupOf(part); return out; };
  }

  private groupsOf(found: RegExpExecArray | null): readonly (string | undefined)[] | null {
    return found && [found[0], ...this.numbers.map((number) => found[number])];
  }
}

type Replacement = (groupOf: (group: number) => string) => string;

class Translation {
  private readonly chars: readonly string[];
  private at = 0;
  private flags: Flags = { i: false, m: false, s: false, x: false, d: false };
  private readonly global: { i: boolean };
  private own = 0;
  /** By Java's number, the piece's. */
  private readonly java: number[] = [];
  private readonly names = new Map<string, number>();
  private risky = false;
  /** Of groups of Java's that were opened so far, for `\11`. */
  private opened = 0;

  constructor(source: string) {
    this.chars = [...source];
    this.global = { i: false };
  }

  translate(): { text: string; flags: string; numbers: readonly number[]; names: ReadonlyMap<string, number>; risky: boolean } {
    const leading = /^\(\?([a-zA-Z]+)\)/.exec(this.chars.join(''));
    if (leading) {
      this.flags = this.withFlags(leading[1] as string, this.flags);
      this.global.i = this.flags.i;
      this.at = [...leading[0]].length;
    }
    const { pieces } = this.alternatives();
    if (this.at < this.chars.length) throw new BadPattern('closes a bracket that is not open');
    const numbers = new Map<number, number>();
    for (const piece of pieces) if (typeof piece === 'object' && 'own' in piece && !numbers.has(piece.own)) numbers.set(piece.own, numbers.size + 1);
    const text = pieces.map((piece) => {
      if (typeof piece === 'string') return piece;
      if ('own' in piece) return '(';
      return `(?:\\${numbers.get(piece.back) ?? 0})`;
    }).join('');
    return { text, flags: `gv${this.global.i ? 'i' : ''}`, numbers: this.java.map((own) => numbers.get(own) as number), names: this.names, risky: this.risky };
  }

  /** Up to a closing bracket or the end. */
  private alternatives(): { pieces: Piece[]; repeats: boolean } {
    const pieces: Piece[] = [];
    let repeats = false;
    for (;;) {
      const char = this.chars[this.at];
      if (char === undefined || char === ')') return { pieces, repeats };
      if (char === '|') { this.at += 1; pieces.push('|'); continue; }
      if (this.flags.x && this.passOver()) continue;
      const atom = this.atom();
      if (atom === null) continue;
      const quantified = this.quantify(atom);
      repeats ||= quantified.repeats;
      pieces.push(...quantified.pieces);
    }
  }

  private passOver(): boolean {
    const char = this.chars[this.at] as string;
    if (/\s/.test(char)) { this.at += 1; return true; }
    if (char !== '#') return false;
    while (this.at < this.chars.length && this.chars[this.at] !== '\n') this.at += 1;
    return true;
  }

  private quantify(atom: Atom): { pieces: Piece[]; repeats: boolean } {
    let { pieces } = atom;
    let { repeats } = atom;
    if (this.flags.x) while (this.at < this.chars.length && this.passOver());
    const rest = this.chars.slice(this.at, this.at + 24).join('');
    const found = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(rest)?.[0];
    if (found === undefined) {
      if (rest.startsWith('{')) throw new BadPattern('has a { that begins no repetition; write \\{ for the character');
      return { pieces, repeats };
    }
    this.at += found.length;
    const open = found === '*' || found === '+' || found.endsWith(',}');
    const how = this.chars[this.at];
    if (how === '?' || how === '+') this.at += 1;
    if (open && repeats && how !== '+') this.risky = true;
    repeats ||= open;
    const repeated: Piece[] = [...(atom.single ? pieces : ['(?:', ...pieces, ')']), how === '?' ? `${found}?` : found];
    if (how === '+') pieces = this.atomic(repeated);
    else pieces = repeated;
    return { pieces, repeats: how === '+' ? false : repeats };
  }

  /** What was matched once is not given back: JavaScript has that in a look-ahead. */
  private atomic(inner: readonly Piece[]): Piece[] {
    const own = this.own++;
    return ['(?:(?=', { own }, ...inner, '))', { back: own }, ')'];
  }

  private atom(): Atom | null {
    const char = this.chars[this.at++] as string;
    switch (char) {
      case '(': return this.group();
      case '[': return one(this.characterClass());
      case '\\': return this.escape();
      case '.': return one(this.flags.s ? '[^]' : this.flags.d ? '[^\\n]' : NO_LINE_END);
      case '^': return zero(this.flags.m ? (this.flags.d ? `(?:${START}|(?<=\\n))(?=[^])` : `(?:${START}|(?<=${ANY_LINE_END_CHAR})${NOT_IN_CRLF})(?=[^])`) : START);
      case '$': return zero(this.flags.m ? (this.flags.d ? `(?=\\n|${END})` : `(?=${ANY_LINE_END_CHAR}|${END})${NOT_IN_CRLF}`) : this.flags.d ? `(?=\\n?${END})` : FINAL);
      case '*': case '+': case '?': throw new BadPattern(`repeats nothing with ${char}`);
      case '{': throw new BadPattern('has a { that begins no repetition; write \\{ for the character');
      default: return one(literal(char));
    }
  }

  private group(): Atom | null {
    const rest = this.chars.slice(this.at, this.at + 200).join('');
    const before = this.flags;
    const inside = (open: readonly Piece[], close = ')'): Atom => {
      const { pieces, repeats } = this.alternatives();
      if (this.chars[this.at] !== ')') throw new BadPattern('opens a bracket that is not closed');
      this.at += 1;
      this.flags = before;
      return { pieces: [...open, ...pieces, close], single: true, repeats };
    };
    const look = /^\?(?:=|!|<=|<!|:)/.exec(rest)?.[0];
    if (look !== undefined) {
      this.at += look.length;
      const atom = inside([`(${look}`]);
      return look === '?:' ? atom : { ...atom, repeats: false };
    }
    if (rest.startsWith('?>')) {
      this.at += 2;
      const own = this.own++;
      const atom = inside([`(?:(?=`, { own }], '))');
      return { pieces: [...atom.pieces, { back: own }, ')'], single: true, repeats: false };
    }
    const flags = /^\?([a-zA-Z]*(?:-[a-zA-Z]+)?)([:)])/.exec(rest);
    if (flags) {
      this.at += flags[0].length;
      const changed = this.withFlags(flags[1] as string, this.flags);
      if (flags[2] === ')') {
        this.flags = changed;
        if (changed.i !== before.i) throw new BadPattern(`has (?${flags[1]}) behind its beginning; write (?${flags[1]}:...) around what it is for`);
        return null;
      }
      this.flags = changed;
      const modifier = changed.i === before.i ? '(?:' : changed.i ? '(?i:' : '(?-i:';
      return inside([modifier]);
    }
    const name = /^\?<([a-zA-Z][a-zA-Z0-9]*)>/.exec(rest);
    if (rest.startsWith('?') && !name) throw new BadPattern(`has a group (${rest.slice(0, 3)} that is not known`);
    if (name) this.at += name[0].length;
    const own = this.own++;
    this.java.push(own);
    this.opened += 1;
    if (name) {
      if (this.names.has(name[1] as string)) throw new BadPattern(`names two groups ${name[1]}`);
      this.names.set(name[1] as string, this.java.length);
    }
    return inside([{ own }]);
  }

  private withFlags(letters: string, flags: Flags): Flags {
    const changed = { ...flags };
    let on = true;
    for (const letter of letters) {
      if (letter === '-') on = false;
      else if (letter in changed) changed[letter as keyof Flags] = on;
      else if (letter !== 'u') throw new BadPattern(`has the flag ${letter}, which is not known here`); // u: case is that of Unicode always
    }
    return changed;
  }

  private escape(): Atom {
    const char = this.chars[this.at++];
    if (char === undefined) throw new BadPattern('ends with a backslash');
    if (char === 'Q') return this.quoted();
    if (/[1-9]/.test(char)) return this.backReference(char);
    if (char === 'k') {
      const name = /^<([a-zA-Z][a-zA-Z0-9]*)>/.exec(this.chars.slice(this.at, this.at + 100).join(''));
      const group = name && this.names.get(name[1] as string);
      if (!group) throw new BadPattern('has \\k without the name of a group before it');
      this.at += name[0].length;
      return { pieces: [{ back: this.java[group - 1] as number }], single: true, repeats: false };
    }
    switch (char) {
      case 'A': return zero(START);
      case 'z': return zero(END);
      case 'Z': return zero(FINAL);
      case 'b': return zero('\\b');
      case 'B': return zero('\\B');
      case 'R': return { pieces: [LINE_END], single: true, repeats: false };
      case 'G': case 'X': case 'N': throw new BadPattern(`has \\${char}, which JavaScript does not know`);
    }
    const set = this.classEscape(char);
    return one(set === null ? literal(this.escapedChar(char)) : set);
  }

  /** `\d`, `\P{L}` ... as a class, or null. */
  private classEscape(char: string): string | null {
    const lower = char.toLowerCase();
    if (Object.hasOwn(SHORT, lower)) return `[${char === lower ? '' : '^'}${SHORT[lower]}]`;
    if (lower !== 'p') return null;
    const rest = this.chars.slice(this.at, this.at + 100).join('');
    const name = /^\{\^?([^}]+)\}|^([A-Z])/.exec(rest);
    if (!name) throw new BadPattern(`has \\${char} without the name of a property`);
    this.at += [...name[0]].length;
    return `[${char === 'p' ? '' : '^'}${propertyClass(name[1] ?? (name[2] as string))}]`;
  }

  private escapedChar(char: string): string {
    const rest = this.chars.slice(this.at, this.at + 12).join('');
    const take = (pattern: RegExp, radix: number): string => {
      const found = pattern.exec(rest);
      const code = found ? Number.parseInt((found[1] ?? found[2]) as string, radix) : NaN;
      if (!found || !(code <= 0x10ffff)) throw new BadPattern(`has \\${char} without the number of a character`);
      this.at += found[0].length;
      return String.fromCodePoint(code);
    };
    switch (char) {
      case 't': return '\t';
      case 'n': return '\n';
      case 'r': return '\r';
      case 'f': return '\f';
      case 'a': return '\x07';
      case 'e': return '\x1b';
      case '0': return take(/^([0-3]?[0-7]{1,2})/, 8);
      case 'x': return take(/^([0-9a-fA-F]{2})|^\{([0-9a-fA-F]+)\}/, 16);
      case 'u': return take(/^([0-9a-fA-F]{4})/, 16);
      case 'c': {
        const next = this.chars[this.at++];
        if (next === undefined) throw new BadPattern('ends with \\c');
        return String.fromCharCode(next.charCodeAt(0) ^ 64);
      }
    }
    if (/[a-zA-Z]/.test(char)) throw new BadPattern(`has \\${char}, which means nothing`);
    return char;
  }

  /** All that stands between \Q and \E; a repetition is of its last character. */
  private quoted(): Atom {
    const text = this.quotedText();
    const last = text.pop();
    if (last === undefined) return { pieces: [], single: false, repeats: false };
    if (text.length === 0) return one(literal(last));
    const repeated = this.quantify(one(literal(last)));
    return { pieces: ['(?:', ...text.map(literal), ...repeated.pieces, ')'], single: true, repeats: repeated.repeats };
  }

  private quotedText(): string[] {
    const from = this.at;
    while (this.at < this.chars.length && !(this.chars[this.at] === '\\' && this.chars[this.at + 1] === 'E')) this.at += 1;
    const text = this.chars.slice(from, this.at);
    this.at += 2;
    return text;
  }

  private backReference(first: string): Atom {
    let group = Number(first);
    while (/\d/.test(this.chars[this.at] ?? '') && group * 10 + Number(this.chars[this.at]) <= this.opened) group = group * 10 + Number(this.chars[this.at++]);
    if (group > this.opened) return zero(NEVER); // a group that has not matched
    return { pieces: [{ back: this.java[group - 1] as number }], single: true, repeats: false };
  }

  /** Behind the opening bracket, up to and with the closing one. */
  private characterClass(): string {
    const negated = this.chars[this.at] === '^';
    if (negated) this.at += 1;
    /** Unions, which && stands between. */
    const operands: string[] = [];
    let union = '';
    let first = true;
    for (;;) {
      const char = this.chars[this.at];
      if (char === undefined) throw new BadPattern('opens a [ that is not closed');
      if (this.flags.x && this.passOver()) continue;
      if (char === ']' && !first) { this.at += 1; break; }
      first = false;
      if (char === '&' && this.chars[this.at + 1] === '&') { this.at += 2; operands.push(union); union = ''; continue; }
      if (char === '[') { this.at += 1; union += this.characterClass(); continue; }
      const from = this.member();
      if (from.set !== undefined) { union += from.set; continue; }
      const next = this.chars[this.at + 1];
      if (this.chars[this.at] !== '-' || next === undefined || next === ']' || next === '[') { union += literal(from.char); continue; }
      this.at += 1;
      const to = this.member();
      if (to.set !== undefined) { union += `${literal(from.char)}\\-${to.set}`; continue; }
      if ((to.char.codePointAt(0) as number) < (from.char.codePointAt(0) as number)) throw new BadPattern(`has a range ${from.char}-${to.char} that runs backwards`);
      union += `${literal(from.char)}-${literal(to.char)}`;
    }
    operands.push(union);
    const filled = operands.filter((operand) => operand !== '');
    return `[${negated ? '^' : ''}${filled.length === 1 ? (filled[0] as string) : filled.map((operand) => `[${operand}]`).join('&&')}]`;
  }

  private member(): { readonly char: string; readonly set?: string } {
    const char = this.chars[this.at++] as string;
    if (char !== '\\') return { char };
    const next = this.chars[this.at++];
    if (next === undefined) throw new BadPattern('ends with a backslash');
    if (next === 'Q') return { char: '', set: this.quotedText().map(literal).join('') };
    const set = this.classEscape(next);
    return set === null ? { char: this.escapedChar(next) } : { char: '', set };
  }
}

interface Atom {
  readonly pieces: Piece[];
  /** May be repeated as it is. */
  readonly single: boolean;
  /** Something in it repeats without bound. */
  readonly repeats: boolean;
}

const one = (text: string): Atom => ({ pieces: [text], single: true, repeats: false });
/** Without width: JavaScript's v mode repeats no assertion by itself. */
const zero = (text: string): Atom => ({ pieces: [text], single: false, repeats: false });
