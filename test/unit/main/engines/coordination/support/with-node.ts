// A real node in this process, over a folder of its own, for as long as one test lasts.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { NodeConfig } from '../../../../../../main/engines/coordination/config/node-config.ts';
import { startNode, type CoordinationNode } from '../../../../../../main/engines/coordination/node.ts';
import type { NodeEvent } from '../../../../../../main/engines/coordination/parts.ts';
import { nodeConfig } from './node-config.ts';

export interface NodeUnderTest extends CoordinationNode {
  readonly port: number;
  readonly events: NodeEvent[];
  readonly dir: string;
}

/** Stopped, and its folder removed, when the test ends. */
export async function withNode(over: Partial<NodeConfig> = {}): Promise<NodeUnderTest> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-node-'));
  const events: NodeEvent[] = [];
  const node = await startNode(nodeConfig(dir, over), { report: (event) => { events.push(event); } });
  onTestFinished(async () => {
    await node.stop();
    await rm(dir, { recursive: true, force: true });
  });
  return Object.assign(node, { port: node.clientPort ?? 0, events, dir });
}

/** Asks until it holds; fails after ten seconds. */
export async function eventually(holds: () => boolean): Promise<void> {
  for (const end = performance.now() + 10_000; !holds();) {
    if (performance.now() > end) throw new Error('it did not come true within ten seconds');
    await new Promise((done) => { setTimeout(done, 5); });
  }
}
