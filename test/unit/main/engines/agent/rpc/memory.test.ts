import { expect, test } from 'vitest';
import { AvroReader } from '../../../../../../main/engines/agent/event/avro-reader.ts';
import type { Event } from '../../../../../../main/engines/agent/event/event.ts';
import { scanEvents } from '../../../../../../main/engines/agent/event/scan-events.ts';
import type { Channel } from '../../../../../../main/engines/agent/parts.ts';
import { Budget } from '../../../../../../main/engines/agent/rpc/budget.ts';
import { SelectingProcessor } from '../../../../../../main/engines/agent/runner/channel-processor.ts';
import { event, makeMemoryChannel, takeAll } from '../../../../../support/agent/probe.ts';

test('E4 a few events out of a large frame get bytes of their own; most of them keep it', async () => {
  const events = Array.from({ length: 100 }, (_, i) => event('x'.repeat(1000), { to: i === 7 ? 'rare' : 'usual' }));
  const frame = Buffer.concat([Buffer.from([0xc8, 1]), ...events.map((one) => one.toAvro()), Buffer.from([0])]);
  const [rare, usual] = [makeMemoryChannel({ name: 'rare' }), makeMemoryChannel({ name: 'usual' })];
  const route = (one: Event): { required: Channel[]; optional: Channel[] } => ({ required: [one.headers.get('to') === 'rare' ? rare : usual], optional: [] });
  const processor = new SelectingProcessor({ interceptors: [], selector: { fixed: null, route }, channels: [rare, usual], say: { problem: () => {}, note: () => {}, failed: () => {} } });
  await processor.process(scanEvents(new AvroReader(frame), 1000));
  const [alone] = await takeAll(rare);
  expect(alone?.body.toString()).toBe('x'.repeat(1000));
  expect(alone?.headers.get('to')).toBe('rare');
  expect(alone?.body.buffer).not.toBe(frame.buffer);
  expect((await takeAll(usual)).every((one) => one.body.buffer === frame.buffer)).toBe(true);
});

test('R2 the bytes of all connections together are bounded: who finds nothing left is called when there is', () => {
  const budget = new Budget(100);
  const called: string[] = [];
  budget.take(60);
  expect(budget.isSpent).toBe(false);
  budget.take(60);
  expect(budget.isSpent).toBe(true);
  budget.whenRoom(() => { called.push('a'); });
  const gone = (): void => { called.push('gone'); };
  budget.whenRoom(gone);
  budget.forget(gone);
  budget.give(10);
  expect(called).toEqual([]);
  budget.give(50);
  budget.give(50);
  expect(called).toEqual(['a']);
});
