// Which topics are read: by their names, or all that a pattern fits.
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';

export type KafkaTopics =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'pattern'; readonly pattern: string };

/** The pattern for the whole name, as Kafka's consumer takes it. AGENT_KEY when it is none. */
export function javaPattern(component: string, pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch (error) {
    throw SluiceError.of('AGENT_KEY', { component, key: 'kafka.topics.regex', value: pattern, reason: (error as Error).message });
  }
}

/** AGENT_KEY when neither is given. */
export function topicsOf(component: string, names: readonly string[], pattern: string | null): KafkaTopics {
  if (pattern !== null) {
    javaPattern(component, pattern);
    return { kind: 'pattern', pattern };
  }
  if (names.length === 0) throw SluiceError.of('AGENT_KEY', { component, key: 'kafka.topics', value: '', reason: 'kafka.topics or kafka.topics.regex is required' });
  return { kind: 'names', names };
}
