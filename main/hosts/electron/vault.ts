// Where secrets are kept on this desktop: under the system's key where it has one, else under a passphrase. A vault once made
// stays the one in use, so that its secrets are found again.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Vault } from '../../app/host.ts';
import { passphraseVault } from '../shared/passphrase-vault.ts';
import { openOsVault } from './os-vault.ts';

export async function openVault(dataDir: string): Promise<Vault> {
  const file = join(dataDir, 'vault.json');
  const underSystem = existsSync(file) ? null : await openOsVault(join(dataDir, 'secrets.json'));
  return underSystem ?? passphraseVault(file);
}
