// `sluice agent --name a1 --conf-file f`: an agent in the foreground until SIGTERM. READY goes to standard output, what happens to standard error.
import type { AgentLint } from '../../../preload/contract/agent/lints.ts';
import { serveLetterRequests } from '../../engines/agent/beyond/letter-requests.ts';
import type { ConfigProvider } from '../../engines/agent/config/providers/provider.ts';
import { startMetricsServer, type MetricsServer } from '../../engines/agent/monitoring/metrics-server.ts';
import type { AgentPorts } from '../../engines/agent/ports.ts';
import { startAgent, type RunningAgent } from '../../engines/agent/runner/agent.ts';
import { holdAlone } from '../../engines/agent/runner/hold-alone.ts';
import { onAbort } from '../../lib/async.ts';
import { countBuffersInHeap } from '../../lib/buffers-in-heap.ts';
import { parseAgentWords, type AgentArgs } from './agent-args.ts';
import { openConfiguration, readConfiguration } from './agent-config.ts';
import { followConfiguration } from './agent-follow.ts';
import { writeLints } from './agent-lints.ts';
import { lockFolder } from './agent-lock.ts';
import { agentPorts, common, coordination, stateDirOf } from './agent-ports.ts';
import { reporter } from './agent-report.ts';
import { tapEdges } from './agent-tap.ts';
import { EXIT } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';
import { words } from './words.ts';

const texts = words.agent;
const USAGE = '--name NAME --conf-file FILE';

export async function runAgent(rest: readonly string[], terminal: Terminal): Promise<number> {
  const args = parseAgentWords(rest, USAGE);
  const { out, err, signal } = terminal;
  if (args.help) { out.line(texts.help); return EXIT.OK; }
  const report = reporter(err, args.json);
  const provider = openConfiguration(args, (error) => { report({ type: 'problem', at: Date.now(), component: { kind: 'agent', name: args.name ?? '' }, error }); }, coordination);
  if (provider === null) { err.line(`sluice: ${texts.noConfiguration}`); return EXIT.SYNTAX; }
  try {
    const { config, lints } = await readConfiguration(provider, args);
    writeLints(lints, err, args.json);
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
      countBuffersInHeap();
      const ports = { ...agentPorts(stateDir, report, terminal), ...common(args.properties) };
      await holdAlone(config, ports, signal, (held) => serve(args, provider, lints, ports, terminal, held, () => startAgent(config, ports)));
    } finally {
      lock.release();
    }
    return EXIT.OK;
  } finally {
    await provider.close();
  }
}

/** Until `held` is aborted: the program is to end, or another process may run the agent now. */
async function serve(args: AgentArgs, provider: ConfigProvider, lints: readonly AgentLint[], ports: AgentPorts, { out, err }: Terminal, held: AbortSignal, start: () => Promise<RunningAgent>): Promise<void> {
  const agent = await start();
  const note = (text: string): void => { ports.report({ type: 'note', at: ports.clock.now(), component: { kind: 'agent', name: agent.name }, text }); };
  const metrics = await startMetrics(args, agent, note).catch(async (error: unknown) => {
    await agent.stop();
    throw error;
  });
  out.line(readyLine(agent, metrics, args));
  out.flush();
  const endReloads = followConfiguration(args, provider, agent, lints, note);
  const endLetters = serveLetterRequests(agent);
  const endTaps = tapEdges(args, agent, err);
  await new Promise<void>((resolve) => { onAbort(held, resolve); });
  endReloads();
  endLetters();
  endTaps();
  if (!args.json) err.line(texts.stopping);
  err.flush();
  await agent.stop();
  await metrics?.close();
}

/** -Dflume.monitoring.*. AGENT_PORT. */
async function startMetrics({ properties }: AgentArgs, agent: RunningAgent, note: (text: string) => void): Promise<MetricsServer | null> {
  const type = properties['flume.monitoring.type'];
  if (type === undefined) return null;
  if (type.toLowerCase() !== 'http') {
    note(type.toLowerCase() === 'ganglia' ? texts.monitoringGanglia : texts.monitoringUnknown({ type }));
    return null;
  }
  const port = /^\d{1,5}$/.test(properties['flume.monitoring.port'] ?? '') ? Number(properties['flume.monitoring.port']) : 41_414;
  const host = properties['sluice.monitoring.bind'] ?? '0.0.0.0';
  const server = await startMetricsServer(agent.name, () => agent.status(), { port, host });
  note(texts.monitoringLine({ address: `http://${host}:${server.port}` }));
  return server;
}

function readyLine(agent: RunningAgent, metrics: MetricsServer | null, args: AgentArgs): string {
  const { state, sources, channels, sinks } = agent.status();
  const facts = { agent: agent.name, state, sources: sources.length, channels: channels.length, sinks: sinks.length, metricsPort: metrics?.port ?? null, pid: process.pid, stateDir: agent.ports.stateDir };
  if (args.json) return JSON.stringify({ type: 'ready', ...facts });
  return `READY ${Object.entries(facts).filter(([, value]) => value !== null).map(([key, value]) => `${key}=${value}`).join(' ')}`;
}
