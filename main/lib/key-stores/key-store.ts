// What a store of keys or certificates holds, in the form node:tls wants: PEM and PKCS12 as they are, JKS and trust stores by readers of our own.
import type { SecureContextOptions } from 'node:tls';
import { codeOf } from '../errno.ts';
import { JKS_MAGIC, readJavaKeyStore } from './java-key-store.ts';
import { pkcs12Certificates } from './pkcs12-certificates.ts';

type Kind = 'PEM' | 'JKS' | 'PKCS12';

/** By its contents: keytool has written PKCS12 into files called .jks for years. */
function kindOf(bytes: Buffer): Kind {
  if (bytes.length >= 4 && bytes.readUInt32BE() === JKS_MAGIC) return 'JKS';
  return bytes[0] === 0x30 ? 'PKCS12' : 'PEM';
}

/** The private key and its chain. Throws what `storeProblem` puts in words. */
export function identityOf(bytes: Buffer, passphrase: string): SecureContextOptions {
  const kind = kindOf(bytes);
  if (kind === 'PKCS12') return { pfx: bytes, passphrase };
  if (kind === 'PEM') return { key: bytes, cert: bytes, ...(passphrase === '' ? {} : { passphrase }) };
  const [own] = readJavaKeyStore(bytes, passphrase).keys;
  if (!own) throw new Error('it holds no private key');
  return { key: pem('PRIVATE KEY', own.key), cert: own.chain.map((der) => pem('CERTIFICATE', der)).join('') };
}

/** The certificates that are trusted, as PEM. Throws what `storeProblem` puts in words. */
export function trustedOf(bytes: Buffer, password: string): string | Buffer {
  const kind = kindOf(bytes);
  if (kind === 'PEM') return bytes;
  const certificates = kind === 'JKS' ? readJavaKeyStore(bytes, password).certificates : pkcs12Certificates(bytes, password);
  if (certificates.length === 0) throw new Error('it holds no certificate');
  return certificates.map((der) => pem('CERTIFICATE', der)).join('');
}

/** Why a store could not be read, in words. */
export function storeProblem(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? message : code.startsWith('ERR_OSSL') ? 'the password is wrong, or the file is damaged' : codeOf(error);
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
