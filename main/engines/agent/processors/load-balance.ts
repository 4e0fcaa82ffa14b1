// A batch each to the sinks by turns or by chance; the others are tried when one fails, and that one is left alone for a while with backoff (LoadBalancingSinkProcessor, OrderSelector).
import { LOAD_BALANCE_PROCESSOR } from '../../../../preload/contract/agent/specs/between.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { processor } from '../components/factory.ts';
import type { Clock } from '../parts.ts';
import { groupLife } from './group.ts';

const MAX_DOUBLINGS = 16;
/** Failures within an hour of the end of the last one's penalty count as one row. */
const IN_A_ROW_MS = 3_600_000;

export const loadBalanceProcessor = processor(LOAD_BALANCE_PROCESSOR, (values, { name, sinks, ports: { clock } }) => {
  if (sinks.length < 2) throw SluiceError.of('AGENT_KEY', { component: name, key: 'type', value: 'load_balance', reason: 'a load_balance processor has at least two sinks' });
  const rest = new Rest(sinks.length, values.backoff ? values['selector.maxTimeOut'] || 30_000 : null, clock);
  let head = 0;
  const order = values.selector === 'random' ? shuffled : (ready: readonly number[]): readonly number[] => {
    if (head >= ready.length) head = 0;
    const turned = [...ready.slice(head), ...ready.slice(0, head)];
    head = (head + 1) % Math.max(1, ready.length);
    return turned;
  };
  return {
    ...groupLife(sinks),
    process: async (channel, signal) => {
      let last: unknown = null;
      for (const index of order(rest.ready())) {
        const member = sinks[index];
        if (!member) continue;
        try {
          return await member.sink.process(channel, signal);
        } catch (error) {
          if (signal.aborted) throw error;
          last = error;
          rest.failed(index);
        }
      }
      throw SluiceError.of('AGENT_DELIVERY', { component: name, target: sinks.map((member) => member.name).join(', '), reason: 'all sinks of the group have failed' }, last ?? undefined);
    },
  };
});

function shuffled(indexes: readonly number[]): readonly number[] {
  const order = [...indexes];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}

/** Who is left alone, and until when. */
class Rest {
  private readonly states: { failedAt: number; until: number; failures: number }[];
  /** Null: nobody is. */
  private readonly most: number | null;
  private readonly clock: Clock;

  constructor(count: number, most: number | null, clock: Clock) {
    this.states = Array.from({ length: count }, () => ({ failedAt: -Infinity, until: -Infinity, failures: 0 }));
    this.most = most;
    this.clock = clock;
  }

  ready(): readonly number[] {
    const now = this.clock.monotonic();
    return this.states.flatMap(({ until }, i) => (until < now ? [i] : []));
  }

  failed(index: number): void {
    if (this.most === null) return;
    const now = this.clock.monotonic();
    const state = this.states[index] as (typeof this.states)[number];
    const inARow = now - state.failedAt < Math.min(this.most, 1000 * 2 ** state.failures) + IN_A_ROW_MS;
    state.failures = inARow ? Math.min(state.failures + 1, MAX_DOUBLINGS) : 1;
    state.failedAt = now;
    state.until = now + Math.min(this.most, 1000 * 2 ** state.failures);
  }
}
