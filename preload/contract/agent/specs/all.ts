// Every type the agent knows, and how one is found by the name that a configuration gives it.
import type { ComponentSpec, LeftOut } from '../keys.ts';
import { BASIC_SPECS } from './basic.ts';
import { BETWEEN_SPECS } from './between.ts';
import { CHANNELS_SPECS } from './channels.ts';
import { CONFIG_FILTERS_SPECS } from './config-filters.ts';
import { FILES_SPECS } from './files.ts';
import { LEFT_OUT } from './left-out.ts';
import { QUEUES_SPECS } from './queues.ts';
import { RPC_SPECS } from './rpc.ts';

export const ALL_SPECS: readonly ComponentSpec[] = [...RPC_SPECS, ...BASIC_SPECS, ...FILES_SPECS, ...QUEUES_SPECS, ...CHANNELS_SPECS, ...BETWEEN_SPECS, ...CONFIG_FILTERS_SPECS];

type Named = Pick<ComponentSpec, 'kind' | 'type' | 'classes'>;

const isNamed = (named: Named, kind: ComponentSpec['kind'], name: string): boolean =>
  named.kind === kind && (named.type.toLowerCase() === name.toLowerCase() || named.classes.includes(name));

/** By alias without regard to case, or by class. */
export function findSpec(kind: ComponentSpec['kind'], name: string): ComponentSpec | null {
  return ALL_SPECS.find((spec) => isNamed(spec, kind, name)) ?? null;
}

/** A type that is recognised and not run. */
export function findLeftOut(kind: ComponentSpec['kind'], name: string): LeftOut | null {
  return LEFT_OUT.find((left) => isNamed(left, kind, name)) ?? null;
}
