// A JKS file: certificates in the clear, keys under a stream of SHA-1s (sun.security.provider.JavaKeyStore and KeyProtector; observed).
import { createHash, timingSafeEqual } from 'node:crypto';
import { derAt } from './der.ts';

export const JKS_MAGIC = 0xfeed_feed;
const DIGEST = 20;

export interface JavaKeyStore {
  /** PKCS8 in DER, each with the chain that belongs to it. */
  readonly keys: readonly { readonly key: Buffer; readonly chain: readonly Buffer[] }[];
  /** DER of what is trusted. */
  readonly certificates: readonly Buffer[];
}

class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(size: number): Buffer {
    if (size < 0 || this.#at + size > this.#bytes.length) throw new RangeError('it ends early');
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }

  int(): number { return this.take(4).readInt32BE(); }
  utf(): string { return this.take(this.take(2).readUInt16BE()).toString('utf8'); }
  /** `version` 2 names the kind of certificate before each. */
  certificate(version: number): Buffer {
    if (version === 2) this.utf();
    return this.take(this.int());
  }
}

function utf16(password: string): Buffer {
  return Buffer.from(password, 'utf16le').swap16();
}

/** An Error in words when the file is damaged or the password wrong. */
export function readJavaKeyStore(file: Buffer, password: string): JavaKeyStore {
  const body = file.subarray(0, file.length - DIGEST);
  const sum = createHash('sha1').update(utf16(password)).update('Mighty Aphrodite').update(body).digest();
  if (file.length < 12 + DIGEST || !timingSafeEqual(sum, file.subarray(file.length - DIGEST))) throw new Error('the password is wrong, or the file is damaged');
  const cursor = new Cursor(body);
  cursor.take(4);
  const version = cursor.int();
  const keys: { key: Buffer; chain: Buffer[] }[] = [];
  const certificates: Buffer[] = [];
  for (let left = cursor.int(); left > 0; left--) {
    const tag = cursor.int();
    cursor.utf(); // alias
    cursor.take(8); // date
    if (tag === 1) {
      const key = unlock(cursor.take(cursor.int()), password);
      keys.push({ key, chain: Array.from({ length: Math.min(cursor.int(), 100) }, () => cursor.certificate(version)) });
    } else if (tag === 2) {
      certificates.push(cursor.certificate(version));
    } else {
      throw new Error(`an entry of kind ${tag}`);
    }
  }
  return { keys, certificates };
}

/** EncryptedPrivateKeyInfo: salt, the key under the stream, and a sum of password and key. */
function unlock(info: Buffer, password: string): Buffer {
  const sealed = derAt(info, 0, 1);
  const secret = utf16(password);
  const body = sealed.subarray(DIGEST, sealed.length - DIGEST);
  const key = Buffer.alloc(body.length);
  let block: Buffer = sealed.subarray(0, DIGEST);
  for (let at = 0; at < body.length; at++) {
    if (at % DIGEST === 0) block = createHash('sha1').update(secret).update(block).digest();
    key[at] = (body[at] ?? 0) ^ (block[at % DIGEST] ?? 0);
  }
  const sum = createHash('sha1').update(secret).update(key).digest();
  if (!sum.equals(sealed.subarray(sealed.length - DIGEST))) throw new Error('the password of the key is another one than that of the file');
  return key;
}
