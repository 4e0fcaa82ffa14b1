// `sluice agent --name a1 --conf-file f`: an agent in the foreground until SIGTERM. READY goes to standard output, what happens to standard error.
import { toErrorInfo } from '../../../preload/contract/sluice-error.ts';
import { startMetricsServer, type MetricsServer } from '../../engines/agent/monitoring/metrics-server.ts';
import type { AgentPorts } from '../../engines/agent/ports.ts';
import { startAgent, type RunningAgent } from '../../engines/agent/runner/agent.ts';
import { holdAlone } from '../../engines/agent/runner/hold-alone.ts';
import { onAbort } from '../../lib/async.ts';
import { parseAgentWords, type AgentArgs } from './agent-args.ts';
import { openConfiguration, pickAgent, type ConfigurationSource } from './agent-config.ts';
import { writeLints } from './agent-lints.ts';
import { lockFolder } from './agent-lock.ts';
import { agentPorts, stateDirOf } from './agent-ports.ts';
import { EXIT } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';
import { errorText, words } from './words.ts';

const texts = words.agent;
const USAGE = '--name NAME --conf-file FILE';

export async function runAgent(rest: readonly string[], terminal: Terminal): Promise<number> {
  const args = parseAgentWords(rest, USAGE);
  const { out, err, signal } = terminal;
  if (args.help) { out.line(texts.help); return EXIT.OK; }
  const source = openConfiguration(args);
  if (source === null) { err.line(`sluice: ${texts.noConfiguration}`); return EXIT.SYNTAX; }
  const { config, lints } = pickAgent(await source.read(), args);
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
  const ports = agentPorts(args, stateDir, terminal);
  try {
    await holdAlone(config, ports, signal, (held) => serve(args, source, ports, terminal, held, () => startAgent(config, ports)));
    return EXIT.OK;
  } finally {
    lock.release();
  }
}

/** Until `held` is aborted: the program is to end, or another process may run the agent now. */
async function serve(args: AgentArgs, source: ConfigurationSource, ports: AgentPorts, { out, err }: Terminal, held: AbortSignal, start: () => Promise<RunningAgent>): Promise<void> {
  const agent = await start();
  const note = (text: string): void => { ports.report({ type: 'note', at: ports.clock.now(), component: { kind: 'agent', name: agent.name }, text }); };
  const metrics = await startMetrics(args, agent, note).catch(async (error: unknown) => {
    await agent.stop();
    throw error;
  });
  out.line(readyLine(agent, metrics, args));
  out.flush();
  const endReloads = followConfiguration(args, source, agent, note);
  await new Promise<void>((resolve) => { onAbort(held, resolve); });
  endReloads();
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

/** Looks at the configuration every so often, and at once at SIGHUP. What comes of it is always said. The answer ends it. */
function followConfiguration(args: AgentArgs, source: ConfigurationSource, agent: RunningAgent, note: (text: string) => void): () => void {
  let isBusy = false;
  const look = async (asked: boolean): Promise<void> => {
    if (isBusy || agent.ending.aborted) return;
    isBusy = true;
    try {
      if (!asked && !await source.isNew()) return;
      const { config, lints } = pickAgent(await source.read(), args);
      for (const { severity, code, params, line } of lints) if (severity === 'error') note(`${code} ${line > 0 ? `line ${line} ` : ''}${JSON.stringify(params)}`);
      const { changes, refused } = await agent.reload(config);
      const done = changes.filter(({ change, restarts }) => change !== 'kept' || restarts).map(({ kind, name, change }) => `${texts.kind[kind]} ${name} ${texts.change[change]}`);
      if (refused) note(texts.reloadKept({ error: errorText(toErrorInfo(refused)) }));
      else if (done.length > 0) note(texts.reloadDone({ changes: done.join(', ') }));
      else note(texts.reloadSame);
    } catch (error) {
      note(texts.reloadKept({ error: errorText(toErrorInfo(error)) }));
    } finally {
      isBusy = false;
    }
  };
  const hangUp = (): void => { void look(true); };
  process.on('SIGHUP', hangUp);
  const timer = args.reload ? setInterval(() => { void look(false); }, Math.max(1, source.pollSeconds) * 1000) : null;
  return () => {
    process.off('SIGHUP', hangUp);
    if (timer) clearInterval(timer);
  };
}

function readyLine(agent: RunningAgent, metrics: MetricsServer | null, args: AgentArgs): string {
  const { state, sources, channels, sinks } = agent.status();
  const facts = { agent: agent.name, state, sources: sources.length, channels: channels.length, sinks: sinks.length, metricsPort: metrics?.port ?? null, pid: process.pid, stateDir: agent.ports.stateDir };
  if (args.json) return JSON.stringify({ type: 'ready', ...facts });
  return `READY ${Object.entries(facts).filter(([, value]) => value !== null).map(([key, value]) => `${key}=${value}`).join(' ')}`;
}
