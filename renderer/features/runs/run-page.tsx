// A run as it goes and its report when it is over.
import { Check, Pause, Play, Square } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { RUN_PHASES, type Run } from '../../../preload/contract/domain.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { navigate } from '../../app/router.ts';
import { useShortcut } from '../../app/shortcuts.ts';
import { useCall, useQuery, useTopic } from '../../data/hooks.ts';
import { Button } from '../../ui/kit.tsx';
import { announce } from '../../ui/live.ts';
import { Empty, ErrorCard, Path, Rich, Skeleton, State, useErrorText, Water } from '../../ui/show.tsx';
import { runTone } from './run-state.ts';
import css from './runs.module.css';
import { Throughput } from './throughput.tsx';

export function RunScreen({ id }: { readonly id: string }) {
  const { texts } = usePreferences();
  const topic = useTopic('runs.watch', { id });
  const run = topic.value;
  const last = useRef<string | null>(null);
  useEffect(() => {
    if (run && last.current !== null && last.current !== run.state) announce(texts.runs.announce(texts.runs.state[run.state]));
    last.current = run?.state ?? null;
  }, [run, texts]);
  if (!run) return topic.error ? (topic.error.code === 'STORE_NOT_FOUND' ? <Empty title={texts.runs.notFound} /> : <div className={css['page']}><ErrorCard error={topic.error} /></div>) : <Skeleton rows={6} />;
  return <RunPage run={run} />;
}

function RunPage({ run }: { readonly run: Run }) {
  const { texts } = usePreferences();
  const over = run.endedAt !== null;
  const report = run.report;
  return (
    <div className={css['page']} data-run-state={run.state} data-over={over}>
      <div className={css['head']}>
        <State tone={runTone(run.state)} word={texts.runs.state[run.state]} busy={run.state === 'running'} paused={run.state === 'paused'} />
        {over ? <After run={run} /> : run.state === 'interrupted' ? null : <Controls run={run} />}
      </div>
      {run.error ? <ErrorCard error={run.error} /> : null}
      {over ? null : <Phases run={run} />}
      {report ? <p className={css['sentence']}><Rich text={texts.runs.summary({ done: report.copied + report.updated + report.attributes + report.deleted, failed: report.failed, recheck: report.recheck })} /></p> : null}
      {over ? (report ? <Report run={run} /> : null) : <Live run={run} />}
      <Problems run={run} />
    </div>
  );
}

function Controls({ run }: { readonly run: Run }) {
  const { texts } = usePreferences();
  const pause = useCall('runs.pause');
  const resume = useCall('runs.resume');
  const stop = useCall('runs.stop');
  const toggle = (): void => { void (run.state === 'paused' ? resume : pause).run({ id: run.id }); };
  useShortcut('mod+.', toggle);
  const error = pause.error ?? resume.error ?? stop.error;
  return (
    <>
      {error ? <ErrorCard error={error} /> : null}
      <Button isDisabled={run.state === 'stopping'} onPress={toggle}>{run.state === 'paused' ? <><Play size={14} aria-hidden />{texts.runs.resume}</> : <><Pause size={14} aria-hidden />{texts.runs.pause}</>}</Button>
      <Button isDisabled={run.state === 'stopping'} onPress={() => void stop.run({ id: run.id, how: 'afterFile' })}>{texts.runs.stopAfter}</Button>
      <Button look="danger" onPress={() => void stop.run({ id: run.id, how: 'now' })}><Square size={12} aria-hidden />{texts.runs.stopNow}</Button>
    </>
  );
}

function After({ run }: { readonly run: Run }) {
  const { texts } = usePreferences();
  const again = useCall('plans.create');
  const preview = async (): Promise<void> => { if (await again.run({ syncId: run.syncId })) navigate(`/syncs/${run.syncId}/plan`); };
  return (
    <>
      {again.error ? <ErrorCard error={again.error} /> : null}
      <Button onPress={() => navigate(`/syncs/${run.syncId}/plan`)}>{texts.runs.openSync}</Button>
      <Button look="primary" isDisabled={again.busy} onPress={() => void preview()}>{texts.runs.again}</Button>
    </>
  );
}

function Phases({ run }: { readonly run: Run }) {
  const { texts } = usePreferences();
  const now = RUN_PHASES.indexOf(run.progress.phase);
  return (
    <ol className={css['phases']} aria-label={texts.runs.phasesLabel}>
      {RUN_PHASES.map((phase, index) => (
        <li key={phase} className={css['phase']} data-at={index < now ? 'past' : index === now ? 'now' : 'next'} aria-current={index === now ? 'step' : undefined}>
          {index < now ? <Check size={14} aria-hidden /> : null}{texts.runs.phases[phase]}
        </li>
      ))}
    </ol>
  );
}

