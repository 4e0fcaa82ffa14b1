// Host keys as OpenSSH prints them, and the one decision about them: only a key that was accepted before is good.
import { createHash } from 'node:crypto';
import type { HostKey } from '../../../../preload/contract/domain.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';

/** Type and SHA-256 of a public key blob (RFC 4253 section 6.6: string type, then the key). */
export function hostKeyOf(blob: Uint8Array): HostKey {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const length = blob.length >= 4 ? view.getUint32(0) : 0;
  const type = length > 0 && length <= 64 && 4 + length <= blob.length ? Buffer.from(blob.subarray(4, 4 + length)).toString('latin1') : 'unknown';
  return { type, sha256: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}` };
}

/** Null when the key is one of the accepted ones; else the refusal to throw. */
export function judgeHostKey(host: string, found: HostKey, accepted: readonly HostKey[]): SluiceError | null {
  if (accepted.some((key) => key.sha256 === found.sha256)) return null;
  if (accepted.length === 0) return SluiceError.of('SSH_HOST_KEY_UNKNOWN', { host, type: found.type, sha256: found.sha256 });
  const known = accepted.find((key) => key.type === found.type) ?? accepted[0];
  return SluiceError.of('SSH_HOST_KEY_CHANGED', { host, type: found.type, sha256: found.sha256, known: known?.sha256 ?? '' });
}

/** The signature algorithms to ask for, those of the accepted keys first, so that a server with several keys shows the known one. */
export function hostKeyAlgorithms(accepted: readonly HostKey[]): string[] {
  const all = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'rsa-sha2-512', 'rsa-sha2-256'];
  const known = new Set(accepted.flatMap((key) => (key.type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [key.type])));
  return [...all.filter((name) => known.has(name)), ...all.filter((name) => !known.has(name))];
}
