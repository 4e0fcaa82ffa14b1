// Files that are put whole into a folder become events, and are renamed, noted or deleted when they are through (SpoolDirectorySource, ReliableSpoolingFileEventReader).
import { isAbsolute, join, resolve } from 'node:path';
import { SPOOLDIR_SOURCE } from '../../../../preload/contract/agent/specs/files.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { source } from '../components/factory.ts';
import { below, type Properties } from '../config/agent-config.ts';
import { newDeserializer } from '../deserializers/make-deserializer.ts';
import { LocalPlaces } from '../places/local-places.ts';
import { filePattern } from './file-pattern.ts';
import { SpoolFiles } from './spooldir/spool-files.ts';
import { SpooldirSource } from './spooldir/spooldir-source.ts';

export const spooldirSource = source(SPOOLDIR_SOURCE, (values, context) => {
  const { name, agent, ports, say } = context;
  const short = name.slice(name.lastIndexOf('.') + 1);
  const dir = resolve(values.spoolDir);
  if (values.fileSuffix === '' && values.deletePolicy === 'never' && values.trackingPolicy === 'rename') throw SluiceError.of('AGENT_KEY', { component: name, key: 'fileSuffix', value: '', reason: 'files that were read could not be told from those that wait' });
  return new SpooldirSource({
    context,
    key: `${agent}.${short}`,
    store: () => new LocalPlaces({ component: name, file: join(ports.stateDir, 'places', `${short}.spooldir`), disk: ports.disk }),
    files: new SpoolFiles({
      component: name, dir, recursive: values.recursiveDirectorySearch, order: values.consumeOrder, suffix: values.fileSuffix, policy: values.trackingPolicy,
      include: filePattern(name, 'includePattern', values.includePattern), ignore: filePattern(name, 'ignorePattern', values.ignorePattern),
      trackerDir: isAbsolute(values.trackerDir) ? values.trackerDir : join(dir, values.trackerDir), deletes: values.deletePolicy === 'immediate',
    }),
    open: newDeserializer(name, values.deserializer, deserializerProperties(context.properties, values.bufferMaxLineLength), say.note),
    charset: values.inputCharset,
    onBadText: values.decodeErrorPolicy,
    batchSize: values.batchSize,
    pollDelayMs: values.pollDelay,
    maxBackoffMs: values.maxBackoff,
    fileHeader: values.fileHeader ? values.fileHeaderKey : null,
    basenameHeader: values.basenameHeader ? values.basenameHeaderKey : null,
  });
});

/** bufferMaxLineLength is maxLineLength of the deserializer where that is not set. */
function deserializerProperties(properties: Properties, bufferMaxLineLength: number | null): Properties {
  const own = below(properties, 'deserializer.');
  const old = properties.get('bufferMaxLineLength');
  if (bufferMaxLineLength === null || !old || own.has('maxLineLength')) return own;
  return new Map([...own, ['maxLineLength', old]]);
}
