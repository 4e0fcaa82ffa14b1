// Events whole, with headers and body, in an Avro container (FlumeEventAvroEventSerializer).
import { ContainerWriter } from './avro-container.ts';
import type { Serializer } from './serializer.ts';

/** As Avro for Java prints the schema of Flume's event. */
const EVENT_SCHEMA = '{"type":"record","name":"Event","fields":[{"name":"headers","type":{"type":"map","values":"string"}},{"name":"body","type":"bytes"}]}';

export function avroEventSerializer(codec: string, syncIntervalBytes: number): Serializer {
  const container = new ContainerWriter(EVENT_SCHEMA, codec, syncIntervalBytes);
  return {
    reopens: false,
    header: async () => container.header(),
    serialize: (events) => container.blocks(events.map((event) => event.toAvro())),
  };
}
