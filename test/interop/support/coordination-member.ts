// One member of an ensemble as a process of its own: `node coordination-member.ts ZOO.CFG`. Says what happens as lines of JSON.
import { readNodeConfig } from '../../../main/engines/coordination/config/read-config.ts';
import { startNode } from '../../../main/engines/coordination/node.ts';

const say = (value: object): void => {
  process.stdout.write(`${JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item))}\n`);
};
const { config } = await readNodeConfig(process.argv[2] as string);
const node = await startNode(config, { report: say });
say({ type: 'ready', pid: process.pid });
process.on('SIGTERM', () => { void node.stop().then(() => { process.exit(0); }); });
process.on('SIGUSR2', () => { say({ type: 'status', ...node.quorum() }); });
