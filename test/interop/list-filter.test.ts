// Our filter matching against stock rsync's own: the same rules must leave the same names.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FilterRules } from '../../main/engines/sync/filter/rules.ts';

const FILES = [
  'a.o', 'a.c', 'foo', 'core', 'sub/a.o', 'sub/foo', 'sub/foo.txt', 'sub/deep/foo', 'sub/deep/bar', 'sub/deep/a.o', 'foo.d/bar', 'foo.d/x/bar', 'x/foo.d/bar',
  'bar/foo/bar', 'bar/foo/baz', 'we[i]rd', 'st*r', 'back\\slash', 'q?', 'UP/Low', 'd1/d2/d3/d4/f', 'd1/f', 'd1/d2/f', 'a-b', 'a]b', 'a^b', 'a!b', 'z9', 'aXb', 'a/b/c/d', 'abc/d', ' lead', '.hid/x', '.git/x',
];
const RULES: readonly (readonly string[])[] = [
  ['- *.o'], ['- /*.o'], ['- foo'], ['- foo/'], ['- /foo'], ['- sub/foo'], ['- deep/*'], ['- sub/**'], ['- **/foo'], ['- **foo'], ['- foo**'], ['- sub**o'], ['- /sub/***'], ['- foo/***'], ['- *d/***'],
  ['- bar/foo'], ['- foo/bar'], ['- d2/d3/'], ['- d1/*/f'], ['- d1/**/f'], ['- /d1/**/f'], ['- d?'], ['- [a-d]*'], ['- [!a-d]*'], ['- [^a-d]*'], ['- we\\[i\\]rd'], ['- we[i]rd'], ['- st\\*r'], ['- st*r'],
  ['- back\\slash'], ['- back\\\\slash'], ['- back\\\\slas?'], ['- q?'], ['- [[:upper:]]*'], ['- *[[:digit:]]'], ['- a[]]b'], ['- a[!]]b'], ['- a[\\]]b'], ['- a[a-]b'], ['- a[-a]b'], ['- a[X-]b'], ['- [z-a]9'],
  ['+ */', '+ foo', '- *'], ['+ /sub/', '+ /sub/deep/', '+ /sub/deep/foo', '- *'], ['+ /sub/***', '- *'], ['-! *.c'], ['-! */'], ['+! *.o', '- *'], ['-s foo'], ['-r foo'], ['H foo'], ['P foo'], ['S foo', '- *o'], ['- x', '!', '- a.c'],
  ['exclude,! *.o'], ['hide foo'], ['exclude_foo'], ['-_foo'], ['-,s foo'], ['-   lead'], ['-  lead'], ['- *'], ['- **'], ['- /'], ['- /*'], ['- /*/'], ['- /**'], ['- */*'], ['- **/d'], ['- b/**'], ['- **/b/**'], ['- a/**/d'], ['- ***'], ['- foo***'], ['- /a/b/***'], ['- b/***'],
];

describe.skipIf(!hasRsync())('X filter rules beside stock rsync (needs rsync)', () => {
  const root = mkdtempSync(join(tmpdir(), 'sluice-filter-'));
  const source = join(root, 'src');
  beforeAll(() => {
    for (const file of FILES) {
      mkdirSync(dirname(join(source, file)), { recursive: true });
      writeFileSync(join(source, file), '');
    }
  });
  afterAll(() => { rmSync(root, { recursive: true, force: true }); });

  it.each(RULES.map((rules) => ({ rules, shown: rules.join(' | ') })))('X8 leaves the same names as rsync: $shown', ({ rules }) => {
    const target = mkdtempSync(join(root, 'dst-'));
    execFileSync('rsync', ['-r', ...rules.map((rule) => `--filter=${rule}`), `${source}/`, `${target}/`]);
    expect(ours(source, rules)).toEqual(namesIn(target, ''));
  });
});

function hasRsync(): boolean {
  try { execFileSync('rsync', ['--version'], { stdio: 'ignore' }); return true; } catch { return false; }
}

function namesIn(folder: string, below: string): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    return entry.isDirectory() ? [`${path}/`, ...namesIn(folder, path)] : [path];
  }).sort();
}

function ours(folder: string, lines: readonly string[]): string[] {
  const rules = FilterRules.parse(lines);
  const walk = (below: string): string[] => readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (rules.excludes(Buffer.from(path), entry.isDirectory(), 'sender')) return [];
    return entry.isDirectory() ? [`${path}/`, ...walk(path)] : [path];
  });
  return walk('').sort();
}
