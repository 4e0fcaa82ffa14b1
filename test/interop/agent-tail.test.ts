// TAILDIR and spooldir beside a real Flume 1.11, and as processes that are killed: a position file taken over, the same headers, every line once from file to file.
import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { Source } from '../../main/engines/agent/parts.ts';
import { peerProblem, startPeer } from '../peers/start-peer.ts';
import { CollectingProcessor, makeSource, testPorts } from '../support/agent/probe.ts';
import { seeded } from '../support/memory-disk.ts';
import { AgentProcess } from './support/agent-process.ts';

const problem = peerProblem('flume');
const folders: string[] = [];
const made: Source[] = [];
const folder = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'agent-tail-'));
  folders.push(dir);
  return dir;
};
afterEach(async () => { for (const source of made.splice(0)) await source.stop(); });
afterAll(() => { for (const dir of folders) rmSync(dir, { recursive: true, force: true }); });

const linesOf = (dir: string): string[] => readdirSync(dir).sort().flatMap((name) => readFileSync(join(dir, name), 'utf8').split('\n').filter((line) => line !== ''));

describe.skipIf(problem)(`files with Flume${problem ? ` (${problem})` : ''}`, () => {
  test('F35 what a real Flume has read is not read again: its position file is taken over; headers and bodies are the same; spooldir too', async () => {
    const dir = folder();
    const [logs, spool, out, spooled] = ['logs', 'spool', 'out', 'spooled'].map((name) => { mkdirSync(join(dir, name)); return join(dir, name); }) as [string, string, string, string];
    const text = 'plain\r\nümläut €\n\n  blanks  \nlast\n';
    writeFileSync(join(logs, 'a.log'), text);
    writeFileSync(join(logs, 'b.log'), 'b1\nb2\n');
    writeFileSync(join(spool, 's1'), `${text}no end`);
    const sourceKeys = { filegroups: 'g', 'filegroups.g': `${logs}/.*\\\\.log`, 'headers.g.kind': 'app', fileHeader: 'true', byteOffsetHeader: 'true', positionFile: join(dir, 'positions.json') };
    const spoolKeys = { spoolDir: spool, fileHeader: 'true', basenameHeader: 'true' };
    const words = (prefix: string, values: Readonly<Record<string, string>>): string => Object.entries(values).map(([key, value]) => `${prefix}.${key} = ${value}\n`).join('');
    const flume = await startPeer('flume', {
      config: `a1.sources = t s\na1.channels = c d\na1.sinks = k l\na1.sources.t.type = TAILDIR\na1.sources.t.channels = c\n${words('a1.sources.t', sourceKeys)}`
        + `a1.sources.s.type = spooldir\na1.sources.s.channels = d\n${words('a1.sources.s', spoolKeys)}`
        + `a1.channels.c.type = memory\na1.channels.d.type = memory\n`
        + `a1.sinks.k.type = file_roll\na1.sinks.k.channel = c\na1.sinks.k.sink.directory = ${out}\na1.sinks.k.sink.serializer = header_and_text\n`
        + `a1.sinks.l.type = file_roll\na1.sinks.l.channel = d\na1.sinks.l.sink.directory = ${spooled}\na1.sinks.l.sink.serializer = header_and_text\n`,
    });
    await expect.poll(() => [linesOf(out).length, linesOf(spooled).length], { timeout: 60_000, interval: 200 }).toEqual([7, 6]);
    await expect.poll(() => (JSON.parse(readFileSync(join(dir, 'positions.json'), 'utf8') || '[]') as { pos: number }[]).map(({ pos }) => pos).sort(), { timeout: 30_000, interval: 200 }).toEqual([6, Buffer.byteLength(text)].sort());
    await flume.stop();

    // the same files read by ours give the same events
    const run = async (type: string, keys: Readonly<Record<string, string>>): Promise<CollectingProcessor> => {
      const processor = new CollectingProcessor();
      const { source } = await makeSource(type, keys, { processor, ports: testPorts() });
      made.push(source);
      await source.start();
      for (let quiet = 0; quiet < 3;) quiet = (await source.poll?.(new AbortController().signal)) === 'ready' && type === 'TAILDIR' ? 0 : quiet + 1;
      return processor;
    };
    const shown = (processor: CollectingProcessor): string[] => processor.events.map(({ headers, body }) => `${[...headers].map(([key, value]) => `${key}=${value}`).sort().join()} ${body.toString()}`).sort();
    const flumeShown = (lines: readonly string[]): string[] => lines.map((line) => {
      const [, headers = '', body = ''] = /^\{(.*?)\} (.*)$/s.exec(line) ?? [];
      return `${headers.split(', ').sort().join()} ${body}`;
    }).sort();
    const own = { ...sourceKeys, 'filegroups.g': sourceKeys['filegroups.g'].replace('\\\\', '\\') };
    expect(shown(await run('TAILDIR', { ...own, positionFile: join(dir, 'other.json') }))).toEqual(flumeShown(linesOf(out)));
    renameSync(join(spool, 's1.COMPLETED'), join(spool, 's1'));
    expect(shown(await run('spooldir', { ...spoolKeys, pollDelay: '5' }))).toEqual(flumeShown(linesOf(spooled)));

    // and taken over, only what Flume has not read
    appendFileSync(join(logs, 'a.log'), 'more\n');
    renameSync(join(logs, 'b.log'), join(logs, 'c.log'));
    appendFileSync(join(logs, 'c.log'), 'c3\n');
    expect([...(await run('TAILDIR', own)).bodies].sort()).toEqual(['c3', 'more']);
  });
});

