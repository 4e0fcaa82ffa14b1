// A real agent of Flume 1.11 with a configuration of the test's own.
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { PeerDefinition } from '../definition.ts';
import { FLUME_PACKAGES, flumeJars, flumeJava } from './jars.ts';

export interface FlumeOptions {
  /** The text of flume-conf.properties. `@DIR@` stands for the peer's folder, `@PORT@` for its port. */
  readonly config: string;
  /** Of the agent; 'a1' unless given. */
  readonly name?: string;
  /** Of the JVM, after ours so that they win: "-Xmx1g", "-Djavax.net.ssl.trustStore=...". */
  readonly jvm?: readonly string[];
  /** Of the command: "-i", "1". --no-reload-conf is given unless `reload`. */
  readonly args?: readonly string[];
  readonly reload?: boolean;
  /** Ports of 127.0.0.1 that must accept before it is ready; the peer's own when the configuration names `@PORT@`. */
  readonly ports?: readonly number[];
  /** And what its log must say. */
  readonly says?: string;
}

export interface FlumeInfo {
  readonly host: string;
  /** For the source of the configuration that says `@PORT@`. */
  readonly port: number;
  /** Of the JVM, for SIGKILL and SIGSTOP. */
  readonly pid: number;
  /** http://HOST:PORT/metrics, whose values are all strings. */
  readonly metrics: string;
  readonly configFile: string;
}

/** Whether something listens. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (yes: boolean): void => { socket.destroy(); done(yes); };
    socket.setTimeout(1000, () => answer(false)).once('connect', () => answer(true)).once('error', () => answer(false));
  });
}

/** What starts an agent on a configuration file, for those who time it. */
export function flumeCommand(configFile: string, { name = 'a1', jvm = [], args = [], reload = false }: Omit<FlumeOptions, 'config' | 'ports' | 'says'>): readonly [string, readonly string[]] {
  return ['java', [...flumeJava(jvm), 'org.apache.flume.node.Application', '--name', name, '--conf-file', configFile, ...(reload ? [] : ['--no-reload-conf']), ...args]];
}

export const flume: PeerDefinition<FlumeOptions, FlumeInfo> = {
  packages: FLUME_PACKAGES,
  prepare: (say) => Promise.resolve(flumeJars.prepare(say)),
  problem: () => flumeJars.problem(),

  start: async (context, options) => {
    const port = await context.port();
    const metricsPort = await context.freePort();
    const configFile = join(context.dir, 'flume-conf.properties');
    writeFileSync(configFile, options.config.replaceAll('@DIR@', context.dir).replaceAll('@PORT@', String(port)));
    const jvm = ['-Dflume.monitoring.type=http', `-Dflume.monitoring.port=${metricsPort}`, ...(options.jvm ?? [])];
    const pid = context.spawn(...flumeCommand(configFile, { ...options, jvm }));
    const ports = [metricsPort, ...(options.ports ?? []), ...(options.config.includes('@PORT@') ? [port] : [])];
    await context.until('flume', async () => {
      if (options.says !== undefined && !readFileSync(context.log, 'utf8').includes(options.says)) return false;
      return (await Promise.all(ports.map(accepts))).every(Boolean);
    });
    return { host: '127.0.0.1', port, pid, metrics: `http://127.0.0.1:${metricsPort}/metrics`, configFile };
  },
};
