import { describe, expect, it } from 'vitest';
import { parseTarget } from '../../../../../../main/engines/sync/transport/target.ts';

describe('parseTarget', () => {
  it.each([
    ['host', { user: null, host: 'host', port: null }],
    ['me@host', { user: 'me', host: 'host', port: null }],
    [' me@host.example:2222 ', { user: 'me', host: 'host.example', port: 2222 }],
    ['me@corp@host', { user: 'me@corp', host: 'host', port: null }],
    ['ssh://me@host:22/', { user: 'me', host: 'host', port: 22 }],
    ['[::1]:2200', { user: null, host: '::1', port: 2200 }],
    ['fe80::1%eth0', { user: null, host: 'fe80::1%eth0', port: null }],
    ['nas_01', { user: null, host: 'nas_01', port: null }],
  ])('reads %j', (text, target) => { expect(parseTarget(text)).toEqual(target); });

  it.each(['', '  ', '-oProxyCommand=x', 'me@-host', '-l@host', 'a b', 'host\nx', 'host:0', 'host:65536', 'host:port', '@host', 'me@', 'http://host', 'a;b', 'a$(b)', 'x'.repeat(600), 'me/you@host', 'host\u0000'])(
    'refuses %j with SSH_BAD_TARGET', (text) => { expect(() => parseTarget(text)).toThrow(/SSH_BAD_TARGET/); });
});
