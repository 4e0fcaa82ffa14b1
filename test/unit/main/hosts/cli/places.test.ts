import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../../../main/hosts/cli/args.ts';
import { placesOf, type Places } from '../../../../../main/hosts/cli/places.ts';

const places = (...words: string[]): Places => placesOf(words.map((word) => Buffer.from(word)));

describe('places on the command line', () => {
  it('a word with a colon before any slash is a far place', () => {
    expect(places('a', 'me@nas:/data')).toMatchObject({ direction: 'push', far: { host: 'nas', user: 'me', port: null }, target: Buffer.from('/data') });
    expect(places('./a:b', '/c:d')).toMatchObject({ direction: 'local', far: null });
  });

  it('several sources of one far host are one pull, also as :path', () => {
    expect(places('nas:a', ':b', 'nas:c', 'here')).toMatchObject({ direction: 'pull', sources: ['a', 'b', 'c'].map((name) => Buffer.from(name)) });
  });

  it('an address in brackets and an ssh URL with a port are far places', () => {
    expect(places('x', '[::1]:/d')).toMatchObject({ far: { host: '::1' }, target: Buffer.from('/d') });
    expect(places('x', 'ssh://me@nas:2222/d e/')).toMatchObject({ far: { host: 'nas', user: 'me', port: 2222 }, target: Buffer.from('/d e/') });
  });

  it('two far machines, or far and near sources together, are refused', () => {
    expect(() => places('a:x', 'b:y')).toThrow(UsageError);
    expect(() => places('a:x', 'b:y', 'here')).toThrow(UsageError);
    expect(() => places('near', 'a:x', 'here')).toThrow(UsageError);
  });

  it('a daemon is refused as not supported, one word alone as a listing', () => {
    for (const words of [['host::module/x', 'y'], ['rsync://host/module', 'y'], ['x', 'me@host::m'], ['host:x']]) {
      expect(() => places(...words)).toThrow(expect.objectContaining({ problem: expect.objectContaining({ kind: 'unsupported' }) as unknown }) as Error);
    }
  });

  it('a host that would be an option of ssh is refused', () => {
    expect(() => places('x', '-oProxyCommand=y:z')).toThrow(expect.objectContaining({ code: 'SSH_BAD_TARGET' }) as Error);
  });
});
