import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive, readHolder, takeLock } from '../../../../../main/hosts/shared/data-lock.ts';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'sluice-lock-')); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const holder = (token: string) => ({ pid: process.pid, port: 1234, token });

describe('the lock of a data folder', () => {
  it('is taken by one, told to the next, given back', () => {
    const lock = takeLock(folder, holder('one'), null);
    expect(readHolder(folder)).toEqual(holder('one'));
    expect(statSync(join(folder, 'sluice.lock')).mode & 0o777).toBe(0o600);
    expect(takeLock(folder, holder('two'), null)).toBeNull();
    lock?.release();
    expect(readHolder(folder)).toBeNull();
    expect(takeLock(folder, holder('two'), null)).not.toBeNull();
  });

  it('a dead one is put aside, but not one that came after it', () => {
    takeLock(folder, holder('dead'), null);
    expect(takeLock(folder, holder('mine'), holder('dead'))).not.toBeNull();
    expect(takeLock(folder, holder('late'), holder('dead'))).toBeNull();
    expect(readHolder(folder)?.token).toBe('mine');
    expect(readdirSync(folder)).toEqual(['sluice.lock']);
  });

  it.each(['', 'nonsense', '{"pid":0}', '{"pid":"1","port":1,"token":"x"}'])('a damaged one (%s) is put aside', (text) => {
    writeFileSync(join(folder, 'sluice.lock'), text);
    expect(readHolder(folder)).toBeNull();
    expect(takeLock(folder, holder('mine'), null)).not.toBeNull();
  });

  it('what another took meanwhile is not given back', () => {
    const lock = takeLock(folder, holder('mine'), null);
    writeFileSync(join(folder, 'sluice.lock'), JSON.stringify(holder('other')));
    lock?.release();
    expect(readFileSync(join(folder, 'sluice.lock'), 'utf8')).toContain('other');
  });

  it('knows living from dead processes', () => {
    expect(isAlive(process.pid)).toBe(true);
    expect(isAlive(2 ** 22 + 12_345)).toBe(false);
  });
});
