// Secrets in one file that only a passphrase opens, for systems without a keyring. The file is JSON:
//   version 1 | kdf: scrypt with N, r, p, salt | iv | tag | data: AES-256-GCM of [[key, secret], ...], with the kdf's words as AAD
// Every write seals all of it anew under a fresh iv. The key stays in memory until the program ends.
import { createCipheriv, createDecipheriv, randomBytes, scrypt, type ScryptOptions } from 'node:crypto';
import { z } from 'zod';
import { SluiceError } from '../../../preload/contract/sluice-error.ts';
import type { Vault } from '../../app/host.ts';
import { readIfThere, replacePrivate } from './private-file.ts';

const base64 = (bytes: number) => z.base64().refine((text) => Buffer.from(text, 'base64').length === bytes);
const Kdf = z.object({
  name: z.literal('scrypt'),
  // bounded, so that a forged file cannot make us spend more than 512 MiB
  N: z.number().int().min(2 ** 10).max(2 ** 19).refine((n) => Number.isInteger(Math.log2(n))),
  r: z.literal(8),
  p: z.literal(1),
  salt: base64(16),
});
type Kdf = z.output<typeof Kdf>;
const Sealed = z.object({ version: z.literal(1), kdf: Kdf, iv: base64(12), tag: base64(16), data: z.base64() });
type Sealed = z.output<typeof Sealed>;
const Secrets = z.array(z.tuple([z.string(), z.string()]));

export interface PassphraseVaultOptions {
  /** The cost of one guess: 2^17 needs 128 MiB and some tenths of a second. */
  readonly cost?: number;
}

interface Opened {
  readonly kdf: Kdf;
  readonly key: Buffer;
  readonly secrets: ReadonlyMap<string, string>;
}

/**
 * The vault in `file`; of kind `none` until `create` has made it. VAULT_LOCKED before `unlock`, VAULT_WRONG_PASSPHRASE,
 * VAULT_UNAVAILABLE when the file is there but cannot be read or written.
 */
export function passphraseVault(file: string, options: PassphraseVaultOptions = {}): Vault {
  const cost = options.cost ?? 2 ** 17;
  const listeners: (() => void)[] = [];
  let exists = readRaw(file) !== null;
  let opened: Opened | null = null;

  const changed = (): void => { for (const listener of listeners) listener(); };

  const need = (): Opened => {
    if (!opened) throw SluiceError.of('VAULT_LOCKED', {});
    return opened;
  };

  const store = (next: Opened): void => {
    try {
      replacePrivate(file, JSON.stringify(seal(next)));
    } catch (error) {
      throw unavailable(error instanceof Error ? error.message : String(error), error);
    }
    opened = next;
  };

  return {
    get kind() { return exists ? 'passphrase' : 'none'; },
    get locked() { return opened === null; },
    async create(passphrase) {
      exists = readRaw(file) !== null;
      if (exists) throw unavailable('there is a vault already');
      const kdf: Kdf = { name: 'scrypt', N: cost, r: 8, p: 1, salt: randomBytes(16).toString('base64') };
      const key = await derive(passphrase, kdf);
      store({ kdf, key, secrets: new Map() });
      exists = true;
      changed();
    },
    async unlock(passphrase) {
      const sealed = readSealed(file);
      const key = await derive(passphrase, sealed.kdf);
      opened = { kdf: sealed.kdf, key, secrets: open(sealed, key) };
      changed();
    },
    async get(key) {
      return need().secrets.get(key) ?? null;
    },
    async set(key, secret) {
      const now = need();
      store({ ...now, secrets: new Map(now.secrets).set(key, secret) });
    },
    async remove(key) {
      const now = need();
      const secrets = new Map(now.secrets);
      if (secrets.delete(key)) store({ ...now, secrets });
    },
    onChange(listener) {
      listeners.push(listener);
    },
  };
}

function unavailable(reason: string, cause?: unknown): SluiceError {
  return SluiceError.of('VAULT_UNAVAILABLE', { reason }, cause);
}

function readRaw(file: string): string | null {
  try {
    return readIfThere(file);
  } catch (error) {
    throw unavailable(error instanceof Error ? error.message : String(error), error);
  }
}

function readSealed(file: string): Sealed {
  const text = readRaw(file);
  if (text === null) throw unavailable('there is no vault yet');
  try {
    return Sealed.parse(JSON.parse(text));
  } catch {
    throw unavailable(`${file} is damaged`);
  }
}

function derive(passphrase: string, kdf: Kdf): Promise<Buffer> {
  const options: ScryptOptions = { N: kdf.N, r: kdf.r, p: kdf.p, maxmem: 256 * kdf.N * kdf.r };
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), Buffer.from(kdf.salt, 'base64'), 32, options, (error, key) => {
      if (error) reject(unavailable(error.message, error));
      else resolve(key);
    });
  });
}

function aad(kdf: Kdf): Buffer {
  return Buffer.from(`sluice-vault 1 ${kdf.name} ${kdf.N} ${kdf.r} ${kdf.p} ${kdf.salt}`);
}

function seal({ kdf, key, secrets }: Opened): Sealed {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(aad(kdf));
  const data = Buffer.concat([cipher.update(JSON.stringify([...secrets]), 'utf8'), cipher.final()]);
  return { version: 1, kdf, iv: iv.toString('base64'), tag: cipher.getAuthTag().toString('base64'), data: data.toString('base64') };
}

function open(sealed: Sealed, key: Buffer): Map<string, string> {
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.iv, 'base64'), { authTagLength: 16 })
    .setAAD(aad(sealed.kdf))
    .setAuthTag(Buffer.from(sealed.tag, 'base64'));
  try {
    const text = Buffer.concat([decipher.update(Buffer.from(sealed.data, 'base64')), decipher.final()]).toString('utf8');
    return new Map(Secrets.parse(JSON.parse(text)));
  } catch {
    throw SluiceError.of('VAULT_WRONG_PASSPHRASE', {});
  }
}
