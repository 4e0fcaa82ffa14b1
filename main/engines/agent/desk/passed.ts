// What passed the edges of a running agent lately, newest first, for a look and for sending it again.
import type { Passed } from '../../../../preload/contract/pipelines.ts';
import type { RunningAgent } from '../runner/agent.ts';
import { shownEvent } from './shown.ts';
import { filterOf } from './tap.ts';

export function passedLately(agent: RunningAgent, search: string, limit: number): Passed[] {
  const wanted = filterOf(search);
  return agent.edges.flatMap((edge) => (agent.pastOf(edge)?.newest(limit, wanted) ?? []).map(({ number, at, event }): Passed => {
    const id = `${edge.id} ${number}`;
    return { id, at, node: edge.id, event: shownEvent(event, id, at) };
  })).sort((a, b) => b.at - a.at).slice(0, limit);
}
