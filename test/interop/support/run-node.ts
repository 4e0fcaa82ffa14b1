// A process that is one coordination node of ours: `node run-node.ts ZOO.CFG [HOSTS]`, until SIGTERM. Every event goes to stdout as a
// line of JSON. HOSTS (JSON) says what names mean here, before any resolver is asked.
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { readNodeConfig } from '../../../main/engines/coordination/config/read-config.ts';
import { startNode } from '../../../main/engines/coordination/node.ts';

const say = (what: unknown): void => { process.stdout.write(`${JSON.stringify(what, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}\n`); };

const hosts = JSON.parse(process.argv[3] ?? '{}') as Record<string, string>;
const { lookup } = dns;
dns.lookup = ((name: string, ...rest: unknown[]) => (lookup as (...words: unknown[]) => void)(hosts[name] ?? name, ...rest)) as typeof dns.lookup;
syncBuiltinESMExports();

const { config } = await readNodeConfig(process.argv[2] ?? '');
const node = await startNode(config, { report: say });
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void node.stop().then(() => process.exit(0)));
