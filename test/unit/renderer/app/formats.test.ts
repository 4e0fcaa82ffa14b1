import { describe, expect, it } from 'vitest';
import { formats } from '../../../../renderer/app/formats.ts';
import { chordOf } from '../../../../renderer/app/shortcuts.ts';

describe('formats', () => {
  it('bytes keep at most three digits and always their unit', () => {
    const { bytes, rate } = formats('en');
    expect([0, 999, 1024, 1536, 99.96 * 1024, 1024 ** 3 * 3.14].map(bytes)).toEqual(['0 B', '999 B', '1 kB', '1.5 kB', '100 kB', '3.1 GB']);
    expect(rate(42e6)).toBe('40.1 MB/s');
  });

  it('a duration over an hour shows its hours', () => {
    expect([0, 61_000, 3_723_000].map(formats('zh-CN').duration)).toEqual(['0:00', '1:01', '1:02:03']);
  });
});

describe('chords', () => {
  it('a question mark is a question mark, with whatever key it is typed', () => {
    expect(chordOf(new KeyboardEvent('keydown', { key: '?', shiftKey: true }))).toBe('?');
    expect(chordOf(new KeyboardEvent('keydown', { key: 'S', shiftKey: true, ctrlKey: true }))).toBe('mod+shift+s');
    expect(chordOf(new KeyboardEvent('keydown', { key: 'ArrowLeft', altKey: true }))).toBe('alt+arrowleft');
  });
});
