// Which screen a route shows, and the crumbs that lead to it.
import { lazy, Suspense, type ReactNode } from 'react';
import type { Messages } from '../../assets/locales/index.ts';
import { ActivityScreen } from '../features/activity/activity.tsx';
import { ClusterScreen, isClusterTab } from '../features/cluster/cluster-page.tsx';
import { ClustersScreen } from '../features/cluster/clusters.tsx';
import { HomeScreen } from '../features/home/home.tsx';
import { RunScreen } from '../features/runs/run-page.tsx';
import { ServersScreen } from '../features/servers/servers.tsx';
import { SettingsScreen } from '../features/settings/settings.tsx';
import { SyncScreen, type SyncTab } from '../features/syncs/sync-page.tsx';
import { SyncsScreen } from '../features/syncs/syncs.tsx';
import { Skeleton } from '../ui/show.tsx';

// the graph and what it needs are fetched when they are first looked at
const PipelinesScreen = lazy(() => import('../features/pipelines/pipelines.tsx').then((module) => ({ default: module.PipelinesScreen })));
const PipelineScreen = lazy(() => import('../features/pipelines/pipeline-page.tsx').then((module) => ({ default: module.PipelineScreen })));

export type Section = 'home' | 'syncs' | 'servers' | 'pipelines' | 'cluster' | 'activity' | 'settings';
export interface Crumb { readonly text: string; readonly to: string | null }

export function sectionOf(parts: readonly string[]): Section {
  const first = parts[0];
  if (first === 'syncs' || first === 'trees' || first === 'runs') return 'syncs';
  return first === 'servers' || first === 'pipelines' || first === 'cluster' || first === 'activity' || first === 'settings' ? first : 'home';
}

export function screenOf(parts: readonly string[]): ReactNode {
  const [first, id, tab] = parts;
  if (first === 'trees') return <SyncsScreen view="trees" />;
  if (first === 'syncs') return id ? <SyncScreen key={id} id={id} tab={tab === 'history' || tab === 'settings' ? tab : ('plan' satisfies SyncTab)} /> : <SyncsScreen view="list" />;
  if (first === 'runs' && id) return <RunScreen key={id} id={id} />;
  if (first === 'servers') return <ServersScreen id={id ?? null} />;
  if (first === 'pipelines') return <Suspense fallback={<Skeleton rows={6} />}>{id && !isDialog(id) ? <PipelineScreen key={id} id={id} /> : <PipelinesScreen dialog={id === 'new' || id === 'import' ? id : null} />}</Suspense>;
  if (first === 'cluster') return id && id !== 'new' && id !== 'wizard' ? <ClusterScreen key={id} id={id} tab={isClusterTab(tab) ? tab : 'health'} /> : <ClustersScreen dialog={id === 'new' || id === 'wizard' ? id : null} />;
  if (first === 'activity') return <ActivityScreen />;
  if (first === 'settings') return <SettingsScreen />;
  return <HomeScreen />;
}

function isDialog(id: string): boolean {
  return id === 'new' || id === 'wizard' || id === 'import';
}

/** `names` knows what ids are called. */
export function crumbsOf(parts: readonly string[], texts: Messages['screens'], names: (id: string) => string): readonly Crumb[] {
  const [first, id] = parts;
  const section = sectionOf(parts);
  const head: Crumb = { text: texts.nav[section], to: `/${section}` };
  if (first === 'trees') return [head, { text: texts.nav.trees, to: null }];
  if (first === 'runs') return [head, { text: id ? texts.runs.titleOf(names(id)) : texts.nav.run, to: null }];
  if (id && !isDialog(id)) return [head, { text: names(id), to: null }];
  return [{ ...head, to: null }];
}
