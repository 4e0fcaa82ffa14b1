// One file of the source while it is read: from its place on, in batches, to what is its end now.
import type { Deserializer, OpenDeserializer, Place } from '../../deserializers/deserializer.ts';
import { BEGINNING } from '../../deserializers/deserializer.ts';
import type { Event } from '../../event/event.ts';
import type { HdfsClient, HdfsEntry } from '../../ports.ts';
import type { DecodePolicy } from '../../text/charset.ts';
import { fingerprintOf, HEAD, matches, NO_FINGERPRINT, readFully, type Fingerprint } from '../bytes/fingerprint.ts';
import { gunzipped, isGzip } from '../bytes/gunzip.ts';
import { StreamSource } from '../bytes/stream-source.ts';
import type { FileState } from './entry.ts';

export interface ReaderOptions {
  readonly client: HdfsClient;
  readonly open: OpenDeserializer;
  readonly charset: string;
  readonly onBadText: DecodePolicy;
}

export interface Batch { readonly events: readonly Event[]; readonly state: FileState }

export class FileReader {
  readonly entry: HdfsEntry;
  /** Whether a last line without its end is an event too. */
  readonly lastLine: boolean;
  private readonly bytes: StreamSource;
  private readonly head: Buffer;
  private readonly deserializer: Deserializer;
  private readonly start: Fingerprint;

  private constructor(entry: HdfsEntry, lastLine: boolean, bytes: StreamSource, head: Buffer, deserializer: Deserializer, start: Fingerprint) {
    this.entry = entry;
    this.lastLine = lastLine;
    this.bytes = bytes;
    this.head = head;
    this.deserializer = deserializer;
    this.start = start;
  }

  static async open(entry: HdfsEntry, known: FileState | null, lastLine: boolean, options: ReaderOptions): Promise<FileReader> {
    const plain = (position: number, signal: AbortSignal): AsyncIterable<Buffer> => options.client.read(entry.path, position, null, signal);
    const bytes = new StreamSource(isGzip(entry.name) ? gunzipped(plain) : plain);
    try {
      const print = known?.print ?? NO_FINGERPRINT;
      const head = known === null || print.size < HEAD || known.size > entry.size ? await readFully(bytes, 0, HEAD) : null;
      const place = head === null || known === null || matches(print, head) ? placeIn(entry, known) : BEGINNING;
      const deserializer = await options.open(bytes, { file: entry.path, place, charset: options.charset, onBadText: options.onBadText, openEnd: lastLine ? 'event' : 'wait' });
      return new FileReader(entry, lastLine, bytes, head ?? Buffer.alloc(0), deserializer, head === null ? print : NO_FINGERPRINT);
    } catch (error) {
      await bytes.close();
      throw error;
    }
  }

  /** No events at the end. */
  async next(most: number): Promise<Batch> {
    const events = await this.deserializer.read(most);
    return { events, state: this.stateAt(this.deserializer.place, 0) };
  }

  /** When `next` found the end. */
  get ended(): FileState { return this.stateAt(this.deserializer.place, this.entry.size); }

  close(): Promise<void> { return this.bytes.close(); }

  private stateAt(place: Place, size: number): FileState {
    const print = this.start.size > 0 ? this.start : fingerprintOf(this.head, place.position);
    return { path: this.entry.path, place, size, print };
  }
}

/** A file that was cut to less than was read goes on behind what is left of it. */
function placeIn(entry: HdfsEntry, known: FileState | null): Place {
  if (known === null) return BEGINNING;
  if (isGzip(entry.name) || known.place.position <= entry.size) return known.place;
  return { position: entry.size, skip: 0 };
}
