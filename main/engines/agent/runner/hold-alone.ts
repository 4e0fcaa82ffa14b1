// An agent that may run in one process at a time: it waits for a lock of the coordination tree, and stops when the lock may be another's.
import { onAbort } from '../../../lib/async.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import type { AgentPorts } from '../ports.ts';
import { settingsOf } from './settings.ts';

const RETRY_MS = 3000;

/**
 * Runs `work` once the lock of `a1.sluice.exclusive` is held, at once where there is none; its signal aborts when the lock is lost or `signal` aborts. After a loss it
 * stands for the lock again. Resolves after `signal`; rejects with what `work` rejects with. AGENT_KEY, AGENT_NOT_HERE for a lock that cannot be meant or had.
 */
export async function holdAlone(config: AgentConfig, ports: AgentPorts, signal: AbortSignal, work: (held: AbortSignal) => Promise<void>): Promise<void> {
  const { exclusive } = settingsOf(config);
  if (exclusive === null || exclusive === '') return work(signal);
  const slash = exclusive.indexOf('/');
  const key = { component: config.name, key: 'sluice.exclusive', value: exclusive };
  if (slash <= 0 || slash === exclusive.length - 1) throw SluiceError.of('AGENT_KEY', { ...key, reason: 'HOST:PORT[,HOST:PORT...]/PATH is wanted' });
  if (!ports.openCoordination) throw SluiceError.of('AGENT_NOT_HERE', { component: config.name, what: 'a coordination client, for its lock' });
  const say = (text: string): void => { ports.report({ type: 'note', at: ports.clock.now(), component: { kind: 'agent', name: config.name }, text }); };
  while (!signal.aborted) {
    try {
      await once(ports.openCoordination, exclusive.slice(0, slash), exclusive.slice(slash), signal, work, say);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof SluiceError) || !error.code.startsWith('COORD_') || error.code === 'COORD_CONFIG') throw error;
      ports.report({ type: 'problem', at: ports.clock.now(), component: { kind: 'agent', name: config.name }, error });
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => { undo(); resolve(); }, RETRY_MS);
        const undo = onAbort(signal, () => { clearTimeout(timer); resolve(); });
      });
    }
  }
}

async function once(open: NonNullable<AgentPorts['openCoordination']>, servers: string, path: string, signal: AbortSignal, work: (held: AbortSignal) => Promise<void>, say: (text: string) => void): Promise<void> {
  const client = await open(servers);
  try {
    say(`waits for the lock ${servers}${path}, which one process holds at a time`);
    const lost = new AbortController();
    const release = await client.hold(path, () => { lost.abort(); }, signal);
    say(`holds the lock ${servers}${path}`);
    try {
      await work(AbortSignal.any([signal, lost.signal]));
      if (lost.signal.aborted && !signal.aborted) say(`lost the lock ${servers}${path}: the agent was stopped here, since another process may run it now`);
    } finally {
      await release();
    }
  } finally {
    await client.close();
  }
}
