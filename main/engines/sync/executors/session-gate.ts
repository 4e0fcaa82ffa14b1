// A run's pause and stop as the sessions know them.
import type { Gate } from '../sessions/events.ts';
import type { RunContext } from './run-context.ts';

export function sessionGate(context: RunContext): Gate {
  return {
    get open() { return context.gate.opened; },
    get stopped() { return context.stopping; },
  };
}
