// Sets of characters as java.util.regex writes them, as JavaScript's v mode has them.

/** Thrown for what JavaScript cannot express, in words that follow "the pattern ...". */
export class BadPattern extends Error {}

const LINE_ENDS = '\\n\\r\\x85\\u2028\\u2029';
/** Any character that ends no line. */
export const NO_LINE_END = `[^${LINE_ENDS}]`;
export const LINE_END = `(?:\\r\\n|[${LINE_ENDS}])`;
export const ANY_LINE_END_CHAR = `[${LINE_ENDS}]`;

const SPACE = ' \\t\\n\\v\\f\\r';
const HORIZONTAL = ' \\t\\xa0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000';
const VERTICAL = `\\n\\v\\f\\r\\x85\\u2028\\u2029`;
const PUNCT = '!-\\/:-@\\[-`\\{-~';

/** POSIX classes, which are ASCII alone in Java, and methods of java.lang.Character: the inside of a class. */
const NAMED: Readonly<Record<string, string>> = {
  Lower: 'a-z', Upper: 'A-Z', ASCII: '\\0-\\x7f', Alpha: 'a-zA-Z', Digit: '0-9', Alnum: '0-9a-zA-Z', Punct: PUNCT, Graph: `0-9a-zA-Z${PUNCT}`, Print: ` 0-9a-zA-Z${PUNCT}`,
  Blank: ' \\t', Cntrl: '\\0-\\x1f\\x7f', XDigit: '0-9a-fA-F', Space: SPACE,
  javaLowerCase: '\\p{Lowercase}', javaUpperCase: '\\p{Uppercase}', javaAlphabetic: '\\p{Alphabetic}', javaIdeographic: '\\p{Ideographic}', javaTitleCase: '\\p{Lt}', javaDigit: '\\p{Nd}',
  javaLetter: '\\p{L}', javaLetterOrDigit: '\\p{L}\\p{Nd}', javaMirrored: '\\p{Bidi_Mirrored}', javaWhitespace: '\\t-\\r\\x1c-\\x20\\u1680\\u2000-\\u2006\\u2008-\\u200a\\u2028\\u2029\\u205f\\u3000',
  javaSpaceChar: '\\p{Z}', javaISOControl: '\\0-\\x1f\\x7f-\\x9f', javaDefined: '\\P{Cn}',
  L1: '\\0-\\xff', all: '\\s\\S', LD: '\\p{L}\\p{Nd}', LC: '\\p{Lu}\\p{Ll}\\p{Lt}',
};

/** Binary properties behind "Is", where JavaScript spells them otherwise. */
const BINARY: Readonly<Record<string, string>> = {
  ALPHABETIC: 'Alphabetic', IDEOGRAPHIC: 'Ideographic', LETTER: 'L', LOWERCASE: 'Lowercase', UPPERCASE: 'Uppercase', TITLECASE: 'Lt', WHITE_SPACE: 'White_Space', WHITESPACE: 'White_Space',
  CONTROL: 'Cc', PUNCTUATION: 'P', DIGIT: 'Nd', HEX_DIGIT: 'Hex_Digit', ASSIGNED: 'Assigned', NONCHARACTER_CODE_POINT: 'Noncharacter_Code_Point',
};

/** `\s`, `\h`, `\v`: the inside of their class. */
export const SHORT: Readonly<Record<string, string>> = { d: '0-9', s: SPACE, w: 'a-zA-Z_0-9', h: HORIZONTAL, v: VERTICAL };

/** The inside of the class for what stands between the braces of `\p{...}`. */
export function propertyClass(name: string): string {
  const named = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
  if (named !== undefined) return named;
  const equals = name.indexOf('=');
  if (equals >= 0) {
    const key = name.slice(0, equals).toLowerCase();
    const value = name.slice(equals + 1);
    if (key === 'sc' || key === 'script' || key === 'isscript') return checked(`\\p{Script=${scriptName(value)}}`, name);
    if (key === 'gc' || key === 'general_category') return checked(`\\p{${value}}`, name);
    throw new BadPattern(`has \\p{${name}}; blocks are not known here, use \\p{IsScript} or a range`);
  }
  if (/^Is/.test(name)) {
    const rest = name.slice(2);
    const binary = BINARY[rest.toUpperCase()];
    if (binary !== undefined) return `\\p{${binary}}`;
    return rest.length <= 2 ? checked(`\\p{${rest}}`, name) : checked(`\\p{Script=${scriptName(rest)}}`, name);
  }
  if (/^In/.test(name)) throw new BadPattern(`has the block \\p{${name}}; use a script as \\p{IsGreek}, or a range of characters`);
  return checked(`\\p{${name}}`, name);
}

const scriptName = (name: string): string => name.toLowerCase().replace(/(^|_)[a-z]/g, (first) => first.toUpperCase());

function checked(escape: string, name: string): string {
  try {
    new RegExp(escape, 'v');
    return escape;
  } catch {
    throw new BadPattern(`has \\p{${name}}, which is not known`);
  }
}

/** A character as it stands in a pattern or a class of v mode, whatever it means there. */
export function literal(char: string): string {
  if (/^[\p{L}\p{N}_ ]$/u.test(char)) return char;
  const code = char.codePointAt(0) as number;
  if (code >= 0x21 && code < 0x7f && /[$^*+?.()|[\]{}/\\]/.test(char)) return `\\${char}`;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}
