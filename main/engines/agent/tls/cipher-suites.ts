// Cipher suites by Java's names, included and excluded, as OpenSSL's list.
import { DEFAULT_CIPHERS, getCiphers } from 'node:tls';

const V13 = /^TLS_(?:AES|CHACHA20)_[A-Z0-9_]+$/;

/** TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 -> ECDHE-RSA-AES128-GCM-SHA256. Names of TLS 1.3 and of OpenSSL stay as they are. */
export function openSslName(name: string): string {
  if (V13.test(name)) return name;
  const [, exchange = '', rest = ''] = /^(?:TLS|SSL)_(\w+)_WITH_(\w+)$/.exec(name) ?? [];
  if (rest === '') return name;
  const prefix = exchange === 'RSA' ? '' : `${exchange.replaceAll('_', '-')}-`;
  const cipher = rest.replace(/^3DES_EDE_CBC/, 'DES-CBC3').replace(/^AES_(\d+)_CBC/, 'AES$1').replace(/^AES_(\d+)/, 'AES$1').replace(/^(CHACHA20_POLY1305)_SHA256$/, '$1');
  return prefix + cipher.replaceAll('_', '-');
}

/** For node:tls; undefined where nothing is said, null when none is left. */
export function cipherList(include: readonly string[], exclude: readonly string[]): string | null | undefined {
  if (include.length === 0 && exclude.length === 0) return undefined;
  const known = new Set(getCiphers().map((name) => name.toUpperCase()));
  const without = new Set(exclude.map(openSslName));
  const base = include.length > 0 ? include.map(openSslName).filter((name) => known.has(name.toUpperCase())) : DEFAULT_CIPHERS.split(':');
  const wanted = base.filter((name) => !without.has(name));
  if (!wanted.some((name) => !name.startsWith('!'))) return null;
  return [...wanted, ...[...without].filter((name) => !V13.test(name) && known.has(name.toUpperCase())).map((name) => `!${name}`)].join(':');
}
