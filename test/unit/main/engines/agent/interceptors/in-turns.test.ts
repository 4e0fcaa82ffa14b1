import { expect, test } from 'vitest';
import { inTurns } from '../../../../../../main/engines/agent/interceptors/in-turns.ts';
import { AvroReader } from '../../../../../../main/engines/agent/event/avro-reader.ts';
import { scanEvents } from '../../../../../../main/engines/agent/event/scan-events.ts';
import { event } from '../../../../../support/agent/probe.ts';

test('I35 what is quick is there at once, in order', () => {
  const made = inTurns([event('a'), event('b'), event('c')], (one) => (String(one.body) === 'b' ? null : one));
  expect((made as ReturnType<typeof event>[]).map(({ body }) => String(body))).toEqual(['a', 'c']);
});

test('I35 the little that is left of a frame does not keep the frame', async () => {
  const bytes = Buffer.concat([Buffer.from([20]), ...Array.from({ length: 10 }, () => event('x'.repeat(10)).toAvro()), Buffer.from([0])]);
  const frame = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(frame);
  const events = scanEvents(new AvroReader(frame), 10);
  const [kept] = await inTurns(events, (one) => (one === events[3] ? one : null));
  expect(kept?.body.buffer).not.toBe(frame.buffer);
  expect(String(kept?.body)).toBe('xxxxxxxxxx');
  const [same] = await inTurns(events, (one) => one);
  expect(same?.body.buffer).toBe(frame.buffer);
});
