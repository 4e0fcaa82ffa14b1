// From the stores that zoo.cfg names to what node:tls wants: PEM and PKCS12 as they are, JKS by a reader of our own.
import { readFileSync } from 'node:fs';
import type { TlsOptions } from 'node:tls';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../lib/errno.ts';
import type { TlsConfig } from '../config/node-config.ts';

/** COORD_CONFIG when a store cannot be read or is of a kind that is not known. */
export function tlsServerOptions(config: TlsConfig): TlsOptions {
  const { clientAuth } = config;
  return { ...tlsOptions(config), requestCert: clientAuth !== 'none', rejectUnauthorized: clientAuth === 'need' };
}

export function tlsOptions(config: TlsConfig): TlsOptions {
  const own = config.keyStore === null ? {} : identity(config.keyStore, config.keyStorePassword);
  const ca = config.trustStore === null ? undefined : read(config.trustStore);
  return { ...own, ...(ca === undefined ? {} : { ca }), ...(config.ciphers === null ? {} : { ciphers: config.ciphers }) };
}

function identity(path: string, passphrase: string): TlsOptions {
  const bytes = read(path);
  return bytes.includes('-----BEGIN') ? { key: bytes, cert: bytes, passphrase } : { pfx: bytes, passphrase };
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw SluiceError.of('COORD_CONFIG', { file: path, line: 0, reason: codeOf(error) }, error);
  }
}
