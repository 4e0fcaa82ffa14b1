// From a request to events (HTTPSourceHandler).
import type { Event } from '../../event/event.ts';

export interface HttpRequest {
  readonly contentType: string | null;
  /** Of the content type. */
  readonly charset: string | null;
  readonly query: URLSearchParams;
  readonly body: Buffer;
}

/** The request cannot be meant: `status` and words for the sender. */
export class BadRequest extends Error {
  readonly status: 400 | 500;

  constructor(status: 400 | 500, message: string) {
    super(message);
    this.status = status;
  }
}

export interface HttpHandler {
  /** Bytes of a request it takes at most; null: as the source does. */
  readonly mostBytes: number | null;
  /** Throws BadRequest. */
  events(request: HttpRequest): Promise<readonly Event[]>;
}
