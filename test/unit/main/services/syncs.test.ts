import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Server, SyncOptions } from '../../../../preload/contract/domain.ts';
import { commandLine } from '../../../../main/services/command-line.ts';
import { isWithin } from '../../../../main/services/syncs.ts';
import { codeOf, OPTIONS, parts, snapshot } from '../support/app-parts.ts';

describe('syncs', () => {
  it('the result path follows the layout and names the server', async () => {
    const p = parts();
    expect((await p.makeSync()).result).toBe('/backup/photos');
    expect((await p.makeSync({ layout: 'contents' })).result).toBe('/backup');
    const { id } = await p.servers.add({ target: 'nas', auth: { kind: 'agent' }, transport: 'ssh2' });
    const remote = await p.syncs.create({ source: p.ref('/data/photos'), target: p.ref('/backup', id), options: OPTIONS }, p.signal);
    expect(remote).toMatchObject({ result: 'nas:/backup/photos', name: 'photos → nas', state: 'idle', planId: null, lastRun: null });
    const pull = await p.syncs.create({ source: p.ref('/backup', id), target: p.ref('/data'), options: OPTIONS }, p.signal);
    expect(pull).toMatchObject({ result: '/data/backup', name: 'backup → nas' });
  });

  it('ends must be folders that exist, named by handles of ours', async () => {
    const p = parts();
    const make = (source: string, target: string) => codeOf(p.syncs.create({ source, target, options: OPTIONS }, p.signal));
    expect(await make(p.ref('/none'), p.ref('/backup'))).toBe('PATH_NOT_FOUND');
    expect(await make(p.ref('/data'), p.ref('/none'))).toBe('PATH_NOT_FOUND');
    expect(await make('abc', p.ref('/backup'))).toBe('PATH_BAD_REF');
  });

  it('is never made into itself, nor so that it deletes its own source', async () => {
    const p = parts();
    p.fake.folders.add('/data/photos/in').add('/data/photosets');
    const make = (source: string, target: string, change: Partial<SyncOptions> = {}) => codeOf(p.syncs.create({ source: p.ref(source), target: p.ref(target), options: { ...OPTIONS, ...change } }, p.signal));
    expect(await make('/data/photos', '/data/photos')).toBe('SYNC_INTO_ITSELF');
    expect(await make('/data/photos', '/data/photos/in')).toBe('SYNC_INTO_ITSELF');
    expect(await make('/data/photos', '/data')).toBe('SYNC_INTO_ITSELF');
    expect(await make('/', '/backup')).toBe('SYNC_INTO_ITSELF');
    expect(await make('/data/photos', '/data/photosets')).toBe('no error');
    expect(await make('/data/photos', '/data', { layout: 'contents' })).toBe('no error');
    expect(await make('/data/photos', '/data', { layout: 'contents', delete: true })).toBe('SYNC_DELETES_SOURCE');
  });

  it('changing the options is checked like making it', async () => {
    const p = parts();
    const sync = await p.syncs.create({ source: p.ref('/data/photos'), target: p.ref('/data'), options: { ...OPTIONS, layout: 'contents' } }, p.signal);
    expect(await codeOf(p.syncs.change({ id: sync.id, options: { ...OPTIONS, layout: 'contents', delete: true } }, p.signal))).toBe('SYNC_DELETES_SOURCE');
    expect(await p.syncs.change({ id: sync.id, name: 'Photos' }, p.signal)).toMatchObject({ name: 'Photos', options: { delete: false } });
  });

  it('two servers are refused', async () => {
    const p = parts();
    const { id } = await p.servers.add({ target: 'nas', auth: { kind: 'agent' }, transport: 'ssh2' });
    expect(await codeOf(p.syncs.create({ source: p.ref('/data', id), target: p.ref('/backup', id), options: OPTIONS }, p.signal))).toBe('SYNC_BOTH_REMOTE');
  });

  it('survive a restart with fresh handles', async () => {
    const p = parts();
    const { id, source } = await p.makeSync();
    const q = parts({ dataDir: p.dataDir });
    const [again] = await snapshot(q.syncs.watch(q.signal));
    expect(again).toMatchObject({ id, source: { path: '/data/photos' } });
    expect(again?.source.ref).not.toBe(source.ref);
    expect(q.refs.open(again?.source.ref ?? '').path.toString()).toBe('/data/photos');
    expect(await codeOf(() => q.refs.open(source.ref))).toBe('PATH_BAD_REF');
  });

  it('within means below, not alike in the beginning', () => {
    const within = (a: string, b: string) => isWithin(Buffer.from(a), Buffer.from(b));
    expect([within('/a/b', '/a'), within('/a', '/a'), within('/ab', '/a'), within('/a', '/'), within('/a', '/a/b')]).toEqual([true, true, false, true, false]);
  });
});

describe('the command line', () => {
  const server: Server = { id: 's', name: 'n', host: 'nas.lan', port: 2222, user: 'me', alias: null, auth: { kind: 'key', path: '/my keys/id' }, transport: 'ssh2', hostKeys: [], rsync: null, probedAt: null, problem: null };
  const line = (source: Buffer | string, target: string, options: Partial<SyncOptions>, to: Server | null = null, from: Server | null = null) => commandLine(
    { id: 'y', name: 'n', source: { place: 'local', path: Buffer.from(source as string) }, target: { place: 'local', path: Buffer.from(target) }, options: { ...OPTIONS, partial: false, ...options }, createdAt: 0 }, from, to);

  it('says with slashes what the layout says', () => {
    expect(line('/data/photos', '/backup', {})).toBe('rsync -av /data/photos /backup/');
    expect(line('/data/photos', '/backup', { layout: 'contents', delete: true, partial: true })).toBe('rsync -av --delete --partial /data/photos/ /backup/');
    expect(line('/a', '/b', { perms: false, owner: false, checksum: true, update: true, compress: true, wholeFile: true, inplace: true })).toBe('rsync -rltgDvcuzW --inplace /a /b/');
  });

  it('reaches servers by port, key and alias', () => {
    expect(line('/a', '/b', {}, server)).toBe(`rsync -av -e 'ssh -p 2222 -i '\\''/my keys/id'\\''' /a me@nas.lan:/b/`);
    expect(line('/a', '/b', {}, null, { ...server, alias: 'box', auth: { kind: 'auto' } })).toBe('rsync -av me@box:/a /b/');
    expect(line('/a', '/b', {}, { ...server, host: '::1', port: 22, auth: { kind: 'agent' } })).toBe("rsync -av /a 'me@[::1]:/b/'");
  });

  it('is quoted so that a shell gives every byte back', () => {
    const odd = Buffer.from("/it's $HOME `x`\n\xff\n", 'latin1');
    const text = line(odd, '/b c', { filters: ['- *.o', "+ /it's"] });
    const words = execFileSync('sh', ['-c', `rsync() { for word; do printf '%s\\000' "$word"; done; }; ${text}`]).toString('latin1').split('\0').slice(0, -1);
    expect(words).toEqual(['-av', '--filter=- *.o', "--filter=+ /it's", odd.toString('latin1'), '/b c/']);
  });
});
