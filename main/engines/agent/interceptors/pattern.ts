// Patterns of a configuration, and the error that names the key.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { BadPattern, JavaPattern } from '../text/java-pattern.ts';

/** Throws AGENT_KEY. */
export function patternOf(component: string, key: string, source: string): JavaPattern {
  return patternly(component, key, source, () => new JavaPattern(source));
}

/** What `make` makes of the value, its BadPattern as AGENT_KEY. */
export function patternly<T>(component: string, key: string, value: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof BadPattern) throw SluiceError.of('AGENT_KEY', { component, key, value, reason: `the pattern ${error.message}` });
    throw error;
  }
}

/** In the log, for a pattern that may take very long on text that does not match. */
export const riskyNote = (key: string, pattern: JavaPattern): string => `${key}: ${pattern.source} repeats what itself repeats; on some text it may take very long. Make one of them possessive (++ or *+)`;
