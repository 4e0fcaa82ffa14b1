// The Problems list: each line says what, why and where, and is mended by one click where it can be.
import type { Lint } from '../../../preload/contract/pipelines.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { Button } from '../../ui/kit.tsx';
import { State } from '../../ui/show.tsx';
import { lintText } from './lint-texts.ts';
import css from './pipelines.module.css';
import { lintTone } from './words.ts';

interface RowProps { readonly lint: Lint; readonly onFix: ((lint: Lint) => void) | null; readonly onShow?: (lint: Lint) => void }

export function LintRow({ lint, onFix, onShow }: RowProps) {
  const { texts, locale } = usePreferences();
  const t = texts.pipelines.lint;
  const text = lintText(lint, locale);
  return (
    <li className={css['lint']} data-lint={lint.code} data-severity={lint.severity}>
      <State tone={lintTone(lint.severity)} word="" />
      <span className="sr-only">{t.severity[lint.severity]}</span>
      <div className={css['lintText']}>
        <span>{text.what}</span><span className={css['soft']}> {text.why} {text.fix}</span>
        {lint.line > 0 ? onShow ? <button type="button" className={css['linkButton']} aria-label={t.go(lint.line)} onClick={() => onShow(lint)}>{t.line(lint.line)}</button> : <small>{t.line(lint.line)}</small> : null}
      </div>
      {lint.fixable && onFix ? <Button aria-label={`${t.fix}: ${text.what}`} onPress={() => onFix(lint)}>{t.fix}</Button> : null}
    </li>
  );
}

const ORDER = { error: 0, warning: 1, hint: 2 } as const;

export function LintList({ lints, onFix, onShow }: { readonly lints: readonly Lint[]; readonly onFix: ((lint: Lint) => void) | null; readonly onShow?: (lint: Lint) => void }) {
  const { texts } = usePreferences();
  const t = texts.pipelines.lint;
  const sorted = [...lints].sort((a, b) => ORDER[a.severity] - ORDER[b.severity] || a.line - b.line);
  return (
    <section className={css['lints']} aria-label={t.title} data-testid="lints">
      <h2>{t.title}{lints.length > 0 ? <span className={css['soft']}> · {texts.pipelines.report.summary(count(lints, 'error'), count(lints, 'warning'), count(lints, 'hint'))}</span> : null}</h2>
      {lints.length === 0 ? <p className={css['soft']}>{t.none}</p> : <ul className={css['lintList']} tabIndex={0} aria-label={t.title}>{sorted.map((lint) => <LintRow key={lint.index} lint={lint} onFix={onFix} {...(onShow ? { onShow } : {})} />)}</ul>}
    </section>
  );
}

export function count(lints: readonly Lint[], severity: Lint['severity']): number {
  return lints.filter((lint) => lint.severity === severity).length;
}
