// `sluice --server ...`: this process is the far side of an rsync. Standard output is the wire: nothing else may write there.
import { serveRemote } from '../../engines/sync/sessions/server.ts';

/** @param words what follows the program's name, `--server` first; answers rsync's exit code. */
export async function runServer(words: readonly Buffer[]): Promise<number> {
  process.stdout.on('error', () => {}); // a client that went away: the session notices by itself
  return serveRemote(words.slice(1), process.stdin, process.stdout, process.env, process.stderr);
}
