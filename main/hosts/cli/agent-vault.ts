// The vault of this account, for the config filter `vault`: opened when the first value is asked for.
import { readFileSync } from 'node:fs';
import type { Vault } from '../../app/host.ts';
import { dataFolder } from '../shared/data-folder.ts';
import { openVault } from '../shared/open-vault.ts';

/** Of a passphrase vault, -Dsluice.vault.passphraseFile=FILE names what opens it: arguments are seen by everyone. Rejects with VAULT_*. */
export function agentVault(properties: Readonly<Record<string, string>>): (key: string) => Promise<string | null> {
  let opening: Promise<Vault> | null = null;
  const open = async (): Promise<Vault> => {
    const vault = await openVault(dataFolder());
    const file = properties['sluice.vault.passphraseFile'];
    if (vault.locked && file !== undefined) await vault.unlock(readFileSync(file, 'utf8').replace(/\r?\n$/, ''));
    return vault;
  };
  return async (key) => (await (opening ??= open())).get(key);
}
