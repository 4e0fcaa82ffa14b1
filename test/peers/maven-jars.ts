// Jars of a peer from Maven Central: listed by a pom, pinned by their sums, kept in ~/.cache/sluice-peers.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

export interface MavenJarsOptions {
  /** As a person says it: "ZooKeeper 3.9". */
  readonly what: string;
  readonly megabytes: number;
  /** Folder of the cache, and what its name begins with: "zookeeper/3.9". */
  readonly folder: string;
  readonly pom: string;
  /** Lines of `sha256sum *.jar`. */
  readonly sums: string;
}

export class MavenJars {
  /** Where they are once prepared; another folder for other sums. */
  readonly dir: string;
  readonly #options: MavenJarsOptions;
  readonly #sums: string;

  constructor(options: MavenJarsOptions) {
    this.#options = options;
    this.#sums = readFileSync(options.sums, 'utf8');
    const cache = process.env['SLUICE_PEERS_CACHE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'sluice-peers');
    this.dir = join(cache, `${options.folder}-${createHash('sha256').update(this.#sums).digest('hex').slice(0, 12)}`);
  }

  /** For `java -cp`. */
  get classPath(): string { return join(this.dir, '*'); }

  /** Why they are not there, or null. Changes nothing. */
  problem(): string | null {
    return existsSync(this.dir) ? null : `the jars of ${this.#options.what} are not prepared: run \`node scripts/run.mjs peers\``;
  }

  /** Fetches them unless they are there; answers null, or why they cannot be had. */
  prepare(say: (line: string) => void): string | null {
    if (existsSync(this.dir)) return null;
    say(`fetching the jars of ${this.#options.what} (${this.#options.megabytes} MB)`);
    mkdirSync(dirname(this.dir), { recursive: true });
    const part = mkdtempSync(`${this.dir}.part-`);
    try {
      const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${part}`];
      execFileSync('mvn', ['-B', '-ntp', '-q', '-f', this.#options.pom, ...goal], { stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 << 20 });
      this.#check(part);
      if (!existsSync(this.dir)) renameSync(part, this.dir);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      rmSync(part, { recursive: true, force: true });
    }
  }

  #check(folder: string): void {
    const wanted = new Map(this.#sums.trim().split('\n').map((line) => { const [sum = '', name = ''] = line.split(/\s+/); return [name, sum]; }));
    const got = readdirSync(folder).filter((name) => name.endsWith('.jar'));
    const wrong = got.filter((name) => createHash('sha256').update(readFileSync(join(folder, name))).digest('hex') !== wanted.get(name));
    const missing = [...wanted.keys()].filter((name) => !got.includes(name));
    if (wrong.length + missing.length > 0) throw new Error(`Maven brought other jars of ${this.#options.what} than the ones we know: ${[...wrong, ...missing].join(' ')}`);
  }
}
