// Reads new and grown files under a path of HDFS, by name order, each line once: the place in each file goes into the channels with the lines (places/progress.ts). Flume has no
// such source, though configurations name one; its type and keys are those that they use.
import { join } from 'node:path';
import { HDFS_SOURCE } from '../../../../preload/contract/agent/specs/files.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { source } from '../components/factory.ts';
import { below } from '../config/agent-config.ts';
import { newDeserializer } from '../deserializers/make-deserializer.ts';
import { LocalPlaces } from '../places/local-places.ts';
import { SharedPlaces } from '../places/shared-places.ts';
import { filePattern } from './file-pattern.ts';
import { HdfsSource } from './hdfs/hdfs-source.ts';

export const hdfsSource = source(HDFS_SOURCE, (values, context) => {
  const { name, agent, ports, properties, say } = context;
  const quorum = values['hdfs.zkQuorum'];
  const short = name.slice(name.lastIndexOf('.') + 1);
  return new HdfsSource({
    context,
    path: pathOf(name, values['hdfs.uri'], values['hdfs.path']),
    key: `${agent}.${short}`,
    openClient: () => {
      if (ports.openHdfs === null) throw SluiceError.of('AGENT_NOT_HERE', { component: name, what: 'a client of HDFS' });
      return ports.openHdfs({ uri: values['hdfs.uri'], user: values['hdfs.user'], httpUri: values['hdfs.httpUri'] });
    },
    openPlaces: (lost) => {
      if (quorum === null) return new LocalPlaces({ component: name, file: join(ports.stateDir, 'places', `${short}.hdfs`), disk: ports.disk });
      const connect = ports.openCoordination;
      if (connect === null) throw SluiceError.of('AGENT_NOT_HERE', { component: name, what: 'a client of the coordination tree, which hdfs.zkQuorum asks for' });
      return new SharedPlaces({ component: name, path: `${values['hdfs.zkPath'].replace(/\/+$/, '')}/${agent}/${short}`, connect: () => connect(quorum), lost });
    },
    scan: {
      recursive: values['hdfs.recursive'],
      include: filePattern(name, 'hdfs.includePattern', values['hdfs.includePattern']),
      ignore: filePattern(name, 'hdfs.ignorePattern', values['hdfs.ignorePattern']),
    },
    read: { open: newDeserializer(name, values.deserializer, below(properties, 'deserializer.'), say.note), charset: values.inputCharset, onBadText: values.decodeErrorPolicy },
    batchSize: values['hdfs.batchSize'],
    pollIntervalMs: values['hdfs.pollInterval'],
    lastLineAfterMs: values['hdfs.lastLineAfter'],
    fromEnd: values['hdfs.fromEnd'],
    fileHeader: values.fileHeader ? values.fileHeaderKey : null,
    basenameHeader: values.basenameHeader ? values.basenameHeaderKey : null,
  });
});

/** The path in hdfs.path, which may be an address too, or else in the address. Throws AGENT_KEY. */
export function pathOf(component: string, uri: string, path: string | null): string {
  const from = path ?? uri;
  const plain = from.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '').replace(/^file:/i, '').replace(/(?<=.)\/+$/, '');
  if (plain === '' && path === null) return '/';
  if (!plain.startsWith('/')) throw SluiceError.of('AGENT_KEY', { component, key: path === null ? 'hdfs.uri' : 'hdfs.path', value: from, reason: 'a path from the root is wanted' });
  return plain;
}
