// The tone of each state of a run.
import type { RunState } from '../../../preload/contract/domain.ts';
import type { Tone } from '../../ui/show.tsx';

export function runTone(state: RunState): Tone {
  if (state === 'done') return 'ok';
  if (state === 'failed' || state === 'interrupted') return 'bad';
  if (state === 'partial') return 'warn';
  return state === 'stopped' ? 'idle' : 'info';
}

/** Worse comes later; the strip of a day shows the worst. */
const ORDER: readonly RunState[] = ['done', 'running', 'paused', 'stopping', 'stopped', 'partial', 'interrupted', 'failed'];

export function worst(states: readonly RunState[]): RunState | null {
  return states.reduce<RunState | null>((bad, state) => (bad === null || ORDER.indexOf(state) > ORDER.indexOf(bad) ? state : bad), null);
}
