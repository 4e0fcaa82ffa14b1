import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { passphraseVault } from '../../../../../main/hosts/shared/passphrase-vault.ts';

const CHEAP = { cost: 2 ** 10 };
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-vault-'));
  file = join(folder, 'vault.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function made() {
  const vault = passphraseVault(file, CHEAP);
  await vault.create('correct horse');
  return vault;
}

describe('the passphrase vault', () => {
  it('is none until it is made, then open, then locked at the next start', async () => {
    const vault = passphraseVault(file, CHEAP);
    expect([vault.kind, vault.locked]).toEqual(['none', true]);
    await expect(vault.set('a', 'b')).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
    await expect(vault.unlock('whatever')).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' });
    await vault.create('correct horse');
    expect([vault.kind, vault.locked]).toEqual(['passphrase', false]);
    const next = passphraseVault(file, CHEAP);
    expect([next.kind, next.locked]).toEqual(['passphrase', true]);
    await expect(next.get('a')).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
  });

  it('keeps secrets over a restart, odd keys and values included', async () => {
    const vault = await made();
    await vault.set('server/1', 'hunter2');
    await vault.set('__proto__', 'päßwörd\n密码');
    await vault.set('server/2', '');
    await vault.remove('server/2');
    await vault.remove('never there');
    const next = passphraseVault(file, CHEAP);
    await next.unlock('correct horse');
    expect(await Promise.all(['server/1', '__proto__', 'server/2', 'toString'].map((key) => next.get(key)))).toEqual(['hunter2', 'päßwörd\n密码', null, null]);
  });

  it('the file shows no secret, is for its owner alone, and nothing else is left beside it', async () => {
    const vault = await made();
    await vault.set('server/1', 'hunter2');
    const text = readFileSync(file, 'utf8');
    for (const word of ['hunter2', 'server/1', 'correct horse']) expect(text).not.toContain(word);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['vault.json']);
    expect(JSON.parse(text)).toMatchObject({ version: 1, kdf: { name: 'scrypt', r: 8, p: 1 } });
  });

  it('every write has a fresh iv', async () => {
    const vault = await made();
    const ivs = new Set<string>();
    for (let i = 0; i < 5; i += 1) {
      await vault.set('a', 'same');
      ivs.add((JSON.parse(readFileSync(file, 'utf8')) as { iv: string }).iv);
    }
    expect(ivs.size).toBe(5);
  });

  it('a wrong passphrase is refused, and the right one still opens', async () => {
    await made();
    const vault = passphraseVault(file, CHEAP);
    await expect(vault.unlock('wrong horse')).rejects.toMatchObject({ code: 'VAULT_WRONG_PASSPHRASE' });
    expect(vault.locked).toBe(true);
    await vault.unlock('correct horse');
    expect(vault.locked).toBe(false);
  });

  it('composed and decomposed letters are one passphrase', async () => {
    const vault = passphraseVault(file, CHEAP);
    await vault.create('caf\u00e9 au lait');
    await passphraseVault(file, CHEAP).unlock('cafe\u0301 au lait');
  });

  it('says when it changes', async () => {
    const vault = passphraseVault(file, CHEAP);
    let changes = 0;
    vault.onChange(() => { changes += 1; });
    await vault.create('correct horse');
    await vault.unlock('correct horse');
    expect(changes).toBe(2);
  });

  it('is not made twice', async () => {
    await made();
    await expect(passphraseVault(file, CHEAP).create('another one')).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' });
  });

  it('a changed byte anywhere, or a weaker kdf, does not open', async () => {
    const vault = await made();
    await vault.set('a', 'secret');
    const whole = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown> & { kdf: object };
    const flip = (text: unknown): string => {
      const bytes = Buffer.from(String(text), 'base64');
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      return bytes.toString('base64');
    };
    for (const forged of [{ ...whole, data: flip(whole['data']) }, { ...whole, tag: flip(whole['tag']) }, { ...whole, iv: flip(whole['iv']) }, { ...whole, kdf: { ...whole.kdf, N: 2 ** 11 } }]) {
      writeFileSync(file, JSON.stringify(forged));
      await expect(passphraseVault(file, CHEAP).unlock('correct horse')).rejects.toMatchObject({ code: 'VAULT_WRONG_PASSPHRASE' });
    }
  });

  it.each(['', '{', '[]', '{"version":2}', '{"version":1,"kdf":{"name":"scrypt","N":1073741824,"r":8,"p":1,"salt":"AAAAAAAAAAAAAAAAAAAAAA=="},"iv":"AAAAAAAAAAAAAAAA","tag":"AAAAAAAAAAAAAAAAAAAAAA==","data":""}'])('a damaged or forged file (%s) is named, kept, and never overwritten', async (text) => {
    writeFileSync(file, text);
    const vault = passphraseVault(file, CHEAP);
    await expect(vault.unlock('x')).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' });
    await expect(vault.create('a new one')).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' });
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('when the file cannot be written, the secret is not said to be kept', async () => {
    const vault = await made();
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file where the folder was');
    await expect(vault.set('a', 'b')).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' });
    expect(await vault.get('a')).toBeNull();
    rmSync(folder);
    mkdirSync(folder);
    expect(existsSync(file)).toBe(false);
  });

  it('by default a guess costs 128 MiB', async () => {
    const vault = passphraseVault(file);
    await vault.create('correct horse');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ kdf: { N: 131_072, r: 8, p: 1 } });
    await passphraseVault(file).unlock('correct horse');
  });
});
