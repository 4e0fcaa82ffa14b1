// The clients that come with ZooKeeper or speak to it: zkCli of 3.8 and 3.9, and python programs with kazoo.
import { spawn } from 'node:child_process';
import { missingPackages } from '../packages.ts';
import { classPath, zooKeeperProblem, ZOOKEEPER_PACKAGES, type ZooKeeperRelease } from './jars.ts';

export interface ToolResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Packages of the tools beside the server's own. */
export const TOOL_PACKAGES = ['python3-kazoo'] as const;

/** Why the tools cannot be had here, or null. Changes nothing. */
export function toolProblem(): string | null {
  const missing = missingPackages([...ZOOKEEPER_PACKAGES, ...TOOL_PACKAGES]);
  return missing.length > 0 ? `the Debian packages ${missing.join(' ')} are needed` : zooKeeperProblem();
}

function run(command: string, args: readonly string[], input: string, timeoutMs: number): Promise<ToolResult> {
  return new Promise((done, fail) => {
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', command, ...args], { stdio: ['pipe', 'pipe', 'pipe'], timeout: timeoutMs, killSignal: 'SIGKILL' });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => { stdout += chunk.toString(); });
    child.stderr.on('data', (chunk: Buffer) => { stderr += chunk.toString(); });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.once('error', fail);
    child.once('close', (code) => done({ code, stdout, stderr }));
  });
}

/** Runs the real zkCli with commands from its stdin, one a line; `args` go before them (`-r`, `-timeout`). */
export function runZkCli(release: ZooKeeperRelease, connect: string, commands: readonly string[], args: readonly string[] = []): Promise<ToolResult> {
  const java = ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-Dfile.encoding=UTF-8', '-Dorg.slf4j.simpleLogger.defaultLogLevel=error', '-Dzookeeper.jline.enabled=false', '-cp', classPath(release)];
  return run('java', [...java, 'org.apache.zookeeper.ZooKeeperMain', '-server', connect, ...args], `${[...commands, 'quit'].join('\n')}\n`, 60_000);
}

/** Runs a python program (from stdin) that may import kazoo; `args` are its sys.argv[1:]. */
export function runPython(program: string, args: readonly string[], timeoutMs = 90_000): Promise<ToolResult> {
  return run('/usr/bin/python3', ['-', ...args], program, timeoutMs);
}
