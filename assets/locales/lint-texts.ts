// The shape of the catalogue of lints: for every code what is so, why it matters (and what Flume itself does), and what to do.
import type { AgentLint, AgentLintCode, AgentLintParams } from '../../preload/contract/agent/lints.ts';

export interface LintText { readonly what: string; readonly why: string; readonly fix: string }
export type AgentLintTexts = { readonly [C in AgentLintCode]: (params: AgentLintParams<C>) => LintText };

/** What one lint says, in the language of `texts`. */
export function lintText(texts: AgentLintTexts, { code, params }: Pick<AgentLint, 'code' | 'params'>): LintText {
  return (texts[code] as (params: AgentLint['params']) => LintText)(params);
}
