// The pages the gate refuses with: words in the person's language, no script, no style, nothing of the app.
import { messages } from '../../../assets/locales/index.ts';
import { pickLocale } from '../../../preload/contract/locale.ts';

export const REFUSALS = {
  needCode: 401,
  wrongCode: 403,
  shut: 403,
  fromElsewhere: 403,
  wrongHost: 421,
  wrongMethod: 405,
  notFound: 404,
} as const;

export type Refusal = keyof typeof REFUSALS;

/** `language` is the browser's Accept-Language. */
export function refusalPage(refusal: Refusal, language: string | undefined): string {
  const locale = pickLocale('system', language ?? 'en');
  const words = messages[locale].gate;
  const { title, body } = words[refusal];
  return `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><title>${escape(words.title)}</title></head><body><h1>${escape(title)}</h1><p>${escape(body)}</p></body></html>\n`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
