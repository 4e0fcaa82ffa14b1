// Runs in the past, newest first, of one sync or of all.
import { useState } from 'react';
import { usePreferences } from '../../app/preferences.tsx';
import { useQuery, useTopic } from '../../data/hooks.ts';
import { Button } from '../../ui/kit.tsx';
import { Empty, ErrorCard, Skeleton, State } from '../../ui/show.tsx';
import ui from '../../ui/ui.module.css';
import { runTone } from './run-state.ts';

const PAGE = 50;

export function RunList({ syncId }: { readonly syncId: string | null }) {
  const { texts, format } = usePreferences();
  const [limit, setLimit] = useState(PAGE);
  const active = useTopic('runs.active', {}).value ?? [];
  const asked = useQuery('runs.list', { syncId, offset: 0, limit: Math.min(200, limit) }, active.map((run) => `${run.id}${run.state}`).join());
  if (asked.error) return <ErrorCard error={asked.error} onRetry={asked.again} />;
  if (!asked.value) return <Skeleton rows={5} />;
  if (asked.value.runs.length === 0) return <Empty title={texts.runs.empty} hint={texts.runs.emptyHint} />;
  return (
    <>
      <table className={ui['table']}>
        <thead><tr>{syncId === null ? <th>{texts.common.name}</th> : null}<th>{texts.runs.columns.started}</th><th>{texts.runs.columns.state}</th><th className={ui['num']}>{texts.runs.columns.took}</th><th className={ui['num']}>{texts.runs.columns.done}</th><th className={ui['num']}>{texts.runs.columns.bytes}</th><th className={ui['num']}>{texts.runs.columns.problems}</th></tr></thead>
        <tbody>
          {asked.value.runs.map((run) => {
            const report = run.report;
            return (
              <tr key={run.id}>
                {syncId === null ? <td>{run.syncName}</td> : null}
                <td><a href={`#/runs/${run.id}`}>{format.stamp(run.startedAt)}</a></td>
                <td><State tone={runTone(run.state)} word={texts.runs.state[run.state]} /></td>
                <td className={ui['num']}>{run.endedAt === null ? '—' : format.duration(run.endedAt - run.startedAt)}</td>
                <td className={ui['num']}>{format.number(report ? report.copied + report.updated + report.attributes + report.deleted : run.progress.filesDone)}</td>
                <td className={ui['num']}>{format.bytes(report?.bytes ?? run.progress.bytesDone)}</td>
                <td className={ui['num']}>{report ? format.number(report.failed + report.recheck) : '—'}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {asked.value.total > asked.value.runs.length && limit < 200 ? <Button look="quiet" onPress={() => setLimit(limit + PAGE)}>{texts.common.moreEntries(asked.value.total - asked.value.runs.length)}</Button> : null}
    </>
  );
}
