// The person's language: LC_ALL, LC_MESSAGES, LANG, as every program of the command line takes it.
import { messages, type Messages } from '../../../assets/locales/index.ts';
import type { AgentLintCode } from '../../../preload/contract/agent/lints.ts';
import type { ErrorCode, ErrorInfo } from '../../../preload/contract/errors.ts';
import { pickLocale } from '../../../preload/contract/locale.ts';
import { EXIT } from './exit-codes.ts';

export type Words = Messages['cli'];
type Text = (params: Readonly<Record<string, string | number>>) => { readonly title: string; readonly body: string; readonly remedy: string };

const here = messages[pickLocale('system', process.env['LC_ALL'] || process.env['LC_MESSAGES'] || process.env['LANG'] || 'en')];

export const words: Words = here.cli;

/** What happened, why, and what to do, in that order. */
export function errorLines(error: ErrorInfo): string[] {
  const texts = here.errors as unknown as Readonly<Record<ErrorCode, Text>>;
  const { title, body, remedy } = texts[error.code](error.params);
  return [title.replace(/[^.!?。!?]$/, '$&.'), body, remedy].filter((line) => line !== '');
}

/** The sentences of an error in one line. */
export function errorText(error: ErrorInfo): string {
  return errorLines(error).map((line) => line.replace(/[^.!?。!?]$/, '$&.')).join(' ');
}

/** What a lint of an agent's configuration says. */
export function lintTexts(code: AgentLintCode, params: Readonly<Record<string, string | number>>): { readonly what: string; readonly why: string; readonly fix: string } {
  const texts = here.agentLints as unknown as Readonly<Record<AgentLintCode, (params: Readonly<Record<string, string | number>>) => { readonly what: string; readonly why: string; readonly fix: string }>>;
  return texts[code](params);
}

/** The last line of a run that did not go well. */
export function codeLine(code: number): string {
  const name = (Object.keys(EXIT) as (keyof typeof EXIT)[]).find((key) => EXIT[key] === code) ?? 'OTHER';
  return words.ended({ code, meaning: words.exit[name] });
}
