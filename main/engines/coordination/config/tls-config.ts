// ssl.* and ssl.quorum.* keys (X509Util): stores, passwords from a file, protocols.
import { readFileSync } from 'node:fs';
import type { KeyReader } from './key-reader.ts';
import type { Lints } from './lint.ts';
import { codeOf } from '../../../lib/errno.ts';
import type { TlsConfig } from './node-config.ts';

type Prefix = 'ssl' | 'ssl.quorum';

const STORE_TYPES = ['JKS', 'PEM', 'PKCS12', 'BCFKS'];

/** Null when no key of the prefix names a store. A store that cannot be read is left to whoever opens it: certificates may come later. */
export function readTls(keys: KeyReader, prefix: Prefix, lints: Lints): TlsConfig | null {
  const keyStore = keys.text(`${prefix}.keyStore.location`);
  const trustStore = keys.text(`${prefix}.trustStore.location`);
  if (keyStore === null && trustStore === null) return null;
  const listed = keys.text(`${prefix}.enabledProtocols`) ?? keys.text(`${prefix}.protocol`) ?? 'TLSv1.3,TLSv1.2';
  return {
    keyStore, keyStorePassword: password(keys, `${prefix}.keyStore`, lints), keyStoreType: storeType(keys, `${prefix}.keyStore.type`, lints),
    trustStore, trustStorePassword: password(keys, `${prefix}.trustStore`, lints), trustStoreType: storeType(keys, `${prefix}.trustStore.type`, lints),
    clientAuth: clientAuth(keys, `${prefix}.clientAuth`, lints),
    protocols: listed.split(',').map((protocol) => protocol.trim()).filter((protocol) => protocol !== ''),
    ciphers: keys.text(`${prefix}.ciphersuites`),
    hostnameVerification: prefix === 'ssl' ? keys.flag('ssl.clientHostnameVerification', false) : keys.flag('ssl.quorum.hostnameVerification', true),
  };
}

function password(keys: KeyReader, store: string, lints: Lints): string {
  const path = keys.text(`${store}.passwordPath`);
  if (path === null) return keys.text(`${store}.password`) ?? '';
  try {
    return readFileSync(path, 'utf8').replace(/[\r\n]+$/, '');
  } catch (error) {
    lints.error(keys.at(`${store}.passwordPath`), { what: `The password file ${path} cannot be read`, why: codeOf(error), fix: 'Correct the path, or give this account the right to read it.' });
    return '';
  }
}

function storeType(keys: KeyReader, key: string, lints: Lints): string | null {
  const type = keys.text(key)?.toUpperCase() ?? null;
  if (type !== null && !STORE_TYPES.includes(type)) lints.error(keys.at(key), { what: `${key} is "${type}"`, why: `Only ${STORE_TYPES.join(', ')} are known.`, fix: 'Write one of these, or take the line away: the ending of the file decides then.' });
  return type;
}

function clientAuth(keys: KeyReader, key: string, lints: Lints): TlsConfig['clientAuth'] {
  const value = keys.text(key)?.toLowerCase() ?? 'need';
  if (value === 'need' || value === 'want' || value === 'none') return value;
  lints.error(keys.at(key), { what: `${key} is "${value}"`, why: 'Only need, want and none are known.', fix: `Write ${key}=need, or want, or none.` });
  return 'need';
}
