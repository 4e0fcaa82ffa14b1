// What `sluice --server ...` does, from source, for tests: a stock rsync client starts it as its far side.
import { serveRemote } from '../../../main/engines/sync/sessions/server.ts';

const argv = process.argv.slice(2);
if (argv[0] !== '--server') throw new Error(`want --server first, got ${argv.join(' ')}`);
process.exitCode = await serveRemote(argv.slice(1), process.stdin, process.stdout, process.env, process.stderr);
process.stdin.destroy();
