// Payloads at rest: AES-256-GCM under a key of each segment's own, made of the named key and the segment's salt (HKDF, RFC 5869). The nonce is the
// place of the record, where only one record is ever written. A tag of 16 bytes stands behind the payload.
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';

export const TAG = 16;

export interface SegmentCipher {
  /** Encrypts what stands from `start` to `end` in place and puts the tag behind it. */
  seal(bytes: Buffer, start: number, end: number, offset: number): void;
  /** The payload in clear, of its own bytes; null when it was not sealed with this key. */
  open(sealed: Buffer, offset: number): Buffer | null;
}

/** Names of keys to their bytes: 16, 24 or 32 of them. */
export interface Keys {
  /** What new segments are written with; null: in clear. */
  readonly active: string | null;
  /** AGENT_CHANNEL_KEY when it is not there. */
  get(name: string): Buffer;
}

export const NO_KEYS: Keys = { active: null, get: (key) => { throw SluiceError.of('AGENT_CHANNEL_KEY', { dir: 'the channel', key, reason: 'no key is given' }); } };

function nonce(offset: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUIntBE(offset, 6, 6);
  return bytes;
}

export function segmentCipher(key: Buffer, salt: Buffer): SegmentCipher {
  const own = Buffer.from(hkdfSync('sha256', key, salt, 'sluice file channel segment', 32));
  return {
    seal: (bytes, start, end, offset) => {
      const cipher = createCipheriv('aes-256-gcm', own, nonce(offset));
      cipher.update(bytes.subarray(start, end)).copy(bytes, start);
      cipher.final();
      cipher.getAuthTag().copy(bytes, end);
    },
    open: (sealed, offset) => {
      if (sealed.length < TAG) return null;
      const decipher = createDecipheriv('aes-256-gcm', own, nonce(offset));
      decipher.setAuthTag(sealed.subarray(sealed.length - TAG));
      const clear = decipher.update(sealed.subarray(0, sealed.length - TAG));
      try {
        decipher.final();
        return clear;
      } catch {
        return null;
      }
    },
  };
}
