import { describe, expect, it } from 'vitest';
import { parseSyncArgs, UsageError, type UsageProblem } from '../../../../../main/hosts/cli/args.ts';
import type { SyncArgs } from '../../../../../main/hosts/cli/sync-args.ts';

const parse = (...words: (string | Buffer)[]): SyncArgs => parseSyncArgs(words.map((word) => Buffer.from(word as string)));
function problem(...words: string[]): UsageProblem {
  try { parse(...words); } catch (error) { if (error instanceof UsageError) return error.problem; throw error; }
  throw new Error('no problem was found');
}

describe("rsync's option grammar", () => {
  it('-a is -rlptgoD', () => {
    expect(parse('-a', 'x', 'y').options).toEqual(parse('-rlptgoD', 'x', 'y').options);
    expect(parse('-a', 'x', 'y').options).toMatchObject({ recurse: true, links: true, perms: true, times: true, group: true, owner: true, devices: true, specials: true });
  });

  it('nothing is on by itself but fsync', () => {
    const on = Object.entries(parse('x', 'y').options).filter(([, value]) => value === true).map(([key]) => key);
    expect(on).toEqual(['fsync']);
  });

  it('letters come in bundles, and the last may take its value from the word or the next one', () => {
    expect(parse('-avze', 'ssh -p 2222', 'x', 'y').rsh).toBe('ssh -p 2222');
    expect(parse('-avzessh', 'x', 'y')).toMatchObject({ rsh: 'ssh', verbose: 1 });
    expect(parse('-f- *.o', 'x', 'y').filters[0]?.text.toString()).toBe('- *.o');
  });

  it('a long option takes its value after = or as the next word', () => {
    expect(parse('--rsync-path=/opt/rsync', 'x', 'y').rsyncPath).toBe('/opt/rsync');
    expect(parse('--rsync-path', '/opt/rsync', 'x', 'y').rsyncPath).toBe('/opt/rsync');
    expect(parse('--timeout', '30', 'x', 'y').options.timeout).toBe(30);
  });

  it('--no-NAME takes an option back, by its long name or its letter', () => {
    expect(parse('-a', '--no-perms', '--no-o', '--no-D', 'x', 'y').options).toMatchObject({ perms: false, owner: false, devices: false, specials: false, times: true });
    expect(parse('--no-W', 'x', 'y')).toMatchObject({ wholeFileSaid: true });
  });

  it('filters keep the order in which they were said', () => {
    const texts = parse('--include=*.c', '--exclude', '*', '--filter=P keep', 'x', 'y').filters.map(({ text }) => text.toString());
    expect(texts).toEqual(['+ *.c', '- *', 'P keep']);
  });

  it('after -- every word is a name, and names stay bytes', () => {
    const name = Buffer.from([0x2d, 0xff, 0xfe]);
    expect(parseSyncArgs([Buffer.from('-a'), Buffer.from('--'), Buffer.from('-n'), name]).words).toEqual([Buffer.from('-n'), name]);
  });

  it('--delete and its relatives set when it happens', () => {
    expect(parse('--delete', 'x', 'y').options.delete).toBe('during');
    expect(parse('--delete-before', 'x', 'y').options.delete).toBe('before');
    expect(parse('--delete-after', 'x', 'y').options.delete).toBe('during');
  });

  it('an option that does not exist is named', () => {
    expect(problem('--frobnicate', 'x', 'y')).toEqual({ kind: 'unknown', option: '--frobnicate' });
    expect(problem('-aj', 'x', 'y')).toEqual({ kind: 'unknown', option: '-j' });
  });

  it('an option of rsync that Sluice cannot do is refused, never ignored', () => {
    for (const option of ['-H', '-A', '-X', '-S', '--link-dest=/x', '--backup', '-b', '--checksum-choice=md5', '-R', '--files-from=list', '--bwlimit=1']) {
      expect(problem(option, 'x', 'y')).toMatchObject({ kind: 'unsupported' });
    }
  });

  it('a value that is missing, unwanted or unusable is told apart', () => {
    expect(problem('x', 'y', '--rsh')).toEqual({ kind: 'missingValue', option: '--rsh' });
    expect(problem('--archive=yes', 'x')).toEqual({ kind: 'noValue', option: '--archive' });
    expect(problem('--timeout=soon', 'x')).toEqual({ kind: 'badValue', option: '--timeout' });
    expect(problem('--transport=rsh', 'x')).toEqual({ kind: 'badValue', option: '--transport' });
  });
});
