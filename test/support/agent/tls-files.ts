// A certificate of one's own and who trusts it, by openssl: for tests of TLS without Java.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface TlsFiles {
  readonly password: string;
  /** PKCS12 with key and certificate. */
  readonly keyStore: string;
  /** The same as PEM. */
  readonly keyPem: string;
  /** The certificate alone, PEM. */
  readonly trustPem: string;
  /** Of somebody else, PEM. */
  readonly otherPem: string;
}

export function makeTlsFiles(dir: string): TlsFiles {
  const at = (name: string): string => join(dir, name);
  const openssl = (...words: readonly string[]): void => { execFileSync('openssl', words, { cwd: dir, stdio: 'pipe' }); };
  for (const name of ['own', 'other']) openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.pem`, '-days', '2', '-subj', '/CN=some agent');
  openssl('pkcs12', '-export', '-inkey', 'own.key', '-in', 'own.pem', '-passout', 'pass:geheim1', '-out', 'own.p12');
  writeFileSync(at('both.pem'), readFileSync(at('own.key'), 'utf8') + readFileSync(at('own.pem'), 'utf8'));
  return { password: 'geheim1', keyStore: at('own.p12'), keyPem: at('both.pem'), trustPem: at('own.pem'), otherPem: at('other.pem') };
}
