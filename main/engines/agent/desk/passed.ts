// What passed an edge of a running agent lately, newest first, for a look and for sending it again.
import type { Passed } from '../../../../preload/contract/pipelines.ts';
import type { RunningAgent } from '../runner/agent.ts';
import { shownEvent } from './shown.ts';
import { filterOf } from './tap.ts';

export function passedLately(agent: RunningAgent, edgeId: string, search: string, limit: number): Passed[] {
  const edge = agent.edges.find(({ id }) => id === edgeId);
  const past = edge && agent.pastOf(edge);
  return (past?.newest(limit, filterOf(search)) ?? []).map(({ number, at, event }) => ({ number, event: shownEvent(event, String(number), at) }));
}
