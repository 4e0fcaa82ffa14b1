// What the help says of a type and of its keys, in the language of the window. Comes with the Pipelines screens, not with the first page.
import type { Locale } from '../../../preload/contract/locale.ts';

interface TypeHelp { readonly about: string; readonly keys: Readonly<Record<string, string>> }
type Help = Readonly<Record<string, TypeHelp>>;

const HELP: Record<Locale, readonly Help[]> = { en: [], 'zh-CN': [] };

function helpOf(kind: string, type: string, locale: Locale): TypeHelp | null {
  const name = `${kind} ${type}`;
  for (const family of HELP[locale]) if (Object.hasOwn(family, name)) return family[name] ?? null;
  return null;
}

export function aboutOf(kind: string, type: string, locale: Locale): string {
  return helpOf(kind, type, locale)?.about ?? '';
}

/** '' where nothing is said of it. */
export function keyHelp(kind: string, type: string, key: string, locale: Locale): string {
  return helpOf(kind, type, locale)?.keys[key] ?? '';
}
