// Key and trust stores as users of Flume make them, by keytool: one key for "localhost" and who trusts it, as JKS and as PKCS12.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export interface FlumeStores {
  readonly password: string;
  readonly keyStore: string;
  readonly keyStore12: string;
  readonly trustStore: string;
  readonly trustStore12: string;
}

export function makeFlumeStores(dir: string): FlumeStores {
  const password = 'geheim1';
  const at = (name: string): string => join(dir, name);
  const keytool = (...words: readonly string[]): void => { execFileSync('keytool', ['-J-XX:TieredStopAtLevel=1', ...words, '-storepass', password, '-noprompt'], { stdio: 'pipe' }); };
  keytool('-genkeypair', '-alias', 'flume', '-keyalg', 'RSA', '-keysize', '2048', '-validity', '2', '-dname', 'CN=some flume', '-storetype', 'JKS', '-keypass', password, '-keystore', at('key.jks'));
  keytool('-importkeystore', '-srckeystore', at('key.jks'), '-srcstorepass', password, '-destkeystore', at('key.p12'), '-deststoretype', 'PKCS12');
  keytool('-exportcert', '-alias', 'flume', '-keystore', at('key.jks'), '-file', at('cert'));
  keytool('-importcert', '-alias', 'flume', '-file', at('cert'), '-storetype', 'JKS', '-keystore', at('trust.jks'));
  keytool('-importcert', '-alias', 'flume', '-file', at('cert'), '-storetype', 'PKCS12', '-keystore', at('trust.p12'));
  return { password, keyStore: at('key.jks'), keyStore12: at('key.p12'), trustStore: at('trust.jks'), trustStore12: at('trust.p12') };
}
