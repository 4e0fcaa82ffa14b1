// Patterns of file names as Java's matches() takes them: over the whole name.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';

/** Throws AGENT_KEY. Flags at the beginning, `(?i)`, count; possessive quantifiers are read as greedy ones. */
export function filePattern(component: string, key: string, text: string): RegExp {
  const flags = /^\(\?([imsu]+)\)/.exec(text);
  const body = (flags ? text.slice(flags[0].length) : text).replace(/(?<!\\)([*+?}])\+/g, '$1').replace(/\\Q(.*?)\\E/gs, (_, words: string) => words.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  try {
    return new RegExp(`^(?:${body})$`, flags?.[1] ?? '');
  } catch (error) {
    throw SluiceError.of('AGENT_KEY', { component, key, value: text, reason: (error as Error).message });
  }
}
