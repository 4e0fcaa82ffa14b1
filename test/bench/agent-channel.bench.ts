// The channels alone, without a wire: puts and takes at once, how long a start takes with a full channel, what a million events cost in memory, and how long the
// event loop is held. Beside each rate of the file channel, what the disk does by itself: one write of that size with O_DSYNC after another.
// SLUICE_BENCH_SCALE (1) scales the times, SLUICE_BENCH_DIR a disk, not memory.
import { mkdtempSync, openSync, rmSync, writeSync, closeSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { AvroReader } from '../../main/engines/agent/event/avro-reader.ts';
import { Event } from '../../main/engines/agent/event/event.ts';
import { scanEvents } from '../../main/engines/agent/event/scan-events.ts';
import { putLong } from '../../main/engines/agent/event/avro-writer.ts';
import type { Channel } from '../../main/engines/agent/parts.ts';
import { makeChannel } from '../support/agent/channels.ts';
import { testPorts } from '../support/agent/probe.ts';

const scale = Number(process.env['SLUICE_BENCH_SCALE'] ?? 1);
const dir = mkdtempSync(join(process.env['SLUICE_BENCH_DIR'] ?? tmpdir(), 'sluice-bench-'));
const num = (value: number): string => Math.round(value).toLocaleString('en').padStart(11);

/** What an Avro source reads: an array of events in one frame. */
function frame(count: number): Buffer {
  const one = Event.of(new Map([['h', 'v']]), Buffer.alloc(100, 97)).toAvro();
  const bytes = Buffer.alloc(10 + one.length * count);
  let at = putLong(bytes, 0, count);
  for (let i = 0; i < count; i++) at += one.copy(bytes, at);
  bytes[at++] = 0;
  return bytes.subarray(0, at);
}

interface Rate { readonly perSecond: number; readonly held: number }

/** `outstanding` senders put batches, one taker takes 1000 at a time; each commit is waited for. */
async function rate(channel: Channel, batch: number, outstanding: number, seconds: number): Promise<Rate> {
  const bytes = frame(batch);
  const end = performance.now() + seconds * 1000;
  let put = 0;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const send = async (): Promise<void> => {
    for (let i = 0; performance.now() < end; i++) {
      const transaction = channel.begin();
      transaction.begin();
      transaction.put(scanEvents(new AvroReader(Buffer.from(bytes)), batch));
      try {
        await transaction.commit();
        put += batch;
      } catch {
        await transaction.rollback();
      }
      transaction.close();
      if (i % 16 === 15) await new Promise((resolve) => { setImmediate(resolve); }); // as a socket would let it
    }
  };
  let done = false;
  const take = async (): Promise<void> => {
    while (!done || channel.size > 0) {
      const transaction = channel.begin();
      transaction.begin();
      const events = await transaction.take(1000);
      await transaction.commit();
      transaction.close();
      if (events.length === 0) await new Promise((resolve) => { setImmediate(resolve); });
    }
  };
  const began = performance.now();
  const taking = take();
  await Promise.all(Array.from({ length: outstanding }, send));
  done = true;
  await taking;
  delay.disable();
  return { perSecond: put / ((performance.now() - began) / 1000), held: delay.max / 1e6 };
}

function bareWrites(size: number, seconds: number): number {
  const fd = openSync(join(dir, 'bare'), constants.O_CREAT | constants.O_TRUNC | constants.O_RDWR | constants.O_DSYNC);
  const bytes = Buffer.alloc(size, 1);
  const end = performance.now() + seconds * 1000;
  let count = 0;
  for (let at = 0; performance.now() < end; at += size, count++) writeSync(fd, bytes, 0, size, at);
  closeSync(fd);
  return count / seconds;
}

const open = async (name: string, type: 'memory' | 'file'): Promise<Channel> => {
  const values = { capacity: 1_100_000, transactionCapacity: 10_000, 'keep-alive': 0 };
  const more = { checkpointDir: join(dir, name, 'checkpoint'), dataDirs: join(dir, name, 'data'), minimumRequiredSpace: 1 };
  const { channel } = await makeChannel(type, type === 'file' ? { ...values, ...more } : values, testPorts({ stateDir: dir }));
  await channel.start();
  return channel;
};

for (const type of ['memory', 'file'] as const) {
  for (const [batch, outstanding] of [[1, 8], [1, 64], [100, 8], [1000, 8]] as const) {
    const channel = await open(`${type}-${batch}-${outstanding}`, type);
    await rate(channel, batch, outstanding, 0.5 * scale);
    const { perSecond, held } = await rate(channel, batch, outstanding, 2 * scale);
    await channel.stop();
    const bare = type === 'file' ? `   bare writes of a batch: ${num(bareWrites(batch * 112 + 28, 0.5 * scale) * batch)} events/s` : '';
    console.log(`${type.padEnd(6)} batch ${String(batch).padStart(4)}, ${String(outstanding).padStart(2)} outstanding ${num(perSecond)} events/s, event loop held ${held.toFixed(1)} ms at the most${bare}`);
  }
}

const channel = await open('million', 'file');
const base = process.memoryUsage();
const events = scanEvents(new AvroReader(frame(1000)), 1000);
for (let i = 0; i < 1000; i++) {
  const transaction = channel.begin();
  transaction.begin();
  transaction.put(events);
  await transaction.commit();
  transaction.close();
}
globalThis.gc?.();
const full = process.memoryUsage();
console.log(`a million events in the file channel: ${num((full.rss - base.rss) / 2 ** 20)} MiB more`);
await channel.stop();
for (const [what, drop] of [['with its checkpoint', false], ['without', true]] as const) {
  if (drop) rmSync(join(dir, 'million/checkpoint'), { recursive: true });
  const began = performance.now();
  const again = await open('million', 'file');
  console.log(`start with a million events, ${what}: ${num(performance.now() - began)} ms (${again.size} events)`);
  await again.stop();
}
rmSync(dir, { recursive: true, force: true });
process.exit();
