// Secret keys of a JCEKS file (com.sun.crypto.provider.JceKeyStore; observed). Each is an object of Java that was written out, sealed by
// PBEWithMD5AndTripleDES, inside another one:
//   u32 cececece | i32 version | i32 entries | entries | SHA-1 of password, "Mighty Aphrodite" and all before
//   entry: i32 kind (3: a secret key) | UTF alias | i64 date | SealedObject { bytes encodedParams, bytes encryptedContent, text, text }
import { createDecipheriv, createHash, hash, timingSafeEqual } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { derAt } from './der.ts';

const MAGIC = 0xcece_cece;
const DIGEST = 20;
const MOST_ENTRIES = 10_000;
/** Rounds of MD5 between two turns of the event loop. */
const STEP = 4000;
const MOST_ROUNDS = 5_000_000;

/** A class "[B", with what Java says of it, and then the length. */
const BYTES_CLASS = Buffer.from('757200025b42acf317f8060854e00200007870', 'hex');
const BYTES_AGAIN = 0x7571;

interface Sealed { readonly salt: Buffer; readonly rounds: number; readonly content: Buffer }

export const isJceks = (file: Buffer): boolean => file.length >= 4 && file.readUInt32BE() === MAGIC;

/** The keys named in `passwords`, which has the password of each. An Error in words for a wrong password, a missing key or a damaged file. */
export async function readJceksKeys(file: Buffer, storePassword: string, passwords: ReadonlyMap<string, string>): Promise<Map<string, Buffer>> {
  if (!isJceks(file)) throw new Error('it is no JCEKS store');
  const body = file.subarray(0, file.length - DIGEST);
  const sum = createHash('sha1').update(Buffer.from(storePassword, 'utf16le').swap16()).update('Mighty Aphrodite').update(body).digest();
  if (file.length < 12 + DIGEST || !timingSafeEqual(sum, file.subarray(file.length - DIGEST))) throw new Error('the password is wrong, or the file is damaged');
  const entries = entriesOf(body);
  const keys = new Map<string, Buffer>();
  for (const [alias, password] of passwords) {
    const sealed = entries.get(alias.toLowerCase());
    if (!sealed) throw new Error(`there is no secret key ${alias}; there are: ${[...entries.keys()].join(', ')}`);
    keys.set(alias, await open(sealed, password, alias));
  }
  return keys;
}

function entriesOf(body: Buffer): Map<string, Sealed> {
  const entries = new Map<string, Sealed>();
  const count = body.readInt32BE(8);
  if (count < 0 || count > MOST_ENTRIES) throw new Error(`${count} entries`);
  let at = 12;
  for (let i = 0; i < count; i++) {
    const kind = body.readInt32BE(at);
    if (kind !== 3) throw new Error('it holds other things than secret keys');
    const size = body.readUInt16BE(at + 4);
    const alias = body.toString('utf8', at + 6, at + 6 + size);
    const { sealed, end } = sealedAt(body, at + 6 + size + 8);
    entries.set(alias, sealed);
    at = end;
  }
  return entries;
}

function sealedAt(body: Buffer, from: number): { readonly sealed: Sealed; readonly end: number } {
  if (body.readUInt32BE(from) !== 0xaced_0005) throw new Error('an entry is no object of Java');
  const first = body.indexOf(BYTES_CLASS, from);
  if (first < 0) throw new Error('an entry is no sealed object');
  const params = counted(body, first + BYTES_CLASS.length);
  if (body.readUInt16BE(params.end) !== BYTES_AGAIN) throw new Error('an entry is no sealed object');
  const content = counted(body, params.end + 6);
  let end = content.end;
  for (let i = 0; i < 2; i++) end += body[end] === 0x74 ? 3 + body.readUInt16BE(end + 1) : 5; // a text, or that of before
  const inner = derAt(params.bytes, 0);
  const salt = derAt(inner, 0);
  const rounds = derAt(inner, 1);
  return { sealed: { salt, rounds: rounds.readUIntBE(0, Math.min(rounds.length, 6)), content: content.bytes }, end };
}

function counted(body: Buffer, at: number): { readonly bytes: Buffer; readonly end: number } {
  const size = body.readInt32BE(at);
  if (size < 0 || size > body.length - at - 4) throw new Error('it ends early');
  return { bytes: body.subarray(at + 4, at + 4 + size), end: at + 4 + size };
}

/** PBES1 of Java for three keys of DES: each half of the salt is hashed with the password again and again. */
async function open({ salt, rounds, content }: Sealed, password: string, alias: string): Promise<Buffer> {
  if (salt.length !== 8 || rounds < 1 || rounds > MOST_ROUNDS) throw new Error(`key ${alias} is sealed in a way that is not known`);
  const secret = Buffer.from(password, 'latin1');
  const halves: Buffer[] = [];
  for (const half of [salt.subarray(0, 4), salt.subarray(4)]) {
    const input = Buffer.concat([Buffer.alloc(16), secret]);
    hash('md5', Buffer.concat([half, secret]), 'buffer').copy(input);
    for (let i = 1; i < rounds; i++) {
      hash('md5', input, 'buffer').copy(input);
      if (i % STEP === 0) await turn();
    }
    halves.push(Buffer.from(input.subarray(0, 16)));
  }
  const made = Buffer.concat(halves);
  const cipher = createDecipheriv('des-ede3-cbc', made.subarray(0, 24), made.subarray(24, 32));
  let plain: Buffer;
  try {
    plain = Buffer.concat([cipher.update(content), cipher.final()]);
  } catch {
    throw new Error(`the password of key ${alias} is wrong`);
  }
  const at = plain.indexOf(BYTES_CLASS);
  if (at < 0) throw new Error(`key ${alias} is of a kind that is not known`);
  return Buffer.from(counted(plain, at + BYTES_CLASS.length).bytes);
}
