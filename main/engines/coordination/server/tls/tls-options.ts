// From the stores that zoo.cfg names to what node:tls wants: PEM and PKCS12 as they are, JKS and trust stores by readers of our own.
import { readFileSync } from 'node:fs';
import type { SecureContextOptions, SecureVersion, TlsOptions } from 'node:tls';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../../lib/errno.ts';
import type { TlsConfig } from '../../config/node-config.ts';
import { JKS_MAGIC, readJavaKeyStore } from './java-key-store.ts';
import { pkcs12Certificates } from './pkcs12-certificates.ts';

const VERSIONS: readonly SecureVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** COORD_CONFIG when a store cannot be read. Who presents no certificate, or one that no one vouches for, is let in unless `need` asks for one. */
export function tlsServerOptions(config: TlsConfig): TlsOptions {
  const { clientAuth } = config;
  return { ...secureContextOptions(config), requestCert: clientAuth !== 'none', rejectUnauthorized: clientAuth === 'need' };
}

/** For either side of a connection. */
export function secureContextOptions(config: TlsConfig): SecureContextOptions {
  const { keyStore, trustStore, ciphers, protocols } = config;
  const versions = VERSIONS.filter((version) => protocols.includes(version));
  const [minVersion] = versions;
  const maxVersion = versions.at(-1);
  return {
    ...(keyStore === null ? {} : identity(keyStore, config.keyStorePassword)),
    ...(trustStore === null ? {} : { ca: trusted(trustStore, config.trustStorePassword) }),
    ...(ciphers === null ? {} : { ciphers: ciphers.split(',').map((name) => name.trim()).join(':') }),
    ...(minVersion && maxVersion ? { minVersion, maxVersion } : {}),
  };
}

type Kind = 'PEM' | 'JKS' | 'PKCS12';

/** By its contents: keytool has written PKCS12 into files called .jks for years. */
function kindOf(bytes: Buffer): Kind {
  if (bytes.length >= 4 && bytes.readUInt32BE() === JKS_MAGIC) return 'JKS';
  return bytes[0] === 0x30 ? 'PKCS12' : 'PEM';
}

function identity(path: string, passphrase: string): SecureContextOptions {
  return inWords(path, () => {
    const bytes = readFileSync(path);
    const kind = kindOf(bytes);
    if (kind === 'PKCS12') return { pfx: bytes, passphrase };
    if (kind === 'PEM') return { key: bytes, cert: bytes, ...(passphrase === '' ? {} : { passphrase }) };
    const [own] = readJavaKeyStore(bytes, passphrase).keys;
    if (!own) throw new Error('it holds no private key');
    return { key: pem('PRIVATE KEY', own.key), cert: own.chain.map((der) => pem('CERTIFICATE', der)).join('') };
  });
}

function trusted(path: string, password: string): string | Buffer {
  return inWords(path, () => {
    const bytes = readFileSync(path);
    const kind = kindOf(bytes);
    if (kind === 'PEM') return bytes;
    const certificates = kind === 'JKS' ? readJavaKeyStore(bytes, password).certificates : pkcs12Certificates(bytes, password);
    if (certificates.length === 0) throw new Error('it holds no certificate');
    return certificates.map((der) => pem('CERTIFICATE', der)).join('');
  });
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

function inWords<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === undefined ? message : code.startsWith('ERR_OSSL') ? 'the password is wrong, or the file is damaged' : codeOf(error);
    throw SluiceError.of('COORD_CONFIG', { file, line: 0, reason }, error);
  }
}
