// A far program that ends while our window to it stays shut: the session ends with what it said, and does not wait for ever.
import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Connection } from '../../../../../../main/engines/sync/sessions/connection.ts';
import type { RemoteProcess } from '../../../../../../main/engines/sync/transport/remote-process.ts';
import { TAG } from '../../../../../../main/engines/sync/wire/tags.ts';
import { frame } from '../wire/support.ts';

/** A channel of SSH whose far program has read nothing: no write is ever taken, and its close is seen only once its output has been read. */
function shutWindow(): { readonly process: RemoteProcess; end(code: number, output: Buffer): void } {
  const stdin = new Writable({ highWaterMark: 1024, write: () => { /* the window never opens */ } });
  const stdout = new PassThrough();
  const over = Promise.withResolvers<void>();
  let code: number | null = null;
  const exited = new Promise<{ code: number | null; signal: string | null; lost: Error | null }>((done) => { stdout.once('end', () => { done({ code, signal: null, lost: null }); }); });
  return {
    process: { stdin, stdout, stderr: new PassThrough(), exited, ended: over.promise, kill: () => { stdout.resume(); } },
    end: (exit, output) => {
      code = exit;
      stdout.end(output);
      over.resolve();
    },
  };
}

describe('W an end that is seen late', () => {
  it('W22 who waits for the window goes on, and the session ends with the far side\'s words and code', async () => {
    const far = shutWindow();
    const connection = new Connection(far.process, 'host', {});
    const session = connection.run(async () => {
      connection.reader.startMultiplex();
      connection.writer.startMultiplex();
      connection.writer.bytes(Buffer.alloc(100_000));
      connection.writer.flush();
      expect(connection.writer.full).toBe(true);
      setTimeout(() => { far.end(11, frame(TAG.ERROR, Buffer.from('write failed: No space left on device (28)\n'))); }, 20);
      await connection.writer.ready();
      connection.writer.bytes(Buffer.alloc(100_000)); // dropped
      expect(connection.writer.full).toBe(false);
      await connection.reader.atomically(() => connection.reader.int());
    });
    await expect(session).rejects.toMatchObject({ code: 'RSYNC_REMOTE', params: { exitCode: 11, message: 'write failed: No space left on device (28)' } });
    expect(far.process.stdin.writableLength).toBeLessThan(150_000);
  });
});
