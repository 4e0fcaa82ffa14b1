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

/** There are more events than are taken; the bytes are as they should be. */
export class TooManyEvents extends BadEvent {
  readonly count: number;

  constructor(count: number, most: number) {
    super(`a batch of ${count} events, more than ${most}`);
    this.count = count;
  }
}

/** An array<AvroFlumeEvent>; more than `most` events are refused before they are looked at (TooManyEvents). Throws BadEvent. */
export function scanEvents(reader: AvroReader, most: number): Event[] {
  const events: Event[] = [];
  for (let count = reader.block(2); count > 0; count = reader.block(2)) {
    if (events.length + count > most) throw new TooManyEvents(events.length + count, most);
    for (let i = 0; i < count; i++) events.push(scanEvent(reader));
  }
  return events;
}
