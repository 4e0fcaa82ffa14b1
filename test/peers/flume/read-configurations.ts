// What Flume itself makes of configuration files: one JVM for all of them, nothing is started.
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { flumeJava } from './jars.ts';

export interface FlumeReading {
  /** As java.util.Properties reads the bytes. */
  readonly properties?: Readonly<Record<string, string>>;
  /** After `${...}`. */
  readonly resolved?: Readonly<Record<string, string>>;
  /** "component key TYPE LEVEL #n", sorted; n counts equal ones. */
  readonly errors?: readonly string[];
  /** Why there is none of the above. */
  readonly failed?: string;
  /** What of the agent a1 would run, sorted; runners are groups, and sinks that are in none. */
  readonly channels?: readonly string[];
  readonly sources?: readonly string[];
  readonly runners?: readonly string[];
  /** Why the whole load failed. */
  readonly loadFailed?: string;
}

/** Java runs a program of one file only with its compiler. In words why not, or null. */
export function javaCompilerProblem(): string | null {
  const asked = spawnSync('java', ['--list-modules'], { encoding: 'utf8' });
  return asked.stdout?.includes('jdk.compiler') ? null : 'Java has no compiler here: the Debian package default-jdk-headless is missing';
}

/** In the order of `files`. */
export function readByFlume(files: readonly string[], env: Readonly<Record<string, string>> = {}, jvm: readonly string[] = []): Promise<readonly FlumeReading[]> {
  const program = join(import.meta.dirname, 'ReadConfigurations.java');
  return new Promise((resolve, reject) => {
    execFile('java', [...flumeJava(['-XX:TieredStopAtLevel=1', '-Dflume.peer.level=OFF', ...jvm]), program, ...files], { timeout: 120_000, killSignal: 'SIGKILL', maxBuffer: 64 << 20, env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      const read = stdout.split('\n').filter((line) => line.startsWith('READ ')).map((line) => JSON.parse(line.slice(5)) as FlumeReading);
      if (read.length === files.length) resolve(read);
      else reject(new Error(`Flume read ${read.length} of ${files.length} files: ${error?.message ?? ''} ${stderr.slice(-2000)}`));
    });
  });
}
