// The whole request as one event; the parameters of its address and its content type are headers (BlobHandler).
import { Event } from '../../event/event.ts';
import type { HttpHandler } from './handler.ts';

/** @param mostBytes a larger request is refused; Flume cuts it and says nothing. */
export function blobHandler(mostBytes: number): HttpHandler {
  return {
    mostBytes,
    events: async ({ contentType, query, body }) => {
      const headers = new Map<string, string>();
      if (contentType !== null) headers.set('Content-Type', contentType);
      for (const [name, value] of query) if (!headers.has(name) || name === 'Content-Type') headers.set(name, value); // the first one of a name
      return [Event.of(headers, body)];
    },
  };
}
