// All syncs as a table, beside the trees where new ones are made.
import { ArrowRight, Plus } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { z } from 'zod';
import type { Sync, SyncState } from '../../../preload/contract/domain.ts';
import { usePreferences, useTexts } from '../../app/preferences.tsx';
import { navigate } from '../../app/router.ts';
import { useCall, useNow, useTopic } from '../../data/hooks.ts';
import { Dialog, MoreMenu } from '../../ui/dialog.tsx';
import { Button } from '../../ui/kit.tsx';
import { DragDrawing, Empty, ErrorCard, Path, Skeleton, State, type Tone } from '../../ui/show.tsx';
import ui from '../../ui/ui.module.css';
import { runTone } from '../runs/run-state.ts';
import { TreesScreen } from '../trees/trees.tsx';
import css from './syncs.module.css';

const TONES: Record<z.output<typeof SyncState>, Tone> = { idle: 'idle', previewing: 'info', ready: 'info', running: 'info', paused: 'idle', attention: 'warn' };

export function SyncStateView({ state }: { readonly state: z.output<typeof SyncState> }) {
  const texts = useTexts();
  return <State tone={TONES[state]} word={texts.syncs.state[state]} busy={state === 'running' || state === 'previewing'} paused={state === 'paused'} />;
}

export function SyncsScreen({ view }: { readonly view: 'list' | 'trees' }) {
  const texts = useTexts();
  const link = (to: 'list' | 'trees', text: string): ReactNode => <a className={css['tab']} href={to === 'list' ? '#/syncs' : '#/trees'} aria-current={view === to ? 'page' : undefined}>{text}</a>;
  return (
    <div className={css['tabs']}>
      <nav className={css['tabList']} aria-label={texts.syncs.title}>{link('list', texts.syncs.listTab)}{link('trees', texts.syncs.treesTab)}</nav>
      <div className={css['tabPanel']}>{view === 'trees' ? <div style={{ paddingTop: 10, height: '100%' }}><TreesScreen /></div> : <SyncTable />}</div>
    </div>
  );
}

function SyncTable() {
  const { texts, format } = usePreferences();
  const topic = useTopic('syncs.watch', {});
  const create = useCall('plans.create');
  const now = useNow();
  const [removing, setRemoving] = useState<Sync | null>(null);
  const syncs = topic.value;
  if (!syncs) return topic.error ? <div className={css['padded']}><ErrorCard error={topic.error} /></div> : <Skeleton rows={6} />;
  if (syncs.length === 0) return <Empty title={texts.syncs.empty} hint={texts.syncs.emptyHint} drawing={<DragDrawing />}><Button look="primary" onPress={() => navigate('/trees')}>{texts.syncs.openTrees}</Button></Empty>;
  const previewAll = async (): Promise<void> => { for (const sync of syncs) if (sync.state === 'idle' || sync.state === 'ready' || sync.state === 'attention') await create.run({ syncId: sync.id }); };
  const preview = async (sync: Sync): Promise<void> => { if (await create.run({ syncId: sync.id })) navigate(`/syncs/${sync.id}/plan`); };
  return (
    <div className={css['page']}>
      <div className={css['toolbar']}>
        <Button look="primary" onPress={() => navigate('/trees')}><Plus size={14} aria-hidden />{texts.syncs.new}</Button>
        <Button onPress={() => void previewAll()}>{texts.syncs.previewAll}</Button>
      </div>
      <div className={css['list']}>
        {create.error ? <div className={css['padded']}><ErrorCard error={create.error} /></div> : null}
        <table className={ui['table']}>
          <thead><tr><th>{texts.syncs.columns.name}</th><th>{texts.syncs.columns.route}</th><th>{texts.syncs.columns.state}</th><th>{texts.syncs.columns.lastRun}</th><th className={ui['num']}>{texts.syncs.columns.waiting}</th><th><span className="sr-only">{texts.syncs.columns.actions}</span></th></tr></thead>
          <tbody>
            {syncs.map((sync) => (
              <tr key={sync.id} data-sync={sync.name}>
                <td><a href={`#/syncs/${sync.id}/plan`}>{sync.name}</a></td>
                <td><Route sync={sync} /></td>
                <td><SyncStateView state={sync.state} /></td>
                <td>{sync.lastRun ? <a href={`#/runs/${sync.lastRun.id}`}><State tone={runTone(sync.lastRun.state)} word={sync.lastRun.endedAt === null ? texts.runs.state[sync.lastRun.state] : format.ago(sync.lastRun.endedAt, now)} /></a> : texts.common.never}</td>
                <td className={ui['num']}>{sync.planId && sync.state === 'ready' ? <Waiting planId={sync.planId} /> : '—'}</td>
                <td className={ui['num']}><MoreMenu label={texts.trees.actionsFor(sync.name)} entries={[{ id: 'preview', text: texts.syncs.preview, act: () => void preview(sync) }, { id: 'history', text: texts.sync.history, act: () => navigate(`/syncs/${sync.id}/history`) }, { id: 'settings', text: texts.sync.settings, act: () => navigate(`/syncs/${sync.id}/settings`) }, { id: 'remove', text: texts.sync.remove, act: () => setRemoving(sync) }]} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {removing ? <RemoveSync sync={removing} onClose={() => setRemoving(null)} /> : null}
    </div>
  );
}

export function Route({ sync }: { readonly sync: Sync }) {
  const texts = useTexts();
  const servers = useTopic('servers.watch', {}).value ?? [];
  const place = sync.source.place === 'local' ? '' : `${servers.find((server) => server.id === sync.source.place)?.name ?? sync.source.place}:`;
  return <span className={css['route']}><Path path={place + sync.source.path} /><ArrowRight size={14} role="img" aria-label={texts.syncs.to} /><Path path={sync.result} /></span>;
}

function Waiting({ planId }: { readonly planId: string }) {
  const texts = useTexts();
  const plan = useTopic('plans.watch', { id: planId }).value;
  if (!plan) return <>—</>;
  const { copy, update, attributes } = plan.counts;
  return <>{texts.syncs.waiting(copy + update + attributes + plan.counts.delete)}</>;
}

export function RemoveSync({ sync, onClose }: { readonly sync: Sync; readonly onClose: () => void }) {
  const texts = useTexts();
  const remove = useCall('syncs.remove');
  const go = async (): Promise<void> => { if (await remove.run({ id: sync.id })) { onClose(); navigate('/syncs'); } };
  return (
    <Dialog title={texts.syncs.removeTitle(sync.name)} onClose={onClose} actions={<><Button autoFocus onPress={onClose}>{texts.common.cancel}</Button><Button look="danger" isDisabled={remove.busy} onPress={() => void go()}>{texts.common.remove}</Button></>}>
      <p>{texts.syncs.removeBody}</p>
      {remove.error ? <ErrorCard error={remove.error} /> : null}
    </Dialog>
  );
}
