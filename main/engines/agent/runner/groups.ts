// The sinks that take turns, as the runner sees them: sink groups, and each sink that is in none as a group of its own.
import { DEFAULT_PROCESSOR } from '../../../../preload/contract/agent/specs/between.ts';
import type { AgentConfig, PartConfig } from '../config/agent-config.ts';

export interface GroupConfig {
  /** Of the group, or of the sink that is alone. */
  readonly name: string;
  readonly isGroup: boolean;
  readonly processor: PartConfig;
  /** One at least. */
  readonly sinks: readonly string[];
}

export function groupsOf(config: AgentConfig): readonly GroupConfig[] {
  const groups: GroupConfig[] = [...config.groups.values()].filter(({ sinks }) => sinks.length > 0).map(({ name, processor, sinks }) => ({ name, isGroup: true, processor, sinks }));
  const grouped = new Set(groups.flatMap(({ sinks }) => sinks));
  const alone = [...config.sinks.keys()].filter((name) => !grouped.has(name));
  return [...groups, ...alone.map((name) => ({ name, isGroup: false, processor: { name: 'processor', spec: DEFAULT_PROCESSOR, properties: new Map() }, sinks: [name] }))];
}
