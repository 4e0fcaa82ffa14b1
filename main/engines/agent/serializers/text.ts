// The body of each event and a line feed (BodyTextEventSerializer), or its headers as Java prints a map, a space and the body (HeaderAndBodyTextEventSerializer).
import { javaMapText } from '../text/java-map.ts';
import type { Serializer } from './serializer.ts';

const NOTHING = Buffer.alloc(0);
const LINE_FEED = 0x0a;

export function textSerializer(appendNewline: boolean): Serializer {
  return {
    reopens: true,
    header: async () => NOTHING,
    serialize: async (events) => {
      let size = appendNewline ? events.length : 0;
      for (const event of events) size += event.bodySize;
      const bytes = Buffer.allocUnsafe(size);
      let at = 0;
      for (const event of events) {
        at += event.body.copy(bytes, at);
        if (appendNewline) bytes[at++] = LINE_FEED;
      }
      return bytes;
    },
  };
}

/** `{k=v, k2=v2} body`. */
export function headerAndTextSerializer(appendNewline: boolean): Serializer {
  return {
    reopens: true,
    header: async () => NOTHING,
    serialize: async (events) => Buffer.concat(events.flatMap((event) => [Buffer.from(`${javaMapText(event.headers)} `), event.body, ...(appendNewline ? [END] : [])])),
  };
}

const END = Buffer.from('\n');
