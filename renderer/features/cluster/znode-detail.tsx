// The chosen znode: its name and marks, what can be done with it, and its views as tabs.
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Cluster, ZnodeDetail } from '../../../preload/contract/cluster.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { useQuery } from '../../data/hooks.ts';
import { MoreMenu } from '../../ui/dialog.tsx';
import { Button } from '../../ui/kit.tsx';
import { Empty, ErrorCard, Skeleton } from '../../ui/show.tsx';
import { AclTab } from './acl-tab.tsx';
import css from './cluster.module.css';
import { DataTab } from './data-tab.tsx';
import { StatTab } from './stat-tab.tsx';
import { VersionsTab } from './versions-tab.tsx';
import { WatchTab } from './watch-tab.tsx';
import { cliLines, nameOfPath } from './words.ts';
import type { ZnodeAsk } from './znode-dialogs.tsx';
import { MarkIcon } from './znode-tree.tsx';

const TABS = ['data', 'stat', 'acl', 'watches', 'versions'] as const;
type Tab = (typeof TABS)[number];
/** The view last chosen goes along from znode to znode. */
const last: { tab: Tab } = { tab: 'data' };

interface ZnodeDetailProps {
  readonly cluster: Cluster;
  readonly path: string;
  /** Read again when it grows. */
  readonly turn: number;
  readonly gone: boolean;
  readonly onAsk: (ask: ZnodeAsk) => void;
}

export function ZnodeDetailView({ cluster, path, turn, gone, onAsk }: ZnodeDetailProps) {
  const { texts } = usePreferences();
  const t = texts.cluster.znodes;
  const [tab, setTabState] = useState<Tab>(last.tab);
  const setTab = (next: Tab): void => { Object.assign(last, { tab: next }); setTabState(next); };
  const asked = useQuery('znodes.read', { id: cluster.id, path }, turn);
  const detail = asked.value;
  const missing = gone || (asked.error?.code === 'COORD_KEEPER' && asked.error.params['error'] === 'NoNode');
  if (missing) return <section className={css['detail']} aria-label={path}><Empty title={t.gone} hint={t.goneHint} /></section>;
  return (
    <section className={css['detail']} aria-label={path} data-testid="znode" data-path={path} data-version={detail?.stat.version}>
      <header className={css['detailHead']}>
        <h2 title={path}><MarkIcon stat={detail?.stat ?? null} /><span>{nameOfPath(path)}</span></h2>
        {detail ? <Marks detail={detail} /> : null}
        <span className={css['grow']}>
          <Button onPress={() => onAsk({ kind: 'create', path })}><Plus size={14} aria-hidden />{t.create}</Button>
          <Button look="danger" isDisabled={path === '/' || !detail} onPress={() => { if (detail) onAsk(detail.stat.children > 0 ? { kind: 'deleteTree', path } : { kind: 'delete', path, version: detail.stat.version }); }}><Trash2 size={14} aria-hidden />{detail && detail.stat.children > 0 ? t.deleteTree : t.delete}</Button>
          <MoreMenu label={t.more} entries={[
            { id: 'line', text: t.copyLine, act: () => void navigator.clipboard.writeText(cliLines.get(path)) },
            { id: 'path', text: t.copyPath, act: () => void navigator.clipboard.writeText(path) },
            { id: 'export', text: t.export, act: () => onAsk({ kind: 'export', path }) },
            { id: 'import', text: t.import, act: () => onAsk({ kind: 'import', path }) },
          ]} />
        </span>
      </header>
      <div className={css['subTabs']} role="tablist" aria-label={t.tabsLabel} onKeyDown={(event) => {
        const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
        if (step === 0) return;
        event.preventDefault();
        setTab(TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length] ?? 'data');
        requestAnimationFrame(() => document.querySelector<HTMLElement>('[role=tab][aria-selected=true]')?.focus());
      }}>
        {TABS.map((name) => <button key={name} id={`tab-${name}`} type="button" role="tab" aria-selected={tab === name} aria-controls="znode-view" tabIndex={tab === name ? 0 : -1} className={css['subTab']} onClick={() => setTab(name)}>{t.tabs[name]}</button>)}
      </div>
      <div id="znode-view" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={tab === 'data' ? -1 : 0} className={css['view']}>
        {asked.error && !detail ? <ErrorCard error={asked.error} onRetry={asked.again} /> : null}
        {!detail && !asked.error ? <Skeleton rows={4} /> : null}
        {detail ? <View cluster={cluster} tab={tab} detail={detail} onSaved={asked.again} /> : null}
      </div>
    </section>
  );
}

function View({ cluster, tab, detail, onSaved }: { readonly cluster: Cluster; readonly tab: Tab; readonly detail: ZnodeDetail; readonly onSaved: () => void }) {
  if (tab === 'stat') return <StatTab detail={detail} />;
  if (tab === 'acl') return <AclTab cluster={cluster} detail={detail} onSaved={onSaved} />;
  if (tab === 'watches') return <WatchTab cluster={cluster} path={detail.path} />;
  if (tab === 'versions') return <VersionsTab cluster={cluster} detail={detail} onSaved={onSaved} />;
  return <DataTab cluster={cluster} detail={detail} onSaved={onSaved} />;
}

function Marks({ detail }: { readonly detail: ZnodeDetail }) {
  const { texts, format } = usePreferences();
  const t = texts.cluster.znodes;
  const { stat } = detail;
  return (
    <span className={css['marks-line']}>
      <span className={css['mark-word']} title={t.markHint[stat.mark]}>{t.mark[stat.mark]}</span>
      {stat.sequential ? <span className={css['mark-word']}>{t.sequential}</span> : null}
      <span className={css['soft']}>{t.version(stat.version)} · {format.bytes(stat.size)} · {t.children(stat.children)}</span>
    </span>
  );
}
