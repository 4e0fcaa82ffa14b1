// From the bytes of a file to events, and the place from which a later run goes on (EventDeserializer with mark and reset).
import type { Event } from '../event/event.ts';
import type { DecodePolicy } from '../text/charset.ts';

/** The file that is read, from any position. Errors are AGENT_*. */
export interface ByteSource {
  /** One byte at least and `most` at most, from `position`; none at what is the end of the file now. The answer is the caller's. */
  read(position: number, most: number): Promise<Buffer>;
}

/** Where reading goes on: `skip` events after the byte at `position`, which an event or a block of them begins at. */
export interface Place { readonly position: number; readonly skip: number }

export const BEGINNING: Place = { position: 0, skip: 0 };

export interface Deserializer {
  /**
   * Up to `most` of the next events, none at the end of what is there; asked again, it sees whether there is more. Reads ahead of the place in bounded memory.
   * Rejects with AGENT_DECODE for bytes that are no event; the place is then before them.
   */
  read(most: number): Promise<readonly Event[]>;
  /** After the last event that `read` answered. Opened again with it, the events that follow are read. */
  readonly place: Place;
}

export interface DeserializerOptions {
  /** As it is named in errors and notes. */
  readonly file: string;
  readonly place: Place;
  /** Of text. */
  readonly charset: string;
  readonly onBadText: DecodePolicy;
  /** A last line without its end: an event (the file is whole), or not read until the end is there (it grows). */
  readonly openEnd: 'event' | 'wait';
}

/** Reads what it needs to begin (the header of a container). AGENT_DECODE. */
export type OpenDeserializer = (source: ByteSource, options: DeserializerOptions) => Promise<Deserializer>;
