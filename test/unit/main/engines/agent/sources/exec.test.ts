import { mkdtempSync, readFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import { makeSource } from '../../../../../support/agent/probe.ts';
import { until } from '../../../../../support/agent/wires.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => { for (const end of ends.splice(0)) await end(); });

async function exec(values: Record<string, string | number | boolean>) {
  const made = await makeSource('exec', values);
  ends.push(() => made.source.stop());
  return made;
}
const sh = (command: string, more: Record<string, string | number | boolean> = {}) => exec({ shell: '/bin/sh -c', command, ...more });

describe('N4 exec', () => {
  test('the lines of a program are events, in batches; its end is told', async () => {
    const { source, processor, said, counters } = await sh('printf "a\\r\\nb\\rc\\n\\nd"', { batchSize: 2 });
    await source.start();
    await until(() => said.notes.length, (count) => count > 0);
    expect(processor.bodies).toEqual(['a', 'b', 'c', '', 'd']);
    expect(processor.batches).toEqual([2, 2, 1]);
    expect(counters.EventAcceptedCount).toBe(5);
  });
  test.each([
    ["seq 1 3 | sort -r | tr '\\n' ';'", ['3;2;1;']], ['echo `echo a` $(echo b)', ['a b']], ['for i in a b; do echo "<$i>"; done', ['<a>', '<b>']], ["echo 'it''s' \\\\ done", ['its \\ done']],
  ])('a shell does what shells do: %s', async (command, lines) => {
    const { source, processor, said } = await sh(command);
    await source.start();
    await until(() => said.notes.length, (count) => count > 0);
    expect(processor.bodies).toEqual(lines);
  });
  test('without a shell the command is words', async () => {
    const { source, processor } = await exec({ command: '/bin/echo  $HOME "x' });
    await source.start();
    await until(() => processor.events.length, (count) => count === 1);
    expect(processor.bodies).toEqual(['$HOME "x']);
  });
  test('less than a batch goes after batchTimeout', async () => {
    const { source, processor } = await sh('echo one; sleep 60', { batchTimeout: 50 });
    await source.start();
    await until(() => processor.events.length, (count) => count === 1);
  });
  test('with restart it runs again and again', async () => {
    const { source, processor } = await sh('echo $$', { restart: true, restartThrottle: 10 });
    await source.start();
    await until(() => processor.events.length, (count) => count >= 3);
    expect(new Set(processor.bodies).size).toBeGreaterThanOrEqual(3);
  });
  test('a program that is not there, or fails, is said', async () => {
    const none = await exec({ command: '/no/such/program' });
    await none.source.start();
    expect((await until(() => none.said.failures, (failures) => failures.length > 0))[0]).toMatchObject({ code: 'AGENT_COMMAND', params: { reason: 'there is no program /no/such/program' } });
    const failing = await sh('echo x; exit 3');
    await failing.source.start();
    expect((await until(() => failing.said.failures, (failures) => failures.length > 0))[0]).toMatchObject({ params: { reason: 'exit code 3' } });
    expect(failing.processor.bodies).toEqual(['x']);
  });
  test('what it complains of is in the log when it is wanted', async () => {
    const { source, said } = await sh('echo bad >&2', { logStdErr: true });
    await source.start();
    await until(() => said.notes, (notes) => notes.includes("StderrLogger[1] = 'bad'"));
  });
  test('while the channels are full it is not read, and no line is lost', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'sluice-exec-'));
    const { source, processor } = await sh(`i=0; while [ $i -lt 20000 ]; do echo "line $i padded to some length so that the pipe fills"; i=$((i+1)); done; touch ${dir}/done`);
    processor.refuse = SluiceError.of('AGENT_CHANNEL_FULL', { channel: 'c', capacity: 1 });
    await source.start();
    await new Promise((resolve) => { setTimeout(resolve, 300); });
    expect(existsSync(join(dir, 'done'))).toBe(false);
    processor.refuse = null;
    await until(() => processor.events.length, (count) => count === 20_000);
    expect(processor.bodies[19_999]).toContain('line 19999 ');
  });
  test('when the source stops the program and what it started end', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'sluice-exec-'));
    const { source, processor } = await sh(`echo started; sleep 100 & echo $! > ${dir}/pid; wait`, { batchTimeout: 10 });
    await source.start();
    await until(() => processor.events.length, (count) => count === 1);
    const pid = Number(await until(() => (existsSync(join(dir, 'pid')) ? readFileSync(join(dir, 'pid'), 'utf8').trim() : ''), (text) => text !== ''));
    await source.stop();
    await until(() => alive(pid), (is) => !is);
  });
  test('a character set that is not known is said', async () => { await expect(makeSource('exec', { command: 'x', charset: 'klingon' })).rejects.toMatchObject({ code: 'AGENT_KEY' }); });
});

function alive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

test('N5 stress makes events of one size, up to a number, and not faster than it is told', async () => {
  const { source, processor } = await makeSource('org.apache.flume.source.StressSource', { size: 3, batchSize: 4, maxTotalEvents: 10 });
  const poll = (): Promise<string> => (source.poll as NonNullable<typeof source.poll>)(new AbortController().signal);
  while ((await poll()) === 'ready');
  expect(processor.batches).toEqual([4, 4, 2]);
  expect(processor.events[0]?.body).toEqual(Buffer.from([0x7f, 0x7f, 0x7f]));
  const slow = await makeSource('org.apache.flume.source.StressSource', { batchSize: 5, maxEventsPerSecond: 100 });
  const begun = performance.now();
  for (let i = 0; i < 3; i++) await (slow.source.poll as NonNullable<typeof source.poll>)(new AbortController().signal);
  expect(performance.now() - begun).toBeGreaterThan(80);
});
