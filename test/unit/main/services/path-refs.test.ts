import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PathRef } from '../../../../preload/contract/domain.ts';
import { PathRefs } from '../../../../main/services/path-refs.ts';
import { codeOf } from '../support/app-parts.ts';

describe('handles of paths', () => {
  const refs = new PathRefs();
  const odd = { place: 'a-server', path: Buffer.from([0x2f, 0xff, 0x00, 0x0a]) };

  it('give back place and bytes exactly', () => {
    expect(refs.open(refs.issue(odd))).toEqual(odd);
    expect(refs.open(refs.issue({ place: 'local', path: Buffer.alloc(0) }))).toEqual({ place: 'local', path: Buffer.alloc(0) });
  });

  it('of the longest path still fit the contract', () => {
    expect(PathRef.safeParse(refs.issue({ place: 'x'.repeat(64), path: Buffer.alloc(4096, 0x61) })).success).toBe(true);
  });

  it('are alike for the same path, so that a tree may keep them as keys', () => {
    expect(refs.issue(odd)).toBe(refs.issue(odd));
  });

  it('cannot be made, changed, lengthened, cut or taken from another run', async () => {
    const ref = refs.issue({ place: 'local', path: Buffer.from('/home/me') });
    const bytes = Buffer.from(ref, 'base64url');
    const forged: string[] = ['x', '', 'AAAA', `${ref}A`, `${ref}=`, ref.slice(0, -4), new PathRefs().issue(odd)];
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ 1;
      forged.push(changed.toString('base64url'));
    }
    const payload = Buffer.from('\u0005local/etc');
    forged.push(Buffer.concat([payload, createHmac('sha256', '').update(payload).digest()]).toString('base64url'));
    for (const text of forged) expect(await codeOf(() => refs.open(text)), text).toBe('PATH_BAD_REF');
  });
});
