// What a lint says, in the language of the window. Comes with the Pipelines screens, not with the first page.
import { agentLints as en } from '../../../assets/locales/en/agent-lints.ts';
import { agentLints as zhCN } from '../../../assets/locales/zh-CN/agent-lints.ts';
import type { Lint } from '../../../preload/contract/pipelines.ts';
import type { Locale } from '../../../preload/contract/locale.ts';

export interface LintText { readonly what: string; readonly why: string; readonly fix: string }
type Catalogue = Readonly<Record<string, (params: never) => LintText>>;

const CATALOGUES: Record<Locale, Catalogue> = { en, 'zh-CN': zhCN };

export function lintText(lint: Pick<Lint, 'code' | 'params'>, locale: Locale): LintText {
  const catalogue = CATALOGUES[locale];
  return Object.hasOwn(catalogue, lint.code) ? (catalogue[lint.code] as (params: Lint['params']) => LintText)(lint.params) : { what: lint.code, why: '', fix: '' };
}
