// A process that is one coordination node of ours: `node run-node.ts ZOO.CFG [HOSTS]`, until SIGTERM. Every event goes to stdout as a
// line of JSON. HOSTS (JSON) says what names mean here, before any resolver is asked.
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { readNodeConfig } from '../../../main/engines/coordination/config/read-config.ts';
import { startNode, type RunningNode } from '../../../main/engines/coordination/node.ts';
import type { FourLetterWords } from '../../../main/engines/coordination/server/four-letter-words.ts';

const say = (what: unknown): void => { process.stdout.write(`${JSON.stringify(what, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}\n`); };

const SRVR = Buffer.from('srvr').readInt32BE();
/** As much as the tests ask before they begin. */
const words = (node: RunningNode): FourLetterWords => ({
  wordOf: (head) => (head === SRVR ? 'srvr' : null),
  argumentBytes: () => 0,
  async *answer() {
    const mode = node.core.role?.mode;
    yield mode === undefined ? 'This ZooKeeper instance is not currently serving requests\n' : `Zookeeper version: 3.9.5\nZxid: 0x${node.db.tree.lastZxid.toString(16)}\nMode: ${mode}\nNode count: ${node.db.tree.count}\n`;
  },
});

const hosts = JSON.parse(process.argv[3] ?? '{}') as Record<string, string>;
const { lookup } = dns;
dns.lookup = ((name: string, ...rest: unknown[]) => (lookup as (...words: unknown[]) => void)(hosts[name] ?? name, ...rest)) as typeof dns.lookup;
syncBuiltinESMExports();

const { config } = await readNodeConfig(process.argv[2] ?? '');
const node = await startNode(config, { report: say, fourLetterWords: words });
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void node.stop().then(() => process.exit(0)));
