// What a running agent shows of itself: each component with its state and counters, each edge with what passed.
import type { ChannelCounters, SinkCounters, SourceCounters } from '../monitoring/counters.ts';
import type { ComponentId, ComponentState } from '../parts.ts';
import type { SluiceError } from '../../../../preload/contract/sluice-error.ts';

export interface ComponentStatus {
  readonly id: ComponentId;
  /** As the configuration's spec names it. */
  readonly type: string;
  readonly state: ComponentState;
  /** Of `degraded` and `failed`. */
  readonly error: SluiceError | null;
}

export interface SourceStatus extends ComponentStatus { readonly counters: Readonly<SourceCounters> }
export interface SinkStatus extends ComponentStatus { readonly counters: Readonly<SinkCounters> }
export interface ChannelStatus extends ComponentStatus {
  readonly counters: Readonly<ChannelCounters>;
  readonly size: number;
  /** Null where it has no bound of its own. */
  readonly capacity: number | null;
  readonly durable: boolean;
}

export interface EdgeStatus {
  readonly id: string;
  readonly from: ComponentId;
  readonly to: ComponentId;
  /** So far. */
  readonly events: number;
  /** Of bodies, so far. */
  readonly bytes: number;
}

export interface AgentStatus {
  readonly agent: string;
  /** failed: nothing of it works; degraded: something does not. */
  readonly state: ComponentState;
  readonly sources: readonly SourceStatus[];
  readonly channels: readonly ChannelStatus[];
  readonly sinks: readonly SinkStatus[];
  readonly edges: readonly EdgeStatus[];
}

/** Of all its components together. */
export function stateOf(states: readonly ComponentState[]): ComponentState {
  if (states.length === 0 || states.every((state) => state === 'stopped')) return 'stopped';
  if (states.includes('draining')) return 'draining';
  if (states.every((state) => state === 'failed')) return 'failed';
  if (states.includes('starting')) return 'starting';
  return states.every((state) => state === 'ready') ? 'ready' : 'degraded';
}