function Numbers({ items }: { readonly items: readonly (readonly [string, string])[] }) {
  return <dl className={css['numbers']}>{items.map(([name, value]) => <div key={name} className={css['number']}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}

function Live({ run }: { readonly run: Run }) {
  const { texts, format } = usePreferences();
  const { progress } = run;
  const [now, setNow] = useState(Date.now);
  useEffect(() => { const timer = setInterval(() => setNow(Date.now()), 1000); return () => clearInterval(timer); }, []);
  const part = progress.bytesTotal > 0 ? progress.bytesDone / progress.bytesTotal : progress.filesTotal > 0 ? progress.filesDone / progress.filesTotal : null;
  return (
    <>
      <Water value={part} label={texts.runs.progress} />
      <Numbers items={[
        [texts.runs.files, texts.runs.of(format.number(progress.filesDone), format.number(progress.filesTotal))],
        [texts.runs.bytes, texts.runs.of(format.bytes(progress.bytesDone), format.bytes(progress.bytesTotal))],
        [texts.runs.rate, format.rate(progress.rate)],
        [texts.runs.eta, progress.etaMs === null ? texts.runs.etaUnsteady : format.duration(progress.etaMs)],
        [texts.runs.elapsed, format.duration(now - run.startedAt)],
        [texts.runs.sent, format.bytes(progress.sent)],
        [texts.runs.received, format.bytes(progress.received)],
      ]} />
      <div className={css['two']}>
        <section className={css['panel']}><h2>{texts.runs.throughput}</h2><Throughput rate={progress.rate} label={texts.runs.throughputText(format.rate(progress.rate))} /></section>
        <section className={css['panel']}><h2>{texts.runs.current}</h2><div className={css['current']}>{progress.current.length === 0 ? texts.runs.currentNone : progress.current.map((path) => <Path key={path} path={path} />)}</div></section>
      </div>
    </>
  );
}

function Report({ run }: { readonly run: Run }) {
  const { texts, format } = usePreferences();
  const report = run.report;
  if (!report) return null;
  const wire = report.sent + report.received;
  const counts = (['copied', 'updated', 'attributes', 'deleted', 'skipped', 'failed', 'recheck'] as const).map((key) => [texts.runs[key], format.number(report[key])] as const);
  return (
    <section data-testid="report" aria-label={texts.runs.report}>
      <Numbers items={[
        ...counts,
        [texts.runs.elapsed, format.duration((run.endedAt ?? run.startedAt) - run.startedAt)], [texts.runs.fileBytes, format.bytes(report.bytes)], [texts.runs.literal, format.bytes(report.literal)], [texts.runs.matched, format.bytes(report.matched)],
        [texts.runs.wire, format.bytes(wire)], [texts.runs.speedup, wire > 0 ? texts.runs.speedupValue((report.bytes / wire).toFixed(1)) : '—'], [texts.runs.exitCode, String(report.exitCode)],
      ]} />
    </section>
  );
}

/** Rows that failed or changed, re-read as their number grows. */
function Problems({ run }: { readonly run: Run }) {
  const { texts } = usePreferences();
  const errorText = useErrorText();
  const plan = useTopic('plans.watch', { id: run.planId }).value;
  const count = plan?.counts.error ?? 0;
  const asked = useQuery('plans.rows', count > 0 ? { id: run.planId, chip: 'error', search: '', offset: 0, limit: 200 } : null, [count, run.state]);
  const rows = count > 0 ? asked.value?.rows ?? [] : [];
  return (
    <section className={css['panel']}>
      <h2>{texts.runs.problems}</h2>
      {rows.length === 0 ? <p className={css['quiet']}>{texts.runs.noProblems}</p> : (
        <ul className={css['problems']} tabIndex={0} aria-label={texts.runs.problems}>
          {rows.map((row) => {
            const text = row.error ? errorText(row.error) : { title: texts.runs.recheckTitle, body: texts.runs.recheckBody, remedy: '' };
            return <li key={row.id} className={css['problem']}><Path path={row.path} /><div>{text.title}<small>{text.body} {text.remedy}</small></div></li>;
          })}
        </ul>
      )}
    </section>
  );
}
