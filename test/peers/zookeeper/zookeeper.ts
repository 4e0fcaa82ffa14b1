// A real ZooKeeper server, 3.8 or 3.9: standalone, or one member of an ensemble.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { PeerDefinition } from '../definition.ts';
import { classPath, prepareZooKeeper, ZOOKEEPER_PACKAGES, zooKeeperProblem, type ZooKeeperRelease } from './jars.ts';

export interface ZooKeeperOptions {
  /** '3.9' unless given. */
  readonly release?: ZooKeeperRelease;
  /** Lines of zoo.cfg, after ours, so that they win: "forceSync=no". */
  readonly conf?: readonly string[];
  /** Its number in the ensemble, and every member's line: "server.1=127.0.0.1:2888:3888". */
  readonly ensemble?: { readonly id: number; readonly servers: readonly string[] };
  /** Password of the super user, `digest super:PASSWORD`. */
  readonly superPassword?: string;
  readonly readOnly?: boolean;
  /** The AdminServer on a free port. */
  readonly admin?: boolean;
  /** Options of the JVM: "-Xmx2g". */
  readonly jvm?: readonly string[];
  /** Ready when it serves (default), or as soon as its client port answers a four-letter word: a member without a quorum. */
  readonly ready?: 'serving' | 'listening';
}

export interface ZooKeeperInfo {
  readonly host: string;
  readonly port: number;
  /** HOST:PORT. */
  readonly connect: string;
  /** Of the JVM, for SIGKILL and SIGSTOP. The peer ends with it; a `dir` that was given stays for the next start. */
  readonly pid: number;
  readonly version: string;
  /** standalone, leader, follower, observer; '' while it does not serve. */
  readonly mode: string;
  /** http://HOST:PORT/commands, or null. */
  readonly admin: string | null;
  readonly dataDir: string;
}

/** Asks a four-letter word; '' when nothing comes. */
export function fourLetterWord(port: number, word: string, host = '127.0.0.1'): Promise<string> {
  return new Promise((done) => {
    const socket = connect(port, host, () => socket.write(word));
    let text = '';
    socket.setTimeout(2000, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => { text += chunk.toString(); });
    socket.on('error', () => undefined);
    socket.on('close', () => done(text));
  });
}

/** Lines of zoo.cfg; of two lines of one key the later one is kept. */
export function configOf(dir: string, port: number, adminPort: number | null, options: Pick<ZooKeeperOptions, 'conf' | 'ensemble'>): string[] {
  const lines = [
    'tickTime=2000', 'initLimit=10', 'syncLimit=5', `dataDir=${dir}`, `clientPort=${port}`, 'clientPortAddress=127.0.0.1', 'maxClientCnxns=0',
    '4lw.commands.whitelist=*', 'extendedTypesEnabled=true', 'reconfigEnabled=true',
    ...(adminPort === null ? ['admin.enableServer=false'] : ['admin.serverAddress=127.0.0.1', `admin.serverPort=${adminPort}`]),
    ...(options.conf ?? []), ...(options.ensemble?.servers ?? []),
  ];
  return [...new Map(lines.map((line) => [line.split('=')[0] ?? '', line])).values()];
}

/** What `superDigest` is set to for a password. */
export function superDigest(password: string): string {
  return `super:${createHash('sha1').update(`super:${password}`).digest('base64')}`;
}

function javaOptions(options: ZooKeeperOptions): string[] {
  const words = ['-Xmx512m', '-Dfile.encoding=UTF-8', '-Dorg.slf4j.simpleLogger.showDateTime=true', '-Dzookeeper.extendedTypesEnabled=true'];
  if (options.superPassword !== undefined) {
    words.push(`-Dzookeeper.DigestAuthenticationProvider.superDigest=${superDigest(options.superPassword)}`);
  }
  if (options.readOnly) words.push('-Dreadonlymode.enabled=true');
  return [...words, ...(options.jvm ?? [])];
}

/** What starts a server on a zoo.cfg, for those who time it. */
export function serverCommand(config: string, options: Pick<ZooKeeperOptions, 'release' | 'superPassword' | 'readOnly' | 'jvm'> = {}): readonly [string, readonly string[]] {
  return ['java', [...javaOptions(options), '-cp', classPath(options.release ?? '3.9'), 'org.apache.zookeeper.server.quorum.QuorumPeerMain', config]];
}

export const zookeeper: PeerDefinition<ZooKeeperOptions, ZooKeeperInfo> = {
  packages: ZOOKEEPER_PACKAGES,
  prepare: prepareZooKeeper,
  problem: zooKeeperProblem,

  start: async (context, options) => {
    const port = await context.port();
    const adminPort = options.admin ? await context.freePort() : null;
    const dataDir = join(context.dir, 'data');
    mkdirSync(dataDir, { recursive: true });
    const config = join(context.dir, 'zoo.cfg');
    writeFileSync(config, `${configOf(dataDir, port, adminPort, options).join('\n')}\n`);
    if (options.ensemble) writeFileSync(join(dataDir, 'myid'), `${options.ensemble.id}\n`);
    const pid = context.spawn(...serverCommand(config, options));
    let answer = '';
    const wanted = options.ready === 'listening' ? /^(Zookeeper version|This ZooKeeper instance)/m : /^Mode:/m;
    await context.until('zookeeper', async () => { answer = await fourLetterWord(port, 'srvr'); return wanted.test(answer); });
    return {
      host: '127.0.0.1', port, connect: `127.0.0.1:${port}`, pid, dataDir,
      version: /^Zookeeper version: ([\d.]+)/m.exec(answer)?.[1] ?? '', mode: /^Mode: (.*)$/m.exec(answer)?.[1] ?? '',
      admin: adminPort === null ? null : `http://127.0.0.1:${adminPort}/commands`,
    };
  },
};
