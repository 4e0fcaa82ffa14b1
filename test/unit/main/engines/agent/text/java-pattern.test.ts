import { describe, expect, test } from 'vitest';
import { BadPattern, JavaPattern } from '../../../../../../main/engines/agent/text/java-pattern.ts';

const find = (pattern: string, text: string): string | undefined => new JavaPattern(pattern).findGroups(text)?.[0];

describe('I20 patterns of java.util.regex find what they find in Java', () => {
  test.each([
    ['a.c', 'a\u0085c', undefined], ['(?s)a.c', 'a\nc', 'a\nc'], ['(?i)ABC', 'xabc', 'abc'], ['x(?i:B)c', 'xbc', 'xbc'], ['x(?i:B)c', 'xbC', undefined],
    ['end$', 'the end\n', 'end'], ['end\\z', 'the end\n', undefined], ['(?m)^two$', 'one\r\ntwo\r\nthree', 'two'], ['\\Aone', 'one one', 'one'], ['end\\Z', 'end\r\n', 'end'],
    ['\\s', '\u00a0', undefined], ['\\h', '\u00a0', '\u00a0'], ['\\R+', 'a\r\n\nb', '\r\n\n'],
    ['\\p{Punct}+', 'a!$-b', '!$-'], ['\\p{Lu}', 'aÄ', 'Ä'], ['\\pL+', '1äb2', 'äb'], ['\\P{L}', 'a1', '1'], ['\\p{IsLatin}+', 'жabc', 'abc'], ['\\p{javaUpperCase}', 'aB', 'B'], ['[\\p{Alpha}&&[^a-c]]+', 'abcdef', 'def'],
    ['[a-z&&[^m-p]]+', 'mnabc', 'abc'], ['[^\\w\\s]', 'a b-', '-'], ['[]a]+', 'x]a]', ']a]'], ['[a\\-z]+', 'b-az', '-az'], ['[+--]+', 'a+,-', '+,-'], ['[abc&&bcd]+', 'abcd', 'bc'],
    ['\\Qa.b*\\E+', 'xa.b**', 'a.b**'], ['\\x41\\u0042\\x{43}\\0104', 'ABCD', 'ABCD'], ['\\e\\[', '\x1b[', '\x1b['], ['a-b_c#d@e', 'a-b_c#d@e', 'a-b_c#d@e'], ['a}b]', 'a}b]', 'a}b]'],
    ['(?x) a \\  b # words', 'a b', 'a b'], ['(?<y>\\d{4})-\\k<y>', '2024-2024', '2024-2024'], ['(a)(b)\\2\\1', 'abba', 'abba'], ['a{2,3}?', 'aaa', 'aa'], ['\\b\\w+\\b', ' xy ', 'xy'], ['é', 'café', 'é'], ['\\<\\>', '<>', '<>'],
    ['a++b', 'aaab', 'aaab'], ['a++a', 'aaaa', undefined], ['(?>a|ab)c', 'abc', undefined], ['(?:^)*a', 'a', 'a'],
  ])('%s', (pattern, text, found) => { expect(find(pattern, text)).toBe(found); });

  test('groups keep their numbers beside atomic ones', () => {
    expect(new JavaPattern('((?>x+))(y*+)(z)\\1').findGroups('xxyyzxx')).toEqual(['xxyyzxx', 'xx', 'yy', 'z']);
    expect(new JavaPattern('(a)|(b)').findGroups('b')).toEqual(['b', undefined, 'b']);
    expect(new JavaPattern('a|ab').matchAll('ab')).toEqual(['ab']);
    expect(new JavaPattern('a').matches('ab')).toBe(false);
  });
});

test('I21 what cannot be had is said', () => {
  for (const [pattern, words] of [['a\\G', '\\G'], ['(a', 'not closed'], ['a)', 'not open'], ['*a', 'repeats nothing'], ['a{', '{'], ['[a', '['], ['\\p{InGreek}', 'block'], ['\\p{Nope}', 'Nope'], ['\\y', '\\y'], ['a(?i)b', '(?i:'], ['[z-a]', 'backwards'], ['(?<a>x)(?<a>y)', 'two groups']] as const) {
    expect(() => new JavaPattern(pattern), pattern).toThrow(BadPattern);
    expect(() => new JavaPattern(pattern), pattern).toThrow(words);
  }
});

test('I22 replacements name groups as in Java', () => {
  const replace = (pattern: string, text: string, by: string): string => { const one = new JavaPattern(pattern); return one.replaceAll(text, one.replacement(by)); };
  expect(replace('(\\d+)-(?<b>\\d+)', '1-2 3-4', '${b}:$1')).toBe('2:1 4:3');
  expect(replace('(a)', 'a', '$11')).toBe('a1');
  expect(replace('a', 'aa', '\\$x\\\\')).toBe('$x\\$x\\');
  expect(replace('^', 'x', '> ')).toBe('> x');
  expect(replace('(x)?a', 'a', '[$1]')).toBe('[]');
  expect(() => new JavaPattern('a').replacement('$1')).toThrow(BadPattern);
  expect(() => new JavaPattern('a').replacement('$')).toThrow(BadPattern);
});

test('I23 a pattern that may take very long is known as one', () => {
  expect(new JavaPattern('(a+)+b').risky).toBe(true);
  expect(new JavaPattern('(\\w+\\s*)*$').risky).toBe(true);
  expect(new JavaPattern('(?:a|b)+c*').risky).toBe(false);
  expect(new JavaPattern('(a++)+b').risky).toBe(false);
});
