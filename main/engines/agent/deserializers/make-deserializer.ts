// The deserializer that a source's configuration names.
import type { ComponentSpec } from '../../../../preload/contract/agent/keys.ts';
import { findLeftOut, findSpec } from '../../../../preload/contract/agent/specs/all.ts';
import { AVRO_DESERIALIZER, BLOB_DESERIALIZER, LINE_DESERIALIZER } from '../../../../preload/contract/agent/specs/between.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { nearest } from '../../../lib/nearest.ts';
import { partValues } from '../components/factory.ts';
import type { Properties } from '../config/agent-config.ts';
import { charsetOf, type Charset } from '../text/charset.ts';
import { openContainer } from './avro.ts';
import { openBlob } from './blob.ts';
import type { OpenDeserializer } from './deserializer.ts';
import { openLines } from './line.ts';

/**
 * What opens files. Throws AGENT_UNKNOWN_TYPE, AGENT_LEFT_OUT, AGENT_KEY; opening throws AGENT_KEY for a character set that is not known.
 * @param component of the source, for errors: "a1.sources.r1".
 * @param properties of the deserializer alone, their keys without the source's prefix.
 * @param note told of what is worth a line in the log.
 */
export function newDeserializer(component: string, type: string, properties: Properties, note: (text: string) => void): OpenDeserializer {
  const spec: ComponentSpec | null = findSpec('deserializer', type);
  switch (spec) {
    case LINE_DESERIALIZER: {
      const { outputCharset, maxLineLength } = partValues(component, LINE_DESERIALIZER, properties);
      const output = knownCharset(component, 'outputCharset', outputCharset);
      return (source, options) => openLines(source, { ...options, component, input: knownCharset(component, 'inputCharset', options.charset), output, maxLineLength, note });
    }
    case AVRO_DESERIALIZER: {
      const { schemaType } = partValues(component, AVRO_DESERIALIZER, properties);
      return (source, options) => openContainer(source, component, schemaType, options);
    }
    case BLOB_DESERIALIZER: {
      const { maxBlobLength } = partValues(component, BLOB_DESERIALIZER, properties);
      return async (source, options) => openBlob(source, maxBlobLength, options);
    }
  }
  const left = findLeftOut('deserializer', type);
  if (left) throw SluiceError.of('AGENT_LEFT_OUT', { component, type, instead: left.instead.join(', ') });
  throw SluiceError.of('AGENT_UNKNOWN_TYPE', { component, type, nearest: nearest(type, ['LINE', 'AVRO', BLOB_DESERIALIZER.type]) ?? '' });
}

/** Throws AGENT_KEY. */
export function knownCharset(component: string, key: string, name: string): Charset {
  const charset = charsetOf(name);
  if (charset === null) throw SluiceError.of('AGENT_KEY', { component, key, value: name, reason: 'no such character set' });
  return charset;
}
