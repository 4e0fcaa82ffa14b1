import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import type { ChannelProcessor, Source } from '../../../../../../main/engines/agent/parts.ts';
import type { AgentPorts } from '../../../../../../main/engines/agent/ports.ts';
import { nodeDisk } from '../../../../../../main/lib/disk/node-disk.ts';
import { Crash, DurableProcessor, Fate, mortalDisk } from '../../../../../support/agent/durable-processor.ts';
import { CollectingProcessor, makeSource, testPorts, type Said } from '../../../../../support/agent/probe.ts';
import { seeded } from '../../../../../support/memory-disk.ts';

type Values = Readonly<Record<string, string | number | boolean>>;
const made: Source[] = [];
afterEach(async () => { for (const source of made.splice(0)) await source.stop(); });

const folder = (): string => mkdtempSync(join(tmpdir(), 'sluice-spool-'));
const full = SluiceError.of('AGENT_CHANNEL_FULL', { channel: 'c1', capacity: 1 });

async function start(dir: string, values: Values = {}, processor: ChannelProcessor = new CollectingProcessor(), ports: AgentPorts = testPorts()): Promise<{ source: Source; said: Said; processor: CollectingProcessor; ports: AgentPorts }> {
  const { source, said } = await makeSource('spooldir', { spoolDir: dir, pollDelay: 1, maxBackoff: 2, ...values }, { processor, ports });
  made.push(source);
  await source.start();
  return { source, said, ports, processor: processor as CollectingProcessor };
}

/** Polls until nothing waits. */
async function settle(source: Source, polls = 6): Promise<void> {
  for (let i = 0; i < polls; i++) await source.poll?.(new AbortController().signal);
}

const write = (dir: string, name: string, text: string, age = 0): void => {
  writeFileSync(join(dir, name), text);
  utimesSync(join(dir, name), 1_700_000_000 - age, 1_700_000_000 - age);
};

test('F40 files come whole, the oldest first, then by name, and are renamed when they are through', async () => {
  const dir = folder();
  write(dir, 'b', 'b1\nb2\n');
  write(dir, 'a', 'a1\n');
  write(dir, 'z', 'z1\nno end', 100);
  write(dir, 'empty', '');
  write(dir, '.hidden', 'no\n');
  write(dir, 'old.COMPLETED', 'no\n');
  const { source, processor } = await start(dir);
  await settle(source);
  expect(processor.bodies).toEqual(['z1', 'no end', 'a1', 'b1', 'b2']);
  expect(readdirSync(dir).sort()).toEqual(['.hidden', 'a.COMPLETED', 'b.COMPLETED', 'empty.COMPLETED', 'old.COMPLETED', 'z.COMPLETED']);
  write(dir, 'c', 'c1\n');
  await settle(source);
  expect(processor.bodies.at(-1)).toBe('c1');
});

test('F40 the youngest first, or as the folder gives them', async () => {
  const dir = folder();
  write(dir, 'a', 'a\n', 10);
  write(dir, 'b', 'b\n', 5);
  write(dir, 'c', 'c\n', 20);
  const { source, processor } = await start(dir, { consumeOrder: 'youngest' });
  await settle(source);
  expect(processor.bodies).toEqual(['b', 'a', 'c']);
  const other = folder();
  for (const name of ['a', 'b', 'c']) write(other, name, `${name}\n`);
  const random = await start(other, { consumeOrder: 'random' });
  await settle(random.source);
  expect([...random.processor.bodies].sort()).toEqual(['a', 'b', 'c']);
});

test('F40 what the patterns leave out stays; folders below are read where it is wanted', async () => {
  const dir = folder();
  mkdirSync(join(dir, 'sub', 'deep'), { recursive: true });
  write(dir, 'a.log', 'a\n');
  write(dir, 'b.log.tmp', 'no\n');
  write(dir, 'c.txt', 'no\n');
  write(join(dir, 'sub', 'deep'), 'd.log', 'd\n');
  const values = { includePattern: String.raw`.*\.log.*`, ignorePattern: String.raw`.*\.tmp` };
  const flat = await start(dir, values);
  await settle(flat.source);
  expect(flat.processor.bodies).toEqual(['a']);
  const deep = await start(dir, { ...values, recursiveDirectorySearch: true });
  await settle(deep.source);
  expect(deep.processor.bodies).toEqual(['d']);
  expect(existsSync(join(dir, 'sub', 'deep', 'd.log.COMPLETED'))).toBe(true);
});

test('F41 with deletePolicy immediate files are deleted, with tracker_dir they stay and a mark says that they were read', async () => {
  const dir = folder();
  write(dir, 'a', 'a\n');
  const deleting = await start(dir, { deletePolicy: 'immediate' });
  await settle(deleting.source);
  expect(readdirSync(dir)).toEqual([]);
  write(dir, 'b', 'b\n');
  const tracking = await start(dir, { trackingPolicy: 'tracker_dir' });
  await settle(tracking.source);
  expect(readdirSync(dir).sort()).toEqual(['.flumespool', 'b']);
  expect(readdirSync(join(dir, '.flumespool'))).toEqual(['b.COMPLETED']);
  const again = await start(dir, { trackingPolicy: 'tracker_dir' });
  await settle(again.source);
  expect(again.processor.bodies).toEqual([]);
});

test('F41 the file is in the headers where it is wanted', async () => {
  const dir = folder();
  write(dir, 'a', 'a\n');
  const { source, processor } = await start(dir, { fileHeader: true, fileHeaderKey: 'path', basenameHeader: true });
  await settle(source);
  expect(Object.fromEntries(processor.events[0]?.headers ?? [])).toEqual({ path: join(dir, 'a'), basename: 'a' });
});

