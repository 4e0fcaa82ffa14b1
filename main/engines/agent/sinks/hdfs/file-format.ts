// What the sink writes into one file: as events are, as compressed pieces, or as a SequenceFile.
import type { Event } from '../../event/event.ts';
import type { NewSerializer } from '../../serializers/serializer.ts';
import type { Codec } from './codec.ts';

export interface FileFormat {
  /** What the file begins with. `first`: what will be written first. */
  header(first: Event): Promise<Buffer>;
  /** The bytes of events, whole: a file is readable up to here. */
  encode(events: readonly Event[]): Promise<Buffer>;
}

/** DataStream, or CompressedStream where there is a codec. */
export function streamFormat(newSerializer: NewSerializer, codec: Codec | null): FileFormat {
  const serializer = newSerializer();
  const packed = (bytes: Buffer): Promise<Buffer> => (codec === null || bytes.length === 0 ? Promise.resolve(bytes) : codec.compress(bytes));
  return {
    header: async (first) => packed(await serializer.header(first)),
    encode: async (events) => packed(await serializer.serialize(events)),
  };
}
