import { describe, expect, test } from 'vitest';
import type { NamedSink, Processor, Status } from '../../../../../../main/engines/agent/parts.ts';
import { makeMemoryChannel, makeProcessor, testClock, testPorts } from '../../../../../support/agent/probe.ts';

/** A sink that fails while it is told to; what worked is in `log`. */
class TestSink implements NamedSink {
  readonly name: string;
  readonly log: string[];
  fails = false;
  status: Status = 'ready';
  constructor(name: string, log: string[]) { this.name = name; this.log = log; }
  readonly sink = {
    start: async () => {}, stop: async () => {},
    process: async (): Promise<Status> => {
      if (this.fails) { this.log.push(`!${this.name}`); throw new Error(`${this.name} fails`); }
      this.log.push(this.name);
      return this.status;
    },
  };
}

async function setUp(type: string, values: Record<string, string | number | boolean>, names: readonly string[]) {
  const log: string[] = [];
  const clock = testClock();
  const sinks = names.map((name) => new TestSink(name, log));
  const { processor, said } = await makeProcessor(type, values, sinks, testPorts({ clock }));
  const channel = makeMemoryChannel();
  const process = (): Promise<Status> => processor.process(channel, new AbortController().signal);
  const run = async (times: number): Promise<string[]> => {
    log.length = 0;
    for (let i = 0; i < times; i++) await process().catch(() => { log.push('none'); });
    return [...log];
  };
  return { sinks, clock, process, run, said, processor: processor as Processor };
}

describe('I50 failover', () => {
  const priorities = { 'priority.s1': 1, 'priority.s2': 5, 'priority.s3': 3 };

  test('the highest priority works, the next when it fails, and it again after its penalty', async () => {
    const { sinks: [, s2, s3], clock, run } = await setUp('failover', priorities, ['s1', 's2', 's3']);
    expect(await run(2)).toEqual(['s2', 's2']);
    (s2 as TestSink).fails = true;
    expect(await run(2)).toEqual(['!s2', 's3', 's3']);
    (s3 as TestSink).fails = true;
    expect(await run(1)).toEqual(['!s3', 's1']);
    (s2 as TestSink).fails = false;
    clock.move(1900);
    expect(await run(1)).toEqual(['s1']);
    clock.move(200);
    expect(await run(2)).toEqual(['s2', '!s3', 's2']); // the third one's penalty is over too
  });
  test('a penalty doubles with every failure up to maxpenalty', async () => {
    const { sinks: [s1], clock, run } = await setUp('failover', { ...priorities, 'priority.s1': 9, maxpenalty: 5000 }, ['s1', 's2', 's3']);
    (s1 as TestSink).fails = true;
    await run(1);
    clock.move(2001);
    expect(await run(1)).toEqual(['!s1', 's2']);
    clock.move(3990);
    expect(await run(1)).toEqual(['s2']);
    clock.move(20);
    expect(await run(1)).toEqual(['!s1', 's2']);
    clock.move(5001);
    expect(await run(1)).toEqual(['!s1', 's2']);
  });
  test('a recovering sink that had nothing to do is not taken for recovered', async () => {
    const { sinks: [s1], clock, run } = await setUp('failover', { 'priority.s1': 2, 'priority.s2': 1 }, ['s1', 's2']);
    (s1 as TestSink).fails = true;
    await run(1);
    (s1 as TestSink).fails = false;
    (s1 as TestSink).status = 'backoff';
    clock.move(2001);
    expect(await run(2)).toEqual(['s1', 's1']);
    (s1 as TestSink).fails = true;
    expect(await run(1)).toEqual(['!s1', 's2']);
  });
  test('no priority comes below those that are set; a second one of the same is left out', async () => {
    const { sinks: [s1, s2], run, said } = await setUp('failover', { 'priority.s2': 0, 'priority.s3': 0 }, ['s1', 's2', 's3']);
    expect(await run(1)).toEqual(['s2']);
    (s2 as TestSink).fails = true;
    expect(await run(1)).toEqual(['!s2', 's1']);
    (s1 as TestSink).fails = true;
    expect(await run(1)).toEqual(['!s1', 'none']);
    expect(said.notes[0]).toContain('sink s3 is left out');
  });
});

describe('I51 load_balance', () => {
  test('wants two sinks', async () => { await expect(setUp('load_balance', {}, ['s1'])).rejects.toMatchObject({ code: 'AGENT_KEY' }); });
  test('takes turns, and tries the others in the same call', async () => {
    const { sinks: [, s2, s3], run } = await setUp('load_balance', {}, ['s1', 's2', 's3']);
    expect(await run(4)).toEqual(['s1', 's2', 's3', 's1']);
    (s2 as TestSink).fails = true;
    expect(await run(3)).toEqual(['!s2', 's3', 's3', 's1']);
    (s3 as TestSink).fails = true;
    expect(await run(1)).toEqual(['!s2', '!s3', 's1']);
  });
  test('all failed: the batch is not lost but refused', async () => {
    const { sinks, process } = await setUp('load_balance', { selector: 'RANDOM' }, ['s1', 's2']);
    for (const sink of sinks) sink.fails = true;
    await expect(process()).rejects.toMatchObject({ code: 'AGENT_DELIVERY', params: { target: 's1, s2' } });
  });
  test('chance reaches all', async () => {
    const { run } = await setUp('load_balance', { selector: 'random' }, ['s1', 's2', 's3']);
    expect(new Set(await run(200)).size).toBe(3);
  });
  test('with backoff a failed one is left alone, twice as long each time, up to maxTimeOut', async () => {
    const { sinks: [s1], clock, run } = await setUp('load_balance', { backoff: true, 'selector.maxTimeOut': 3000 }, ['s1', 's2']);
    (s1 as TestSink).fails = true;
    expect(await run(3)).toEqual(['!s1', 's2', 's2', 's2']);
    clock.move(2001);
    expect(await run(2)).toContain('!s1');
    clock.move(2900);
    expect(await run(2)).not.toContain('!s1');
    clock.move(200);
    expect(await run(2)).toContain('!s1');
    (s1 as TestSink).fails = false;
    clock.move(3001);
    expect(await run(2)).toContain('s1');
  });
});
