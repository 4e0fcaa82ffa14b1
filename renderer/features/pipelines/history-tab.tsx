// What became of the pipeline: deploys with what they changed, refusals with why, starts and stops.
import { useState } from 'react';
import type { HistoryEntry, Pipeline } from '../../../preload/contract/pipelines.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { useQuery } from '../../data/hooks.ts';
import { Button } from '../../ui/kit.tsx';
import { announce } from '../../ui/live.ts';
import { Empty, ErrorCard, Skeleton, State, type Tone } from '../../ui/show.tsx';
import { ChangeTable } from './deploy-dialog.tsx';
import type { DraftModel } from './draft-model.ts';
import css from './pipelines.module.css';
import { TextDiff } from './text-diff.tsx';

const TONES: Record<HistoryEntry['kind'], Tone> = { deployed: 'ok', refused: 'warn', started: 'ok', stopped: 'idle', failed: 'bad', imported: 'info' };

export function HistoryTab({ pipeline, draft }: { readonly pipeline: Pipeline; readonly draft: DraftModel }) {
  const { texts, format } = usePreferences();
  const t = texts.pipelines.history;
  const asked = useQuery('pipelines.history', { id: pipeline.id }, `${pipeline.state} ${pipeline.deployedAt ?? 0}`);
  const [open, setOpen] = useState<string | null>(null);
  if (!asked.value) return asked.error ? <div className={css['page']}><ErrorCard error={asked.error} onRetry={asked.again} /></div> : <Skeleton rows={5} />;
  const entries = asked.value;
  if (entries.length === 0) return <Empty title={t.none} />;
  const before = (index: number): string => entries.slice(index + 1).find((entry) => entry.kind === 'deployed')?.text ?? '';
  return (
    <div className={css['page']}>
      <ol className={css['panel']} data-testid="history">
        {entries.map((entry, index) => (
          <li key={entry.id} className={css['entry']} data-kind={entry.kind}>
            <div className={css['bar']}>
              <time dateTime={new Date(entry.at).toISOString()}>{format.dateTime(entry.at)}</time>
              <State tone={TONES[entry.kind]} word={t.kind[entry.kind]} />
              {entry.text === null ? null : (
                <span className={css['grow']}>
                  <Button look="quiet" aria-expanded={open === entry.id} onPress={() => setOpen(open === entry.id ? null : entry.id)}>{t.diff}</Button>
                  <Button look="quiet" isDisabled={entry.text === draft.text} onPress={() => { draft.replaceText(entry.text ?? ''); announce(t.used); }}>{t.use}</Button>
                </span>
              )}
            </div>
            {entry.error ? <ErrorCard error={entry.error} /> : null}
            {open === entry.id ? <>{entry.changes.length > 0 ? <ChangeTable changes={entry.changes} /> : <p className={css['soft']}>{t.nothing}</p>}{entry.text === null ? null : <TextDiff before={before(index)} after={entry.text} label={t.diff} />}</> : null}
          </li>
        ))}
      </ol>
    </div>
  );
}
