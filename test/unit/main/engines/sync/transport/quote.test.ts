import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { ChildShell } from '../../../../../../main/engines/sync/transport/child-shell.ts';
import { quoteArgv, quoteArgvAsText } from '../../../../../../main/engines/sync/transport/quote.ts';
import { runCommand } from '../../../../../../main/engines/sync/transport/run-command.ts';

const NASTY = [
  Buffer.from('plain'), Buffer.from(''), Buffer.from("it's"), Buffer.from('$HOME `id` "x" \\ * ? ; & | < > # ~'), Buffer.from('new\nline'), Buffer.from('ends\n\n'), Buffer.from('-n'),
  Buffer.from([0xff, 0xfe, 0x27, 0x0a]), Buffer.from([0x80]), Buffer.from('中文'), Buffer.from([1, 2, 3, 0x1b, 0x7f]), Buffer.from([0xc3, 0x28, 0x0a, 0x0a]),
];
const dump = 'for a in "$@"; do printf "%s" "$a" | od -An -v -tx1 | tr -d " \\n"; echo; done';
const hex = NASTY.map((bytes) => bytes.toString('hex'));

describe('quoting for a POSIX shell', () => {
  it('as bytes, every argument arrives as it was', () => {
    const line = quoteArgv(['sh', '-c', dump, 'sh', ...NASTY]);
    const out = execFileSync('sh', { input: line }).toString();
    expect(out.split('\n').slice(0, -1)).toEqual(hex);
  });

  it('as text, bytes that are not UTF-8 are made by the shell', () => {
    const out = execFileSync('sh', ['-c', quoteArgvAsText(['sh', '-c', dump, 'sh', ...NASTY])]).toString();
    expect(out.split('\n').slice(0, -1)).toEqual(hex);
  });

  it('ChildShell passes bytes to a local program', async () => {
    const { stdout, code } = await runCommand(new ChildShell(), ['sh', '-c', dump, 'sh', ...NASTY]);
    expect(code).toBe(0);
    expect(stdout.toString().split('\n').slice(0, -1)).toEqual(hex);
  });

  it('a zero byte is refused', () => {
    expect(() => quoteArgv(['a\0b'])).toThrow(/SSH_BAD_TARGET/);
  });
});
