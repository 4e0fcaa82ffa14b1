import { describe, expect, it } from 'vitest';
import { messages } from '../../../../assets/locales/index.ts';
import { aclSentence } from '../../../../renderer/features/cluster/acl-tab.tsx';
import { bytesOfHex, hexOf, prettyJson, restyled, shownAs, textOf, viewOf } from '../../../../renderer/features/cluster/bytes.ts';
import { diffLines } from '../../../../renderer/features/cluster/diff.ts';
import { segmentsOf } from '../../../../renderer/features/cluster/elections.tsx';
import { aclText, cliLines, pathSteps } from '../../../../renderer/features/cluster/words.ts';
import type { ClusterEvent, MemberRole } from '../../../../preload/contract/cluster.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('data of a znode', () => {
  it('text, JSON and bytes are told apart', () => {
    expect([viewOf(null), viewOf(bytes('hello\nthere')), viewOf(bytes('{"a":1}')), viewOf(Uint8Array.of(0, 1)), viewOf(Uint8Array.of(0xff, 0xfe)), viewOf(bytes('42'))]).toEqual(['text', 'text', 'json', 'hex', 'hex', 'text']);
    expect(textOf(bytes('\ufeffx'))).toBe('\ufeffx');
    expect(prettyJson('[1')).toBeNull();
    expect(shownAs(bytes('[1,2]'), 'json')).toBe('[\n  1,\n  2\n]');
  });

  it('a JSON on one line stays on one line when it is changed, any other stays as it is typed', () => {
    expect(restyled('{\n  "a": 2\n}', bytes('{"a":1}'))).toBe('{"a":2}');
    expect(restyled('{\n  "a": 2\n}', bytes('{ "a": 1 }'))).toBe('{\n  "a": 2\n}');
    expect(restyled('{broken', bytes('{"a":1}'))).toBe('{broken');
    expect(restyled('new', null)).toBe('new');
  });

  it('hex goes there and back; what is no hex is refused', () => {
    const data = Uint8Array.from({ length: 40 }, (_, i) => i * 6);
    expect(bytesOfHex(hexOf(data))).toEqual(data);
    expect(hexOf(data).split('\n')).toHaveLength(3);
    expect([bytesOfHex('0'), bytesOfHex('0g'), bytesOfHex('')]).toEqual([null, null, new Uint8Array()]);
  });
});

describe('differences', () => {
  const told = (a: string, b: string): string[] => diffLines(a, b).map((line) => `${{ same: ' ', added: '+', removed: '-' }[line.kind]}${line.text}`);
  it('are the fewest lines', () => {
    expect(told('a\nb\nc', 'a\nc')).toEqual([' a', '-b', ' c']);
    expect(told('a\nb\nc\na\nb\nb\na', 'c\nb\na\nb\na\nc').filter((line) => !line.startsWith(' '))).toHaveLength(5);
    expect(told('x', 'x')).toEqual([' x']);
    expect(told('', 'a')).toEqual(['-', '+a']);
  });

  it('lead from one text to the other, whatever they are', () => {
    let seed = 7;
    const random = (n: number): number => { seed = (seed * 48_271) % 2_147_483_647; return seed % n; };
    for (let round = 0; round < 200; round += 1) {
      const [a, b] = [0, 1].map(() => Array.from({ length: random(12) }, () => 'abc'[random(3)]).join('\n')) as [string, string];
      const lines = diffLines(a, b);
      expect(lines.filter((line) => line.kind !== 'added').map((line) => line.text).join('\n')).toBe(a);
      expect(lines.filter((line) => line.kind !== 'removed').map((line) => line.text).join('\n')).toBe(b);
    }
  });
});

describe('words', () => {
  it('an ACL is a sentence in both languages', () => {
    const say = (scheme: string, id: string, perms: number): string[] => (['en', 'zh-CN'] as const).map((locale) => aclSentence({ scheme, id, perms }, messages[locale].screens, locale));
    expect(say('world', 'anyone', 31)).toEqual(['**Anyone** may do everything', '**任何人** 可以做一切']);
    expect(say('digest', 'bob:hash', 3)).toEqual(['**User bob** may read and write', '**用户 bob** 可以读取和写入']);
    expect(say('ip', '10.0.0.0/8', 0)[0]).toBe('**Addresses 10.0.0.0/8** may do nothing');
    expect(say('kerberos', 'x', 16)[0]).toBe('**kerberos x** may set the ACL');
  });

  it('zkCli lines quote what zkCli would split', () => {
    expect(aclText([{ scheme: 'world', id: 'anyone', perms: 31 }, { scheme: 'digest', id: 'a:b=', perms: 1 }])).toBe('world:anyone:cdrwa,digest:a:b=:r');
    expect(cliLines.set('/a b', 'say "hi"', 3)).toBe('set -v 3 "/a b" "say \\"hi\\""');
    expect(cliLines.deleteAll('/x')).toBe('deleteall /x');
    expect(pathSteps('/a/b')).toEqual(['/', '/a', '/a/b']);
    expect(pathSteps('/')).toEqual(['/']);
  });

  it('roles in time end where the next begins, the last at now', () => {
    const event = (at: number, member: string, role: MemberRole): ClusterEvent => ({ id: `${member}${at}`, at, kind: 'role', member, role, params: {}, error: null });
    const segments = segmentsOf([event(50, 'n10', 'leader'), event(10, 'n2', 'leader'), event(40, 'n2', 'looking'), event(45, 'n2', 'follower')], 20, 100);
    expect([...segments]).toEqual([
      ['n2', [{ from: 20, to: 40, role: 'leader' }, { from: 40, to: 45, role: 'looking' }, { from: 45, to: 100, role: 'follower' }]],
      ['n10', [{ from: 50, to: 100, role: 'leader' }]],
    ]);
  });
});
