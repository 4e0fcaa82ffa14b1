// Where secrets are kept on this desktop: under the system's key where it has one, else under a passphrase.
import { join } from 'node:path';
import type { Vault } from '../../app/host.ts';
import { passphraseVault } from '../shared/passphrase-vault.ts';
import { openOsVault } from './os-vault.ts';

export async function openVault(dataDir: string): Promise<Vault> {
  return (await openOsVault(join(dataDir, 'secrets.json'))) ?? passphraseVault(join(dataDir, 'vault.json'));
}
