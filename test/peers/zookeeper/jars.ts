// What runs ZooKeeper: 3.8 from Debian's jars, 3.9 from Maven Central (Debian has none), pinned by jars.sha256 and kept in
// ~/.cache/sluice-peers.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export type ZooKeeperRelease = '3.8' | '3.9';

/** Debian packages of both releases and of what fetches the second. */
export const ZOOKEEPER_PACKAGES = ['default-jre-headless', 'libzookeeper-java', 'libslf4j-java', 'libservlet-api-java', 'maven'] as const;

const here = import.meta.dirname;
const pom = join(here, 'zookeeper39.pom.xml');
const sums = readFileSync(join(here, 'jars.sha256'), 'utf8');
const cache = join(process.env['SLUICE_PEERS_CACHE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'sluice-peers'), 'zookeeper');
const jars39 = join(cache, `3.9-${createHash('sha256').update(sums).digest('hex').slice(0, 12)}`);

/** Why the jars of 3.9 are not there, or null. Changes nothing. */
export function zooKeeperProblem(): string | null {
  return existsSync(jars39) ? null : 'the jars of ZooKeeper 3.9 are not prepared: run `node scripts/run.mjs peers`';
}

/** The class path of a server or zkCli of that release. */
export function classPath(release: ZooKeeperRelease): string {
  return release === '3.8' ? ['zookeeper', 'zookeeper-jute', 'servlet-api', 'slf4j-simple'].map((name) => `/usr/share/java/${name}.jar`).join(':') : join(jars39, '*');
}

function checkSums(folder: string): void {
  const wanted = new Map(sums.trim().split('\n').map((line) => { const [sum = '', name = ''] = line.split(/\s+/); return [name, sum]; }));
  const got = readdirSync(folder).filter((name) => name.endsWith('.jar'));
  const wrong = got.filter((name) => createHash('sha256').update(readFileSync(join(folder, name))).digest('hex') !== wanted.get(name));
  const missing = [...wanted.keys()].filter((name) => !got.includes(name));
  if (wrong.length + missing.length > 0) throw new Error(`Maven brought other jars of ZooKeeper 3.9 than the ones we know: ${[...wrong, ...missing].join(' ')}`);
}

/** Fetches the jars of 3.9 unless they are there; answers null, or why they cannot be had. */
export function prepareZooKeeper(say: (line: string) => void): Promise<string | null> {
  if (existsSync(jars39)) return Promise.resolve(null);
  say('fetching the jars of ZooKeeper 3.9 (12 MB)');
  mkdirSync(cache, { recursive: true });
  const part = mkdtempSync(`${jars39}.part-`);
  try {
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${part}`];
    execFileSync('mvn', ['-B', '-ntp', '-q', '-f', pom, ...goal], { stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 << 20 });
    checkSums(part);
    if (!existsSync(jars39)) renameSync(part, jars39);
    return Promise.resolve(null);
  } catch (error) {
    return Promise.resolve(error instanceof Error ? error.message : String(error));
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}
