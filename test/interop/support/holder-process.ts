// A process that stands for one piece of work and says when it holds it, for tests that kill it: `node holder-process.ts CONNECT ROOT KEY TIMEOUT`.
import { openClient } from '../../../main/engines/coordination/client/client.ts';
import { holdWork } from '../../../main/engines/coordination/recipes/holder.ts';

const [connectString = '', root = '', key = '', timeout = ''] = process.argv.slice(2);
const client = openClient({ connectString, sessionTimeoutMs: Number(timeout) });
await holdWork(client, root, key, {
  info: { machine: 'test', user: 'test', pid: process.pid }, signal: new AbortController().signal,
  run: ({ token, lost }) => new Promise((resolve) => {
    process.stdout.write(`HOLDS ${token}\n`);
    lost.addEventListener('abort', () => { process.stdout.write('LOST\n'); resolve(); }, { once: true });
  }),
});
