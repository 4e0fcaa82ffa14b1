import { afterEach, describe, expect, test } from 'vitest';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import { makeSource } from '../../../../../support/agent/probe.ts';
import { portOf, sendDatagrams, tcpClient, until } from '../../../../../support/agent/wires.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => { for (const end of ends.splice(0)) await end(); });

async function netcat(values: Record<string, string | number | boolean> = {}) {
  const made = await makeSource('netcat', { bind: '127.0.0.1', port: 0, ...values });
  await made.source.start();
  ends.push(() => made.source.stop());
  return { ...made, client: await tcpClient(portOf(made.source)) };
}
const full = SluiceError.of('AGENT_CHANNEL_FULL', { channel: 'c1', capacity: 1 });

describe('N2 netcat', () => {
  test('answers OK to every line once the channels have it', async () => {
    const { client, processor, counters } = await netcat();
    await client.send('one\ntw');
    expect(await client.until((text) => text.length >= 3)).toBe('OK\n');
    await client.send('o\r\n\nthree\n');
    expect(await client.until((text) => text.length >= 12)).toBe('OK\nOK\nOK\nOK\n');
    expect(processor.bodies).toEqual(['one', 'two\r', '', 'three']);
    expect(counters).toMatchObject({ EventReceivedCount: 4, EventAcceptedCount: 4, OpenConnectionCount: 1 });
  });
  test('without ack-every-event says nothing', async () => {
    const { client, processor } = await netcat({ 'ack-every-event': false });
    await client.send('one\ntwo\n');
    await until(() => processor.events.length, (count) => count === 2);
    expect(client.received()).toBe('');
  });
  test('a line that is too long is refused and ends the connection; those before it count', async () => {
    const { client, processor, said } = await netcat({ 'max-line-length': 5 });
    await client.send('abcd\nabcde\nx\n');
    await client.ended;
    expect(client.received()).toBe('OK\nFAILED: Event exceeds the maximum length (5 chars, including newline)\n');
    expect(processor.bodies).toEqual(['abcd']);
    expect(said.problems[0]).toMatchObject({ code: 'AGENT_CLIENT' });
  });
  test('a line without end is refused before it fills the memory', async () => {
    const { client } = await netcat();
    for (let i = 0; i < 20 && client.received() === ''; i++) await client.send('x'.repeat(1000));
    await client.ended;
    expect(client.received()).toContain('FAILED');
  });
  test('a refused line is said, and the connection goes on', async () => {
    const { client, processor } = await netcat();
    processor.refuse = full;
    await client.send('one\n');
    expect(await client.until((text) => text.endsWith('\n'))).toBe('FAILED: the channel takes no more now (AGENT_CHANNEL_FULL)\n');
    processor.refuse = null;
    await client.send('two\n');
    await client.until((text) => text.endsWith('OK\n'));
    expect(processor.bodies).toEqual(['two']);
  });
  test.each([['UTF-16LE', 'utf16le'], ['ISO-8859-1', 'latin1']] as const)('characters are %s, bodies UTF-8', async (encoding, node) => {
    const { client, processor } = await netcat({ encoding });
    await client.send(Buffer.from('größe\n', node));
    await until(() => processor.events.length, (count) => count === 1);
    expect(processor.bodies).toEqual(['größe']);
  });
  test('a client is not read while the channels work, and what it sent is answered when the source stops', async () => {
    const { client, processor, source } = await netcat();
    const held = Promise.withResolvers<void>();
    processor.hold = held.promise;
    await client.send('one\n');
    await until(() => client.socket.bytesWritten, (bytes) => bytes === 4);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    const stopped = source.stop();
    held.resolve();
    await stopped;
    await client.ended;
    expect(client.received()).toBe('OK\n');
  });
  test('a port that is taken is said', async () => {
    const { source } = await netcat();
    const second = await makeSource('netcat', { bind: '127.0.0.1', port: portOf(source) });
    await expect(second.source.start()).rejects.toMatchObject({ code: 'AGENT_PORT', params: { reason: 'another program has it' } });
  });
});

test('N3 netcatudp makes one event of a datagram, up to its line end, with the sender where it is wanted', async () => {
  const { source, processor } = await makeSource('netcatudp', { bind: '127.0.0.1', port: 0, remoteAddress: 'from' });
  await source.start();
  ends.push(() => source.stop());
  await sendDatagrams(portOf(source), ['one\ntwo', 'three', '']);
  await until(() => processor.events.length, (count) => count === 3);
  expect(processor.bodies).toEqual(['one', 'three', '']);
  expect(processor.events[0]?.headers.get('from')).toMatch(/^\/127\.0\.0\.1:\d+$/);
});

test('N3 datagrams wait for a full channel, and none of them is lost within bounds', async () => {
  const { source, processor, said } = await makeSource('netcatudp', { bind: '127.0.0.1', port: 0 });
  await source.start();
  ends.push(() => source.stop());
  processor.refuse = full;
  await sendDatagrams(portOf(source), Array.from({ length: 50 }, (_, i) => String(i)));
  await until(() => said.problems.length, (count) => count > 0);
  processor.refuse = null;
  await until(() => processor.events.length, (count) => count === 50);
  expect(processor.bodies).toEqual(Array.from({ length: 50 }, (_, i) => String(i)));
});
