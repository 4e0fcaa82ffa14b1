// sluice://run/ID and sluice://sync/ID: they open a page, and never do anything.
import { z } from 'zod';

const ROUTES = { run: '/runs/', sync: '/syncs/' } as const;
const Link = z.string().max(200).regex(/^sluice:\/\/(run|sync)\/[A-Za-z0-9_-]{1,64}\/?$/);

/** The route a link opens, or null when it is none of ours. */
export function routeOfLink(text: string): string | null {
  const link = Link.safeParse(text);
  if (!link.success) return null;
  const [, , kind, id] = link.data.split('/');
  return `${ROUTES[kind as keyof typeof ROUTES]}${id ?? ''}`;
}

/** The route of the first link among the words of a command line. */
export function routeOfArguments(words: readonly string[]): string | null {
  for (const word of words) {
    const route = word.startsWith('sluice:') ? routeOfLink(word) : null;
    if (route !== null) return route;
  }
  return null;
}
