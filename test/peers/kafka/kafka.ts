// A real Kafka broker: one node, KRaft. Topics appear when they are first used.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from '../ask.ts';
import type { PeerDefinition } from '../definition.ts';
import { MavenJars } from '../maven-jars.ts';

export interface KafkaOptions {
  /** Lines of server.properties, after ours, so that they win. */
  readonly conf?: readonly string[];
}

export interface KafkaInfo { readonly bootstrap: string; readonly port: number; readonly pid: number }

const here = import.meta.dirname;
export const kafkaJars = new MavenJars({ what: 'Kafka 4.3', megabytes: 54, folder: 'kafka/4.3', pom: join(here, 'kafka.pom.xml'), sums: join(here, 'jars.sha256') });

/** ApiVersions v0, correlation 7. */
const API_VERSIONS = Buffer.from('0000000e' + '00120000' + '00000007' + '000470656572', 'hex');

function configOf(dir: string, port: number, controller: number, conf: readonly string[]): string {
  return [
    'process.roles=broker,controller', 'node.id=1', `controller.quorum.voters=1@127.0.0.1:${controller}`, 'controller.listener.names=CONTROLLER',
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`, `advertised.listeners=PLAINTEXT://127.0.0.1:${port}`, 'inter.broker.listener.name=PLAINTEXT',
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT', `log.dirs=${join(dir, 'data')}`, 'num.network.threads=2', 'num.io.threads=4',
    'offsets.topic.num.partitions=4', 'offsets.topic.replication.factor=1', 'transaction.state.log.num.partitions=4', 'transaction.state.log.replication.factor=1', 'transaction.state.log.min.isr=1',
    'share.coordinator.state.topic.num.partitions=2', 'share.coordinator.state.topic.replication.factor=1', 'share.coordinator.state.topic.min.isr=1', 'group.initial.rebalance.delay.ms=0',
    'log.cleaner.dedupe.buffer.size=16777216', ...conf, '',
  ].join('\n');
}

export const kafka: PeerDefinition<KafkaOptions, KafkaInfo> = {
  packages: ['default-jre-headless', 'maven'],
  prepare: (say) => Promise.resolve(kafkaJars.prepare(say)),
  problem: () => kafkaJars.problem(),
  start: async (context, { conf = [] }) => {
    const port = await context.port();
    const file = join(context.dir, 'server.properties');
    writeFileSync(file, configOf(context.dir, port, await context.freePort(), conf));
    if (!existsSync(join(context.dir, 'data/meta.properties'))) {
      execFileSync('java', ['-XX:TieredStopAtLevel=1', '-Xmx256m', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-cp', kafkaJars.classPath, 'kafka.tools.StorageTool', 'format', '-t', `A${randomBytes(16).toString('base64url').slice(1, 22)}`, '-c', file], { stdio: 'pipe' });
    }
    const pid = context.spawn('java', ['-Xms128m', '-Xmx512m', '-Dfile.encoding=UTF-8', '-cp', kafkaJars.classPath, 'kafka.Kafka', file]);
    await context.until('kafka', async () => {
      const answer = await ask(port, API_VERSIONS, (bytes) => bytes.length >= 10);
      return answer.length >= 10 && answer.readUInt32BE(4) === 7 && answer.readUInt16BE(8) === 0;
    });
    return { bootstrap: `127.0.0.1:${port}`, port, pid };
  },
};
