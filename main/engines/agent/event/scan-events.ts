// Finds events in a frame without decoding them: only their ends are looked for.
import { BadEvent, type AvroReader } from './avro-reader.ts';
import { skipHeaders } from './avro-event.ts';
import { Event } from './event.ts';

/** The event that begins where `reader` stands, as a slice of its bytes. Throws BadEvent. */
export function scanEvent(reader: AvroReader): Event {
  const start = reader.position;
  skipHeaders(reader);
  const size = reader.length('a body');
  const bodyStart = reader.position;
  reader.position = bodyStart + size;
  return Event.encoded(reader.bytes, start, bodyStart, reader.position);
}

/** An array<AvroFlumeEvent>; more than `most` events are refused before they are looked at. Throws BadEvent. */
export function scanEvents(reader: AvroReader, most: number): Event[] {
  const events: Event[] = [];
  for (let count = reader.block(2); count > 0; count = reader.block(2)) {
    if (events.length + count > most) throw new BadEvent(`a batch of ${events.length + count} events, more than ${most}`);
    for (let i = 0; i < count; i++) events.push(scanEvent(reader));
  }
  return events;
}
