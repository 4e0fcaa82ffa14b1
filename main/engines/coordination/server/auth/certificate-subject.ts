// The subject of a certificate as Java's X500Principal.getName() says it (RFC 2253): last part first, unknown attributes by OID and bytes.
import type { X509Certificate } from 'node:crypto';

const KNOWN = new Set(['CN', 'C', 'L', 'ST', 'O', 'OU', 'STREET', 'DC', 'UID']);
/** Other attributes as OpenSSL names them: their OID, and the tag of the string they are held in. */
const OTHERS: Readonly<Record<string, readonly [string, number]>> = {
  emailAddress: ['1.2.840.113549.1.9.1', 0x16], serialNumber: ['2.5.4.5', 0x13], SN: ['2.5.4.4', 0x0c], GN: ['2.5.4.42', 0x0c], title: ['2.5.4.12', 0x0c],
};

/** Null without a certificate. */
export function subjectOf(certificate: X509Certificate | undefined): string | null {
  if (!certificate) return null;
  return certificate.subject.split('\n').reverse().map((part) => part.split(/(?<!\\)\+/).map(attribute).join('+')).join(',');
}

function attribute(text: string): string {
  const at = text.indexOf('=');
  const name = text.slice(0, at);
  const value = text.slice(at + 1).replace(/\\(.)/g, '$1');
  if (KNOWN.has(name)) return `${name}=${escaped(value)}`;
  const [oid, tag] = OTHERS[name] ?? [name, 0x0c];
  const bytes = Buffer.from(value);
  return `${oid}=#${Buffer.concat([Buffer.from([tag, bytes.length]), bytes]).toString('hex')}`;
}

function escaped(value: string): string {
  return value.replace(/[,+"\\<>;]/g, '\\$&').replace(/^[# ]/, '\\$&').replace(/ $/, '\\ ');
}