test('F42 a file that changes after it was picked up ends the source, in words, and stays', async () => {
  const dir = folder();
  write(dir, 'a', Array.from({ length: 300 }, (_, i) => `${i}\n`).join(''));
  const processor = new CollectingProcessor();
  const { source, said } = await start(dir, { batchSize: 1 }, processor);
  await source.poll?.(new AbortController().signal);
  appendFileSync(join(dir, 'a'), 'more\n');
  await settle(source);
  expect(said.failures).toMatchObject([{ code: 'AGENT_FILE_CHANGED', params: { file: join(dir, 'a') } }]);
  expect(processor.bodies).toHaveLength(50);
  await settle(source);
  expect(said.failures).toHaveLength(1);
  expect(readdirSync(dir)).toEqual(['a']);
});

test('F42 a name that was used before ends the source', async () => {
  const dir = folder();
  write(dir, 'a', 'one\n');
  const { source, said, processor } = await start(dir);
  await settle(source);
  write(dir, 'a', 'two\n');
  await settle(source);
  expect(processor.bodies).toEqual(['one', 'two']);
  expect(said.failures).toMatchObject([{ code: 'AGENT_FILE_CHANGED' }]);
  expect(readdirSync(dir).sort()).toEqual(['a', 'a.COMPLETED']);
});

test('F42 bytes that are no text end it, are replaced or left out, as decodeErrorPolicy says', async () => {
  const bad = Buffer.from([0x61, 0xc3, 0x28, 0x0a, 0x62, 0x0a]);
  for (const [policy, bodies] of [['FAIL', []], ['REPLACE', ['a\ufffd(', 'b']], ['IGNORE', ['a(', 'b']]] as const) {
    const dir = folder();
    writeFileSync(join(dir, 'x'), bad);
    const { source, said, processor } = await start(dir, { decodeErrorPolicy: policy });
    await settle(source);
    expect(processor.bodies).toEqual(bodies);
    expect(said.failures.map(({ code }) => code)).toEqual(policy === 'FAIL' ? ['AGENT_DECODE'] : []);
  }
});

test('F42 other sets of characters, and the old bufferMaxLineLength', async () => {
  const dir = folder();
  writeFileSync(join(dir, 'x'), Buffer.from('käse\nlonger line\n', 'latin1'));
  const { source, processor } = await start(dir, { inputCharset: 'ISO-8859-1', bufferMaxLineLength: 6 });
  await settle(source);
  expect(processor.bodies[0]).toBe('käse');
  expect(processor.bodies.slice(1).join('')).toBe('longer line');
});

test('F43 a full channel does not end the source, and nothing is lost by it', async () => {
  const dir = folder();
  write(dir, 'a', '1\n2\n3\n');
  const processor = new CollectingProcessor();
  processor.refuse = full;
  const { source, said } = await start(dir, { batchSize: 2 }, processor);
  await settle(source, 1);
  expect(said.problems[0]).toMatchObject({ code: 'AGENT_CHANNEL_FULL' });
  processor.refuse = null;
  await settle(source);
  expect(processor.bodies).toEqual(['1', '2', '3']);
  expect(existsSync(join(dir, 'a.COMPLETED'))).toBe(true);
});

test('F43 a restart goes on in the middle of a file', async () => {
  const dir = folder();
  write(dir, 'a', Array.from({ length: 120 }, (_, i) => `${i}\n`).join(''));
  const first = await start(dir, { batchSize: 1 });
  await first.source.poll?.(new AbortController().signal);
  await first.source.stop();
  const second = await start(dir, {}, new CollectingProcessor(), first.ports);
  await settle(second.source);
  expect([...first.processor.bodies, ...second.processor.bodies]).toEqual(Array.from({ length: 120 }, (_, i) => String(i)));
  expect(first.processor.bodies).toHaveLength(50);
});

test('F44 whatever step the agent crashes at, every line comes once behind a durable channel, and every file is put away', async () => {
  for (let seed = 0; seed < 40; seed++) {
    const random = seeded(seed);
    const dir = folder();
    const processor = new DurableProcessor();
    const base = testPorts();
    let line = 0;
    let name = 0;
    const values = { batchSize: 1 + Math.floor(random() * 6), trackingPolicy: seed % 3 === 0 ? 'tracker_dir' : 'rename', deletePolicy: seed % 3 === 1 ? 'immediate' : 'never' };
    for (let life = 0; life < 7; life++) {
      const fate = new Fate(life === 6 ? Infinity : Math.floor(random() * 35));
      processor.fate = fate;
      for (let i = 0; i < 2; i++) write(dir, `f${name++}`, Array.from({ length: Math.floor(random() * 15) }, () => `${line++}\n`).join(''), 1000 - name);
      try {
        const { source } = await start(dir, values, processor, { ...base, disk: mortalDisk(nodeDisk, () => fate) });
        await settle(source, 3);
      } catch (error) {
        if (!fate.dead && !(error instanceof Crash)) throw error;
      }
    }
    expect(processor.bodies.map(Number), `seed ${seed}`).toEqual(Array.from({ length: line }, (_, i) => i));
    const left = readdirSync(dir).filter((entry) => !entry.endsWith('.COMPLETED') && !entry.startsWith('.'));
    expect(left, `seed ${seed}`).toHaveLength(seed % 3 === 0 ? name : 0);
    rmSync(dir, { recursive: true });
  }
}, 60_000);

test('F44 a folder that is not there is told at the start', async () => {
  await expect(start('/nowhere/at/all')).rejects.toMatchObject({ code: 'AGENT_READ', params: { file: '/nowhere/at/all', reason: 'ENOENT' } });
});
