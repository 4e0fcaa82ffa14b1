// `sluice coordination export` and `import`: a subtree to a file and back.
import { openClient } from '../../engines/coordination/client/client.ts';
import type { CoordinationClient } from '../../engines/coordination/client/client-types.ts';
import { isHead, type ArchiveNode } from '../../engines/coordination/trees/archive.ts';
import { readArchiveFile, writeArchiveFile } from '../../engines/coordination/trees/archive-file.ts';
import { exportNodes } from '../../engines/coordination/trees/export.ts';
import { importNodes } from '../../engines/coordination/trees/import.ts';
import { clientOptions, CLIENT_VALUES } from './coordination-client.ts';
import { parseWords, type Parsed } from './coordination-args.ts';
import type { Terminal } from './terminal.ts';
import { EXIT } from './exit-codes.ts';
import { words } from './words.ts';

const texts = words.coordination;
const EXPORT = 'export HOST:PORT PATH FILE [--auth SCHEME:AUTH] [--json]';
const IMPORT = 'import HOST:PORT PATH FILE [--overwrite] [--auth SCHEME:AUTH] [--json]';

async function withClient<T>(args: Parsed, usage: string, signal: AbortSignal, work: (client: CoordinationClient) => Promise<T>): Promise<T> {
  const client = openClient(clientOptions(args.word(0), args, usage));
  try {
    await client.exists('/'); // waits for a server no longer than its patience
    signal.throwIfAborted();
    return await work(client);
  } finally {
    await client.close();
  }
}

export function exportTree(rest: readonly string[], { out, signal }: Terminal): Promise<number> {
  const args = parseWords(rest, { values: CLIENT_VALUES, switches: ['json', 'read-only'], words: [3, 3], usage: EXPORT });
  const [path, file] = [args.word(1), args.word(2)];
  return withClient(args, EXPORT, signal, async (client) => {
    let count = 0;
    const counted = async function* (): AsyncGenerator<ArchiveNode> {
      for await (const node of exportNodes(client, path, { signal })) { count += 1; yield node; }
    };
    const bytes = await writeArchiveFile(file, { root: path, at: Date.now() }, counted(), signal);
    out.line(args.has('json') ? JSON.stringify({ path, file, count, bytes }) : texts.exported({ count, path, file }));
    return EXIT.OK;
  });
}

/** Exit code 23 when some znodes were refused. */
export function importTree(rest: readonly string[], { out, err, signal }: Terminal): Promise<number> {
  const args = parseWords(rest, { values: CLIENT_VALUES, switches: ['json', 'overwrite'], words: [3, 3], usage: IMPORT });
  const [path, file] = [args.word(1), args.word(2)];
  return withClient(args, IMPORT, signal, async (client) => {
    const nodes = async function* (): AsyncGenerator<ArchiveNode> {
      for await (const item of readArchiveFile(file)) if (!isHead(item)) yield item;
    };
    const { problems, ...report } = await importNodes(client, path, nodes(), { conflict: args.has('overwrite') ? 'overwrite' : 'skip', signal });
    out.line(args.has('json') ? JSON.stringify({ path, ...report }) : texts.imported({ created: report.created, updated: report.overwritten, skipped: report.skipped, path }));
    for (const problem of problems) err.line(texts.statusNote({ member: problem.path, reason: problem.error }));
    return report.failed === 0 ? EXIT.OK : EXIT.PARTIAL;
  });
}
