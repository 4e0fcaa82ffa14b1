// `sluice coordination lint ZOO.CFG`: what is wrong or unwise in a configuration, one line each.
import type { Lint } from '../../engines/coordination/config/lint.ts';
import { lintNodeConfig } from '../../engines/coordination/config/read-config.ts';
import type { Terminal } from './terminal.ts';
import { parseWords } from './coordination-args.ts';
import { EXIT } from './exit-codes.ts';
import { words } from './words.ts';

const texts = words.coordination;

export function lintLine({ severity, ...lint }: Lint): string {
  return texts.lintLine({ ...lint, severity: texts.severity[severity] });
}

/** Exit code 1 when something would stop the node. */
export function lint(rest: readonly string[], { out }: Terminal): Promise<number> {
  const args = parseWords(rest, { values: [], switches: ['json'], words: [1, 1], usage: 'lint ZOO.CFG [--json]' });
  const { config, lints } = lintNodeConfig(args.word(0));
  if (args.has('json')) for (const { myid: _, ...found } of lints) out.line(JSON.stringify(found));
  else if (lints.length === 0) out.line(texts.lintClean({ file: args.word(0) }));
  else for (const found of lints) out.line(lintLine(found));
  return Promise.resolve(config ? EXIT.OK : EXIT.SYNTAX);
}
