// The certificates of a PKCS12 file without a key, which node:tls does not open by itself (RFC 7292; PBES2 of RFC 8018, as keytool writes it).
import { createDecipheriv, pbkdf2Sync } from 'node:crypto';
import { DER, derAt, derItems, oidOf } from './der.ts';

const OID = {
  data: '1.2.840.113549.1.7.1', encrypted: '1.2.840.113549.1.7.6', certBag: '1.2.840.113549.1.12.10.1.3', pbes2: '1.2.840.113549.1.5.13',
} as const;
const CIPHERS: Readonly<Record<string, readonly [string, number]>> = { '2.16.840.1.101.3.4.1.2': ['aes-128-cbc', 16], '2.16.840.1.101.3.4.1.42': ['aes-256-cbc', 32] };
const HASHES: Readonly<Record<string, string>> = { '1.2.840.113549.2.7': 'sha1', '1.2.840.113549.2.9': 'sha256', '1.2.840.113549.2.11': 'sha512' };
const MOST_ROUNDS = 10_000_000;

/** DER of each; an Error in words when the file is damaged, the password wrong, or the encryption an old one. */
export function pkcs12Certificates(file: Buffer, password: string): Buffer[] {
  const safes = derAt(file, 0, 1, 1, 0); // PFX, authSafe, [0], the octets
  return derItems(derAt(safes, 0)).flatMap(({ bytes }) => certificatesOf(safeContents(bytes, password)));
}

/** SafeContents of one ContentInfo. */
function safeContents(info: Buffer, password: string): Buffer {
  const type = oidOf(derAt(info, 0));
  if (type === OID.data) return derAt(info, 1, 0);
  if (type !== OID.encrypted) return Buffer.alloc(0);
  const content = derAt(info, 1, 0, 1); // [0], EncryptedData, EncryptedContentInfo
  return decrypt(derAt(content, 1), derAt(content, 2), password);
}

function decrypt(algorithm: Buffer, bytes: Buffer, password: string): Buffer {
  if (oidOf(derAt(algorithm, 0)) !== OID.pbes2) throw new Error('it is encrypted in the way of Java before 16.0.1; write it anew with a newer keytool, or as PEM');
  const parameters = derItems(derAt(algorithm, 1, 0, 1)); // PBKDF2: salt, rounds, maybe a length, maybe a hash
  const salt = parameters[0]?.bytes ?? Buffer.alloc(0);
  const rounds = Number.parseInt(parameters[1]?.bytes.toString('hex') ?? '', 16);
  const hash = parameters.find(({ tag }) => tag === DER.sequence);
  const cipher = CIPHERS[oidOf(derAt(algorithm, 1, 1, 0))];
  const digest = hash ? HASHES[oidOf(derAt(hash.bytes, 0))] : 'sha1';
  if (!cipher || !digest || !(rounds > 0 && rounds <= MOST_ROUNDS)) throw new Error('its encryption is not known here; write it as PEM');
  const [name, size] = cipher;
  const key = pbkdf2Sync(password, salt, rounds, size, digest);
  const decipher = createDecipheriv(name, key, derAt(algorithm, 1, 1, 1));
  return Buffer.concat([decipher.update(bytes), decipher.final()]);
}

function certificatesOf(contents: Buffer): Buffer[] {
  if (contents.length === 0) return [];
  return derItems(derAt(contents, 0)).filter(({ bytes }) => oidOf(derAt(bytes, 0)) === OID.certBag).map(({ bytes }) => derAt(bytes, 1, 0, 1, 0));
}
