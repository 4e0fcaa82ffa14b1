import { describe, expect, it } from 'vitest';
import { escapeName, hasUtf8 } from '../../../../../main/hosts/cli/escape.ts';
import { exitCodeOf, exitCodeOfSession } from '../../../../../main/hosts/cli/exit-codes.ts';
import { humanDecimal, humanNumber } from '../../../../../main/hosts/cli/numbers.ts';
import { splitWords } from '../../../../../main/hosts/cli/shell-words.ts';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';

describe('names as rsync prints them', () => {
  it('control characters and bytes that are no UTF-8 are \\#ooo', () => {
    expect(escapeName(Buffer.from('a\nb\x7f'), true)).toBe('a\\#012b\\#177');
    expect(escapeName(Buffer.from([0x63, 0xe9]), true)).toBe('c\\#351');
  });

  it('UTF-8 is shown where the locale has it, else escaped', () => {
    expect(escapeName(Buffer.from('照'), true)).toBe('照');
    expect(escapeName(Buffer.from('é'), false)).toBe('\\#303\\#251');
    expect(escapeName(Buffer.concat([Buffer.from([0xe4]), Buffer.from('/照')]), true)).toBe('\\#344/照');
    expect([hasUtf8({ LANG: 'C.UTF-8' }), hasUtf8({ LC_ALL: 'C', LANG: 'de_DE.UTF-8' }), hasUtf8({})]).toEqual([true, false, false]);
  });

  it('a backslash is escaped only where it would read as an escape', () => {
    expect(escapeName(Buffer.from('a\\#012'), true)).toBe('a\\#134#012');
    expect(escapeName(Buffer.from('a\\b\\#x'), true)).toBe('a\\b\\#x');
  });
});

describe('figures as rsync prints them', () => {
  it('thousands are grouped, -h counts in thousands, -hh in 1024s, --no-h not at all', () => {
    expect([humanNumber(1_234_567, 1), humanNumber(1_234_567, 2), humanNumber(1_048_576, 3), humanNumber(1_234_567, 0), humanNumber(999, 2)]).toEqual(['1,234,567', '1.23M', '1.00M', '1234567', '999']);
  });

  it('rates have two decimals', () => {
    expect([humanDecimal(1234.5, 1), humanDecimal(0, 1), humanDecimal(2_500_000, 2)]).toEqual(['1,234.50', '0.00', '2.50M']);
  });
});

describe('the words of -e', () => {
  it('spaces cut, quotes group, a doubled quote stands for itself', () => {
    expect(splitWords(`ssh -p 2222  -i '/my key' "it""s"`)).toEqual(['ssh', '-p', '2222', '-i', '/my key', 'it"s']);
    expect(splitWords(`a $(b) ;c`)).toEqual(['a', '$(b)', ';c']);
    expect(splitWords(`ssh -o 'open`)).toBeNull();
  });
});

describe('exit codes', () => {
  it('are the ones rsync has for the same trouble', () => {
    const of = (error: SluiceError): number => exitCodeOf(error.toInfo());
    expect(of(SluiceError.of('SSH_AUTH', { host: 'h', user: 'u', tried: '' }))).toBe(255);
    expect(of(SluiceError.of('RSYNC_NOISE', { host: 'h', text: '' }))).toBe(2);
    expect(of(SluiceError.of('RSYNC_PROTOCOL', { reason: '' }))).toBe(12);
    expect(of(SluiceError.of('RSYNC_MISSING', { host: 'h', install: '' }))).toBe(127);
    expect(of(SluiceError.of('RSYNC_REMOTE', { message: '', exitCode: 11 }))).toBe(11);
    expect(of(SluiceError.of('FILE_NO_SPACE', { path: 'p' }))).toBe(11);
    expect(of(SluiceError.of('RUN_STOPPED', {}))).toBe(20);
  });

  it('partial beats vanished, and what the far side failed with beats both', () => {
    expect([exitCodeOfSession(0, 0), exitCodeOfSession(0, 2), exitCodeOfSession(24, 1), exitCodeOfSession(23, 2), exitCodeOfSession(11, 1), exitCodeOfSession(24, 0)]).toEqual([0, 24, 23, 23, 11, 24]);
  });
});
