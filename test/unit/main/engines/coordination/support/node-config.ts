// Settings of a node for tests: ZooKeeper's defaults on a loopback port chosen by the system, over a folder of the test's own.
import type { NodeConfig } from '../../../../../../main/engines/coordination/config/node-config.ts';
import { nodeConfigOf } from '../../../../../../main/engines/coordination/config/read-config.ts';

/** A standalone server with ticks of 2 s, all four-letter words, TTL nodes, and no admin server. */
export function nodeConfig(dataDir: string, over: Partial<NodeConfig> = {}): NodeConfig {
  const tickTime = over.tickTime ?? 2000;
  const { config } = nodeConfigOf({ dataDir, tickTime, clientPortAddress: '127.0.0.1', clientPort: 2181, extendedTypesEnabled: true, 'admin.enableServer': false });
  return { ...config, clientPort: 0, fourLetterWords: 'all', preAllocKb: 1024, ...over };
}
