// Writes events into files of HDFS, in buckets by their headers and times (HDFSEventSink).
import { HDFS_SINK } from '../../../../preload/contract/agent/specs/files.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { sink } from '../components/factory.ts';
import { below } from '../config/agent-config.ts';
import { newSerializer } from '../serializers/make-serializer.ts';
import { BucketPath } from './hdfs/bucket-path.ts';
import { Calendar } from './hdfs/calendar.ts';
import { codecOf } from './hdfs/codec.ts';
import { streamFormat, type FileFormat } from './hdfs/file-format.ts';
import { HdfsSink } from './hdfs/hdfs-sink.ts';
import { sequenceFile } from './hdfs/sequence-file.ts';

export const hdfsSink = sink(HDFS_SINK, (values, context) => {
  const { name, ports, say, properties } = context;
  const bad = (key: string, value: string, reason: string): SluiceError => SluiceError.of('AGENT_KEY', { component: name, key, value, reason });
  if (values['hdfs.kerberosPrincipal'] !== null) throw SluiceError.of('AGENT_NOT_HERE', { component: name, what: 'a login by Kerberos; WebHDFS and HttpFS with simple authentication work' });
  const codec = values['hdfs.codeC'] === null ? null : codecOf(name, values['hdfs.codeC']);
  const fileType = values['hdfs.fileType'];
  if (fileType === 'CompressedStream' && codec === null) throw bad('hdfs.codeC', '', 'it is required where hdfs.fileType is CompressedStream');
  const roundValue = values['hdfs.roundValue'];
  const roundUnit = values['hdfs.roundUnit'];
  if (values['hdfs.round'] && roundUnit === 'hour' && roundValue > 24) throw bad('hdfs.roundValue', String(roundValue), 'hours are rounded to 1 to 24');
  const now = (): number => ports.clock.now();
  const paths = {
    component: name, calendar: new Calendar(name, 'hdfs.timeZone', values['hdfs.timeZone']),
    round: values['hdfs.round'] ? { value: roundValue, unit: roundUnit } : null, now: values['hdfs.useLocalTimeStamp'] ? now : null,
  };
  const address = /^[a-z][a-z0-9+.-]*:\/\/[^/%]*/i.exec(values['hdfs.path'])?.[0] ?? '';
  const path = values['hdfs.path'].slice(address.length).replace(/^file:/i, '').replace(/\/+$/, '');
  if (!path.startsWith('/')) throw bad('hdfs.path', values['hdfs.path'], 'a path from the root is wanted, with or without hdfs://HOST:PORT in front');
  const inUsePrefix = values['hdfs.inUsePrefix'];
  const newStream = newSerializer(name, values.serializer, below(properties, 'serializer.'), ports);
  const newFormat = (): FileFormat => {
    switch (fileType) {
      case 'SequenceFile': return sequenceFile({ values: values['hdfs.writeFormat'], codec, now });
      case 'DataStream': return streamFormat(newStream, null);
      case 'CompressedStream': return streamFormat(newStream, codec);
    }
  };
  return new HdfsSink({
    context,
    openClient: () => {
      if (ports.openHdfs === null) throw SluiceError.of('AGENT_NOT_HERE', { component: name, what: 'a client of HDFS' });
      return ports.openHdfs({ uri: address, user: values['hdfs.proxyUser'] ?? values['hdfs.user'], httpUri: values['hdfs.httpUri'] });
    },
    dir: new BucketPath(path, 'hdfs.path', paths),
    prefix: new BucketPath(values['hdfs.filePrefix'], 'hdfs.filePrefix', paths),
    batchSize: values['hdfs.batchSize'],
    maxOpenFiles: values['hdfs.maxOpenFiles'],
    bucket: {
      component: name, clock: ports.clock, say, newFormat,
      fileSuffix: values['hdfs.fileSuffix'] !== '' ? values['hdfs.fileSuffix'] : codec?.extension ?? '',
      inUsePrefix,
      inUseSuffix: values['hdfs.emptyInUseSuffix'] ? '' : values['hdfs.inUseSuffix'],
      rollCount: values['hdfs.rollCount'], rollSize: values['hdfs.rollSize'], rollIntervalMs: values['hdfs.rollInterval'] * 1000, idleTimeoutMs: values['hdfs.idleTimeout'] * 1000,
      callTimeoutMs: values['hdfs.callTimeout'], closeTries: values['hdfs.closeTries'], retryIntervalMs: Math.max(1, values['hdfs.retryInterval']) * 1000,
    },
  });
});
