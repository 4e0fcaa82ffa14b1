// One sync: its plan, its history, its settings.
import { useState } from 'react';
import type { Sync, SyncOptions } from '../../../preload/contract/domain.ts';
import { useTexts } from '../../app/preferences.tsx';
import { useCall, useQuery, useTopic } from '../../data/hooks.ts';
import { Button, Field, Radios, Switch } from '../../ui/kit.tsx';
import { announce } from '../../ui/live.ts';
import { CopyButton, Empty, ErrorCard, Skeleton } from '../../ui/show.tsx';
import { PlanTab } from '../plan/plan.tsx';
import { RunList } from '../runs/run-list.tsx';
import { OptionSwitches } from '../trees/compose.tsx';
import css from './syncs.module.css';
import { RemoveSync } from './syncs.tsx';

export type SyncTab = 'plan' | 'history' | 'settings';

export function SyncScreen({ id, tab }: { readonly id: string; readonly tab: SyncTab }) {
  const texts = useTexts();
  const syncs = useTopic('syncs.watch', {});
  if (!syncs.value) return syncs.error ? <div className={css['padded']}><ErrorCard error={syncs.error} /></div> : <Skeleton rows={6} />;
  const sync = syncs.value.find((candidate) => candidate.id === id);
  if (!sync) return <Empty title={texts.sync.notFound} />;
  return (
    <div className={css['tabs']}>
      <nav className={css['tabList']} aria-label={texts.sync.tabs}>
        {(['plan', 'history', 'settings'] as const).map((name) => <a key={name} className={css['tab']} href={`#/syncs/${id}/${name}`} aria-current={tab === name ? 'page' : undefined}>{texts.sync[name]}</a>)}
      </nav>
      <div className={css['tabPanel']}>{tab === 'plan' ? <PlanTab sync={sync} /> : tab === 'history' ? <RunList syncId={id} /> : <SyncSettings key={id} sync={sync} />}</div>
    </div>
  );
}

function SyncSettings({ sync }: { readonly sync: Sync }) {
  const texts = useTexts();
  const [name, setName] = useState(sync.name);
  const [options, setOptions] = useState<SyncOptions>(sync.options);
  const [removing, setRemoving] = useState(false);
  const change = useCall('syncs.change');
  const command = useQuery('syncs.command', { id: sync.id }, sync);
  const save = async (): Promise<void> => { if (await change.run({ id: sync.id, name, options })) announce(texts.sync.saved); };
  const folder = sync.source.name || sync.source.path;
  return (
    <div className={css['settings']}>
      <form className={css['section']} onSubmit={(event) => { event.preventDefault(); void save(); }}>
        <Field label={texts.compose.name} value={name} onChange={setName} />
        <Radios label={texts.compose.layout} value={options.layout} options={[['inside', texts.compose.inside(folder, sync.target.name || sync.target.path)], ['contents', texts.compose.contents(folder, sync.target.name || sync.target.path)]]} onChange={(layout) => setOptions({ ...options, layout })} />
        <Switch selected={options.delete} onChange={(value) => setOptions({ ...options, delete: value })}>{texts.compose.delete}</Switch>
        <OptionSwitches options={options} onChange={setOptions} />
        {change.error ? <ErrorCard error={change.error} /> : null}
        <div className={css['actions']}><Button look="primary" type="submit" isDisabled={name === '' || change.busy}>{texts.common.save}</Button><span>{texts.sync.changedOptions}</span></div>
      </form>
      <section className={css['section']}>
        <h2>{texts.sync.command}</h2>
        {command.value ? <><pre className={css['command']} tabIndex={0}>{command.value.text}</pre><div><CopyButton text={command.value.text} label={texts.sync.copyCommand} /></div></> : command.error ? <ErrorCard error={command.error} /> : <Skeleton rows={1} />}
      </section>
      <section className={css['section']}><h2>{texts.sync.danger}</h2><div><Button look="danger" onPress={() => setRemoving(true)}>{texts.sync.remove}</Button></div></section>
      {removing ? <RemoveSync sync={sync} onClose={() => setRemoving(false)} /> : null}
    </div>
  );
}
