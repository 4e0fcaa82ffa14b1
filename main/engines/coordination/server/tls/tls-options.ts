// From the stores that zoo.cfg names to what node:tls wants.
import { readFileSync } from 'node:fs';
import type { SecureContextOptions, SecureVersion, TlsOptions } from 'node:tls';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { identityOf, storeProblem, trustedOf } from '../../../../lib/key-stores/key-store.ts';
import type { TlsConfig } from '../../config/node-config.ts';

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

function identity(path: string, passphrase: string): SecureContextOptions {
  return inWords(path, () => identityOf(readFileSync(path), passphrase));
}

function trusted(path: string, password: string): string | Buffer {
  return inWords(path, () => trustedOf(readFileSync(path), password));
}

function inWords<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw SluiceError.of('COORD_CONFIG', { file, line: 0, reason: storeProblem(error) }, error);
  }
}
