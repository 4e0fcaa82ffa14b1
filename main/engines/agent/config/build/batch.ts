// A batch that is larger than what a channel takes in one transaction: Flume removes the component, here the batch is made smaller.
import type { PartConfig } from '../agent-config.ts';
import type { Entry } from '../entry.ts';
import { readValues } from '../../components/read-values.ts';
import type { Build, Listed } from './build.ts';
import type { BuiltChannel } from './channels.ts';

/** The key of the batch, where the type has one. */
function batchKeyOf({ spec }: PartConfig): string | null {
  if (spec.batchKey !== undefined) return spec.batchKey;
  return Object.entries(spec.keys).find(([key, { kind }]) => kind === 'number' && /(^|\.)batchSize$/.test(key))?.[0] ?? null;
}

/** The properties to run with; null where the component is removed (strict mode). */
export function fitBatch(build: Build, part: PartConfig, listed: Listed, channels: readonly BuiltChannel[]): ReadonlyMap<string, Entry> | null {
  const key = batchKeyOf(part);
  const bounds = channels.flatMap((channel) => (channel.transactionCapacity === null ? [] : [{ channel, capacity: channel.transactionCapacity }])).sort((a, b) => a.capacity - b.capacity);
  const [least] = bounds;
  if (key === null || !least) return listed.properties;
  const batch = Number((readValues(part.spec, listed.properties).values as Readonly<Record<string, unknown>>)[key]);
  if (!(batch > least.capacity)) return listed.properties;
  const spellings = [key, ...(part.spec.keys[key]?.also ?? [])];
  const written = spellings.map((word) => listed.properties.get(word)).find((entry) => entry !== undefined);
  const { listed: channel } = least.channel;
  const capacity = channel.properties.get('transactionCapacity');
  build.lints.add('BATCH_TOO_LARGE', written ?? listed.at, listed.whose, { component: listed.label, batch, channel: channel.label, capacity: least.capacity }, raise(build, least.channel, capacity, batch));
  if (build.strict && part.spec.batchKey !== undefined) return null;
  const local = written?.local ?? key;
  return new Map(listed.properties).set(local, { ...(written ?? listed.at), local, value: String(least.capacity) });
}

/** Makes the channel take such a batch. */
function raise(build: Build, { listed, properties, spec }: BuiltChannel, capacity: Entry | undefined, batch: number): ReturnType<Build['fixes']['setValue']> {
  const edits = capacity ? build.fixes.setValue(capacity, String(batch)) : build.fixes.addAfter(listed.properties.get('type') ?? listed.at, `${listed.label}.transactionCapacity`, String(batch));
  const room = Number((readValues(spec, properties).values as Readonly<Record<string, unknown>>)['capacity']);
  if (!(room < batch)) return edits;
  const written = listed.properties.get('capacity');
  if (written) return [...edits, ...build.fixes.setValue(written, String(batch))];
  return [...edits, ...build.fixes.addAfter(capacity ?? listed.properties.get('type') ?? listed.at, `${listed.label}.capacity`, String(batch))];
}
