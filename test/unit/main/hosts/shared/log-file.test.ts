import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logFile } from '../../../../../main/hosts/shared/log-file.ts';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'sluice-log-')); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('logFile', () => {
  it('appends, also after a restart', () => {
    const file = join(folder, 'logs/x.log');
    for (const line of ['one\n', 'two\n']) {
      const log = logFile(file);
      log.write(line);
      log.close();
    }
    expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n');
  });

  it('keeps the newest lines within bounds', () => {
    const log = logFile(join(folder, 'x.log'), 100);
    for (let i = 0; i < 200; i += 1) log.write(`line ${i}\n`);
    log.close();
    expect(readdirSync(folder).sort()).toEqual(['x.log', 'x.log.1']);
    expect(readFileSync(join(folder, 'x.log'), 'utf8') + readFileSync(join(folder, 'x.log.1'), 'utf8')).toContain('line 199\n');
    for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name)).length).toBeLessThan(120);
  });

  it('where nothing can be written it is silent', () => {
    writeFileSync(join(folder, 'file'), '');
    const log = logFile(join(folder, 'file/x.log'));
    log.write('lost');
    log.close();
    expect(readdirSync(folder)).toEqual(['file']);
  });
});
