// File lists as stock rsync 3.5.0 sent them (test/fixtures/rsync): read, and written again byte for byte.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import { receiveFileList } from '../../../../../../main/engines/sync/flist/decode.ts';
import { sendFileList } from '../../../../../../main/engines/sync/flist/encode.ts';
import type { ListForm } from '../../../../../../main/engines/sync/flist/flags.ts';
import { readerOf, writerTo } from '../wire/support.ts';

const FORM: ListForm = { protocol: 32, varintFlags: true, id0Names: true, links: true, devices: true, specials: true, owner: true, group: true, numericIds: false, digestLength: 0 };
const root = { byId: new Map([[0, 'root']]), byName: new Map([['root', 0]]) };

/** The client's first data frame: the whole list and the ids. */
function listOf(trace: string): Buffer {
  const bytes = readFileSync(join(import.meta.dirname, `../../../../../fixtures/rsync/${trace}.c2s.bin`));
  const at = 4 + 1 + (bytes[4] as number);
  const length = bytes.readUInt32LE(at) & 0xffffff;
  return bytes.subarray(at + 4, at + 4 + length);
}

describe('F file list of stock rsync', () => {
  it.each([['push-noir', 32], ['push-p30', 30]] as const)('F1 %s: what is read, and the same bytes written', async (trace, protocol) => {
    const form = { ...FORM, protocol };
    const bytes = listOf(trace);
    const { reader } = readerOf(bytes, 1);
    const { list, ioError, users, groups } = await receiveFileList(reader, form, () => true);
    const names = Array.from({ length: list.length }, (_, i) => list.name(i).toString());
    expect(names).toEqual(['.', 'b.txt', 'ln', 'sub', 'sub/a.txt']);
    expect(names.map((_, i) => list.mode(i).toString(8))).toEqual(['40755', '100644', '120777', '40755', '100644']);
    expect([list.size(1), list.size(4), Buffer.from(list.link(2)).toString(), list.mtime(0)]).toEqual([5, 1500, 'b.txt', 1767323045]);
    expect([ioError, [...users], [...groups]]).toEqual([0, [[0, 'root']], [[0, 'root']]]);
    if (protocol > 30) expect(list.nsec(0)).toBeGreaterThan(0);
    const { writer, bytes: written } = writerTo();
    await sendFileList(writer, list, form, 0, root, root);
    expect(written().toString('hex')).toBe(bytes.toString('hex'));
  });

  it('F2 cut off at any byte it is an error, never a shorter list', async () => {
    const bytes = listOf('push-noir');
    for (let end = 0; end < bytes.length; end++) {
      const { reader } = readerOf(bytes.subarray(0, end));
      await expect(receiveFileList(reader, FORM, () => true)).rejects.toThrow(/connection unexpectedly closed/);
    }
  });

  it('F3 with any byte changed it is a list of sound entries or a refusal, never another error', async () => {
    const bytes = listOf('push-noir');
    for (let at = 0; at < bytes.length; at++) {
      for (const value of [0x00, 0x01, 0x2f, 0x7f, 0x80, 0xff, (bytes[at] as number) ^ 0x10]) {
        const changed = Buffer.from(bytes);
        changed[at] = value;
        const { reader } = readerOf(changed);
        try {
          const { list } = await receiveFileList(reader, FORM, () => true);
          for (let i = 0; i < list.length; i++) expect(list.name(i).toString('latin1')).not.toMatch(/^\/|(^|\/)\.\.(\/|$)|\0/);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(SluiceError);
          expect((thrown as SluiceError).code).toBe('RSYNC_PROTOCOL');
        }
      }
    }
  });
});
