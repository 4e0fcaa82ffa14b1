import { describe, expect, it } from 'vitest';
import type { RawEntry } from '../../../../main/engines/sync/api.ts';
import { codeOf, parts } from '../support/app-parts.ts';

const entry = (name: Buffer | string, change: Partial<RawEntry> = {}): RawEntry => ({ name: Buffer.from(name as string), kind: 'file', size: 1, mtime: 2, mode: 0o644, target: null, opens: false, ...change });

describe('files', () => {
  it('roots are handles that list', async () => {
    const p = parts();
    const roots = await p.files.roots('local', p.signal);
    expect(roots.map(({ path, name, place }) => ({ path, name, place }))).toEqual([{ path: '/home/me', name: 'Home', place: 'local' }, { path: '/', name: '/', place: 'local' }]);
    expect((await p.files.list(roots[1]?.ref ?? '', 10, p.signal)).parent).toBeNull();
  });

  it('a listing shows odd names escaped, and their handles hold the true bytes', async () => {
    const p = parts();
    const odd = Buffer.from([0x66, 0xff, 0x0a]);
    p.fake.listings.set('/data', [entry(odd), entry('.hidden'), entry('l', { kind: 'link', target: Buffer.from([0xfe]), opens: true })]);
    const listing = await p.files.list(p.ref('/data'), 2, p.signal);
    expect(listing).toMatchObject({ more: 1, at: { path: '/data', name: 'data' } });
    expect(listing.entries.map(({ name, hidden }) => ({ name, hidden }))).toEqual([{ name: 'f\\xFF\\x0A', hidden: false }, { name: '.hidden', hidden: true }]);
    expect(p.refs.open(listing.entries[0]?.ref ?? '').path).toEqual(Buffer.concat([Buffer.from('/data/'), odd]));
    expect(p.refs.open(listing.parent ?? '').path.toString()).toBe('/');
    expect((await p.files.list(p.ref('/data'), 9, p.signal)).entries[2]?.target).toBe('\\xFE');
  });

  it('long listings come whole', async () => {
    const p = parts();
    p.fake.listings.set('/data', Array.from({ length: 1234 }, (_, n) => entry(`f${n}`)));
    expect((await p.files.list(p.ref('/data'), 10_000, p.signal)).entries.length).toBe(1234);
  });

  it('a typed path must be a folder; ~ and relative ones begin at home', async () => {
    const p = parts();
    p.fake.folders.add('/home/me/x');
    const path = async (text: string) => (await p.files.resolve('local', text, p.signal)).path;
    expect([await path('/data/'), await path('~'), await path('~/x'), await path('x'), await path('/')]).toEqual(['/data', '/home/me', '/home/me/x', '/home/me/x', '/']);
    expect(await codeOf(path('/none'))).toBe('PATH_NOT_FOUND');
    expect(await codeOf(path('/da\0ta'))).toBe('PATH_NOT_FOUND');
  });

  it('a new folder has a plain name below its parent', async () => {
    const p = parts();
    expect(await p.files.makeFolder(p.ref('/data'), 'neu ü', p.signal)).toMatchObject({ path: '/data/neu ü', name: 'neu ü' });
    for (const name of ['..', '.', 'a/b', 'a\0', '']) expect(await codeOf(p.files.makeFolder(p.ref('/data'), name, p.signal))).toBe('PATH_BAD_NAME');
    expect(p.fake.made).toEqual(['/data/neu ü']);
  });

  it('nothing is listed by a handle that was not issued', async () => {
    const p = parts();
    expect(await codeOf(p.files.list('L2V0Yw', 1, p.signal))).toBe('PATH_BAD_REF');
  });

  it('says so while the engine is down', async () => {
    const p = parts();
    p.control.crash();
    expect(await codeOf(p.files.roots('local', p.signal))).toBe('ENGINE_DOWN');
  });
});
