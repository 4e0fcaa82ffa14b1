// What an agent needs of this machine, for one that runs from the command line.
import { createHash } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { openHdfs } from '../../engines/agent/hdfs/open-hdfs.ts';
import type { Report } from '../../engines/agent/parts.ts';
import type { AgentPorts, CoordinationClient } from '../../engines/agent/ports.ts';
import { nodeDisk } from '../../lib/disk/node-disk.ts';
import { openCoordination, openSql } from '../../services/agent-connections.ts';
import { dataFolder } from '../shared/data-folder.ts';
import type { AgentArgs } from './agent-args.ts';
import type { Terminal } from './terminal.ts';

/** One folder for each agent of each configuration: many files call their agent a1. */
export function stateDirOf(args: AgentArgs, agent: string): string {
  if (args.stateDir !== null) return resolve(args.stateDir);
  const where = [...args.files.map((file) => resolve(file)), ...args.uris, ...(args.zookeeper === null ? [] : [`${args.zookeeper}${args.basePath}`])].join('\n');
  return join(dataFolder(), 'agents', `${agent.replace(/[^\w-]/g, '_')}-${createHash('sha256').update(where).digest('hex').slice(0, 12)}`);
}

export const coordination = (connectString: string): Promise<CoordinationClient> => openCoordination(connectString, { machine: hostname(), user: userInfo().username, pid: process.pid });

export function agentPorts(stateDir: string, report: Report, { out }: Terminal): AgentPorts {
  return {
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    disk: nodeDisk, report, print: (line) => { out.line(line); }, stateDir,
    openHdfs, openCoordination: coordination, openHbase: null, openSql,
  };
}

/** What the command and the environment say of TLS for all components. */
export function common(properties: Readonly<Record<string, string>>): Pick<AgentPorts, 'javaProperty' | 'environment'> {
  return { javaProperty: (name) => (Object.hasOwn(properties, name) ? (properties[name] ?? null) : null), environment: (name) => process.env[name] ?? null };
}
