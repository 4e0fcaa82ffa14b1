// The server before and beside the files: its command line, its handshake, and clients that misbehave.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseServerCall } from '../../../../../../main/engines/sync/sessions/server-options.ts';
import { serveRemote } from '../../../../../../main/engines/sync/sessions/server.ts';
import { bytesOf } from '../wire/support.ts';

describe('V the server\'s command line', () => {
  it('V1 of a recorded push and pull is understood', () => {
    const push = parseServerCall(['-logDtpre.iLsfxCIvu', '--log-format=%i', '.', '/dst/']);
    expect(push).toMatchObject({ sender: false, deletion: 'none', capabilities: 'iLsfxCIvu', seed: null });
    expect(push.options).toMatchObject({ links: true, owner: true, group: true, devices: true, specials: true, times: true, perms: true, recurse: true, dryRun: false, delete: false });
    expect(push.paths.map(String)).toEqual(['/dst/']);
    const pull = parseServerCall(['--sender', '-logDtpre.iLsfxCIvu', '--checksum-seed=1', '.', '/a', '/b']);
    expect(pull).toMatchObject({ sender: true, seed: 1 });
    expect(pull.paths.map(String)).toEqual(['/a', '/b']);
  });

  it('V2 options may come in any order and in several bundles; paths are bytes', () => {
    const call = parseServerCall(['--delete-during', '-nc', '--partial', '-e.LsfxCIu', '-ru', '--timeout=30', '-B700', '.', Buffer.from([0x2f, 0xff])]);
    expect(call.options).toMatchObject({ dryRun: true, checksum: true, recurse: true, update: true, partial: true, timeout: 30, links: false });
    expect(call.deletion).toBe('before');
    expect(call.paths[0]).toEqual(Buffer.from([0x2f, 0xff]));
  });

  it.each([
    ['a letter without meaning here', ['-rH', '.', '/x'], 4], ['a letter nobody knows', ['-r?', '.', '/x'], 4], ['an unknown option', ['-r', '--daemon', '.', '/x'], 4],
    ['an option from Object', ['--constructor', '.', '/x'], 4], ['a size that is none (CVE-2026-70457)', ['-r', '-B99999999999999999999', '.', '/x'], 1], ['a timeout out of range', ['--timeout=999999', '.', '/x'], 1],
    ['no dot', ['-r', '/x'], 1], ['too many arguments (CVE-2026-70456)', Array<string>(1001).fill('-r'), 1], ['a NUL in a path', ['-r', '.', 'a\0b'], 1], ['a checksum nobody has', ['--checksum-choice=crc', '.', '/x'], 4],
  ])('V3 %s is refused', (_what, argv, exitCode) => {
    expect(() => parseServerCall(argv)).toThrow(expect.objectContaining({ name: 'ServerRefusal', exitCode }) as Error);
  });
});

describe('V the server and its client', () => {
  let folder = '';
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'sluice-serve-')); mkdirSync(join(folder, 'target')); });
  afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

  async function serve(argv: readonly string[], said: Uint8Array): Promise<{ code: number; out: Buffer; err: string }> {
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    stdin.end(said);
    const chunks: Buffer[] = [];
    stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const code = await serveRemote(argv, stdin, stdout, {}, stderr);
    return { code, out: Buffer.concat(chunks), err: String(stderr.read() ?? '') };
  }
  const receiving = (): string[] => ['-logDtpre.LsfxCIvu', '--checksum-seed=1', '.', join(folder, 'target')];

  it('V4 answers a client\'s letters as stock rsync does, and never grants incremental recursion', async () => {
    const { out } = await serve(['-logDtpre.iLsfxCIvu', '--checksum-seed=1', '.', join(folder, 'target')], bytesOf(`20000000 1e ${Buffer.from('xxh128 xxh3 xxh64 md5 md4 sha1').toString('hex')}`));
    expect(out.subarray(0, 6).toString('hex')).toBe('2000000081fe');
    expect(out.subarray(6, 7 + (out[6] as number)).toString('latin1').slice(1)).toBe('xxh128 xxh64 md5');
    expect(out.readInt32LE(7 + (out[6] as number))).toBe(1);
  });

  it('V5 a client that says nothing, or not enough, ends it with 12', async () => {
    expect((await serve(receiving(), Buffer.alloc(0))).code).toBe(12);
    const { code, err } = await serve(receiving(), bytesOf('200000'));
    expect(code).toBe(12);
    expect(err).toContain('unexpectedly closed');
  });

  it.each([['00000000'], ['ffffffff'], ['1d000000']])('V6 version %s is refused with 2', async (hex) => {
    const { code, err } = await serve(receiving(), bytesOf(hex));
    expect(code).toBe(2);
    expect(err).toContain('protocol version');
  });

  it('V7 a client without a checksum of ours is refused with 4', async () => {
    const { code, err } = await serve(receiving(), bytesOf(`20000000 04 ${Buffer.from('none').toString('hex')}`));
    expect(code).toBe(4);
    expect(err).toContain('failed to negotiate');
  });

  it.each([
    ['a name that leaves the target', '01 09 2e2e2f657363617065'], ['an absolute name', '01 04 2f657463'], ['"." as a file (CVE-2026-70459)', '01 01 2e 000000 6900 0000 a4810000'],
  ])('V8 %s is refused in words the client hears, with 2, and nothing is written', async (_what, body) => {
    const names = bytesOf(`20000000 03 ${Buffer.from('md5').toString('hex')}`);
    const list = bytesOf(`${body} ${'00'.repeat(40)}`);
    const head = Buffer.alloc(4);
    head.writeUInt32LE(((7 << 24) | list.length) >>> 0);
    const { code, out } = await serve(receiving(), Buffer.concat([names, head, list]));
    expect(code).toBe(2);
    expect(out.toString('latin1')).toMatch(/in the file list|names? /);
    expect(out.subarray(-8).toString('hex')).toBe('0400005d02000000'); // ERROR_EXIT, 2
    expect(readdirSync(folder)).toEqual(['target']);
    expect(readdirSync(join(folder, 'target'))).toEqual([]);
  });
});
