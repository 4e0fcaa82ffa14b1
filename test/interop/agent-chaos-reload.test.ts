// The configuration of a loaded agent is replaced again and again, by good ones and by all kinds of bad ones: events flow on, none is lost, and each outcome is told.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePorts } from '../peers/peer-process.ts';
import { ChaosAgent, until } from '../support/agent/chaos-agent.ts';
import { avroSource, configurationOf, fileChannel, fileSink } from '../support/agent/chaos-config.ts';
import { account, livesOf, SOUND } from '../support/agent/chaos-oracle.ts';
import { Producer } from '../support/agent/chaos-producer.ts';

let dir = '';
let agent: ChaosAgent | null = null;
let server: Server | null = null;
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'sluice-chaos-')); });
afterEach(async () => {
  await agent?.end('SIGKILL');
  server?.close();
  rmSync(dir, { recursive: true, force: true });
});

const REFUSED = /the new configuration is not used, the former one runs on/;

test('X30 reload under load: good ones are used, bad ones are told and change nothing, and no event is lost', async () => {
  const [port, taken] = await freePorts(2) as [number, number];
  const [out, marked] = [join(dir, 'out'), join(dir, 'marked')];
  server = createServer().listen(taken, '127.0.0.1');
  /** Events get `mark` in a header; every second good one restarts a channel, a sink and another sink too. */
  const good = (mark: number): string => configurationOf({
    sources: { r1: { ...avroSource(port, 'c1 c2'), interceptors: 'i1', 'interceptors.i1.type': 'static', 'interceptors.i1.key': 'mark', 'interceptors.i1.value': mark } },
    channels: { c1: fileChannel(join(dir, 'channel')), c2: { type: 'memory', capacity: mark % 2 === 0 ? 10_000 : 5000, transactionCapacity: 100 } },
    sinks: { k1: fileSink(out, mark % 2 === 0 ? 60 : 50), k2: { ...fileSink(marked, 50, 'c2'), 'sink.serializer': 'header_and_text' } },
  });
  const bad: readonly (readonly [string, (n: number) => string, (n: number) => RegExp])[] = [
    ['an unknown type of a channel', (n) => good(n).replace('type = memory', `type = nosuch${n}`), (n) => new RegExp(`nosuch${n}`)],
    ['a number that is none', (n) => good(n).replace(/sinks.k2.sink.batchSize = \d+/, `sinks.k2.sink.batchSize = many${n}`), (n) => new RegExp(`many${n}`)],
    ['an interceptor that is none', (n) => good(n).replace('type = static', `type = nothing${n}`), (n) => new RegExp(`nothing${n}`)],
    ['a port that is taken', (n) => good(n).replace(`port = ${port}`, `port = ${taken}`), () => new RegExp(`${taken}`)],
    ['nothing that runs', () => 'a1.sources =\n', () => REFUSED],
    ['half a file', (n) => good(n).slice(0, 60), () => REFUSED],
  ];
  agent = new ChaosAgent(join(dir, 'agent'), good(0), ['-i', '1']);
  const running = agent;
  await running.start();
  const pid = running.pid;
  const producer = new Producer({ port, run: 'p', batch: 20, window: 3 });
  const flows = async (): Promise<void> => {
    const before = producer.acknowledged;
    await until(() => `it flows: ${running.tail}`, () => producer.acknowledged >= before + 5);
  };
  const marks = (): string[] => livesOf(marked).flat().map((line) => /^\{mark=(\d+)\} /.exec(line)?.[1] ?? line);
  await flows();
  const used = ['0'];
  for (let n = 1; n <= 12; n++) {
    if (n % 2 === 1) {
      const [what, text, told] = bad[((n - 1) / 2) % bad.length] as (typeof bad)[number];
      const [seen, refused] = [running.saidTimes(told(n)), running.saidTimes(REFUSED)];
      running.configure(text(n));
      running.signal('SIGHUP');
      await until(() => `${what} is told: ${running.tail}`, () => running.saidTimes(told(n)) > seen && running.saidTimes(REFUSED) > refused);
    } else {
      running.configure(good(n));
      if (n % 4 === 0) running.signal('SIGHUP'); // otherwise it is found
      used.push(String(n));
      await until(() => `mark ${n}: ${running.tail}`, () => marks().includes(String(n)));
    }
    await flows();
  }
  expect([running.isUp, running.pid]).toEqual([true, pid]);
  await producer.finish();
  for (const folder of [out, marked]) {
    const lines = (): string[] => livesOf(folder).flat().map((line) => line.replace(/^\{mark=\d+\} /, ''));
    await until(() => `all of ${producer.events} in ${folder}: ${running.tail}`, () => account(lines(), [producer]).distinct >= producer.events);
    expect(account(lines(), [producer])).toMatchObject({ ...SOUND, unexplained: [], distinct: producer.events });
  }
  expect(await running.end('SIGTERM')).toBe(0);
  // each good one was in use from its turn on, no bad one ever
  expect(marks().filter((mark, i, all) => mark !== all[i - 1])).toEqual(used);
});
