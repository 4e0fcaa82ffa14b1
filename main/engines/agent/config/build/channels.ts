// The channels of an agent: which are listed rightly, and which of these can run.
import { breath } from '../../runner/breath.ts';
import type { PartConfig } from '../agent-config.ts';
import { checkPart } from '../lint/keys.ts';
import type { Build, Listed } from './build.ts';

export interface BuiltChannel extends PartConfig {
  /** Most events of one transaction; null where the type sets no bound. */
  readonly transactionCapacity: number | null;
  readonly listed: Listed;
}

export interface Channels {
  /** What stands in the file rightly: sources and sinks may name these. */
  readonly active: ReadonlySet<string>;
  readonly running: ReadonlyMap<string, BuiltChannel>;
}

export async function buildChannels(build: Build): Promise<Channels> {
  const active = new Set<string>();
  const running = new Map<string, BuiltChannel>();
  for (const listed of build.listed('channels')) {
    const pause = breath();
    if (pause) await pause;
    const type = listed.properties.get('type');
    if (!type) { build.typeMissing(listed); continue; }
    active.add(listed.name);
    const spec = build.typeOf('channel', listed.label, listed.whose, type, true);
    if (!spec) continue;
    const part: PartConfig = { name: listed.name, spec, properties: listed.properties };
    const { fine, values } = checkPart(build, part, listed, listed.label);
    if (!fine) continue;
    const capacity = values['transactionCapacity'];
    const most = values['capacity'];
    const transactionCapacity = typeof capacity === 'number' ? capacity : null;
    if (transactionCapacity !== null && typeof most === 'number' && most < transactionCapacity) {
      const at = listed.properties.get('transactionCapacity') ?? listed.properties.get('capacity') ?? listed.at;
      const written = listed.properties.get('capacity');
      const key = `${listed.label}.capacity`;
      build.lints.add('CAPACITY_SMALL', at, listed.whose, { channel: listed.label, capacity: most, transactionCapacity }, written ? build.fixes.setValue(written, String(transactionCapacity)) : build.fixes.addAfter(at, key, String(transactionCapacity)));
      continue;
    }
    running.set(listed.name, { ...part, transactionCapacity, listed });
  }
  return { active, running };
}
