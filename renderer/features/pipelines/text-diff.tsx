// Two texts, line by line; long stretches that are alike are folded.
import { useMemo } from 'react';
import { diffLines, type DiffLine } from '../cluster/diff.ts';
import css from './pipelines.module.css';

const AROUND = 2;

/** Lines that are alike farther than two from a change become one line that counts them. */
export function folded(lines: readonly DiffLine[]): readonly (DiffLine | { readonly kind: 'folded'; readonly count: number })[] {
  const near = lines.map((_, index) => lines.slice(Math.max(0, index - AROUND), index + AROUND + 1).some(({ kind }) => kind !== 'same'));
  const shown: (DiffLine | { kind: 'folded'; count: number })[] = [];
  lines.forEach((line, index) => {
    if (near[index]) { shown.push(line); return; }
    const last = shown.at(-1);
    if (last?.kind === 'folded') shown[shown.length - 1] = { kind: 'folded', count: last.count + 1 };
    else shown.push({ kind: 'folded', count: 1 });
  });
  return shown;
}

const SIGNS = { same: ' ', added: '+', removed: '−' } as const;

export function TextDiff({ before, after, label }: { readonly before: string; readonly after: string; readonly label: string }) {
  const lines = useMemo(() => folded(diffLines(before, after)), [before, after]);
  return (
    <pre className={css['diff']} tabIndex={0} aria-label={label} data-testid="text-diff">
      {lines.map((line, index) => line.kind === 'folded' ? <div key={index} data-kind="folded">⋯ {line.count}</div> : <div key={index} data-kind={line.kind}>{SIGNS[line.kind]} {line.text}</div>)}
    </pre>
  );
}
