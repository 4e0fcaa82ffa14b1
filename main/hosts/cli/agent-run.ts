// `sluice agent --name a1 --conf-file f`: an agent in the foreground until SIGTERM. READY goes to standard output, what happens to standard error.
import { startAgent, type RunningAgent } from '../../engines/agent/runner/agent.ts';
import { onAbort } from '../../lib/async.ts';
import { parseAgentWords, type AgentArgs } from './agent-args.ts';
import { openConfiguration, pickAgent } from './agent-config.ts';
import { lockFolder } from './agent-lock.ts';
import { agentPorts, stateDirOf } from './agent-ports.ts';
import { EXIT } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';
import { words } from './words.ts';

const texts = words.agent;
const USAGE = '--name NAME --conf-file FILE';

export async function runAgent(rest: readonly string[], terminal: Terminal): Promise<number> {
  const args = parseAgentWords(rest, USAGE);
  const { out, err, signal } = terminal;
  if (args.help) { out.line(texts.help); return EXIT.OK; }
  const source = openConfiguration(args);
  if (source === null) { err.line(`sluice: ${texts.noConfiguration}`); return EXIT.SYNTAX; }
  const config = pickAgent(await source.read(), args, err);
  if (args.dry) {
    for (const [kind, parts] of [['source', config.sources], ['channel', config.channels], ['sink', config.sinks]] as const) {
      for (const { name, spec } of parts.values()) out.line(texts.dryLine({ kind: texts.kind[kind], name, type: spec.type }));
    }
    return EXIT.OK;
  }
  const stateDir = stateDirOf(args, config.name);
  const lock = lockFolder(stateDir);
  if (!lock.held) { err.line(`sluice: ${texts.stateDirHeld({ dir: stateDir, pid: lock.pid })}`); return EXIT.START; }
  try {
    const agent = await startAgent(config, agentPorts(args, stateDir, terminal));
    out.line(readyLine(agent, args));
    out.flush();
    await new Promise<void>((resolve) => { onAbort(signal, resolve); });
    if (!args.json) err.line(texts.stopping);
    err.flush();
    await agent.stop();
    return EXIT.OK;
  } finally {
    lock.release();
  }
}

function readyLine(agent: RunningAgent, args: AgentArgs): string {
  const { state, sources, channels, sinks } = agent.status();
  const facts = { agent: agent.name, state, sources: sources.length, channels: channels.length, sinks: sinks.length, pid: process.pid };
  if (args.json) return JSON.stringify({ type: 'ready', ...facts });
  return `READY ${Object.entries(facts).map(([key, value]) => `${key}=${value}`).join(' ')}`;
}
