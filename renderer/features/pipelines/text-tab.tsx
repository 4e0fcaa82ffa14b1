// The configuration as text, with the problems beside it; the graph and it are the same thing.
import { useState } from 'react';
import type { Lint, Pipeline } from '../../../preload/contract/pipelines.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { Choice } from '../../ui/kit.tsx';
import { CopyButton } from '../../ui/show.tsx';
import type { DraftModel } from './draft-model.ts';
import { lintText } from './lint-texts.ts';
import { LintList } from './lints.tsx';
import css from './pipelines.module.css';
import { TextEditor } from './text-editor.tsx';

export function TextTab({ pipeline, draft, line }: { readonly pipeline: Pipeline; readonly draft: DraftModel; readonly line: number }) {
  const { texts, locale } = usePreferences();
  const t = texts.pipelines;
  const lints = draft.examined?.lints ?? [];
  const agents = draft.examined?.agents ?? [];
  const [goTo, setGoTo] = useState<{ line: number; turn: number } | null>(line > 0 ? { line, turn: 0 } : null);
  const show = (lint: Lint): void => setGoTo({ line: lint.line, turn: (goTo?.turn ?? 0) + 1 });
  return (
    <div className={css['textTab']}>
      <div className={css['textSide']}>
        <div className={css['bar']}>
          {agents.length > 1 ? <Choice label={t.text.agent} value={draft.agent ?? ''} options={agents.map(({ name }) => [name, name] as const)} onChange={(agent) => draft.chooseAgent(agent)} /> : <span className={css['soft']}>{t.text.agent}: <b>{draft.agent ?? '–'}</b></span>}
          <span className={css['soft']}>{t.text.lines(draft.text.split('\n').length)} · {t.text.hint}</span>
          <span className={css['grow']}><CopyButton text={draft.text} label={t.text.copy} /></span>
        </div>
        <TextEditor label={t.text.label(pipeline.name)} value={draft.text} marks={lints.filter(({ line: at }) => at > 0).map((lint) => ({ line: lint.line, severity: lint.severity, text: lintText(lint, locale).what }))} goTo={goTo} onChange={(text) => draft.type(text)} />
      </div>
      <div className={css['textLints']}><LintList lints={lints} onFix={(lint) => void draft.fix(lint.index, lint.code)} onShow={show} /></div>
    </div>
  );
}
