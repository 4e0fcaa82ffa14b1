// Which vault this machine has, for hosts without Electron: an existing passphrase vault, the keyring, or none yet.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Vault } from '../../app/host.ts';
import { keyringVault } from './keyring-vault.ts';
import { passphraseVault } from './passphrase-vault.ts';

/** A vault once made stays the one in use, so that its secrets are found again. */
export async function openVault(dataDir: string): Promise<Vault> {
  const file = join(dataDir, 'vault.json');
  const keyring = process.platform === 'linux' && !existsSync(file) ? await keyringVault() : null;
  return keyring ?? passphraseVault(file);
}
