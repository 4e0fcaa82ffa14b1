// `sluice agent avro-client`: lines of a file, of a folder or of standard input to an Avro source, as `flume-ng avro-client` sends them.
import { readFile } from 'node:fs/promises';
import { SluiceError } from '../../../preload/contract/sluice-error.ts';
import { rpcTarget } from '../../engines/agent/rpc/rpc-properties.ts';
import { linesOf, sendFile, sendFolder, sendLines } from '../../engines/agent/rpc/send-lines.ts';
import { rpcReason } from '../../engines/agent/rpc/rpc-errors.ts';
import { codeOf } from '../../lib/errno.ts';
import { parseProperties, type PropertiesFile } from '../../lib/java-properties.ts';
import { UsageError } from './args.ts';
import { EXIT } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';
import { words } from './words.ts';

const NAMES: Readonly<Record<string, string>> = {
  H: 'host', host: 'host', p: 'port', port: 'port', F: 'filename', filename: 'filename', dirname: 'dirname', R: 'headerFile', headerFile: 'headerFile', P: 'rpcProps', rpcProps: 'rpcProps',
};
/** Flume's own, where no properties file says otherwise. */
const BATCH = '5';

type Args = Readonly<Record<string, string | undefined>>;

export async function avroClient(rest: readonly string[], { out, signal }: Terminal): Promise<number> {
  if (rest.some((word) => word === '-h' || word === '--help')) {
    out.line(words.avroClient.help);
    return EXIT.OK;
  }
  const { args, javaProperties } = parse(rest);
  const at = { file: args['rpcProps'] ?? '', line: 0 };
  const given = args['rpcProps'] === undefined ? { hosts: 'h1', 'hosts.h1': `${args['host']}:${args['port']}`, 'batch-size': BATCH } : asRecord(await properties(args['rpcProps']));
  const target = await rpcTarget(new Map(Object.entries(given).map(([key, value]) => [key, { ...at, value }])), {
    name: 'avro-client', ports: { javaProperty: (name) => javaProperties.get(name) ?? null, environment: (name) => process.env[name] ?? null },
  });
  const headers = new Map(args['headerFile'] === undefined ? [] : Object.entries(asRecord(await properties(args['headerFile']))));
  const client = await target.open(signal);
  const stop = (): void => { client.close(); };
  signal.addEventListener('abort', stop, { once: true });
  const { filename, dirname } = args;
  const sink = { appendBatch: (events: Parameters<typeof client.appendBatch>[0]) => client.appendBatch(events).catch((error: unknown) => { throw undelivered(args, error); }) };
  try {
    const events = dirname !== undefined ? (await sendFolder(dirname, sink, target.batchSize, headers)).events
      : filename !== undefined ? await sendFile(filename, sink, target.batchSize, headers)
        : await sendLines(linesOf(process.stdin as AsyncIterable<Buffer>, 'stdin'), sink, target.batchSize, headers);
    out.line(words.avroClient.sent({ events }));
    return EXIT.OK;
  } finally {
    signal.removeEventListener('abort', stop);
    client.close();
  }
}

function undelivered(args: Args, error: unknown): SluiceError {
  return SluiceError.of('AGENT_DELIVERY', { component: 'avro-client', target: args['rpcProps'] ?? `${args['host']}:${args['port']}`, reason: rpcReason(error) }, error);
}

/** Throws UsageError. */
function parse(rest: readonly string[]): { readonly args: Args; readonly javaProperties: ReadonlyMap<string, string> } {
  const args: Record<string, string> = {};
  const javaProperties = new Map<string, string>();
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i] as string;
    const property = /^-D([^=]+)=?(.*)$/s.exec(word);
    if (property) { javaProperties.set(property[1] as string, property[2] as string); continue; }
    const [, option = '', given] = /^--?([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    const name = NAMES[option];
    if (name === undefined) throw new UsageError({ kind: 'unknown', option: word });
    const value = given ?? rest[++i];
    if (value === undefined || value === '') throw new UsageError({ kind: 'missingValue', option: word });
    args[name] = value;
  }
  const usage = (): UsageError => new UsageError({ kind: 'agentUsage', option: 'avro-client --host HOST --port PORT [--filename FILE | --dirname DIR] [--headerFile FILE] | --rpcProps FILE' });
  if (args['filename'] !== undefined && args['dirname'] !== undefined) throw usage();
  if (args['rpcProps'] === undefined && (args['host'] === undefined || args['port'] === undefined)) throw usage();
  return { args, javaProperties };
}

async function properties(file: string): Promise<PropertiesFile> {
  try {
    return parseProperties(await readFile(file));
  } catch (error) {
    throw SluiceError.of('AGENT_READ', { component: 'avro-client', file, reason: codeOf(error) }, error);
  }
}

function asRecord(file: PropertiesFile): Readonly<Record<string, string>> {
  return Object.fromEntries(file.properties.map(({ key, value }) => [key, value]));
}
