// The sink of the highest priority that works; one that failed is tried again after a penalty that doubles (FailoverSinkProcessor).
import { FAILOVER_PROCESSOR } from '../../../../preload/contract/agent/specs/between.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { processor } from '../components/factory.ts';
import type { NamedSink } from '../parts.ts';
import { groupLife } from './group.ts';

const FIRST_PENALTY = 1000;

interface Ranked { readonly member: NamedSink; readonly priority: number }
interface Failed extends Ranked { failures: number; until: number }

export const failoverProcessor = processor(FAILOVER_PROCESSOR, ({ maxpenalty }, { name, sinks, properties, say, ports: { clock } }) => {
  /** The highest first. */
  const live: Ranked[] = [];
  let below = 0;
  for (const member of sinks) {
    const text = properties.get(`priority.${member.name}`)?.value.trim() ?? '';
    const priority = /^[+-]?\d+$/.test(text) ? Number(text) : --below;
    const other = live.find((ranked) => ranked.priority === priority);
    if (other) say.note(`sink ${member.name} is left out: its priority ${priority} is that of ${other.member.name}`);
    else live.push({ member, priority });
  }
  live.sort(byPriority);
  /** The one whose penalty ends first first. */
  const failed: Failed[] = [];

  const penalize = (ranked: Ranked, failures: number): void => {
    failed.push({ ...ranked, failures, until: clock.monotonic() + Math.min(maxpenalty, FIRST_PENALTY * 2 ** Math.min(failures, 30)) });
    failed.sort((a, b) => a.until - b.until);
  };

  return {
    ...groupLife(sinks),
    process: async (channel, signal) => {
      const now = clock.monotonic();
      while (failed[0] && failed[0].until < now) {
        const tried = failed.shift() as Failed;
        try {
          const status = await tried.member.sink.process(channel, signal);
          if (status === 'backoff') { failed.unshift(tried); return status; } // whether it works is not known: there was nothing to deliver
          live.push({ member: tried.member, priority: tried.priority });
          live.sort(byPriority);
          say.note(`sink ${tried.member.name} works again`);
          return status;
        } catch (error) {
          if (signal.aborted) { failed.unshift(tried); throw error; }
          penalize(tried, tried.failures + 1);
        }
      }
      let last: unknown = null;
      for (let active = live[0]; active; active = live[0]) {
        try {
          return await active.member.sink.process(channel, signal);
        } catch (error) {
          if (signal.aborted) throw error;
          last = error;
          live.shift();
          penalize(active, 1);
        }
      }
      throw SluiceError.of('AGENT_DELIVERY', { component: name, target: failed.map(({ member }) => member.name).join(', '), reason: 'all sinks of the group have failed' }, last ?? undefined);
    },
  };
});

const byPriority = (a: Ranked, b: Ranked): number => b.priority - a.priority;
