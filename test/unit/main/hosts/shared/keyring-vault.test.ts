// Against a stand-in with the manners of libsecret's secret-tool: secrets by standard input, exit 1 and silence for "not there".
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyringVault } from '../../../../../main/hosts/shared/keyring-vault.ts';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'sluice-keyring-')); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function tool(body: string): string {
  const file = join(folder, 'secret-tool');
  writeFileSync(file, `#!/bin/sh\ncd '${folder}'\necho "$@" >> calls\n${body}\n`, { mode: 0o755 });
  return file;
}

const WORKING = `
verb=$1; for last; do :; done
name="k-$(echo "$last" | tr / _)"
case $verb in
  store) cat > "$name" ;;
  lookup) [ -f "$name" ] || exit 1; cat "$name" ;;
  clear) rm -f "$name" ;;
esac`;

describe('the keyring vault', () => {
  it('stores, finds, replaces and removes, and leaves no trial behind', async () => {
    const vault = await keyringVault(tool(WORKING));
    if (!vault) throw new Error('no vault');
    expect([vault.kind, vault.locked]).toEqual(['os', false]);
    expect(readdirSync(folder).filter((name) => name.startsWith('k-'))).toEqual([]);
    expect(await vault.get('server/1')).toBeNull();
    await vault.set('server/1', 'hunter2\nwith a line');
    expect(await vault.get('server/1')).toBe('hunter2\nwith a line');
    await vault.set('server/1', 'other');
    expect(await vault.get('server/1')).toBe('other');
    await vault.remove('server/1');
    expect(await vault.get('server/1')).toBeNull();
  });

  it('no secret is ever an argument', async () => {
    const vault = await keyringVault(tool(WORKING));
    await vault?.set('server/1', 'hunter2');
    expect(readFileSync(join(folder, 'calls'), 'utf8')).toContain('key server/1');
    expect(readFileSync(join(folder, 'calls'), 'utf8')).not.toContain('hunter2');
  });

  it.each([
    ['is not installed', null],
    ['finds no service', 'echo "Cannot autolaunch D-Bus without X11 $DISPLAY" >&2; exit 1'],
    ['forgets what it was told', 'case $1 in lookup) exit 1;; *) cat > /dev/null;; esac'],
    ['gives something else back', 'case $1 in lookup) echo other;; *) cat > /dev/null;; esac'],
  ])('there is none when the tool %s', async (_case, body) => {
    expect(await keyringVault(body === null ? join(folder, 'absent') : tool(body))).toBeNull();
  });

  it('a keyring that fails later says why', async () => {
    const vault = await keyringVault(tool(WORKING));
    tool('echo "The keyring is locked" >&2; exit 1');
    await expect(vault?.get('a')).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE', params: { reason: 'The keyring is locked' } });
    await expect(vault?.set('a', 'b')).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' });
    await expect(vault?.create('x')).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' });
  });
});
