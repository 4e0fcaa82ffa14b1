// A sample through the parts of a source as the screens show it: what each step made of it, and where it would go.
import type { DryRun, EventDraft } from '../../../../preload/contract/pipelines.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { dryRun } from '../beyond/dry-run.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import type { AgentPorts } from '../ports.ts';
import { draftOf, eventOf } from './shown.ts';

/** PIPELINE_EDIT for a source that cannot run as it is written. */
export async function tryEvents(config: AgentConfig, source: string, events: readonly EventDraft[], ports: AgentPorts): Promise<DryRun> {
  if (!config.sources.has(source)) throw SluiceError.of('PIPELINE_EDIT', { component: source, reason: 'it cannot run as it is written' });
  const { steps, routes } = await dryRun(config, source, events.map(eventOf), ports);
  return {
    steps: steps.map(({ before, after, ...step }) => ({ ...step, before: before.map(draftOf), after: after.map(draftOf) })),
    routes: routes.map(({ channel, optional, events: given }) => ({ channel, optional, events: given.map(draftOf) })),
  };
}
