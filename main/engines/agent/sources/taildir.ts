// Follows logs as they are written, each line once, through every way of rotating them (TaildirSource; what Flume loses or reads twice is not copied).
import { homedir } from 'node:os';
import { join } from 'node:path';
import { TAILDIR_SOURCE } from '../../../../preload/contract/agent/specs/files.ts';
import { source } from '../components/factory.ts';
import { LocalPlaces } from '../places/local-places.ts';
import { javaPattern } from './file-pattern.ts';
import { parseGroups } from './taildir/groups.ts';
import { PositionFile } from './taildir/position-file.ts';
import { TaildirSource } from './taildir/taildir-source.ts';

export const taildirSource = source(TAILDIR_SOURCE, (values, context) => {
  const { name, agent, ports, properties } = context;
  const short = name.slice(name.lastIndexOf('.') + 1);
  const places = join(ports.stateDir, 'places');
  const begins = values.multilineStart === null ? null : javaPattern(name, 'multilineStart', values.multilineStart);
  return new TaildirSource({
    context,
    key: `${agent}.${short}`,
    groups: parseGroups(name, values.filegroups, properties),
    store: () => new LocalPlaces({ component: name, file: join(places, `${short}.taildir`), disk: ports.disk }),
    positionFile: new PositionFile({
      component: name, file: values.positionFile ?? join(homedir(), '.flume', 'taildir_position.json'), ownFile: join(places, `${short}.position`), disk: ports.disk,
    }),
    cachePatternMatching: values.cachePatternMatching,
    skipToEnd: values.skipToEnd,
    idleTimeoutMs: values.idleTimeout,
    writePosIntervalMs: values.writePosInterval,
    batchSize: values.batchSize,
    maxBatchCount: values.maxBatchCount,
    fileHeader: values.fileHeader ? values.fileHeaderKey : null,
    byteOffsetHeader: values.byteOffsetHeader,
    multilineTimeoutMs: begins === null ? null : values.multilineTimeout,
    cutter: { maxBytes: values.maxLineBytes, maxLines: values.multilineMaxLines, begins: begins && ((line) => begins.find(line)) },
  });
});
