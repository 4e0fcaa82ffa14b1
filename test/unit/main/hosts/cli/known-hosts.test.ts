import { createHash, createHmac, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hostKeysIn } from '../../../../../main/hosts/cli/known-hosts.ts';

function blobOf(type: string): Buffer {
  const raw = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const part = (bytes: Buffer): Buffer => { const length = Buffer.alloc(4); length.writeUInt32BE(bytes.length); return Buffer.concat([length, bytes]); };
  return Buffer.concat([part(Buffer.from(type)), part(raw)]);
}
const blob = blobOf('ssh-ed25519');
const sha256 = `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
const line = (name: string): string => `${name} ssh-ed25519 ${blob.toString('base64')} a comment\n`;
const hashed = (name: string): string => {
  const salt = Buffer.from('0123456789abcdefghij');
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
};

describe('known_hosts', () => {
  it.each([
    ['a plain name', 'nas,10.0.0.2', 'nas', 22], ['one of several names', 'nas,10.0.0.2', '10.0.0.2', 22], ['a name with a port', '[nas]:2222', 'nas', 2222],
    ['a hashed name', hashed('nas'), 'nas', 22], ['a hashed name with a port', hashed('[nas]:2222'), 'nas', 2222], ['a pattern', '*.lan', 'nas.lan', 22], ['a name in other case', 'nas', 'NAS', 22],
  ])('finds the key by %s', (_what, field, host, port) => {
    expect(hostKeysIn(`# comment\n\n${line(field)}`, [host], port)).toEqual([{ type: 'ssh-ed25519', sha256 }]);
  });

  it.each([['another host', 'nas', 'other', 22], ['another port', 'nas', 'nas', 2222], ['a negated pattern', '*,!nas', 'nas', 22], ['another hash', hashed('other'), 'nas', 22]])('has no key for %s', (_what, field, host, port) => {
    expect(hostKeysIn(line(field), [host], port)).toEqual([]);
  });

  it('a revoked key is not known, whatever another line says', () => {
    expect(hostKeysIn(line('nas') + line('@revoked *'), ['nas'], 22)).toEqual([]);
  });
});
