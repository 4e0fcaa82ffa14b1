// Home in three bands: what needs a person, what runs now, and how the last seven days went.
import { CheckCircle2 } from 'lucide-react';
import type { Cluster } from '../../../preload/contract/cluster.ts';
import type { Run, RunState, Sync } from '../../../preload/contract/domain.ts';
import type { Pipeline } from '../../../preload/contract/pipelines.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { navigate } from '../../app/router.ts';
import { useCall, useNow, useQuery, useTopic } from '../../data/hooks.ts';
import { Button } from '../../ui/kit.tsx';
import { DragDrawing, Empty, Skeleton, State, Water } from '../../ui/show.tsx';
import { ActivityIcon, ActivityText } from '../activity/activity.tsx';
import { clusterState, isOn, quorumTone, quorumWord } from '../cluster/words.ts';
import { isOn as pipelineOn, rateText, STATE_TONES } from '../pipelines/words.ts';
import { runTone, worst } from '../runs/run-state.ts';
import { Route, SyncStateView } from '../syncs/syncs.tsx';
import css from './home.module.css';

const DAY_MS = 86_400_000;
const MARKS: Record<RunState, string> = { done: '✓', running: '…', paused: '…', stopping: '…', stopped: '–', partial: '!', interrupted: '×', failed: '×' };

export function HomeScreen() {
  const { texts, format } = usePreferences();
  const syncs = useTopic('syncs.watch', {}).value;
  const activity = useTopic('activity.watch', {}).value ?? [];
  const active = useTopic('runs.active', {}).value ?? [];
  const clusters = (useTopic('clusters.watch', {}).value ?? []).filter(isOn);
  const pipelines = (useTopic('pipelines.watch', {}).value ?? []).filter(pipelineOn);
  const seen = useCall('activity.seen');
  const past = useQuery('runs.list', { syncId: null, offset: 0, limit: 200 }, active.map((run) => run.id + run.state).join());
  const now = useNow();
  const needs = activity.filter((item) => item.problem && !item.seen).sort((a, b) => b.at - a.at);
  if (!syncs) return <Skeleton rows={6} />;
  if (syncs.length === 0 && needs.length === 0 && clusters.length === 0 && pipelines.length === 0) return <Empty title={texts.home.empty} hint={texts.home.emptyHint} drawing={<DragDrawing />}><Button look="primary" onPress={() => navigate('/trees')}>{texts.home.emptyAction}</Button></Empty>;
  return (
    <div className={css['page']}>
      <section className={css['band']} aria-labelledby="home-needs">
        <h2 id="home-needs">{texts.home.needsYou}</h2>
        <div className={css['panel']}>
          {needs.length === 0 ? <p className={css['calm']}><CheckCircle2 size={14} aria-hidden />{texts.home.calm}</p> : needs.slice(0, 20).map((item) => (
            <div key={item.id} className={css['need']}><ActivityIcon item={item} /><span><ActivityText item={item} /></span><time dateTime={new Date(item.at).toISOString()}>{format.ago(item.at, now)}</time><Button look="quiet" onPress={() => void seen.run({ ids: [item.id] })}>{texts.home.markSeen}</Button></div>
          ))}
        </div>
      </section>
      <section className={css['band']} aria-labelledby="home-now">
        <h2 id="home-now">{texts.home.now}</h2>
        <div className={css['panel']}>{active.length + clusters.length + pipelines.length === 0 ? <p className={css['calm']}>{texts.home.quiet}</p> : null}{active.map((run) => <NowRun key={run.id} run={run} />)}{pipelines.map((pipeline) => <NowPipeline key={pipeline.id} pipeline={pipeline} />)}{clusters.map((cluster) => <NowCluster key={cluster.id} cluster={cluster} />)}</div>
      </section>
      <section className={css['band']} aria-labelledby="home-last">
        <h2 id="home-last">{texts.home.last}</h2>
        <div className={css['panel']}>{syncs.map((sync) => <LastRow key={sync.id} sync={sync} runs={(past.value?.runs ?? []).filter((run) => run.syncId === sync.id)} />)}</div>
      </section>
    </div>
  );
}

function NowRun({ run }: { readonly run: Run }) {
  const { texts, format } = usePreferences();
  const { progress } = run;
  return (
    <div className={css['run']}>
      <a href={`#/runs/${run.id}`}>{run.syncName}</a>
      <span className={css['figures']}><State tone={runTone(run.state)} word={texts.runs.state[run.state]} busy={run.state === 'running'} paused={run.state === 'paused'} /> · {texts.runs.of(format.bytes(progress.bytesDone), format.bytes(progress.bytesTotal))} · {format.rate(progress.rate)}{progress.etaMs === null ? '' : ` · ${texts.runs.eta} ${format.duration(progress.etaMs)}`}</span>
      <Water value={progress.bytesTotal > 0 ? progress.bytesDone / progress.bytesTotal : null} label={`${texts.runs.progress}: ${run.syncName}`} />
    </div>
  );
}

function NowPipeline({ pipeline }: { readonly pipeline: Pipeline }) {
  const { texts, format } = usePreferences();
  const t = texts.pipelines;
  const rate = (value: number): string => t.perSecond(rateText(value, format));
  return (
    <div className={css['cluster']}>
      <a href={`#/pipelines/${pipeline.id}`}>{pipeline.name}</a>
      <span className={css['figures']}><State tone={STATE_TONES[pipeline.state]} word={t.state[pipeline.state]} /> · {t.home.rate(rate(pipeline.inRate), rate(pipeline.outRate))}{pipeline.lag > 0 ? ` · ${t.waiting(pipeline.lag)}` : ''}</span>
    </div>
  );
}

function NowCluster({ cluster }: { readonly cluster: Cluster }) {
  const { texts } = usePreferences();
  const state = clusterState(cluster, texts);
  return (
    <div className={css['cluster']}>
      <a href={`#/cluster/${cluster.id}`}>{cluster.name}</a>
      <span className={css['figures']}><State tone={state.tone} word={state.word} />{cluster.quorum.state === 'single' || cluster.quorum.state === 'unknown' ? null : <> · <State tone={quorumTone(cluster.quorum)} word={quorumWord(cluster.quorum, texts)} /></>}</span>
    </div>
  );
}

function LastRow({ sync, runs }: { readonly sync: Sync; readonly runs: readonly Run[] }) {
  const { texts, format } = usePreferences();
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  const days = Array.from({ length: 7 }, (_, index) => {
    const from = midnight.getTime() - (6 - index) * DAY_MS;
    const ofDay = runs.filter((run) => run.startedAt >= from && run.startedAt < from + DAY_MS);
    return { from, count: ofDay.length, state: worst(ofDay.map((run) => run.state)) };
  });
  return (
    <div className={css['last']}>
      <a href={`#/syncs/${sync.id}/plan`}>{sync.name}</a>
      <Route sync={sync} />
      <div className={css['strip']} role="img" aria-label={texts.home.strip(sync.name)}>
        {days.map((day) => <span key={day.from} className={css['day']} data-tone={day.state ? runTone(day.state) : undefined} title={day.state ? texts.home.dayRuns(format.day(day.from), day.count, texts.runs.state[day.state]) : `${format.day(day.from)}: ${texts.home.noRuns}`}>{day.state ? MARKS[day.state] : ''}</span>)}
      </div>
      <SyncStateView state={sync.state} />
    </div>
  );
}
