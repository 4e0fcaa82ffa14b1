// What a client of a broker trusts, for node:tls: the broker's certificate is checked against the trust store, or the system's authorities where there is none.
import { readFileSync } from 'node:fs';
import type { SecureContextOptions } from 'node:tls';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { identityOf, storeProblem, trustedOf } from '../../../lib/key-stores/key-store.ts';

export interface ClientTrust {
  readonly truststore: string | null;
  readonly truststorePassword: string;
  readonly trustAll: boolean;
  readonly keystore?: { readonly path: string; readonly password: string } | null;
}

export interface ClientTlsOptions extends SecureContextOptions { readonly rejectUnauthorized: boolean }

/** AGENT_STORE when a store cannot be read. */
export function clientTls({ truststore, truststorePassword, trustAll, keystore }: ClientTrust): ClientTlsOptions {
  return {
    rejectUnauthorized: !trustAll,
    ...(truststore === null ? {} : { ca: inWords(truststore, () => trustedOf(readFileSync(truststore), truststorePassword)) }),
    ...(keystore ? inWords(keystore.path, () => identityOf(readFileSync(keystore.path), keystore.password)) : {}),
  };
}

function inWords<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw SluiceError.of('AGENT_STORE', { file, reason: storeProblem(error) }, error);
  }
}