test('F39 TAILDIR, file channel and file_roll in a process that is killed at any moment while the log is rotated in every way: every line once', async () => {
  const agent = new AgentProcess();
  try {
    const random = seeded(11);
    const logs = folder();
    const out = join(agent.dir, 'out');
    const log = join(logs, 'x.log');
    const config = `a1.sources = r
a1.channels = c
a1.sinks = k
a1.sources.r.type = TAILDIR
a1.sources.r.channels = c
a1.sources.r.filegroups = g
a1.sources.r.filegroups.g = ${logs}/x\\\\.log.*
a1.sources.r.positionFile = ${agent.dir}/positions.json
a1.sources.r.batchSize = 7
a1.sources.r.idleTimeout = 1500
a1.sources.r.writePosInterval = 50
a1.sources.r.backoffSleepIncrement = 20
a1.sources.r.maxBackoffSleep = 40
a1.channels.c.type = file
a1.channels.c.checkpointDir = ${agent.dir}/checkpoint
a1.channels.c.dataDirs = ${agent.dir}/data
a1.channels.c.checkpointInterval = 1000
a1.channels.c.minimumRequiredSpace = 1048576
a1.sinks.k.type = file_roll
a1.sinks.k.channel = c
a1.sinks.k.sink.directory = ${out}
a1.sinks.k.sink.rollInterval = 1
a1.sinks.k.sink.batchSize = 5
`;
    let line = 0;
    let rotation = 0;
    let writing = true;
    const write = (): void => { appendFileSync(log, Array.from({ length: 1 + Math.floor(random() * 20) }, () => `line ${line++}\n`).join('')); };
    const turns = [
      () => { renameSync(log, `${log}.${++rotation}`); },
      () => { copyFileSync(log, `${log}.${++rotation}`); truncateSync(log, 0); },
      () => { renameSync(log, `${log}.${++rotation}`); writeFileSync(`${log}.${rotation}.gz`, gzipSync(readFileSync(`${log}.${rotation}`))); unlinkSync(`${log}.${rotation}`); },
    ];
    const writer = (async (): Promise<void> => {
      for (let i = 0; writing; i++) {
        write();
        await sleep(15);
        if (i % 80 === 79) { turns[Math.floor(random() * turns.length)]?.(); write(); }
      }
    })();
    const read = (): number[] => linesOf(out).map((text) => Number(text.split(' ')[1]));
    for (let life = 0; life < 6; life++) {
      await agent.start(config, '--name', 'a1');
      await sleep(400 + random() * 1200);
      await agent.end('SIGKILL');
    }
    writing = false;
    await writer;
    await agent.start(config, '--name', 'a1');
    await expect.poll(() => read().length, { timeout: 60_000, interval: 200 }).toBeGreaterThanOrEqual(line);
    await agent.end('SIGTERM');
    for (const name of readdirSync(out)) if (name.endsWith('.uncommitted')) unlinkSync(join(out, name));
    expect(read().sort((a, b) => a - b)).toEqual(Array.from({ length: line }, (_, i) => i));
    expect(line).toBeGreaterThan(500);
  } finally {
    await agent.close();
  }
});
