// Patterns of file names as Java's matches() takes them: over the whole name.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { BadPattern, JavaPattern } from '../text/java-pattern.ts';

export type FilePattern = (name: string) => boolean;

/** Throws AGENT_KEY. */
export function filePattern(component: string, key: string, text: string): FilePattern {
  const pattern = javaPattern(component, key, text);
  return (name) => pattern.matches(name);
}

/** Throws AGENT_KEY. */
export function javaPattern(component: string, key: string, text: string): JavaPattern {
  try {
    return new JavaPattern(text);
  } catch (error) {
    if (!(error instanceof BadPattern)) throw error;
    throw SluiceError.of('AGENT_KEY', { component, key, value: text, reason: error.message });
  }
}
