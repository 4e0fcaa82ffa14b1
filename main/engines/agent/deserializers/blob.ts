// The whole file as one event; one of more than maxBlobLength bytes as several (BlobDeserializer).
import { Event } from '../event/event.ts';
import type { ByteSource, Deserializer, DeserializerOptions } from './deserializer.ts';

const CHUNK = 256 * 1024;

export function openBlob(source: ByteSource, maxBlobLength: number, { place }: DeserializerOptions): Deserializer {
  let { position } = place;
  return {
    read: async (most) => {
      const events: Event[] = [];
      while (events.length < most) {
        const parts: Buffer[] = [];
        let size = 0;
        while (size < maxBlobLength) {
          const part = await source.read(position + size, Math.min(CHUNK, maxBlobLength - size));
          if (part.length === 0) break;
          parts.push(part);
          size += part.length;
        }
        if (size === 0) break;
        position += size;
        events.push(Event.of(null, Buffer.concat(parts)));
        if (size > CHUNK) break; // large ones come one at a time
      }
      return events;
    },
    get place() { return { position, skip: 0 }; },
  };
}
