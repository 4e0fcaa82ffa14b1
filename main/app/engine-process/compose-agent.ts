// Puts an agent engine together: what agents of this app may use of the machine. For the engine's process and for tests.
import { hostname, userInfo } from 'node:os';
import type { AgentEngine } from '../../engines/agent/api.ts';
import { LocalAgentEngine } from '../../engines/agent/desk/engine.ts';
import { openHdfs } from '../../engines/agent/hdfs/open-hdfs.ts';
import { nodeDisk } from '../../lib/disk/node-disk.ts';
import { openCoordination, openSql } from '../../services/agent-connections.ts';

export interface ComposedAgentEngine {
  readonly engine: AgentEngine;
  /** Stops all agents in order. */
  close(): Promise<void>;
}

/** `print` gets the lines of logger sinks. */
export function makeAgentEngine(print: (line: string) => void): ComposedAgentEngine {
  const clock = { now: () => Date.now(), monotonic: () => performance.now() };
  const engine = new LocalAgentEngine({
    around: { env: process.env, vault: null },
    ports: (stateDir, report) => ({
      clock, disk: nodeDisk, report, print, stateDir, openHdfs, openHbase: null, openSql, environment: (name) => process.env[name] ?? null,
      openCoordination: (connectString) => openCoordination(connectString, { machine: hostname(), user: userInfo().username, pid: process.pid }),
    }),
  });
  return { engine: engine.calls, close: () => engine.close() };
}
