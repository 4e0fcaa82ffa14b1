// The programs that come with Flume: its avro-client and the integrity tool of its file channel.
import { execFile } from 'node:child_process';
import { flumeJava } from './jars.ts';

export interface FlumeToolResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(mainClass: string, args: readonly string[], jvm: readonly string[] = [], timeoutMs = 60_000): Promise<FlumeToolResult> {
  return new Promise((done) => {
    const child = execFile('java', [...flumeJava(['-XX:TieredStopAtLevel=1', ...jvm]), mainClass, ...args], { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 64 << 20 },
      (_error, stdout, stderr) => done({ code: child.exitCode, stdout, stderr }));
  });
}

/** `-H HOST -p PORT [-F FILE] [--dirname DIR] [-R HEADERS] [-P RPCPROPS]`. */
export const runFlumeAvroClient = (args: readonly string[], jvm: readonly string[] = []): Promise<FlumeToolResult> => run('org.apache.flume.client.avro.AvroCLIClient', args, jvm);

/** Over the data folders of a file channel that is not in use. */
export const runFlumeIntegrityTool = (dataDirs: readonly string[], args: readonly string[] = []): Promise<FlumeToolResult> =>
  run('org.apache.flume.tools.FlumeToolsMain', ['FCINTEGRITYTOOL', '-l', dataDirs.join(','), ...args]);
