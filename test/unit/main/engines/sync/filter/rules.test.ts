import { describe, expect, it } from 'vitest';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import { FilterRules } from '../../../../../../main/engines/sync/filter/rules.ts';

const hides = (rules: readonly string[], path: string, dir = false): boolean => FilterRules.parse(rules).excludes(Buffer.from(path, 'latin1'), dir, 'sender');
const refusal = (rule: string): string => {
  try {
    FilterRules.parse([rule]);
  } catch (thrown) {
    if (thrown instanceof SluiceError) return `${thrown.code}: ${String(thrown.params['reason'])}`;
    throw thrown;
  }
  return 'accepted';
};

describe('X filter rules', () => {
  it.each([
    ['- *.o', 'a/b.o', false, true], ['- *.o', 'a/b.c', false, false],
    ['- foo', 'a/foo', false, true], ['- foo', 'a/foobar', false, false],
    ['- /foo', 'foo', false, true], ['- /foo', 'a/foo', false, false],
    ['- foo/', 'foo', false, false], ['- foo/', 'a/foo', true, true],
    ['- foo/bar', 'x/foo/bar', false, true], ['- foo/bar', 'xfoo/bar', false, false],
    ['- /a/*/c', 'a/b/c', false, true], ['- /a/*/c', 'a/b/b/c', false, false],
    ['- /a/**/c', 'a/b/b/c', false, true], ['- **/foo', 'foo', false, true],
    ['- /foo/***', 'foo', true, true], ['- /foo/***', 'foo/a/b', false, true], ['- /foo/***', 'foo', false, false],
    ['- [a-c]x', 'bx', false, true], ['- [!a-c]x', 'bx', false, false], ['- [[:digit:]]', '7', false, true],
    ['- ?', '\xff', false, true], ['- \\*', '*', false, true], ['- \\*', 'a', false, false],
    ['-! *.txt', 'a.c', false, true], ['-! *.txt', 'a.txt', false, false],
    ['- *', '\n', false, true],
  ])('X1 %s on %j (folder: %s) hides: %s', (rule, path, dir, expected) => { expect(hides([rule], path, dir)).toBe(expected); });

  it('X2 the first rule that fits decides, and "!" forgets those before it', () => {
    expect(hides(['+ keep.o', '- *.o'], 'keep.o')).toBe(false);
    expect(hides(['+ keep.o', '- *.o'], 'x.o')).toBe(true);
    expect(hides(['- *.o', '!'], 'x.o')).toBe(false);
  });

  it('X3 hide and show are for the sender, protect and risk for the receiver; the wire form says so', () => {
    const rules = FilterRules.parse(['H a', 'P b', '- c']);
    const names = ['a', 'b', 'c'].map((name) => Buffer.from(name));
    expect(names.map((name) => rules.excludes(name, false, 'sender'))).toEqual([true, false, true]);
    expect(names.map((name) => rules.excludes(name, false, 'receiver'))).toEqual([false, true, true]);
    const wire = FilterRules.parse(['H a', 'P b', '- c/', 'R d', '-!p e', 'exclude,s f', 'include_g', 'S /h']).wire();
    expect(wire.map((rule) => rule.toString('latin1'))).toEqual(['-s a', '-r b', '- c/', '+r d', '-!p e', '-s f', '+ g', '+s /h']);
    expect([rules.symmetric, FilterRules.parse(['- c']).symmetric, FilterRules.parse([]).empty]).toEqual([false, true, true]);
  });

  it.each(['-C', ': .rsync-filter', '. rules', 'dir-merge x', '-/ a', '-x user.*', '- ', '*.o', '-q a', '! x', '- [', '- [[:bogus:]]', '- a\0b', `- ${'a'.repeat(5000)}`])('X4 refuses %.30j in words', (rule) => {
    expect(refusal(rule)).toMatch(/^SYNC_BAD_FILTER: ./);
  });

  it('X5 a pattern made to backtrack costs no more than its length times the path', () => {
    const rules = FilterRules.parse([`- ${'*a'.repeat(200)}b`, `- ${'**a'.repeat(200)}/b`]);
    expect(rules.excludes(Buffer.from('a'.repeat(4000)), false, 'sender')).toBe(false);
  });
});
