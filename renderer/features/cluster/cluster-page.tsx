// One cluster: its state and permissions above, its parts as tabs.
import { useState, type ReactNode } from 'react';
import type { Cluster } from '../../../preload/contract/cluster.ts';
import { useTexts } from '../../app/preferences.tsx';
import { VaultDialog } from '../../app/vault-dialog.tsx';
import { useCall, useTopic } from '../../data/hooks.ts';
import { Button, Switch } from '../../ui/kit.tsx';
import { Banner, Empty, ErrorCard, Skeleton, State } from '../../ui/show.tsx';
import css from './cluster.module.css';
import { ClusterMenu } from './cluster-menu.tsx';
import { ConsoleTab } from './console.tsx';
import { ElectionsTab } from './elections.tsx';
import { HealthTab } from './health.tsx';
import { SessionsTab } from './sessions.tsx';
import { clusterState, isOn } from './words.ts';
import { ZnodesTab } from './znodes.tsx';

const TABS = ['health', 'znodes', 'sessions', 'elections', 'console'] as const;
export type ClusterTab = (typeof TABS)[number];

export function isClusterTab(text: string | undefined): text is ClusterTab {
  return TABS.some((tab) => tab === text);
}

export function ClusterScreen({ id, tab }: { readonly id: string; readonly tab: ClusterTab }) {
  const texts = useTexts();
  const topic = useTopic('clusters.watch', {});
  const allow = useCall('clusters.allowChanges');
  const start = useCall('clusters.start');
  const connect = useCall('clusters.connect');
  if (!topic.value) return topic.error ? <div className={css['page']}><ErrorCard error={topic.error} /></div> : <Skeleton rows={6} />;
  const cluster = topic.value.find((candidate) => candidate.id === id);
  if (!cluster) return <Empty title={texts.cluster.notFound} />;
  const t = texts.cluster;
  const on = isOn(cluster) && cluster.own?.state !== 'failed';
  const state = clusterState(cluster, texts);
  const turnOn = (): void => void (cluster.own ? start.run({ id }) : connect.run({ id }));
  return (
    <div className={css['cluster']}>
      <div className={css['head']}>
        <nav className={css['tabList']} aria-label={t.tabs}>
          {TABS.map((name) => <a key={name} className={css['tab']} href={`#/cluster/${id}/${name}`} aria-current={tab === name ? 'page' : undefined}>{t.tab[name]}</a>)}
        </nav>
        <span className={css['headState']} data-testid="cluster-state" data-connection={cluster.connection.state}>
          <State tone={state.tone} word={state.word} />
          {cluster.connection.server ? <code title={cluster.connection.sessionId ?? ''}>{cluster.connection.server}</code> : null}
        </span>
        <span title={t.allowHint}><Switch selected={cluster.allowChanges} onChange={(value) => void allow.run({ id, allow: value })}>{t.allow}</Switch></span>
        {on ? null : <Button look="primary" onPress={turnOn}>{cluster.own ? t.own.on : t.connect}</Button>}
        <ClusterMenu cluster={cluster} />
      </div>
      <div className={css['notes']}><Trouble cluster={cluster} onRetry={turnOn} />{start.error ? <ErrorCard error={start.error} /> : null}</div>
      <div className={css['panelFill']} data-old={(on && tab === 'znodes' && cluster.connection.state === 'connecting') || undefined}>{partOf(cluster, tab)}</div>
    </div>
  );
}

function partOf(cluster: Cluster, tab: ClusterTab): ReactNode {
  if (tab === 'znodes') return <ZnodesTab cluster={cluster} />;
  if (tab === 'sessions') return <SessionsTab cluster={cluster} />;
  if (tab === 'elections') return <ElectionsTab cluster={cluster} />;
  if (tab === 'console') return <ConsoleTab cluster={cluster} />;
  return <HealthTab cluster={cluster} />;
}

/** What stands between the person and the cluster now, in words. */
function Trouble({ cluster, onRetry }: { readonly cluster: Cluster; readonly onRetry: () => void }) {
  const texts = useTexts();
  const t = texts.cluster;
  const [unlocking, setUnlocking] = useState(false);
  const { state } = cluster.connection;
  if (cluster.own?.state === 'failed' && cluster.own.error) return <ErrorCard error={cluster.own.error} onRetry={onRetry} />;
  if (!isOn(cluster)) return null;
  if (cluster.problem?.code === 'VAULT_LOCKED') return <><ErrorCard error={cluster.problem} actions={<Button onPress={() => setUnlocking(true)}>{texts.settings.lockVault}</Button>} />{unlocking ? <VaultDialog onClose={() => setUnlocking(false)} onOpen={() => { setUnlocking(false); onRetry(); }} /> : null}</>;
  if (cluster.problem && state !== 'connected') return <ErrorCard error={cluster.problem} onRetry={onRetry} />;
  if (state === 'expired') return <Banner title={t.banner.expired} text={t.banner.expiredText} />;
  if (state === 'connecting') return <Banner title={t.banner.connecting} text={t.banner.connectingText} />;
  return state === 'connectedReadOnly' ? <Banner title={t.banner.readOnlyServer} /> : null;
}
