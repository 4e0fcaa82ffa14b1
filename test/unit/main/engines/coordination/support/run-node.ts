// Runs one standalone node until it is told to end: `node run-node.ts PORT DIR`. Prints `READY port=N` when it serves.
import { startNode } from '../../../../../../main/engines/coordination/node.ts';
import { toErrorInfo } from '../../../../../../preload/contract/sluice-error.ts';
import { nodeConfig } from './node-config.ts';

const [port = '0', dataDir = ''] = process.argv.slice(2);
const node = await startNode(nodeConfig(dataDir, { clientPort: Number(port), preAllocKb: 65_536 }), {
  report: (event) => { if ('error' in event) process.stderr.write(`${JSON.stringify(toErrorInfo(event.error))}\n`); },
});
process.stdout.write(`READY port=${node.clientPort ?? 0}\n`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => { void node.stop().then(() => { process.exitCode = 0; }); });
}
