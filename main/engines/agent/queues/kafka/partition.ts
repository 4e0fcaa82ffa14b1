// The partition an event goes to: its header, the default, or what the key's hash says (KafkaSink, KafkaChannel).
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import type { Event } from '../../event/event.ts';

/** AGENT_HEADER for a header that is no number. */
export function partitionOf(component: string, event: Event, { partitionIdHeader, defaultPartitionId }: { readonly partitionIdHeader: string | null; readonly defaultPartitionId: number | null }): { readonly partition: number } | Record<never, never> {
  const text = partitionIdHeader === null ? undefined : event.headers.get(partitionIdHeader);
  if (text !== undefined) {
    if (!/^\d{1,9}$/.test(text)) throw SluiceError.of('AGENT_HEADER', { component, header: partitionIdHeader as string, reason: `“${text}” is no partition` });
    return { partition: Number(text) };
  }
  return defaultPartitionId === null ? {} : { partition: defaultPartitionId };
}
