import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSshConfig, resolveSshHost, sshAliases } from '../../../../../../main/engines/sync/transport/ssh-config.ts';

describe('ssh_config', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'sluice-config-'));
    mkdirSync(join(home, '.ssh/conf.d'), { recursive: true });
  });
  afterEach(() => { rmSync(home, { recursive: true }); });
  const config = async (text: string): Promise<Awaited<ReturnType<typeof readSshConfig>>> => {
    writeFileSync(join(home, '.ssh/config'), text);
    return readSshConfig(join(home, '.ssh/config'), home);
  };

  it('the first value of a key holds, patterns and negations choose the blocks', async () => {
    const found = await config(`
      # comment
      Host nas web-*
        HostName %h.example
        Port=2200
        User "jo e"
      Host * !web-2
        User fallback
        Port 22
        IdentityFile ~/.ssh/all
    `);
    expect(resolveSshHost(found, 'nas', home)).toMatchObject({ hostName: 'nas.example', user: 'jo e', port: 2200, identityFiles: [join(home, '.ssh/all')] });
    expect(resolveSshHost(found, 'web-2', home)).toMatchObject({ hostName: 'web-2.example', port: 2200, identityFiles: [] });
    expect(resolveSshHost(found, 'other', home)).toMatchObject({ hostName: 'other', user: 'fallback', port: 22 });
  });

  it('aliases are the patterns without wildcards, in order and once', async () => {
    expect(sshAliases(await config('Host b a\nHost *\nHost web-?\nHost a c\nHost !x\n'))).toEqual(['b', 'a', 'c']);
  });

  it('includes files by pattern, the block going on behind them, and survives a circle', async () => {
    writeFileSync(join(home, '.ssh/conf.d/one.conf'), 'Host one\n  HostName 10.0.0.1\n');
    writeFileSync(join(home, '.ssh/conf.d/two.conf'), 'Include conf.d/two.conf\nHost two\n  ProxyJump one\n');
    const found = await config('Include conf.d/*.conf\nHost three\n  User x\n  Include missing\n  Port 3\n');
    expect(sshAliases(found)).toEqual(['one', 'two', 'three']);
    expect(resolveSshHost(found, 'one', home).hostName).toBe('10.0.0.1');
    expect(resolveSshHost(found, 'two', home).needsOpenssh).toBe(true);
    expect(resolveSshHost(found, 'three', home)).toMatchObject({ user: 'x', port: 3, needsOpenssh: false });
  });

  it('a missing file and a nonsense port are nothing', async () => {
    expect(resolveSshHost(await readSshConfig(join(home, 'none'), home), 'x', home)).toMatchObject({ hostName: 'x', user: null, port: null });
    expect(resolveSshHost(await config('Host x\n Port abc\n ProxyCommand none\n'), 'x', home)).toMatchObject({ port: null, needsOpenssh: false });
  });
});
