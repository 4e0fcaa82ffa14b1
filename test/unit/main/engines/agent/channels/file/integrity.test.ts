import { mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { channel as channelCommand } from '../../../../../../../main/hosts/cli/agent-channel.ts';
import { SluiceError } from '../../../../../../../preload/contract/sluice-error.ts';
import type { Terminal } from '../../../../../../../main/hosts/cli/terminal.ts';
import { event, putAll, takeAll, testPorts } from '../../../../../../support/agent/probe.ts';
import { FlumeLogWriter } from '../../../../../../support/agent/flume-log-writer.ts';
import { bodies, makeChannel, numbers, type Made } from '../../../../../../support/agent/channels.ts';

function terminal(): Terminal & { readonly lines: string[] } {
  const lines: string[] = [];
  const output = { line: (line: string) => { lines.push(line); }, flush: () => {} };
  return { out: output, err: output, signal: new AbortController().signal, lines } as unknown as Terminal & { readonly lines: string[] };
}

async function run(...rest: string[]): Promise<{ code: number; lines: string[] }> {
  const to = terminal();
  return { code: await channelCommand(rest, to), lines: to.lines };
}

async function filled(values: Record<string, string> = {}): Promise<{ dir: string; open: () => Promise<Made> }> {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-integrity-'));
  const open = async (): Promise<Made> => {
    const made = await makeChannel('file', { checkpointDir: join(dir, 'checkpoint'), dataDirs: join(dir, 'data'), minimumRequiredSpace: 1, maxFileSize: 4000, 'keep-alive': 0, ...values }, testPorts());
    await made.channel.start();
    return made;
  };
  const { channel } = await open();
  for (let i = 0; i < 100; i += 10) await putAll(channel, numbers(i, 10).map((n) => event(`${n} ${'.'.repeat(50)}`)));
  await takeAll(channel, 10);
  await channel.stop();
  return { dir, open };
}

/** Flips a byte in the body of the event. */
function damage(dir: string, n: number): { path: string; bytes: Buffer } {
  for (const name of readdirSync(join(dir, 'data')).filter((file) => /^segment-\d+$/.test(file))) {
    const path = join(dir, 'data', name);
    const bytes = readFileSync(path);
    const at = bytes.indexOf(`${n} ...`);
    if (at < 0) continue;
    bytes[at + 3] = 0x21;
    writeFileSync(path, bytes);
    return { path, bytes };
  }
  throw new Error(`${n} is not there`);
}

test('K50 verify tells what is in each segment and that everything is whole', async () => {
  const { dir } = await filled();
  const { code, lines } = await run('verify', dir);
  expect(code).toBe(0);
  expect(lines.join('\n')).toMatch(/90 events are in the channel\neverything is whole/);
  const json = JSON.parse((await run('verify', dir, '--json')).lines[0] as string) as { segments: { events: number }[]; checkpoint: boolean; pending: number };
  expect(json).toMatchObject({ checkpoint: true, pending: 90 });
  expect(json.segments.reduce((sum, { events }) => sum + events, 0)).toBe(100);
});

test('K51 verify finds a flipped byte with its place; repair keeps what is whole and the file as it was; then it runs', async () => {
  const { dir, open } = await filled();
  const { path, bytes } = damage(dir, 44);
  const found = await run('verify', dir);
  expect(found.code).toBe(11);
  expect(found.lines.join('\n')).toMatch(new RegExp(`${path}: DAMAGED at byte [\\d,]+`));
  const repaired = await run('repair', dir, '--json');
  expect(JSON.parse(repaired.lines[0] as string)).toMatchObject({ damage: [{ path }], pending: 80 });
  expect(readFileSync(`${path}.bak`).equals(bytes)).toBe(true);
  expect((await run('verify', dir)).code).toBe(0);
  const again = await open();
  expect(bodies(await takeAll(again.channel, 1000)).map((body) => parseInt(body, 10))).toEqual([...numbers(10, 30), ...numbers(50, 50)].map(Number));
  await again.channel.stop();
  expect((await run('repair', dir)).lines.join()).toContain('nothing to repair');
});

test('K52 a take that was damaged comes again after a repair rather than being lost', async () => {
  const { dir, open } = await filled();
  const last = readdirSync(join(dir, 'data')).sort().at(-1) as string;
  const again = await open();
  await takeAll(again.channel, 20);
  await putAll(again.channel, [event('end')]);
  await again.channel.stop();
  const names = readdirSync(join(dir, 'data')).sort();
  const path = join(dir, 'data', names[names.indexOf(last) + 1] as string);
  const bytes = readFileSync(path);
  bytes[512 + 30] = (bytes[512 + 30] as number) ^ 1; // the ranges of that take
  writeFileSync(path, bytes);
  await run('repair', dir);
  const after = await open();
  expect(after.channel.size).toBe(91);
  await after.channel.stop();
});

test('K53 dump prints the events that are in it, with a key where it is encrypted', async () => {
  const key = '000102030405060708090a0b0c0d0e0f';
  const { dir } = await filled({ 'encryption.activeKey': 'k1', 'encryption.keyProvider': 'VALUES', 'encryption.keyProvider.keys': 'k1', 'encryption.keyProvider.keys.k1.value': key });
  await expect(run('dump', dir)).rejects.toMatchObject({ code: 'AGENT_CHANNEL_KEY', params: { key: 'k1' } });
  const keys = join(dir, 'keys');
  writeFileSync(keys, `# keys\nk1 = ${key}\n`);
  const { lines } = await run('dump', dir, '--keys', keys, '--most', '3');
  expect(lines.map((line) => (JSON.parse(line) as { body: string }).body.slice(0, 2))).toEqual(['10', '11', '12']);
  expect((await run('verify', dir)).lines.join()).toContain('encrypted with key k1');
});

test('K54 a folder in use, or without a channel, is refused in words', async () => {
  const { dir, open } = await filled();
  const { channel } = await open();
  await expect(run('repair', dir)).rejects.toMatchObject({ code: 'AGENT_CHANNEL_LOCKED' });
  await channel.stop();
  await expect(run('verify', mkdtempSync(join(tmpdir(), 'empty-')))).rejects.toMatchObject({ code: 'AGENT_CHANNEL_FORMAT' });
  await expect(run('verify', join(dir, 'missing'))).rejects.toBeInstanceOf(SluiceError);
});

test('K42 a folder of Flume: verify, dump and import read only; import passes over damage when it is told to', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-flume-'));
  mkdirSync(join(dir, 'data'));
  const log = new FlumeLogWriter();
  for (let i = 0; i < 10; i++) {
    log.put(i, 10 + i * 2, Buffer.from(`event ${i}`), { n: String(i) });
    log.commit(i, 11 + i * 2, 1);
  }
  writeFileSync(join(dir, 'data/log-1'), log.bytes());
  expect((await run('verify', dir)).lines.join('\n')).toContain('10 events are in the channel');
  expect(JSON.parse((await run('dump', dir)).lines[3] as string)).toMatchObject({ headers: { n: '3' }, body: 'event 3' });
  const bytes = log.bytes();
  const at = bytes.indexOf('event 5');
  bytes[at] = 0x45;
  writeFileSync(join(dir, 'data/log-1'), bytes);
  expect((await run('verify', dir)).code).toBe(11);
  expect((await run('repair', dir)).code).toBe(4);
  const into = join(dir, 'ours');
  await expect(run('import', join(dir, 'data'), '--into', into)).rejects.toMatchObject({ code: 'AGENT_CHANNEL_CORRUPT' });
  const { lines } = await run('import', join(dir, 'data'), '--into', into, '--skip-damaged', '--json');
  expect(JSON.parse(lines.at(-1) as string)).toMatchObject({ events: 9 });
  expect(readdirSync(join(dir, 'data'))).toEqual(['log-1']);
  const { lines: dumped } = await run('dump', into);
  expect(dumped).toHaveLength(9);
});
