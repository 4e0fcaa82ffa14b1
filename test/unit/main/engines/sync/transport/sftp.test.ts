import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { SftpClient } from '../../../../../../main/engines/sync/transport/sftp.ts';
import type { RemoteProcess } from '../../../../../../main/engines/sync/transport/remote-process.ts';

/** A server that answers what the test says. */
function fake(): { process: RemoteProcess; answer: (bytes: Buffer) => void; asked: Buffer[]; end: () => void } {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const asked: Buffer[] = [];
  stdin.on('data', (chunk: Buffer) => asked.push(chunk));
  const { promise, resolve } = Promise.withResolvers<{ code: number | null; signal: string | null; lost: Error | null }>();
  const end = (): void => { resolve({ code: 0, signal: null, lost: null }); };
  return { process: { stdin, stdout, stderr: new PassThrough(), exited: promise, kill: end }, answer: (bytes) => { stdout.write(bytes); }, asked, end };
}
const packet = (type: number, ...parts: (number | Buffer)[]): Buffer => {
  const body = Buffer.concat([Buffer.from([type]), ...parts.map((part) => { if (typeof part !== 'number') return part; const n = Buffer.alloc(4); n.writeUInt32BE(part); return n; })]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
};
const text = (value: string | Buffer): Buffer => { const bytes = Buffer.from(value as string); const n = Buffer.alloc(4); n.writeUInt32BE(bytes.length); return Buffer.concat([n, bytes]); };
const opened = async (): Promise<ReturnType<typeof fake> & { client: SftpClient }> => {
  const server = fake();
  const client = SftpClient.open(server.process, 'h');
  server.answer(packet(2, 3));
  return { ...server, client: await client };
};

describe('SFTP client', () => {
  it("a shell's words instead of SFTP are RSYNC_NOISE with the words", async () => {
    const server = fake();
    const client = SftpClient.open(server.process, 'h');
    server.answer(Buffer.from('Welcome to this host!\n'));
    await expect(client).rejects.toMatchObject({ code: 'RSYNC_NOISE', params: { text: expect.stringContaining('Welcome') } });
  });

  it('a process that ends at once is SSH_NO_SFTP', async () => {
    const server = fake();
    const client = SftpClient.open(server.process, 'h');
    server.end();
    await expect(client).rejects.toMatchObject({ code: 'SSH_NO_SFTP' });
  });

  it('packets may come in pieces, names are bytes', async () => {
    const { client, answer } = await opened();
    const link = client.readLink(Buffer.from('/x'));
    const bytes = packet(104, 1, 1, text(Buffer.from([0xff, 0x0a])), text(''), 0);
    for (const byte of bytes) answer(Buffer.from([byte]));
    expect((await link).toString('hex')).toBe('ff0a');
  });

  it('a status is an error with a code of its own', async () => {
    const { client, answer } = await opened();
    const asked = client.lstat(Buffer.from('/x'));
    answer(packet(101, 1, 2, text('No such file'), text('')));
    await expect(asked).rejects.toMatchObject({ code: 'ENOENT', message: 'No such file' });
  });

  it.each([
    ['a string longer than its packet', packet(104, 1, 1, 0x7fffffff)],
    ['more names than can be', packet(104, 1, 0x7fffffff)],
    ['a packet that ends in a number', packet(104, 1)],
    ['no name at all', packet(104, 1, 0)],
  ])('%s is refused', async (_what, bytes) => {
    const { client, answer } = await opened();
    const asked = client.readLink(Buffer.from('/x'));
    answer(bytes);
    await expect(asked).rejects.toThrow(/SFTP/);
  });

  it('a packet too large ends the session', async () => {
    const { client, answer } = await opened();
    const asked = client.lstat(Buffer.from('/x'));
    answer(Buffer.from([0x7f, 0xff, 0xff, 0xff, 1]));
    await expect(asked).rejects.toMatchObject({ code: 'SSH_NO_SFTP' });
    await expect(client.lstat(Buffer.from('/y'))).rejects.toMatchObject({ code: 'SSH_NO_SFTP' });
  });
});
