// What happened, newest first; each line leads to its object.
import { useState } from 'react';
import type { z } from 'zod';
import type { Activity } from '../../../preload/contract/domain.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { useCall, useTopic } from '../../data/hooks.ts';
import { Button, Chip } from '../../ui/kit.tsx';
import { Empty, ErrorCard, Rich, Skeleton, State, useErrorText, type Tone } from '../../ui/show.tsx';
import ui from '../../ui/ui.module.css';
import css from '../syncs/syncs.module.css';

export type ActivityItem = z.output<typeof Activity>;
const TONES: Record<ActivityItem['kind'], Tone> = { runDone: 'ok', runPartial: 'warn', runFailed: 'bad', runStopped: 'idle', runInterrupted: 'bad', serverAdded: 'info', hostKeyChanged: 'bad', syncCreated: 'info', engineRestarted: 'warn', storeRestored: 'warn', clusterAdded: 'info', nodeStarted: 'ok', nodeStopped: 'idle', nodeFailed: 'bad', leaderElected: 'info', quorumLost: 'bad', quorumBack: 'ok', pipelineCreated: 'info', pipelineDeployed: 'ok', pipelineFailed: 'bad' };

export function ActivityText({ item }: { readonly item: ActivityItem }) {
  const { texts } = usePreferences();
  const errorText = useErrorText();
  const words = <Rich text={texts.activity.kind[item.kind](item.params)} />;
  return <>{item.link ? <a className={ui['textLink']} href={`#${item.link}`}>{words}</a> : words}{item.error ? <>: {errorText(item.error).title}</> : null}</>;
}

export function ActivityIcon({ item }: { readonly item: ActivityItem }) {
  return <State tone={TONES[item.kind]} word="" />;
}

export function ActivityScreen() {
  const { texts, format } = usePreferences();
  const topic = useTopic('activity.watch', {});
  const seen = useCall('activity.seen');
  const [only, setOnly] = useState(false);
  if (!topic.value) return topic.error ? <ErrorCard error={topic.error} /> : <Skeleton rows={8} />;
  const items = [...topic.value].sort((a, b) => b.at - a.at);
  const problems = items.filter((item) => item.problem);
  const unseen = problems.filter((item) => !item.seen);
  const shown = only ? problems : items;
  if (items.length === 0) return <Empty title={texts.activity.empty} />;
  return (
    <div className={css['page']}>
      <div className={css['toolbar']}>
        <Chip label={texts.activity.all} count={format.number(items.length)} selected={!only} onPress={() => setOnly(false)} />
        <Chip label={texts.activity.problems} count={format.number(problems.length)} selected={only} onPress={() => setOnly(true)} />
        <span className={css['spacer']} />
        {unseen.length > 0 ? <Button onPress={() => void seen.run({ ids: unseen.map((item) => item.id) })}>{texts.home.markAllSeen}</Button> : null}
      </div>
      <div className={css['list']}>
        <table className={ui['table']}>
          <thead><tr><th>{texts.activity.columns.when}</th><th>{texts.activity.columns.what}</th></tr></thead>
          <tbody>{shown.map((item) => <tr key={item.id}><td style={{ width: 170, whiteSpace: 'nowrap' }}>{format.stamp(item.at)}</td><td><ActivityIcon item={item} /> <ActivityText item={item} /></td></tr>)}</tbody>
        </table>
      </div>
    </div>
  );
}
