// A real HDFS: one name node and one data node, with WebHDFS.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PeerDefinition } from '../definition.ts';
import { HADOOP_PACKAGES, hadoopJars, hadoopJava } from './jars.ts';

export interface HadoopOptions {
  /** More properties of hdfs-site.xml, which win. */
  readonly site?: Readonly<Record<string, string>>;
}

export interface HadoopInfo {
  readonly host: string;
  /** Of the name node's RPC. */
  readonly port: number;
  /** hdfs://HOST:PORT */
  readonly uri: string;
  /** Of WebHDFS at the name node. */
  readonly httpPort: number;
  /** For the clients of Hadoop: site files that name this one. */
  readonly conf: string;
  readonly pid: number;
}

function site(properties: Readonly<Record<string, string>>): string {
  const lines = Object.entries(properties).map(([name, value]) => `<property><name>${name}</name><value>${value}</value></property>`);
  return `<configuration>\n${lines.join('\n')}\n</configuration>\n`;
}

export const hadoop: PeerDefinition<HadoopOptions, HadoopInfo> = {
  packages: HADOOP_PACKAGES,
  prepare: (say) => Promise.resolve(hadoopJars.prepare(say)),
  problem: () => hadoopJars.problem(),

  start: async (context, options) => {
    const port = await context.port();
    const [httpPort, dataPort, dataHttp, dataIpc] = [await context.freePort(), await context.freePort(), await context.freePort(), await context.freePort()];
    const conf = join(context.dir, 'conf');
    // the pages of the name node are not in the jars; WebHDFS needs no more than their folders
    for (const name of ['hdfs', 'datanode', 'static']) mkdirSync(join(conf, 'webapps', name), { recursive: true });
    writeFileSync(join(conf, 'log4j.properties'), [
      'log4j.rootLogger=WARN,E', 'log4j.appender.E=org.apache.log4j.ConsoleAppender', 'log4j.appender.E.target=System.err',
      'log4j.appender.E.layout=org.apache.log4j.PatternLayout', 'log4j.appender.E.layout.ConversionPattern=%d{ISO8601} %p %c{1}: %m%n', '',
    ].join('\n'));
    writeFileSync(join(conf, 'core-site.xml'), site({ 'fs.defaultFS': `hdfs://127.0.0.1:${port}`, 'hadoop.tmp.dir': join(context.dir, 'tmp') }));
    writeFileSync(join(conf, 'hdfs-site.xml'), site({
      'dfs.namenode.name.dir': `file://${join(context.dir, 'name')}`, 'dfs.datanode.data.dir': `file://${join(context.dir, 'data')}`,
      'dfs.namenode.rpc-address': `127.0.0.1:${port}`, 'dfs.namenode.http-address': `127.0.0.1:${httpPort}`,
      'dfs.datanode.address': `127.0.0.1:${dataPort}`, 'dfs.datanode.http.address': `127.0.0.1:${dataHttp}`, 'dfs.datanode.ipc.address': `127.0.0.1:${dataIpc}`,
      'dfs.datanode.hostname': '127.0.0.1', 'dfs.namenode.datanode.registration.ip-hostname-check': 'false', 'dfs.datanode.dns.interface': 'lo',
      'dfs.replication': '1', 'dfs.permissions.enabled': 'false', 'dfs.namenode.safemode.extension': '0', 'dfs.heartbeat.interval': '1', 'dfs.datanode.du.reserved': '0',
      'dfs.client.block.write.replace-datanode-on-failure.enable': 'false', ...options.site,
    }));
    const pid = context.spawn('java', [...hadoopJava(conf, [`-Dhadoop.home.dir=${context.dir}`]), join(import.meta.dirname, 'HdfsPeer.java'), context.dir]);
    await context.until('hadoop', () => Promise.resolve(readFileSync(context.log, 'utf8').includes('HDFS READY')));
    return { host: '127.0.0.1', port, uri: `hdfs://127.0.0.1:${port}`, httpPort, conf, pid };
  },
};
