// Browsing a server: names as bytes, links that open, the ways around a missing SFTP, and clear refusals.
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Endpoint } from '../../main/engines/sync/api.ts';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { accessOf, here, makeBench, there, type Bench } from './engine-support.ts';

const problem = peerProblem('sshd') ?? peerProblem('rsyncd');
const MOODS = ['local', 'ssh2', 'openssh', 'without SFTP'] as const;

describe.skipIf(problem !== null)(`browse${problem ? ` (skipped: ${problem})` : ''}`, () => {
  let bench: Bench;
  let sshd: RunningPeer<'sshd'>;
  let bare: RunningPeer<'sshd'>;
  const root = mkdtempSync(join(tmpdir(), 'sluice-browse-'));
  const odd = Buffer.from([0x7a, 0xff, 0x0a]);
  beforeAll(async () => {
    bench = makeBench();
    sshd = await startPeer('sshd');
    bare = await startPeer('sshd', { config: ['Subsystem sftp /bin/false'] });
    mkdirSync(join(root, 'folder'));
    mkdirSync(join(root, 'A folder'));
    writeFileSync(join(root, '.hidden'), '12345');
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), odd]), 'x');
    symlinkSync('folder', join(root, 'to folder'));
    symlinkSync('nowhere', join(root, 'to nothing'));
  });
  afterAll(async () => {
    await bench?.end();
    await sshd?.stop();
    await bare?.stop();
    rmSync(root, { recursive: true, force: true });
  });
  const at = (mood: (typeof MOODS)[number], path: string): Endpoint => {
    if (mood === 'local') return here(path);
    return there(mood === 'without SFTP' ? accessOf(bare) : accessOf(sshd, { transport: mood }), path);
  };

  it.each(MOODS)('%s: folders first, names as bytes, links with their target', async (mood) => {
    const { entries, more } = await bench.engine.list({ at: at(mood, root), limit: 100 });
    expect(more).toBe(0);
    expect(entries.map((entry) => Buffer.from(entry.name).toString('latin1'))).toEqual(['A folder', 'folder', '.hidden', 'to folder', 'to nothing', odd.toString('latin1')]);
    const by = (name: string): (typeof entries)[number] | undefined => entries.find((entry) => Buffer.from(entry.name).toString('latin1') === name);
    expect(by('.hidden')).toMatchObject({ kind: 'file', size: 5, opens: false, target: null });
    expect(by('folder')?.kind).toBe('dir');
    expect(by('to folder')).toMatchObject({ kind: 'link', opens: mood !== 'without SFTP' });
    expect(Buffer.from(by('to nothing')?.target ?? []).toString()).toBe('nowhere');
    expect(by('to nothing')?.opens).toBe(false);
    expect(Math.abs((by('folder')?.mtime ?? 0) - Date.now())).toBeLessThan(3_600_000);
  });

  it.each(MOODS)('%s: a limit cuts the list and counts the rest', async (mood) => {
    const { entries, more } = await bench.engine.list({ at: at(mood, root), limit: 2 });
    expect([entries.length, more]).toEqual([2, 4]);
  });

  it.each(MOODS)('%s: a folder answers its path, what is none is refused by name', async (mood) => {
    expect(Buffer.from((await bench.engine.folder({ at: at(mood, join(root, 'folder')) })).path).toString()).toBe(join(root, 'folder'));
    await expect(bench.engine.folder({ at: at(mood, join(root, 'missing')) })).rejects.toMatchObject({ code: 'PATH_NOT_FOUND' });
    await expect(bench.engine.folder({ at: at(mood, join(root, '.hidden')) })).rejects.toMatchObject({ code: 'PATH_NOT_A_FOLDER' });
  });

  it.each(MOODS)('%s: a new folder is made', async (mood) => {
    const path = join(root, 'folder', `new ${mood}`);
    await bench.engine.makeFolder({ at: at(mood, path) });
    expect(existsSync(path)).toBe(true);
  });

  it.each(MOODS)('%s: roots are the home and /', async (mood) => {
    const roots = await bench.engine.roots({ place: at(mood, '/').place });
    expect(roots.map(({ name }) => name)).toEqual(['home', '/']);
    expect(Buffer.from(roots[0]?.path ?? []).toString()).toMatch(/^\//);
  });
});
