// Puts a coordination engine together: our client, and nodes of our own from a spec. For the engine's process and for tests.
import { join } from 'node:path';
import type { CoordinationEngine, NodeSpec } from '../../engines/coordination/api.ts';
import { openClient } from '../../engines/coordination/client/client.ts';
import { nodeConfigOf } from '../../engines/coordination/config/read-config.ts';
import { nodeVersions } from '../../engines/coordination/history/node-versions.ts';
import { makeBackup } from '../../engines/coordination/desk/backups.ts';
import { LocalCoordinationEngine } from '../../engines/coordination/desk/engine.ts';
import type { DeskNode } from '../../engines/coordination/desk/nodes.ts';
import { startNode } from '../../engines/coordination/node.ts';
import type { Report } from '../../engines/coordination/parts.ts';
import { nodeDisk } from '../../lib/disk/node-disk.ts';

export interface ComposedCoordinationEngine {
  readonly engine: CoordinationEngine;
  /** Closes sessions and stops nodes. */
  close(): Promise<void>;
}

/** Versions of a znode that are told. */
const VERSIONS = 50;

export function makeCoordinationEngine(): ComposedCoordinationEngine {
  const engine = new LocalCoordinationEngine({ openClient, startNode: startOwn });
  return { engine: engine.calls, close: () => engine.close() };
}

/** Its keys as zoo.cfg would have them: every word is answered, since only this computer and the ensemble reach it. */
function keysOf(spec: NodeSpec): Record<string, string | number | boolean> {
  const members = Object.fromEntries(spec.members.map((member) => [`server.${member.sid}`, `${member.host.includes(':') ? `[${member.host}]` : member.host}:${member.quorumPort}:${member.electionPort}:${member.role};${member.clientPort}`]));
  const me = spec.members.find((member) => member.sid === spec.myid);
  return {
    dataDir: spec.dataDir, tickTime: 2000, initLimit: 10, syncLimit: 5, maxClientCnxns: 0, extendedTypesEnabled: true, '4lw.commands.whitelist': '*', 'admin.enableServer': false,
    'autopurge.snapRetainCount': 5, 'autopurge.purgeInterval': 24,
    ...(spec.members.length === 0 ? { clientPort: spec.port, clientPortAddress: spec.host } : members), ...(me?.role === 'observer' ? { peerType: 'observer' } : {}),
  };
}

async function startOwn(spec: NodeSpec, report: Report): Promise<DeskNode> {
  const { config } = nodeConfigOf(keysOf(spec), spec.myid);
  const node = await startNode(config, { report });
  return {
    port: node.clientPort ?? spec.port,
    stop: () => node.stop(),
    ownerOf: (path) => node.db.tree.get(path)?.ephemeralOwner ?? null,
    backup: async (folder) => {
      const zxid = await node.db.snapshot();
      return { zxid, ...(await makeBackup(config, folder, zxid)) };
    },
    versions: async (path) => {
      await node.db.flushed();
      const { changes } = await nodeVersions(nodeDisk, join(config.dataLogDir, 'version-2'), path, VERSIONS, node.db.tree.lastZxid);
      return changes.flatMap(({ zxid, time, version, data, kind }) => (kind === 'created' || kind === 'changed' || kind === 'deleted' ? [{ zxid, at: time, version, data, what: kind }] : []));
    },
  };
}
