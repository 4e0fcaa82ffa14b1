// Nothing leaves the held folder, whatever stands below it or changes meanwhile.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfinedRoot } from '../../../../../../main/engines/sync/receiver/confined-root.ts';
import { tempName } from '../../../../../../main/engines/sync/receiver/temp-file.ts';

describe('R the confined root', () => {
  let top = '';
  let root: ConfinedRoot;
  const inside = (name: string): string => join(top, 'root', name);
  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), 'sluice-confined-'));
    mkdirSync(inside('a/b'), { recursive: true });
    mkdirSync(join(top, 'outside'));
    root = new ConfinedRoot(Buffer.from(join(top, 'root')));
  });
  afterEach(() => { root.close(); rmSync(top, { recursive: true, force: true }); });

  it('R4 a path below real folders is usable for one call', () => {
    writeFileSync(root.at(Buffer.from('a/b/f')), 'x');
    expect(existsSync(inside('a/b/f'))).toBe(true);
    writeFileSync(root.at(Buffer.from('top')), 'x');
    expect(existsSync(inside('top'))).toBe(true);
  });

  it.each(['../outside', '/'])('R5 a folder that is a link (to %s) is refused, as parent and as grandparent', (target) => {
    symlinkSync(target, inside('link'));
    for (const name of ['link/f', 'link/outside/f']) expect(() => root.at(Buffer.from(name))).toThrow('FILE_OUTSIDE');
    expect(() => root.folderAt(Buffer.from('link'))).toThrow('FILE_OUTSIDE');
  });

  it('R6 a folder swapped for a link after it was first used leads nowhere else', () => {
    writeFileSync(root.at(Buffer.from('a/b/before')), 'x');
    renameSync(inside('a'), join(top, 'root', 'moved'));
    symlinkSync(join(top, 'outside'), inside('a'));
    mkdirSync(join(top, 'outside/b'));
    try { writeFileSync(root.at(Buffer.from('a/b/f')), 'x'); } catch { /* refusing is as good */ }
    expect(readdirSync(join(top, 'outside/b'))).toEqual([]);
    expect(readdirSync(join(top, 'outside'))).toEqual(['b']);
  });

  it('R7 a forgotten folder is looked at again', () => {
    writeFileSync(root.at(Buffer.from('a/b/one')), 'x');
    rmSync(inside('a'), { recursive: true });
    mkdirSync(inside('a/b'), { recursive: true });
    root.forget(Buffer.from('a'));
    writeFileSync(root.at(Buffer.from('a/b/two')), 'x');
    expect(readdirSync(inside('a/b'))).toEqual(['two']);
  });

  it('R8 hundreds of folders are held one after another without running out of descriptors', () => {
    for (let i = 0; i < 600; i++) {
      mkdirSync(root.at(Buffer.from(`d${i}`)));
      writeFileSync(root.at(Buffer.from(`d${i}/f`)), 'x');
    }
    expect(readdirSync('/proc/self/fd').length).toBeLessThan(400);
    expect(existsSync(inside('d599/f'))).toBe(true);
  });
});

describe('R temporary names', () => {
  it('R9 stand in the same folder, hidden, and fit the longest name a file system takes', () => {
    const short = tempName(Buffer.from('a/b/file.txt')).toString();
    expect(short).toMatch(/^a\/b\/\.file\.txt\.[A-Za-z0-9]{6}$/);
    const long = tempName(Buffer.from(`d/${'n'.repeat(255)}`));
    expect(long.length - 2).toBeLessThanOrEqual(255);
    expect(tempName(Buffer.from('f')).equals(tempName(Buffer.from('f')))).toBe(false);
  });
});
