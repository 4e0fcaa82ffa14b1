import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Event } from '../../../../../../main/engines/agent/event/event.ts';
import { linesOf, sendFolder, sendLines } from '../../../../../../main/engines/agent/rpc/send-lines.ts';

const dirs: string[] = [];
afterEach(() => { for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true }); });

async function* chunks(...parts: readonly (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield Buffer.from(part as string);
}
async function lines(...parts: readonly (string | Buffer)[]): Promise<string[]> {
  const got: string[] = [];
  for await (const line of linesOf(chunks(...parts), 'x')) got.push(line.toString());
  return got;
}

test('R55 lines end with \\n or \\r\\n, wherever they are cut; the last one needs no end', async () => {
  expect(await lines('a\nb\r', '\nc', 'd', '\n\nlast')).toEqual(['a', 'b', 'cd', '', 'last']);
  expect(await lines('a\n')).toEqual(['a']);
  expect(await lines()).toEqual([]);
  const text = 'grüße 漢字\r\n'.repeat(20);
  const bytes = Buffer.from(text);
  expect(await lines(...Array.from({ length: bytes.length }, (_, i) => bytes.subarray(i, i + 1)))).toEqual(Array.from({ length: 20 }, () => 'grüße 漢字'));
});

test('R56 a line without an end is AGENT_EVENT_TOO_LARGE', async () => {
  await expect(lines(...Array.from({ length: 20 }, () => Buffer.alloc(1 << 20, 'x')))).rejects.toMatchObject({ code: 'AGENT_EVENT_TOO_LARGE' });
});

test('R55 batches are waited for, one after the other, each event with the headers', async () => {
  const batches: string[][] = [];
  let open = 0;
  const target = {
    appendBatch: async (events: readonly Event[]): Promise<void> => {
      expect(++open).toBe(1);
      await new Promise((turn) => { setImmediate(turn); });
      open -= 1;
      batches.push(events.map((one) => `${one.headers.get('h')} ${one.body.toString()}`));
    },
  };
  expect(await sendLines(linesOf(chunks('1\n2\n3\n4\n5\n6\n7'), 'x'), target, 3, new Map([['h', 'v']]))).toBe(7);
  expect(batches).toEqual([['v 1', 'v 2', 'v 3'], ['v 4', 'v 5', 'v 6'], ['v 7']]);
});

test('R56 a file of a folder keeps its name until all of it arrived', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'send-lines-'));
  dirs.push(dir);
  writeFileSync(join(dir, 'a'), '1\n2\n');
  writeFileSync(join(dir, '.hidden'), 'x\n');
  writeFileSync(join(dir, 'old.COMPLETED'), 'x\n');
  await expect(sendFolder(dir, { appendBatch: () => Promise.reject(new Error('gone')) }, 5, new Map())).rejects.toThrow('gone');
  expect(readdirSync(dir).sort()).toEqual(['.hidden', 'a', 'old.COMPLETED']);
  expect(await sendFolder(dir, { appendBatch: () => Promise.resolve() }, 5, new Map())).toEqual({ events: 2, files: 1 });
  expect(readdirSync(dir).sort()).toEqual(['.hidden', 'a.COMPLETED', 'old.COMPLETED']);
  await expect(sendFolder(join(dir, 'none'), { appendBatch: () => Promise.resolve() }, 5, new Map())).rejects.toMatchObject({ code: 'AGENT_READ' });
});
