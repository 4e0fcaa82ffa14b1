// Collects what is said of a configuration, in the order of its lines at the end.
import { AGENT_LINTS, type AgentLint, type AgentLintCode, type AgentLintParams, type LintSeverity, type TextEdit } from '../../../../../preload/contract/agent/lints.ts';

export type Mode = 'strict' | 'helpful';

export interface Place {
  readonly file: string;
  readonly line: number;
}

/** Whose it is: the agent, and the component as "source r1". */
export interface Whose {
  readonly agent?: string;
  readonly node?: string;
}

export class Lints {
  readonly mode: Mode;
  private readonly found: AgentLint[] = [];

  constructor(mode: Mode) {
    this.mode = mode;
  }

  /** @param at null where it is of no one place. */
  add<C extends AgentLintCode>(code: C, at: Place | null, whose: Whose, params: AgentLintParams<C>, fix?: readonly TextEdit[] | null): void {
    const kind: { readonly severity: LintSeverity; readonly strict?: LintSeverity } = AGENT_LINTS[code];
    this.found.push({
      code, severity: (this.mode === 'strict' ? kind.strict : undefined) ?? kind.severity, file: at?.file ?? '', line: at?.line ?? 0,
      agent: whose.agent ?? null, node: whose.node ?? null, params, ...(fix && fix.length > 0 ? { fix } : {}),
    });
  }

  /** Of one file after the other, in the order of `files`. */
  inOrder(files: readonly string[]): readonly AgentLint[] {
    const place = ({ file }: AgentLint): number => (file === '' ? -1 : files.indexOf(file));
    return this.found.map((lint, i) => ({ lint, i })).sort((a, b) => place(a.lint) - place(b.lint) || a.lint.line - b.lint.line || a.i - b.i).map(({ lint }) => lint);
  }
}
