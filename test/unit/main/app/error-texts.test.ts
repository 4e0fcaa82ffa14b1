import { describe, expect, it } from 'vitest';
import { messages } from '../../../../assets/locales/index.ts';
import { ERRORS, type ErrorCode } from '../../../../preload/contract/errors.ts';
import type { Locale } from '../../../../preload/contract/locale.ts';

const CJK = /[\u4e00-\u9fff]/;
const codes = Object.keys(ERRORS) as ErrorCode[];

function textsOf(locale: Locale, code: ErrorCode): { title: string; body: string; remedy: string; params: Record<string, string> } {
  // numbers, since the guard counts; each another, so that a swapped pair shows
  const params = Object.fromEntries(ERRORS[code].params.map((name, n) => [name, String(401 + n)]));
  return { ...messages[locale].errors[code](params as never), params };
}

describe.each(['en', 'zh-CN'] as const)('error texts in %s', (locale) => {
  it.each(codes)('%s says what happened, why, and what to do', (code) => {
    const { title, body, remedy, params } = textsOf(locale, code);
    for (const text of [title, body, remedy]) {
      expect(text.trim().length).toBeGreaterThan(1);
      expect(text).not.toMatch(/undefined|NaN|\[object|\$\{/);
      if (locale === 'zh-CN') expect(text).toMatch(CJK);
    }
    for (const [name, value] of Object.entries(params)) expect(`${title} ${body} ${remedy}`, name).toContain(value);
  });
});

describe('error texts', () => {
  it('an unknown host key and a missing rsync carry what a person must compare or type', () => {
    const key = messages.en.errors.SSH_HOST_KEY_CHANGED({ host: 'nas', type: 'ssh-ed25519', sha256: 'SHA256:new', known: 'SHA256:old' });
    expect(key.body).toContain('SHA256:new');
    expect(key.body).toContain('SHA256:old');
    expect(messages['zh-CN'].errors.RSYNC_MISSING({ host: 'nas', install: 'apt-get install rsync' }).remedy).toContain('apt-get install rsync');
  });

  it('reasons of an interruption are words in both languages', () => {
    for (const reason of ['engine', 'engineAgain', 'quit', 'crash']) {
      expect(messages.en.errors.RUN_INTERRUPTED({ reason }).body).toMatch(/ended|quit/);
      expect(messages['zh-CN'].errors.RUN_INTERRUPTED({ reason }).body).toMatch(CJK);
      expect(messages['zh-CN'].errors.RUN_INTERRUPTED({ reason }).body).not.toContain(reason);
    }
  });

  it('a place called local is this computer', () => {
    expect(messages.en.errors.PATH_NOT_FOUND({ path: '/x', place: 'local' }).title).toBe('/x does not exist on this computer');
  });
});
