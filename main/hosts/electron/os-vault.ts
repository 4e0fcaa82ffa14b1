// Secrets under the system's own key (Keychain, DPAPI, libsecret or KWallet), as Electron's safeStorage gives it. The file holds
// ciphertext only. Electron 45 has an asynchronous form, which is used; before it the synchronous one stands in.
import { safeStorage } from 'electron';
import { z } from 'zod';
import { SluiceError } from '../../../preload/contract/sluice-error.ts';
import type { Vault } from '../../app/host.ts';
import { readIfThere, replacePrivate } from '../shared/private-file.ts';

const Content = z.object({ version: z.literal(1), secrets: z.record(z.string(), z.string()) });
const INSECURE = ['basic_text', 'unknown'];

interface Cipher {
  available(): Promise<boolean>;
  encrypt(text: string): Promise<Buffer>;
  decrypt(bytes: Buffer): Promise<{ readonly text: string; readonly again: boolean }>;
}

function cipher(): Cipher {
  if (typeof (safeStorage as Partial<typeof safeStorage>).encryptStringAsync === 'function') {
    return {
      available: () => safeStorage.isAsyncEncryptionAvailable(),
      encrypt: (text) => safeStorage.encryptStringAsync(text),
      decrypt: async (bytes) => {
        const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(bytes);
        return { text: result, again: shouldReEncrypt };
      },
    };
  }
  return {
    available: () => Promise.resolve(safeStorage.isEncryptionAvailable()),
    encrypt: (text) => Promise.resolve(safeStorage.encryptString(text)),
    decrypt: (bytes) => Promise.resolve({ text: safeStorage.decryptString(bytes), again: false }),
  };
}

/** A vault under the system's key, or null where that key would protect nothing (Linux without a keyring). */
export async function openOsVault(file: string): Promise<Vault | null> {
  const sealer = cipher();
  if (!(await sealer.available())) return null;
  if (process.platform === 'linux' && INSECURE.includes(safeStorage.getSelectedStorageBackend())) return null;

  const unavailable = (reason: string): SluiceError => SluiceError.of('VAULT_UNAVAILABLE', { reason });
  const read = (): Record<string, string> => {
    try {
      const text = readIfThere(file);
      return text === null ? {} : Content.parse(JSON.parse(text)).secrets;
    } catch {
      throw unavailable(`${file} cannot be read`);
    }
  };
  const write = (secrets: Record<string, string>): void => {
    try {
      replacePrivate(file, JSON.stringify({ version: 1, secrets }));
    } catch (error) {
      throw unavailable(error instanceof Error ? error.message : String(error));
    }
  };
  const set = async (key: string, secret: string): Promise<void> => {
    const sealed = (await sealer.encrypt(secret)).toString('base64');
    write({ ...read(), [key]: sealed });
  };

  return {
    kind: 'os',
    locked: false,
    create: () => Promise.reject(unavailable('the system\'s own key is in use')),
    unlock: () => Promise.resolve(),
    get: async (key) => {
      const sealed = read()[key];
      if (sealed === undefined) return null;
      try {
        const { text, again } = await sealer.decrypt(Buffer.from(sealed, 'base64'));
        if (again) await set(key, text);
        return text;
      } catch (error) {
        throw unavailable(String(error));
      }
    },
    set,
    remove: (key) => {
      const { [key]: _gone, ...rest } = read();
      write(rest);
      return Promise.resolve();
    },
    onChange: () => undefined, // it is never locked
  };
}
