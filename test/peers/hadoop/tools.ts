// The client that comes with Hadoop.
import { execFile } from 'node:child_process';
import { hadoopJava } from './jars.ts';

export interface HadoopToolResult { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** `hadoop fs ARGS`. */
export function runHadoopFs(conf: string, args: readonly string[], timeoutMs = 60_000): Promise<HadoopToolResult> {
  return new Promise((done) => {
    const child = execFile('java', [...hadoopJava(conf, ['-XX:TieredStopAtLevel=1']), 'org.apache.hadoop.fs.FsShell', ...args], { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 64 << 20 },
      (_error, stdout, stderr) => done({ code: child.exitCode, stdout, stderr }));
  });
}
