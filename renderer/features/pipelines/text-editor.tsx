// An editor for properties: a plain text area with its coloured copy and numbered lines behind it, so that typing, selecting and undo are the system's own.
import { useEffect, useMemo, useRef, type KeyboardEvent } from 'react';
import { classes } from '../../ui/kit.tsx';
import css from './pipelines.module.css';

export interface Mark { readonly line: number; readonly severity: 'error' | 'warning' | 'hint'; readonly text: string }

interface EditorProps {
  readonly label: string;
  readonly value: string;
  readonly marks: readonly Mark[];
  /** Brought into view when its `turn` changes. */
  readonly goTo: { readonly line: number; readonly turn: number } | null;
  readonly onChange: (text: string) => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
}

const LINE = 20;
const PAD = 8;
/** Lines beyond which the copy is not coloured any more. */
const COLOURED = 5000;

interface Painted { readonly kind: 'comment' | 'property' | 'more' | 'blank'; readonly key: string; readonly between: string; readonly value: string }

/** Line by line; a continued line is the value of the property above. */
export function paint(text: string): readonly Painted[] {
  let continued = false;
  return text.split('\n').map((line): Painted => {
    const goesOn = /(^|[^\\])(\\\\)*\\$/.test(line);
    const inside = continued;
    if (inside) { continued = goesOn; return { kind: 'more', key: '', between: '', value: line }; }
    if (/^\s*[#!]/.test(line)) return { kind: 'comment', key: line, between: '', value: '' };
    continued = goesOn;
    const [, key = '', between = '', value = ''] = /^(\s*(?:\\.|[^\s:=\\])*)(\s*[=:]?\s*)(.*)$/s.exec(line) ?? [];
    return { kind: line.trim() === '' ? 'blank' : 'property', key, between, value };
  });
}

export function TextEditor({ label, value, marks, goTo, onChange, onKeyDown }: EditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const back = useRef<HTMLDivElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const painted = useMemo(() => paint(value), [value]);
  const byLine = useMemo(() => {
    const worst = new Map<number, Mark>();
    for (const mark of marks) {
      const other = worst.get(mark.line);
      if (!other || (other.severity !== 'error' && mark.severity === 'error') || (other.severity === 'hint' && mark.severity === 'warning')) worst.set(mark.line, mark);
    }
    return worst;
  }, [marks]);
  const follow = (): void => {
    const element = area.current;
    if (!element) return;
    if (back.current) { back.current.scrollTop = element.scrollTop; back.current.scrollLeft = element.scrollLeft; }
    if (gutter.current) gutter.current.scrollTop = element.scrollTop;
  };
  useEffect(() => {
    const element = area.current;
    if (!element || !goTo || goTo.line < 1) return;
    const lines = element.value.split('\n');
    const start = lines.slice(0, goTo.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
    element.focus();
    element.setSelectionRange(start, start + (lines[goTo.line - 1]?.length ?? 0));
    element.scrollTop = Math.max(0, (goTo.line - 1) * LINE - element.clientHeight / 3);
    follow();
  }, [goTo]);
  const keys = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    onKeyDown?.(event);
  };
  const coloured = painted.length <= COLOURED;
  return (
    <div className={css['editor']}>
      <div ref={gutter} className={css['gutter']} aria-hidden>
        {painted.map((_, index) => { const mark = byLine.get(index + 1); return <div key={index} data-severity={mark?.severity} title={mark?.text}>{index + 1}</div>; })}
      </div>
      <div className={css['editorText']}>
        <div ref={back} className={css['paper']} aria-hidden>
          {coloured ? painted.map((line, index) => (
            <div key={index} className={classes(css['paintedLine'], byLine.has(index + 1) && css['marked'])} data-severity={byLine.get(index + 1)?.severity}>
              {line.kind === 'comment' ? <i>{line.key}</i> : <><b>{line.key}</b>{line.between}<span>{line.value}</span></>}{'\n'}
            </div>
          )) : null}
        </div>
        <textarea ref={area} aria-label={label} className={classes(css['typed'], !coloured && css['plainTyped'])} value={value} spellCheck={false} autoCapitalize="off" autoComplete="off" wrap="off" onChange={(event) => onChange(event.target.value)} onScroll={follow} onKeyDown={keys} style={{ padding: PAD, lineHeight: `${LINE}px` }} />
      </div>
    </div>
  );
}
