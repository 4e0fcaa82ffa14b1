// All pipelines with what flows through them now; a configuration dropped anywhere here is imported.
import { FileInput, Plus } from 'lucide-react';
import { useState, type DragEvent } from 'react';
import type { Pipeline } from '../../../preload/contract/pipelines.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { navigate } from '../../app/router.ts';
import { useTopic } from '../../data/hooks.ts';
import { Button } from '../../ui/kit.tsx';
import { Empty, ErrorCard, Skeleton, State } from '../../ui/show.tsx';
import ui from '../../ui/ui.module.css';
import { ImportDialog, readFile, type Imported } from './import-dialog.tsx';
import { NewDialog } from './new-dialog.tsx';
import { PipelineMenu } from './pipeline-menu.tsx';
import css from './pipelines.module.css';
import { countText, isOn, rateText, STATE_TONES } from './words.ts';

export function PipelinesScreen({ dialog }: { readonly dialog: 'new' | 'import' | null }) {
  const { texts } = usePreferences();
  const t = texts.pipelines;
  const topic = useTopic('pipelines.watch', {});
  const [dropped, setDropped] = useState<Imported | 'tooLarge' | null>(null);
  const [over, setOver] = useState(false);
  if (!topic.value) return topic.error ? <div className={css['page']}><ErrorCard error={topic.error} /></div> : <Skeleton rows={5} />;
  const back = (): void => { setDropped(null); navigate('/pipelines', 'replace'); };
  const open = (pipeline: Pipeline): void => navigate(`/pipelines/${pipeline.id}`, 'replace');
  const drop = (event: DragEvent): void => {
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (!file) return;
    event.preventDefault();
    void readFile(file).then((read) => { setDropped(read ?? 'tooLarge'); navigate('/pipelines/import'); });
  };
  const actions = <><Button look={topic.value.length === 0 ? 'primary' : 'plain'} onPress={() => navigate('/pipelines/new')}><Plus size={14} aria-hidden />{t.new}</Button><Button onPress={() => navigate('/pipelines/import')}><FileInput size={14} aria-hidden />{t.import}</Button></>;
  return (
    <div className={css['dropZone']} data-testid="drop-zone" data-over={over || undefined} onDragOver={(event) => { if (event.dataTransfer.types.includes('Files')) { event.preventDefault(); setOver(true); } }} onDragLeave={() => setOver(false)} onDrop={drop}>
      {over ? <p className={css['dropNote']} role="status">{t.dropNow}</p> : null}
      {topic.value.length === 0 ? <Empty title={t.empty} hint={t.emptyHint} drawing={<FlowDrawing />}><div className={css['buttons']}>{actions}</div><p className={css['soft']}>{t.dropHint}</p></Empty> : (
        <div className={css['page']}>
          <div className={css['bar']}><span className={css['soft']}>{t.dropHint}</span><span className={css['grow']}>{actions}</span></div>
          <PipelineTable pipelines={topic.value} />
        </div>
      )}
      {dialog === 'new' ? <NewDialog onClose={back} onDone={open} /> : null}
      {dialog === 'import' ? <ImportDialog first={dropped} onClose={back} onDone={open} /> : null}
    </div>
  );
}

function PipelineTable({ pipelines }: { readonly pipelines: readonly Pipeline[] }) {
  const { texts, format } = usePreferences();
  const t = texts.pipelines;
  const rate = (pipeline: Pipeline, value: number): string => (isOn(pipeline) ? t.perSecond(rateText(value, format)) : '–');
  return (
    <div className={css['panel']}>
      <table className={ui['table']}>
        <thead><tr><th>{t.columns.name}</th><th>{t.columns.state}</th><th className={ui['num']}>{t.columns.in}</th><th className={ui['num']}>{t.columns.out}</th><th className={ui['num']}>{t.columns.lag}</th><th className={css['apart']}>{t.columns.problems}</th><th>{t.columns.agent}</th><th><span className="sr-only">{t.columns.actions}</span></th></tr></thead>
        <tbody>
          {pipelines.map((pipeline) => (
            <tr key={pipeline.id} data-pipeline={pipeline.name} data-state={pipeline.state}>
              <td><a className={ui['textLink']} href={`#/pipelines/${pipeline.id}`}>{pipeline.name}</a>{pipeline.draft ? <span className={css['tag']}>{pipeline.deployedAt === null ? t.neverDeployed : t.changed}</span> : null}</td>
              <td><State tone={STATE_TONES[pipeline.state]} word={t.state[pipeline.state]} busy={pipeline.state === 'starting' || pipeline.state === 'draining'} /></td>
              <td className={ui['num']}>{rate(pipeline, pipeline.inRate)}</td><td className={ui['num']}>{rate(pipeline, pipeline.outRate)}</td>
              <td className={ui['num']}>{isOn(pipeline) ? countText(pipeline.lag, format) : '–'}</td>
              <td className={css['apart']}>{pipeline.problems > 0 ? <a className={ui['textLink']} href={`#/pipelines/${pipeline.id}/errors`}>{t.problemCount(pipeline.problems)}</a> : pipeline.state === 'failed' ? <a className={ui['textLink']} href={`#/pipelines/${pipeline.id}`}>{t.state.failed}</a> : t.problemCount(0)}</td>
              <td><code>{pipeline.agent ?? '–'}</code></td>
              <td className={ui['num']}><PipelineMenu pipeline={pipeline} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Source, vessel, sink. */
function FlowDrawing() {
  return (
    <svg width="200" height="72" viewBox="0 0 200 72" fill="none" stroke="var(--s7)" strokeWidth="1.5" aria-hidden>
      <rect x="4" y="22" width="48" height="28" rx="6" /><path d="M4 28v16" stroke="var(--accent)" strokeWidth="3" /><path d="M52 36h26m-6-4 6 4-6 4" stroke="var(--accent)" />
      <path d="M80 12v40a8 8 0 0 0 8 8h24a8 8 0 0 0 8-8V12" /><path d="M81 34h38v17a8 8 0 0 1-8 8H89a8 8 0 0 1-8-8z" fill="var(--accent-soft)" stroke="var(--accent)" />
      <path d="M120 36h26m-6-4 6 4-6 4" stroke="var(--accent)" /><rect x="148" y="22" width="48" height="28" rx="6" /><path d="M196 28v16" stroke="var(--accent)" strokeWidth="3" />
    </svg>
  );
}
