// The HDFS sink's usual traps: ten events a file, and time in a path without a time in the events.
import type { SourceConfig } from '../agent-config.ts';
import type { Build, Listed } from '../build/build.ts';
import type { Seen, Values } from './together.ts';

/** A codec where nothing is compressed; false where the sink is removed for it (strict mode). */
export function codecFits(build: Build, { properties, label, whose }: Listed, values: Values): boolean {
  const codec = properties.get('hdfs.codeC');
  if (!codec || values['hdfs.fileType'] !== 'DataStream') return true;
  const type = properties.get('hdfs.fileType');
  build.lints.add('HDFS_CODEC', codec, whose, { component: label, codec: codec.value }, type ? build.fixes.setValue(type, 'CompressedStream') : null);
  return !build.strict;
}

const ROLLS = ['hdfs.rollInterval', 'hdfs.rollSize', 'hdfs.rollCount'];
const TIME = /%[aAbBcdDeHIjklmMnpsStyYzL]/;

/** Sources that put no time into the headers by themselves, and whose senders cannot. */
const TIMELESS = new Set(['exec', 'netcat', 'netcatudp', 'seq', 'spooldir', 'taildir', 'hdfs', 'org.apache.flume.source.stresssource']);

export function checkHdfsSink(build: Build, seen: Seen, sources: readonly SourceConfig[]): void {
  const { at, whose, label: component } = seen;
  if (!ROLLS.some((key) => seen.properties.has(key))) {
    build.lints.add('HDFS_SMALL_FILES', at, whose, { component }, [
      ...build.fixes.addAfter(at, `${component}.hdfs.rollInterval`, '300'), ...build.fixes.addAfter(at, `${component}.hdfs.rollSize`, '134217728'), ...build.fixes.addAfter(at, `${component}.hdfs.rollCount`, '0'),
    ]);
  }
  if (seen.values['hdfs.useLocalTimeStamp'] === true) return;
  for (const key of ['hdfs.path', 'hdfs.filePrefix']) {
    const escape = TIME.exec(seen.properties.get(key)?.value.replaceAll('%%', '') ?? '')?.[0];
    const source = sources.find((candidate) => !hasTime(candidate));
    if (escape === undefined || !source) continue;
    build.lints.add('HDFS_NO_TIME', seen.entry(key), whose, { component, escape, source: `${build.agent}.sources.${source.name}` }, build.fixes.addAfter(seen.entry(key), `${component}.hdfs.useLocalTimeStamp`, 'true'));
    return;
  }
}

function hasTime({ spec, interceptors }: SourceConfig): boolean {
  return !TIMELESS.has(spec.type.toLowerCase()) || interceptors.some((interceptor) => interceptor.spec.type === 'timestamp' || interceptor.spec.ours === true || interceptor.spec.type.startsWith('regex_extractor'));
}
