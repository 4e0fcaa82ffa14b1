import { appendFileSync, copyFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import type { ChannelProcessor, Source } from '../../../../../../main/engines/agent/parts.ts';
import type { AgentPorts } from '../../../../../../main/engines/agent/ports.ts';
import { nodeDisk } from '../../../../../../main/lib/disk/node-disk.ts';
import { Crash, DurableProcessor, Fate, mortalDisk } from '../../../../../support/agent/durable-processor.ts';
import { seeded } from '../../../../../support/memory-disk.ts';
import { CollectingProcessor, makeSource, testPorts, type Said } from '../../../../../support/agent/probe.ts';

const made: Source[] = [];
afterEach(async () => { for (const source of made.splice(0)) await source.stop(); });

let monotonic = 0;
const clock = { now: () => Date.now(), monotonic: () => monotonic };

interface Bench<P> {
  readonly dir: string;
  readonly processor: P;
  readonly ports: AgentPorts;
  source: Source;
  said: Said;
  path(name: string): string;
  write(name: string, text: string | Buffer): void;
  add(name: string, text: string | Buffer): void;
  /** Polls until nothing comes any more. */
  settle(): Promise<void>;
  poll(): Promise<string>;
  pass(ms: number): void;
  restart(change?: Values): Promise<void>;
  /** The process is gone: nothing is closed, nothing written. */
  kill(change?: Values): Promise<void>;
}
type Values = Readonly<Record<string, string | number | boolean>>;

async function bench(values: Values = {}, processor: CollectingProcessor = new CollectingProcessor(), files: Readonly<Record<string, string>> = {}): Promise<Bench<CollectingProcessor>> {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-tail-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  const ports = testPorts({ clock });
  const make = async (change: Values): Promise<{ source: Source; said: Said }> => {
    const { source, said } = await makeSource('TAILDIR', {
      filegroups: 'g', 'filegroups.g': join(dir, String.raw`.*\.log.*`), positionFile: join(dir, 'positions.json'), cachePatternMatching: false, ...values, ...change,
    }, { ports, processor: processor as ChannelProcessor });
    made.push(source);
    await source.start();
    return { source, said };
  };
  const first = await make({});
  const it: Bench<CollectingProcessor> = {
    dir, processor, ports, ...first,
    path: (name) => join(dir, name),
    write: (name, text) => { writeFileSync(join(dir, name), text); },
    add: (name, text) => { appendFileSync(join(dir, name), text); },
    poll: () => (it.source.poll as NonNullable<Source['poll']>)(new AbortController().signal),
    settle: async () => { for (let quiet = 0; quiet < 2;) quiet = (await it.poll()) === 'ready' ? 0 : quiet + 1; },
    pass: (ms) => { monotonic += ms; },
    restart: async (change = {}) => { await it.source.stop(); Object.assign(it, await make(change)); },
    kill: async (change = {}) => { Object.assign(it, await make(change)); },
  };
  return it;
}

test('F30 new lines of all files of the groups come in order, with the headers of their group', async () => {
  const it = await bench({ filegroups: 'g h', 'filegroups.h': '/nowhere/.*', 'headers.g.kind': 'app', 'headers.g.tier': 'x.y', fileHeader: true, fileHeaderKey: 'from', byteOffsetHeader: true });
  it.write('a.log', 'one\ntwo\n');
  it.write('ignored', 'no\n');
  await it.settle();
  it.add('a.log', 'drei ü\n');
  it.write('b.log', 'b\n');
  await it.settle();
  expect(it.processor.bodies).toEqual(['one', 'two', 'drei ü', 'b']);
  expect(it.processor.events.map(({ headers }) => Object.fromEntries(headers))).toEqual([
    { kind: 'app', tier: 'x.y', from: it.path('a.log'), byteoffset: '0' }, { kind: 'app', tier: 'x.y', from: it.path('a.log'), byteoffset: '4' },
    { kind: 'app', tier: 'x.y', from: it.path('a.log'), byteoffset: '8' }, { kind: 'app', tier: 'x.y', from: it.path('b.log'), byteoffset: '0' },
  ]);
});

test('F30 a line waits for its end; CR LF is one; empty lines are events; a character is never cut', async () => {
  const it = await bench();
  const text = Buffer.from('a\r\n\nümläut €\n');
  for (let i = 0; i < text.length; i++) {
    it.add('x.log', text.subarray(i, i + 1));
    await it.settle();
  }
  it.add('x.log', 'no end');
  await it.settle();
  expect(it.processor.bodies).toEqual(['a', '', 'ümläut €']);
});

test('F31 a line longer than maxLineBytes comes in pieces between characters, and no byte is lost', async () => {
  const it = await bench({ maxLineBytes: 16 });
  const line = 'ääääääääääääääääää€€€€€x'; // 2 and 3 bytes each
  it.write('x.log', `short\n${line}\nend\n`);
  await it.settle();
  const [first, ...rest] = it.processor.bodies;
  expect(first).toBe('short');
  expect(rest.at(-1)).toBe('end');
  expect(rest.slice(0, -1).join('')).toBe(line);
  expect(Math.max(...it.processor.events.map(({ bodySize }) => bodySize))).toBe(16);
});

test('F31 very long lines without an end are read in bounded memory', async () => {
  const it = await bench({ maxLineBytes: 65_536 });
  it.write('x.log', Buffer.alloc(5_000_000, 0x61));
  await it.settle();
  expect(it.processor.events.reduce((sum, { bodySize }) => sum + bodySize, 0)).toBe(76 * 65_536);
});

test('F32 after a restart it goes on where the channels have it, also when the agent was killed', async () => {
  const it = await bench();
  it.write('x.log', '1\n2\n');
  await it.settle();
  await it.restart();
  it.add('x.log', '3\n');
  await it.settle();
  expect(it.processor.bodies).toEqual(['1', '2', '3']);
});

test('F32 what the channels refused is handed over again, nothing is read past it', async () => {
  const it = await bench({ batchSize: 2 });
  it.write('x.log', '1\n2\n3\n');
  it.processor.refuse = SluiceError.of('AGENT_CHANNEL_FULL', { channel: 'c1', capacity: 1 });
  await expect(it.poll()).rejects.toMatchObject({ code: 'AGENT_CHANNEL_FULL' });
  await expect(it.poll()).rejects.toMatchObject({ code: 'AGENT_CHANNEL_FULL' });
  it.processor.refuse = null;
  await it.settle();
  expect(it.processor.bodies).toEqual(['1', '2', '3']);
  expect(it.processor.batches).toEqual([2, 1]);
});

test('F33 a renamed file is read on and not again, whether its new name is in the pattern or not', async () => {
  for (const [pattern, rotated] of [[String.raw`.*\.log.*`, 'x.log.1'], [String.raw`.*\.log`, 'x.log.1']] as const) {
    for (const away of [false, true]) {
      const it = await bench({});
      const change = { 'filegroups.g': join(it.dir, pattern) };
      await it.restart(change);
      it.write('x.log', '1\n2\n');
      await it.settle();
      if (away) await it.source.stop();
      it.add('x.log', '3\n');
      renameSync(it.path('x.log'), it.path(rotated));
      it.write('x.log', 'new 1\n');
      it.add(rotated, '4\n');
      if (away) await it.kill(change);
      await it.settle();
      it.add(rotated, '5\n');
      it.add('x.log', 'new 2\n');
      await it.settle();
      expect([...it.processor.bodies].sort(), `${pattern} ${away}`).toEqual(['1', '2', '3', '4', '5', 'new 1', 'new 2']);
      it.pass(200_000);
      await it.settle();
      await it.restart(change);
      await it.settle();
      expect(it.processor.bodies).toHaveLength(7);
    }
  }
});

test('F33 copytruncate: what was written before the cut is read from the copy, the copy is not read twice', async () => {
  for (const pattern of [String.raw`.*\.log.*`, String.raw`.*\.log`]) {
    for (const away of [false, true]) {
      const it = await bench({});
      const change = { 'filegroups.g': join(it.dir, pattern) };
      await it.restart(change);
      it.write('x.log', '1\n2\n');
      await it.settle();
      if (away) await it.source.stop();
      it.add('x.log', '3\n4\n');
      copyFileSync(it.path('x.log'), it.path('x.log.1'));
      truncateSync(it.path('x.log'), 0);
      it.add('x.log', 'new 1\n');
      if (away) await it.kill(change);
      await it.settle();
      expect([...it.processor.bodies].sort(), `${pattern} ${away}`).toEqual(['1', '2', '3', '4', 'new 1']);
      it.add('x.log', 'new 2\n');
      await it.settle();
      it.pass(200_000);
      await it.settle();
      await it.restart(change);
      await it.settle();
      expect(it.processor.bodies).toHaveLength(6);
    }
  }
});

test('F33 copytruncate: while the copy grows, and between copy and cut, nothing is read twice', async () => {
  const it = await bench();
  const text = Array.from({ length: 300 }, (_, i) => `line ${i}\n`).join('');
  it.write('x.log', text);
  await it.settle();
  for (const size of [0, 5, 700, 2000, text.length]) {
    it.write('x.log.1', text.slice(0, size));
    await it.settle();
  }
  it.add('x.log', 'late\n');
  await it.settle();
  truncateSync(it.path('x.log'), 0);
  it.add('x.log', 'new\n');
  await it.settle();
  it.pass(10_000);
  await it.settle();
  expect(it.processor.bodies).toEqual([...Array.from({ length: 300 }, (_, i) => `line ${i}`), 'late', 'new']);
});

test('F33 a log that grew beyond its old size after the cut is known to be another one', async () => {
  const it = await bench();
  it.write('x.log', 'old 1\nold 2\n');
  await it.settle();
  it.write('x.log', 'new 1\nnew 2\nnew 3\n'); // emptied and written, the same inode
  await it.settle();
  expect(it.processor.bodies).toEqual(['old 1', 'old 2', 'new 1', 'new 2', 'new 3']);
});

test('F33 deleted and made again: the rest is read by the open handle, the new one from its beginning, though its inode may be the old one', async () => {
  const it = await bench();
  it.write('x.log', '1\n');
  await it.settle();
  it.add('x.log', '2\nno end');
  unlinkSync(it.path('x.log'));
  it.write('x.log', 'new 1\n');
  await it.settle();
  expect([...it.processor.bodies].sort()).toEqual(['1', '2', 'new 1']);
  it.pass(200_000);
  await it.settle();
  expect([...it.processor.bodies].sort()).toEqual(['1', '2', 'new 1', 'no end']);
  await it.source.stop();
  for (let i = 0; i < 20; i++) { // some of them get the inode again
    unlinkSync(it.path('x.log'));
    it.write('x.log', `again ${i}, with more than there was\n`);
    await it.kill();
    await it.settle();
    await it.source.stop();
  }
  expect(it.processor.bodies.slice(4)).toEqual(Array.from({ length: 20 }, (_, i) => `again ${i}, with more than there was`));
});

test('F33 what was rotated and packed in gzip is read on in the packed file, whether it is in the pattern or not', async () => {
  for (const pattern of [String.raw`.*\.log.*`, String.raw`.*\.log`]) {
    for (const away of [false, true]) {
      const it = await bench({});
      const change = { 'filegroups.g': join(it.dir, pattern) };
      await it.restart(change);
      it.write('x.log', '1\n2\n');
      await it.settle();
      if (away) await it.source.stop();
      it.add('x.log', '3\n4');
      const packed = gzipSync(readFileSync(it.path('x.log')));
      it.write('x.log.1.gz', packed.subarray(0, 15)); // still being written
      if (!away) await it.settle();
      it.write('x.log.1.gz', packed);
      unlinkSync(it.path('x.log'));
      it.write('x.log', 'new 1\n');
      if (away) await it.kill(change);
      await it.settle();
      it.pass(200_000);
      await it.settle();
      it.pass(200_000);
      await it.settle();
      expect([...it.processor.bodies].sort(), `${pattern} ${away}`).toEqual(['1', '2', '3', '4', 'new 1']);
      await it.restart(change);
      await it.settle();
      it.pass(200_000);
      await it.settle();
      expect(it.processor.bodies).toHaveLength(5);
    }
  }
});

test('F33 two logs that begin alike are two logs', async () => {
  const it = await bench();
  it.write('a.log', 'start\n');
  await it.settle();
  it.write('b.log', 'start\n');
  it.write('a.log.2', 'start\nand more\n');
  await it.settle();
  it.pass(6000);
  await it.settle();
  expect([...it.processor.bodies].sort()).toEqual(['and more', 'start', 'start', 'start']);
});

test('F34 with skipToEnd files that are there at the start are read from their end, later ones from their beginning', async () => {
  const it = await bench({ skipToEnd: true }, new CollectingProcessor());
  it.write('x.log', 'old\n');
  await it.restart(); // nothing was read yet: it is a first start still
  await it.settle();
  it.add('x.log', 'new\n');
  it.write('y.log', 'y\n');
  await it.settle();
  expect(it.processor.bodies).toEqual(['new', 'y']);
});

test('F34 after idleTimeout a file is closed and its last line is an event; it is opened again when it grows', async () => {
  const it = await bench({ idleTimeout: 1000 });
  it.write('x.log', 'a\nhalf');
  await it.settle();
  expect(it.processor.bodies).toEqual(['a']);
  it.pass(1500);
  await it.settle();
  expect(it.processor.bodies).toEqual(['a', 'half']);
  it.add('x.log', ' more\nb\n');
  await it.settle();
  expect(it.processor.bodies).toEqual(['a', 'half', ' more', 'b']);
});

test('F34 no file takes more than maxBatchCount batches before the next one has its turn', async () => {
  const it = await bench({ batchSize: 2, maxBatchCount: 1 });
  it.write('a.log', '1\n2\n3\n4\n');
  it.write('b.log', '1\n2\n3\n4\n');
  await it.poll();
  expect(it.processor.batches).toEqual([2, 2]);
  await it.settle();
  expect(it.processor.bodies).toHaveLength(8);
});

test('F35 the position file is Flume’s, written whole or not at all, every writePosInterval and at the end', async () => {
  const it = await bench();
  it.write('x.log', 'abc\n');
  await it.settle();
  expect(existsSync(it.path('positions.json'))).toBe(false);
  it.pass(3500);
  await it.poll();
  const inode = statSync(it.path('x.log')).ino;
  expect(readFileSync(it.path('positions.json'), 'utf8')).toBe(`[{"inode":${inode},"pos":4,"file":"${it.path('x.log')}"}]`);
  it.add('x.log', 'd\n');
  await it.settle();
  await it.source.stop();
  expect(JSON.parse(readFileSync(it.path('positions.json'), 'utf8'))).toEqual([{ inode, pos: 6, file: it.path('x.log') }]);
});

test('F35 a position file of Flume, or one that a person changed, holds instead of our places; without it all is read again', async () => {
  const it = await bench();
  it.write('x.log', '1\n2\n3\n');
  it.write('y.log', 'y\n');
  const inode = statSync(it.path('x.log')).ino;
  it.write('positions.json', `[{"inode":${inode},"pos":2,"file":"${it.path('old-name.log')}"},{"inode":999999999999999999,"pos":5,"file":"${it.path('gone.log')}"}]`);
  await it.kill();
  await it.settle();
  expect([...it.processor.bodies].sort()).toEqual(['2', '3', 'y']);
  await it.restart();
  await it.settle();
  expect(it.processor.bodies).toHaveLength(3);
  await it.source.stop();
  it.write('positions.json', JSON.stringify([{ inode, pos: 4, file: it.path('x.log') }, { inode: statSync(it.path('y.log')).ino, pos: 77, file: it.path('y.log') }]));
  await it.kill();
  await it.settle();
  expect([...it.processor.bodies.slice(3)].sort()).toEqual(['3', 'y']);
  await it.source.stop();
  rmSync(it.path('positions.json'));
  await it.kill();
  await it.settle();
  expect([...it.processor.bodies.slice(5)].sort()).toEqual(['1', '2', '3', 'y']);
});

test('F35 a position file that another source wrote over changes nothing', async () => {
  const it = await bench();
  it.write('x.log', '1\n');
  await it.settle();
  await it.source.stop();
  it.write('positions.json', '[{"inode":1,"pos":2,"file":"/elsewhere/y.log"}]');
  await it.kill();
  it.add('x.log', '2\n');
  await it.settle();
  expect(it.processor.bodies).toEqual(['1', '2']);
});

test('F35 a position file that is none is told and left as it is', async () => {
  const it = await bench();
  await it.source.stop();
  it.write('positions.json', 'what?');
  await expect(it.kill()).rejects.toMatchObject({ code: 'AGENT_PLACE', params: { place: it.path('positions.json') } });
  expect(readFileSync(it.path('positions.json'), 'utf8')).toBe('what?');
});

test('F36 lines are joined to the one that begins an event; the last event waits for the next one or multilineTimeout', async () => {
  const it = await bench({ multilineStart: String.raw`^\d{4}-`, multilineTimeout: 1000, multilineMaxLines: 4 });
  it.write('x.log', 'lead\n2026-01 a\n  at x\n  at y\n2026-02 b\n2026-03 c\n  a');
  await it.settle();
  expect(it.processor.bodies).toEqual(['lead', '2026-01 a\n  at x\n  at y', '2026-02 b']);
  it.add('x.log', 't z\r\n');
  await it.settle();
  expect(it.processor.bodies).toHaveLength(3);
  it.pass(1500);
  await it.settle();
  expect(it.processor.bodies.slice(3)).toEqual(['2026-03 c\n  at z']);
  it.add('x.log', '2026-04 d\n1\n2\n3\n4\n5\n2026-05 e\n2026-06');
  await it.settle();
  expect(it.processor.bodies.slice(4)).toEqual(['2026-04 d\n1\n2\n3', '4\n5']);
  await it.restart();
  await it.settle();
  it.pass(1500);
  await it.settle();
  expect(it.processor.bodies.slice(6)).toEqual(['2026-05 e']);
});

test('F37 groups that cannot be meant are refused by name', async () => {
  await expect(makeSource('TAILDIR', { filegroups: 'a' })).rejects.toMatchObject({ code: 'AGENT_KEY', params: { key: 'filegroups.a' } });
  await expect(makeSource('TAILDIR', { filegroups: 'a', 'filegroups.a': 'relative/x' })).rejects.toMatchObject({ code: 'AGENT_KEY', params: { key: 'filegroups.a' } });
  await expect(makeSource('TAILDIR', { filegroups: 'a', 'filegroups.a': '/x/(' })).rejects.toMatchObject({ code: 'AGENT_KEY', params: { key: 'filegroups.a' } });
});

/** A log that is written and rotated in every way while the source crashes at random steps; what it had read before a deletion is waited for, as nobody else can have it. */
async function storm(seed: number, pattern: string, processor: DurableProcessor): Promise<number> {
  const random = seeded(seed);
  const pick = (count: number): number => Math.floor(random() * count);
  const dir = mkdtempSync(join(tmpdir(), 'sluice-storm-'));
  const base = testPorts({ clock });
  const log = join(dir, 'x.log');
  let line = 0;
  let rotation = 0;
  let source: Source | null = null;
  let fate = new Fate(Infinity);
  const poll = async (): Promise<string> => (source as Source).poll?.(new AbortController().signal) ?? 'backoff';
  let seen = false;
  const settle = async (): Promise<void> => {
    for (let quiet = 0; quiet < 2; monotonic += 100) quiet = (await poll()) === 'ready' ? 0 : quiet + 1;
    seen = true;
  };
  const write = (): void => { appendFileSync(log, Array.from({ length: 1 + pick(20) }, () => `line ${line++} ${'.'.repeat(pick(60))}\n`).join('')); };
  const turn = [
    () => { renameSync(log, `${log}.${++rotation}`); write(); },
    () => { copyFileSync(log, `${log}.${++rotation}`); truncateSync(log, 0); write(); },
    () => { renameSync(log, `${log}.${++rotation}`); appendFileSync(`${log}.${rotation}`, `line ${line++} late\n`); write(); },
    () => { writeFileSync(`${log}.${++rotation}.gz`, gzipSync(readFileSync(log))); unlinkSync(log); write(); },
    () => { renameSync(log, `${log}.${++rotation}`); writeFileSync(`${log}.${rotation}.gz`, gzipSync(readFileSync(`${log}.${rotation}`))); unlinkSync(`${log}.${rotation}`); write(); },
  ];
  write();
  for (let life = 0; life < 8; life++) {
    fate = new Fate(life === 7 ? Infinity : pick(60));
    processor.fate = fate;
    const here = fate;
    const made = await makeSource('TAILDIR', { filegroups: 'g', 'filegroups.g': join(dir, pattern), positionFile: join(dir, 'positions.json'), batchSize: 1 + pick(9), writePosInterval: 150, cachePatternMatching: false },
      { processor, ports: { ...base, disk: mortalDisk(nodeDisk, () => here) } });
    source = made.source;
    try {
      await source.start();
      for (let i = 0; i < 4; i++) {
        write();
        if (random() < 0.7) await settle();
        // what nobody ever saw cannot be known again
        if (seen && random() < 0.6) { seen = false; (turn[pick(turn.length)] as () => void)(); await settle(); }
      }
      if (life === 7) for (let i = 0; i < 3; i++) { await settle(); monotonic += 200_000; }
    } catch (error) {
      if (!here.dead && !(error instanceof Crash)) throw error;
    }
    if (here.dead || random() < 0.5) await source.stop();
    else { here.dead = true; await source.stop(); }
  }
  return line;
}

test('F38 a rotation storm and crashes at any step: every line once', async () => {
  for (let seed = 0; seed < 30; seed++) {
    const processor = new DurableProcessor();
    const lines = await storm(seed, seed % 2 === 0 ? String.raw`x\.log` : String.raw`x\.log.*`, processor);
    expect(processor.bodies.map((body) => Number(body.split(' ')[1])).sort((a, b) => a - b), `seed ${seed}`).toEqual(Array.from({ length: lines }, (_, i) => i));
  }
}, 120_000);
