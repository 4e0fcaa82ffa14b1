// The configuration of a running agent, looked at for changes: what comes of each is always said.
import type { ConfigProvider } from '../../engines/agent/config/providers/provider.ts';
import type { RunningAgent } from '../../engines/agent/runner/agent.ts';
import { toErrorInfo } from '../../../preload/contract/sluice-error.ts';
import type { AgentArgs } from './agent-args.ts';
import { readConfiguration } from './agent-config.ts';
import { agentLintLine } from './agent-lints.ts';
import { errorText, words } from './words.ts';

const texts = words.agent;

/** At every change, and at once at SIGHUP. The answer ends it. */
export function followConfiguration(args: AgentArgs, provider: ConfigProvider, agent: RunningAgent, note: (text: string) => void): () => void {
  const end = new AbortController();
  let line: Promise<void> = accept(provider, note);
  const reload = (): void => { line = line.then(() => reloadOnce(args, provider, agent, note)); };
  process.on('SIGHUP', reload);
  if (args.reload) void (async () => { for await (const _ of provider.changes(end.signal)) reload(); })();
  return () => {
    process.off('SIGHUP', reload);
    end.abort();
  };
}

async function reloadOnce(args: AgentArgs, provider: ConfigProvider, agent: RunningAgent, note: (text: string) => void): Promise<void> {
  if (agent.ending.aborted) return;
  try {
    const { config, lints } = await readConfiguration(provider, args);
    for (const lint of lints) if (lint.severity === 'error') note(agentLintLine(lint));
    const { changes, refused } = await agent.reload(config);
    if (refused) { note(texts.reloadKept({ error: errorText(toErrorInfo(refused)) })); return; }
    const done = changes.filter(({ change, restarts }) => change !== 'kept' || restarts).map(({ kind, name, change }) => `${texts.kind[kind]} ${name} ${texts.change[change]}`);
    note(done.length > 0 ? texts.reloadDone({ changes: done.join(', ') }) : texts.reloadSame);
    await accept(provider, note);
  } catch (error) {
    note(texts.reloadKept({ error: errorText(toErrorInfo(error)) }));
  }
}

/** A backup that cannot be written is said, and keeps nothing from running. */
async function accept(provider: ConfigProvider, note: (text: string) => void): Promise<void> {
  await provider.accepted().catch((error: unknown) => { note(errorText(toErrorInfo(error))); });
}
