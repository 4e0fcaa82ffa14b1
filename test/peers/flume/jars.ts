// What runs Flume 1.11 with everything it brings but its dead plug-ins: jars from Maven Central.
import { join } from 'node:path';
import { MavenJars } from '../maven-jars.ts';

export const FLUME_PACKAGES = ['default-jre-headless', 'maven'] as const;

const here = import.meta.dirname;

export const flumeJars = new MavenJars({ what: 'Flume 1.11', megabytes: 136, folder: 'flume/1.11', pom: join(here, 'flume.pom.xml'), sums: join(here, 'jars.sha256') });

/** With the configuration of its log: to stdout, INFO unless -Dflume.peer.level says otherwise. */
export function flumeClassPath(): string {
  return `${here}:${flumeJars.classPath}`;
}

/** Words before the class and its arguments, for `java`. */
export function flumeJava(options: readonly string[] = []): readonly string[] {
  return ['-Xmx512m', '-Dlog4j2.formatMsgNoLookups=true', '-Djava.net.preferIPv4Stack=true', ...options, '-cp', flumeClassPath()];
}
