// Settings that let others in or read along: certificates that are not checked, passwords in the file, stores that are missing.
import type { Build } from '../build/build.ts';
import type { Entry } from '../entry.ts';
import type { Seen } from './together.ts';

const SECRET = /(^|[.-])(password|passwd|secret|token|api-?key|sasl\.jaas\.config)$/i;

export function checkSecurity(build: Build, seen: Seen): void {
  for (const entry of seen.properties.values()) {
    if (isSecret(seen, entry) && entry.written !== '' && !entry.written.includes('${')) build.lints.add('SECRET_PLAIN', entry, seen.whose, { component: seen.label, key: entry.local });
    if (/(^|[.-])trust-?all-?certs$/i.test(entry.local) && entry.value.toLowerCase() === 'true') build.lints.add('TRUST_ALL', entry, seen.whose, { component: seen.label, key: entry.local }, build.fixes.setValue(entry, 'false'));
  }
  if (seen.values['ssl'] === true) checkStores(build, seen);
}

function isSecret({ part }: Seen, { local }: Entry): boolean {
  const spec = part.spec.keys[local] ?? Object.values(part.spec.keys).find(({ also }) => also?.includes(local));
  return spec ? spec.secret === true : SECRET.test(local);
}

const STORES = { keystore: 'KEYSTORE', truststore: 'TRUSTSTORE' } as const;

function checkStores(build: Build, seen: Seen): void {
  for (const [key, word] of Object.entries(STORES)) {
    if (seen.part.spec.keys[key] === undefined) continue;
    const file = seen.part.properties.get(key)?.value;
    if (file === undefined) {
      const elsewhere = build.lookups.systemProperties[key === 'keystore' ? 'javax.net.ssl.keyStore' : 'javax.net.ssl.trustStore'] ?? build.lookups.env[`FLUME_SSL_${word}_PATH`];
      if (key === 'keystore' && elsewhere === undefined && seen.part.spec.kind === 'source') build.lints.add('TLS_NO_STORE', seen.entry('ssl'), seen.whose, { component: seen.label });
      continue;
    }
    const type = seen.properties.get(`${key}-type`);
    const wanted = /\.(p12|pfx|pkcs12)$/i.test(file) ? 'PKCS12' : /\.jks$/i.test(file) ? 'JKS' : null;
    if (wanted !== null && (type?.value.toUpperCase() ?? 'JKS') !== wanted) {
      build.lints.add('STORE_KIND', type ?? seen.entry(key), seen.whose, { component: seen.label, key: `${key}-type`, type: type?.value ?? 'JKS', file }, type ? build.fixes.setValue(type, wanted) : build.fixes.addAfter(seen.entry(key), `${seen.label}.${key}-type`, wanted));
    } else if (wanted === 'JKS') build.lints.add('STORE_JKS', seen.entry(key), seen.whose, { component: seen.label, file });
  }
}
