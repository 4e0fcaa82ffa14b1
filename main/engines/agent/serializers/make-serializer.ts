// The serializer that a sink's configuration names.
import type { ComponentSpec } from '../../../../preload/contract/agent/keys.ts';
import { findLeftOut, findSpec } from '../../../../preload/contract/agent/specs/all.ts';
import { AVRO_BODY_SERIALIZER, AVRO_EVENT_SERIALIZER, HEADER_AND_TEXT_SERIALIZER, TEXT_SERIALIZER } from '../../../../preload/contract/agent/specs/between.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { nearest } from '../../../lib/nearest.ts';
import { partValues } from '../components/factory.ts';
import type { Properties } from '../config/agent-config.ts';
import type { AgentPorts } from '../ports.ts';
import { avroBodySerializer } from './avro-body.ts';
import { avroEventSerializer } from './avro-event.ts';
import { WRITE_CODECS } from './avro-container.ts';
import type { NewSerializer } from './serializer.ts';
import { headerAndTextSerializer, textSerializer } from './text.ts';

/**
 * What makes a serializer for each file. Throws AGENT_UNKNOWN_TYPE, AGENT_LEFT_OUT, AGENT_KEY.
 * @param component of the sink, for errors: "a1.sinks.k1".
 * @param properties of the serializer alone, their keys without the sink's prefix.
 */
export function newSerializer(component: string, type: string, properties: Properties, ports: Pick<AgentPorts, 'openHdfs'>): NewSerializer {
  const spec: ComponentSpec | null = findSpec('serializer', type);
  switch (spec) {
    case TEXT_SERIALIZER: {
      const { appendNewline } = partValues(component, TEXT_SERIALIZER, properties);
      return () => textSerializer(appendNewline);
    }
    case HEADER_AND_TEXT_SERIALIZER: {
      const { appendNewline } = partValues(component, HEADER_AND_TEXT_SERIALIZER, properties);
      return () => headerAndTextSerializer(appendNewline);
    }
    case AVRO_EVENT_SERIALIZER: {
      const { compressionCodec, syncIntervalBytes } = partValues(component, AVRO_EVENT_SERIALIZER, properties);
      const codec = codecOf(component, compressionCodec);
      return () => avroEventSerializer(codec, syncIntervalBytes);
    }
    case AVRO_BODY_SERIALIZER: {
      const { compressionCodec, syncIntervalBytes, schemaURL } = partValues(component, AVRO_BODY_SERIALIZER, properties);
      const codec = codecOf(component, compressionCodec);
      const schemas = new Map<string, string>();
      return () => avroBodySerializer({ component, codec, syncIntervalBytes, schemaUrl: schemaURL, ports, schemas });
    }
  }
  const left = findLeftOut('serializer', type);
  if (left) throw SluiceError.of('AGENT_LEFT_OUT', { component, type, instead: left.instead.join(', ') });
  throw SluiceError.of('AGENT_UNKNOWN_TYPE', { component, type, nearest: nearest(type, ['text', 'header_and_text', 'avro_event']) ?? '' });
}

function codecOf(component: string, name: string): string {
  if (Object.hasOwn(WRITE_CODECS, name)) return name;
  throw SluiceError.of('AGENT_KEY', { component, key: 'compressionCodec', value: name, reason: `it is not among ${Object.keys(WRITE_CODECS).join(', ')}` });
}
