// --tap FROM>TO: what passes an edge of the agent, on standard error, as much as can be shown.
import { Tap } from '../../engines/agent/beyond/tap.ts';
import type { RunningAgent } from '../../engines/agent/runner/agent.ts';
import { eventLine } from '../../engines/agent/sinks/logger.ts';
import type { AgentArgs } from './agent-args.ts';
import type { Output } from './output.ts';
import { words } from './words.ts';

const texts = words.agent;
/** Between two writes, ms. */
const PACE_MS = 500;
const BODY_BYTES = 256;

/** The answer ends it. */
export function tapEdges({ taps, json }: AgentArgs, agent: RunningAgent, err: Output): () => void {
  const open = taps.map((name) => {
    const [from, to] = name.split('>').map((part) => part.trim());
    const edge = agent.edges.find((found) => found.from.name === from && found.to.name === to);
    const tap = new Tap((watcher) => agent.watch(edge?.id ?? name, watcher), { now: () => Date.now(), most: 50, mostBytes: 256 * 1024 });
    void show(tap, edge?.id ?? name, err, json);
    return tap;
  });
  return () => { for (const tap of open) tap.close(); };
}

async function show(tap: Tap, edge: string, err: Output, json: boolean): Promise<void> {
  let told = 0;
  for (let taken = await tap.take(); taken; taken = await tap.take()) {
    for (const { at, event } of taken.events) {
      err.line(json ? JSON.stringify({ type: 'tap', at, edge, headers: Object.fromEntries(event.headers), base64: event.body.toString('base64') })
        : texts.tapLine({ edge, event: eventLine(event, BODY_BYTES) }));
    }
    if (taken.dropped > told) err.line(json ? JSON.stringify({ type: 'tap', edge, seen: taken.seen, dropped: taken.dropped }) : texts.tapDropped({ edge, seen: taken.seen, dropped: taken.dropped }));
    told = taken.dropped;
    await new Promise((resolve) => { setTimeout(resolve, PACE_MS).unref(); });
  }
}
