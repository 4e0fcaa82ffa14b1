// What runs HDFS: jars of Hadoop 3.4 from Maven Central.
import { join } from 'node:path';
import { MavenJars } from '../maven-jars.ts';

/** A JDK: the peer is a program in one file that Java compiles as it starts. */
export const HADOOP_PACKAGES = ['default-jdk-headless', 'maven'] as const;

const here = import.meta.dirname;

export const hadoopJars = new MavenJars({ what: 'Hadoop 3.4', megabytes: 65, folder: 'hadoop/3.4', pom: join(here, 'hadoop.pom.xml'), sums: join(here, 'jars.sha256') });

const OPENED = ['java.lang', 'java.util', 'java.nio', 'java.net', 'java.io', 'java.util.concurrent', 'sun.nio.ch'];

/** Words for `java` before the class and its arguments. @param conf the folder with core-site.xml and hdfs-site.xml. */
export function hadoopJava(conf: string, options: readonly string[] = []): readonly string[] {
  const opens = OPENED.flatMap((name) => ['--add-opens', `java.base/${name}=ALL-UNNAMED`]);
  return [...opens, '-XX:+UseSerialGC', '-Djava.net.preferIPv4Stack=true', '-Xmx512m', ...options, '-cp', `${conf}:${hadoopJars.classPath}`];
}
