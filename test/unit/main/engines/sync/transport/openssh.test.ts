import { describe, expect, it } from 'vitest';
import type { ServerAccess } from '../../../../../../main/engines/sync/api.ts';
import { hostKeyAlgorithms, hostKeyOf, judgeHostKey } from '../../../../../../main/engines/sync/transport/host-keys.ts';
import { opensshArgs, opensshError } from '../../../../../../main/engines/sync/transport/openssh-shell.ts';
import { installCommand } from '../../../../../../main/engines/sync/transport/probe.ts';

const access: ServerAccess = { name: 'n', host: 'h', port: 22, user: 'u', alias: null, auth: { kind: 'auto' }, transport: 'openssh', hostKeys: [] };

describe("the system's ssh", () => {
  it.each([
    ['ssh: Could not resolve hostname nope: Name or service not known', 'SSH_RESOLVE'],
    ['ssh: connect to host h port 22: Connection refused', 'SSH_CONNECT'],
    ['ssh: connect to host h port 22: Connection timed out', 'SSH_TIMEOUT'],
    ['u@h: Permission denied (publickey,password).', 'SSH_AUTH'],
    ['Unable to negotiate with 1.2.3.4 port 22: no matching host key type found.', 'SSH_ALGORITHMS'],
    ['Connection to h closed by remote host.', 'SSH_LOST'],
    ['client_loop: send disconnect: Broken pipe', 'SSH_LOST'],
    [`SLUICE-HOST-KEY ssh-ed25519 SHA256:${'a'.repeat(43)}\nNo ED25519 host key is known for h and you have requested strict checking.\nHost key verification failed.`, 'SSH_HOST_KEY_UNKNOWN'],
  ])('%j is %s', (stderr, code) => { expect(opensshError(access, stderr)?.code).toBe(code); });

  it('words of the far program are no error of ssh', () => { expect(opensshError(access, 'rsync: something')).toBeNull(); });

  it('a host or user that would be an option never reaches the command line', () => {
    expect(() => opensshArgs({ ...access, host: '-oProxyCommand=x' })).toThrow(/SSH_BAD_TARGET/);
    expect(() => opensshArgs({ ...access, user: '-lroot' })).toThrow(/SSH_BAD_TARGET/);
    expect(() => opensshArgs({ ...access, alias: '-x' })).toThrow(/SSH_BAD_TARGET/);
    expect(opensshArgs(access).slice(-2)).toEqual(['--', 'h']);
  });

  it('only well-formed fingerprints get into the command that judges host keys', () => {
    const args = opensshArgs({ ...access, hostKeys: [{ type: 'x', sha256: '$(touch /tmp/x)' }, { type: 'x', sha256: `SHA256:${'b'.repeat(43)}` }] }).join(' ');
    expect(args).not.toContain('touch');
    expect(args).toContain('b'.repeat(43));
  });
});

describe('host keys', () => {
  const blob = Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from('ssh-ed25519'), Buffer.from([0, 0, 0, 1, 7])]);
  it('type and fingerprint come from the blob, nonsense is no type', () => {
    expect(hostKeyOf(blob)).toEqual({ type: 'ssh-ed25519', sha256: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/) });
    expect(hostKeyOf(Buffer.from([0xff, 0xff, 0xff, 0xff, 1])).type).toBe('unknown');
    expect(hostKeyOf(Buffer.alloc(0)).type).toBe('unknown');
  });
  it('known is good, none known is UNKNOWN, another is CHANGED with the one that was known', () => {
    const key = hostKeyOf(blob);
    expect(judgeHostKey('h', key, [key])).toBeNull();
    expect(judgeHostKey('h', key, [])?.code).toBe('SSH_HOST_KEY_UNKNOWN');
    expect(judgeHostKey('h', key, [{ type: 'ssh-rsa', sha256: 'SHA256:r' }, { type: 'ssh-ed25519', sha256: 'SHA256:e' }])).toMatchObject({ code: 'SSH_HOST_KEY_CHANGED', params: { known: 'SHA256:e' } });
  });
  it('algorithms of known keys are asked for first', () => {
    expect(hostKeyAlgorithms([{ type: 'ssh-rsa', sha256: '' }]).slice(0, 2)).toEqual(['rsa-sha2-512', 'rsa-sha2-256']);
    expect(hostKeyAlgorithms([])[0]).toBe('ssh-ed25519');
  });
});

it.each([
  ['ID=debian', 'apt-get'], ['ID=ubuntu\nID_LIKE=debian', 'apt-get'], ['ID="rocky"\nID_LIKE="rhel centos fedora"', 'dnf'], ['ID="opensuse-leap"\nID_LIKE="suse opensuse"', 'zypper'],
  ['ID=arch', 'pacman'], ['ID=alpine', 'apk'], ['ID=freebsd', 'pkg'],
])('%j installs with %s', (text, word) => { expect(installCommand(text)).toContain(word); });
