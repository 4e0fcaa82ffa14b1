// One pipeline: its state, draft and running side by side in words, its parts as tabs.
import { Play, Redo2, Square, Undo2, UploadCloud } from 'lucide-react';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { ERRORS } from '../../../preload/contract/errors.ts';
import type { Pipeline } from '../../../preload/contract/pipelines.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { useRoute } from '../../app/router.ts';
import { keyLabel, useShortcut } from '../../app/shortcuts.ts';
import { useBackend, useBackendState, useCall, useTopic } from '../../data/hooks.ts';
import { Button, IconButton } from '../../ui/kit.tsx';
import { CopyButton, Empty, ErrorCard, Skeleton, State } from '../../ui/show.tsx';
import { DeployDialog } from './deploy-dialog.tsx';
import { DraftModel } from './draft-model.ts';
import { ErrorsTab } from './errors-tab.tsx';
import { GraphTab } from './graph-tab.tsx';
import { HistoryTab } from './history-tab.tsx';
import { MetricsTab } from './metrics-tab.tsx';
import { PipelineMenu } from './pipeline-menu.tsx';
import css from './pipelines.module.css';
import { TextTab } from './text-tab.tsx';
import { isOn, STATE_TONES } from './words.ts';

const TABS = ['graph', 'text', 'metrics', 'errors', 'history'] as const;
type Tab = (typeof TABS)[number];

/** The drafts of this window: what can be undone stays while one looks at something else. */
const drafts = new Map<string, DraftModel>();

export function PipelineScreen({ id }: { readonly id: string }) {
  const { texts } = usePreferences();
  const topic = useTopic('pipelines.watch', {});
  const backend = useBackend();
  const draft = useMemo(() => {
    const found = drafts.get(id) ?? new DraftModel(id, () => backend.ready());
    drafts.set(id, found);
    return found;
  }, [id, backend]);
  if (!topic.value) return topic.error ? <div className={css['page']}><ErrorCard error={topic.error} /></div> : <Skeleton rows={6} />;
  const pipeline = topic.value.find((candidate) => candidate.id === id);
  if (!pipeline) return <Empty title={texts.pipelines.notFound} />;
  return <Page pipeline={pipeline} draft={draft} />;
}

function Page({ pipeline, draft }: { readonly pipeline: Pipeline; readonly draft: DraftModel }) {
  const { texts } = usePreferences();
  useSyncExternalStore(draft.subscribe, draft.version);
  const t = texts.pipelines;
  const connected = useBackendState() === 'open';
  useEffect(() => { if (connected) void draft.sync(); }, [connected, draft]);
  const [, , tabName, line] = useRoute();
  const tab: Tab = TABS.find((name) => name === tabName) ?? 'graph';
  const start = useCall('pipelines.start');
  const stop = useCall('pipelines.stop');
  const [deploying, setDeploying] = useState(false);
  const on = isOn(pipeline);
  const { id } = pipeline;
  const deploy = async (): Promise<void> => { if (await draft.flush()) setDeploying(true); };
  useShortcut('mod+enter', () => void deploy(), !deploying);
  useShortcut('mod+z', () => draft.undo(), tab !== 'text');
  useShortcut('mod+shift+z', () => draft.redo(), tab !== 'text');
  return (
    <div className={css['pipeline']}>
      <div className={css['head']}>
        <nav className={css['tabList']} aria-label={t.parts}>
          {TABS.map((name) => <a key={name} className={css['tab']} href={`#/pipelines/${id}/${name}`} aria-current={tab === name ? 'page' : undefined}>{t.tab[name]}{name === 'errors' && pipeline.problems > 0 ? <span className={css['tabCount']}>{pipeline.problems}</span> : null}</a>)}
        </nav>
        <span className={css['headState']} data-testid="pipeline-state" data-state={pipeline.state} data-draft={pipeline.draft || undefined} data-saving={draft.saving}>
          <State tone={STATE_TONES[pipeline.state]} word={t.state[pipeline.state]} busy={pipeline.state === 'starting' || pipeline.state === 'draining'} />
          <span className={css['soft']}>{draft.saving === 'failed' ? t.saveState.failed : pipeline.draft ? (pipeline.deployedAt === null ? t.neverDeployed : t.changed) : ''}</span>
        </span>
        <IconButton label={`${t.undo} (${keyLabel('mod+z')})`} isDisabled={!draft.canUndo} onPress={() => draft.undo()}><Undo2 size={14} aria-hidden /></IconButton>
        <IconButton label={`${t.redo} (${keyLabel('mod+shift+z')})`} isDisabled={!draft.canRedo} onPress={() => draft.redo()}><Redo2 size={14} aria-hidden /></IconButton>
        {on ? <Button isDisabled={stop.busy || pipeline.state === 'draining'} onPress={() => void stop.run({ id })}><Square size={12} aria-hidden />{t.stop}</Button> : <Button isDisabled={pipeline.deployedAt === null || start.busy} onPress={() => void start.run({ id })}><Play size={12} aria-hidden />{t.start}</Button>}
        <Button look={pipeline.draft ? 'primary' : 'plain'} onPress={() => void deploy()}><UploadCloud size={14} aria-hidden />{t.deploy.act}</Button>
        <PipelineMenu pipeline={pipeline} />
      </div>
      <div className={css['notes']}>
        {pipeline.error ? <ErrorCard error={pipeline.error} {...(pipeline.state === 'failed' ? { onRetry: () => void start.run({ id }) } : {})} /> : null}
        {start.error ? <ErrorCard error={start.error} /> : null}
        {stop.error ? <ErrorCard error={stop.error} /> : null}
        {draft.error ? <ErrorCard error={draft.error} actions={draft.error.code === 'PIPELINE_CHANGED' ? <><CopyButton text={draft.text} label={t.text.copy} /><Button onPress={() => void draft.load()}>{t.newest}</Button></> : <>{ERRORS[draft.error.code].retry ? <Button onPress={() => void draft.refreshDeployed()}>{texts.common.retry}</Button> : null}<Button look="quiet" onPress={() => draft.dismiss()}>{texts.common.dismiss}</Button></>} /> : null}
      </div>
      <div className={css['panelFill']}>{draft.step === null || draft.examined === null ? (draft.error ? null : <Skeleton rows={6} />) : <Part pipeline={pipeline} draft={draft} tab={tab} line={Number(line ?? 0) || 0} />}</div>
      {deploying ? <DeployDialog pipeline={pipeline} draft={draft} onClose={() => setDeploying(false)} onDone={() => { setDeploying(false); void draft.refreshDeployed(); }} /> : null}
    </div>
  );
}

function Part({ pipeline, draft, tab, line }: { readonly pipeline: Pipeline; readonly draft: DraftModel; readonly tab: Tab; readonly line: number }) {
  if (tab === 'text') return <TextTab key={line} pipeline={pipeline} draft={draft} line={line} />;
  if (tab === 'metrics') return <MetricsTab pipeline={pipeline} />;
  if (tab === 'errors') return <ErrorsTab pipeline={pipeline} />;
  if (tab === 'history') return <HistoryTab pipeline={pipeline} draft={draft} />;
  return <GraphTab pipeline={pipeline} draft={draft} />;
}
