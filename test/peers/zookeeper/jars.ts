// What runs ZooKeeper: 3.8 from Debian's jars, 3.9 from Maven Central (Debian has none).
import { join } from 'node:path';
import { MavenJars } from '../maven-jars.ts';

export type ZooKeeperRelease = '3.8' | '3.9';

/** Debian packages of both releases and of what fetches the second. */
export const ZOOKEEPER_PACKAGES = ['default-jre-headless', 'libzookeeper-java', 'libslf4j-java', 'libservlet-api-java', 'maven'] as const;

const here = import.meta.dirname;
const jars39 = new MavenJars({ what: 'ZooKeeper 3.9', megabytes: 12, folder: 'zookeeper/3.9', pom: join(here, 'zookeeper39.pom.xml'), sums: join(here, 'jars.sha256') });

/** Why the jars of 3.9 are not there, or null. Changes nothing. */
export function zooKeeperProblem(): string | null {
  return jars39.problem();
}

/** The class path of a server or zkCli of that release. */
export function classPath(release: ZooKeeperRelease): string {
  return release === '3.8' ? ['zookeeper', 'zookeeper-jute', 'servlet-api', 'slf4j-simple'].map((name) => `/usr/share/java/${name}.jar`).join(':') : jars39.classPath;
}

/** Fetches the jars of 3.9 unless they are there; answers null, or why they cannot be had. */
export function prepareZooKeeper(say: (line: string) => void): Promise<string | null> {
  return Promise.resolve(jars39.prepare(say));
}
