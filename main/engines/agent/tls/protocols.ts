// Which versions of TLS are spoken: Java's names, included and excluded, in OpenSSL's terms.
import { constants } from 'node:crypto';
import type { SecureContextOptions, SecureVersion } from 'node:tls';

const VERSIONS: readonly (readonly [SecureVersion, number])[] = [
  ['TLSv1', constants.SSL_OP_NO_TLSv1], ['TLSv1.1', constants.SSL_OP_NO_TLSv1_1], ['TLSv1.2', constants.SSL_OP_NO_TLSv1_2], ['TLSv1.3', constants.SSL_OP_NO_TLSv1_3],
];

/** As Java 17 has them switched on. */
const USUAL: readonly string[] = ['TLSv1.2', 'TLSv1.3'];

/** Null when none is left. */
export function protocolOptions(include: readonly string[], exclude: readonly string[]): SecureContextOptions | null {
  const wanted = VERSIONS.filter(([name]) => (include.length > 0 ? include : USUAL).includes(name) && !exclude.includes(name));
  const [first] = wanted;
  const last = wanted.at(-1);
  if (!first || !last) return null;
  const holes = VERSIONS.filter((version) => !wanted.includes(version)).reduce((all, [, flag]) => all | flag, 0);
  return { minVersion: first[0], maxVersion: last[0], secureOptions: holes };
}
