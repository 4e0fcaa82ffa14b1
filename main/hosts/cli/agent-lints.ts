// Lints of an agent's configuration as lines: place, how bad it is, what, why and what to do.
import type { AgentLint } from '../../../preload/contract/agent/lints.ts';
import type { Output } from './output.ts';
import { lintTexts, words } from './words.ts';

export function agentLintLine({ file, line, severity, code, params }: AgentLint): string {
  return words.agent.lintLine({ place: file === '' ? '' : `${file}${line > 0 ? `:${line}` : ''}`, severity: words.agent.severity[severity], ...lintTexts(code, params) });
}

export function agentLintJson({ fix, ...lint }: AgentLint): string {
  return JSON.stringify({ type: 'lint', ...lint, ...lintTexts(lint.code, lint.params), fixable: fix !== undefined });
}

export function writeLints(lints: readonly AgentLint[], to: Output, json: boolean): void {
  for (const lint of lints) to.line(json ? agentLintJson(lint) : agentLintLine(lint));
}
