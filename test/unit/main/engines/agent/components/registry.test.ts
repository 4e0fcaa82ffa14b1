import { expect, test } from 'vitest';
import { channelFactory, interceptorFactory, processorFactory, selectorFactory, sinkFactory, sourceFactory } from '../../../../../../main/engines/agent/components/registry.ts';
import type { ComponentSpec } from '../../../../../../preload/contract/agent/keys.ts';
import { ALL_SPECS, findSpec } from '../../../../../../preload/contract/agent/specs/all.ts';

/** Kinds that the registry makes; the others are made by the components that have them. */
const MAKERS: Partial<Record<ComponentSpec['kind'], (spec: ComponentSpec) => Promise<{ readonly spec: ComponentSpec }>>> = {
  source: sourceFactory, channel: channelFactory, sink: sinkFactory, interceptor: interceptorFactory, selector: selectorFactory, processor: processorFactory,
};

test('C1 every type that is known can be made, and is found by each of its names', async () => {
  for (const spec of ALL_SPECS) {
    const make = MAKERS[spec.kind];
    if (make) expect((await make(spec)).spec, `${spec.kind} ${spec.type}`).toBe(spec);
    for (const name of [spec.type, spec.type.toUpperCase(), ...spec.classes]) expect(findSpec(spec.kind, name), name).toBe(spec);
  }
});
