// The preview of a sync: a sentence, chips with counts, the table, and the one button that runs exactly this.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { z } from 'zod';
import type { PlanChip, PlanSide, PlanSummary, Sync } from '../../../preload/contract/domain.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { navigate } from '../../app/router.ts';
import { isMac, keyLabel, useShortcut } from '../../app/shortcuts.ts';
import { useCall, useNow, useTopic } from '../../data/hooks.ts';
import { Button, Checkbox, Chip, Field } from '../../ui/kit.tsx';
import { announce } from '../../ui/live.ts';
import { Banner, Empty, ErrorCard, Rich, Skeleton, Water } from '../../ui/show.tsx';
import css from './plan.module.css';
import { isFolder, PlanTable, type Decision, type Row } from './plan-table.tsx';
import { useRowWindow } from './row-window.ts';

type ChipName = z.output<typeof PlanChip>;
type Summary = z.output<typeof PlanSummary>;
const CHIPS: readonly ChipName[] = ['all', 'copy', 'update', 'attributes', 'delete', 'skipped', 'error'];
const OLD_MS = 600_000;

export function PlanTab({ sync }: { readonly sync: Sync }) {
  const { texts } = usePreferences();
  const create = useCall('plans.create');
  const preview = (): void => { void create.run({ syncId: sync.id }); };
  useShortcut('mod+p', preview);
  if (sync.planId === null) {
    return (
      <Empty title={texts.plan.none} hint={texts.plan.noneHint}>
        {create.error ? <ErrorCard error={create.error} /> : null}
        <Button look="primary" isDisabled={create.busy} onPress={preview}>{texts.plan.preview}</Button>
      </Empty>
    );
  }
  return <Plan key={sync.planId} planId={sync.planId} sync={sync} onAgain={preview} problem={create.error ? <ErrorCard error={create.error} /> : null} />;
}

function Plan({ planId, sync, onAgain, problem }: { readonly planId: string; readonly sync: Sync; readonly onAgain: () => void; readonly problem: React.ReactNode }) {
  const { texts } = usePreferences();
  const plan = useTopic('plans.watch', { id: planId });
  const cancel = useCall('plans.cancel');
  const summary = plan.value;
  const last = useRef<string | null>(null);
  useEffect(() => {
    if (summary && last.current === 'scanning' && summary.state === 'ready') announce(texts.plan.arrived(summary.rows));
    last.current = summary?.state ?? null;
  }, [summary, texts]);
  if (!summary) return plan.error ? <div className={css['pad']}><ErrorCard error={plan.error} onRetry={onAgain} />{problem}</div> : <Skeleton rows={8} />;
  if (summary.state === 'scanning') {
    return (
      <div className={css['center']}>
        <div className={css['scan']}>
          <h2>{texts.plan.scanning}</h2>
          <div className={css['waves']}><Water value={null} label={texts.plan.scanning} /></div>
          <p><Rich text={texts.plan.seen(summary.seen.left, summary.seen.right)} /></p>
          <Button onPress={() => void cancel.run({ id: planId })}>{texts.plan.cancel}</Button>
        </div>
      </div>
    );
  }
  if (summary.state === 'failed') return <div className={css['pad']}><h2>{texts.plan.failed}</h2>{summary.error ? <ErrorCard error={summary.error} onRetry={onAgain} /> : <div><Button onPress={onAgain}>{texts.plan.again}</Button></div>}{problem}</div>;
  if (summary.rows === 0) return <Empty title={texts.plan.same} hint={texts.plan.sameHint(summary.counts.same)}><Button onPress={onAgain}>{texts.plan.again}</Button>{problem}</Empty>;
  return <PlanReady summary={summary} sync={sync} onAgain={onAgain} problem={problem} />;
}

function PlanReady({ summary, sync, onAgain, problem }: { readonly summary: Summary; readonly sync: Sync; readonly onAgain: () => void; readonly problem: React.ReactNode }) {
  const { texts, format } = usePreferences();
  const [chip, setChip] = useState<ChipName>('all');
  const [search, setSearch] = useState('');
  const [selected, setSelected] = useState<Row | null>(null);
  const [seen, setSeen] = useState(false);
  const decide = useCall('plans.decide');
  const start = useCall('runs.start');
  const searchBox = useRef<HTMLDivElement>(null);
  const rows = useRowWindow(summary.id, chip, search, summary.rev);
  const now = useNow();

  const readOnly = summary.state !== 'ready';
  const { counts } = summary;
  const work = counts.copy + counts.update + counts.attributes + counts.delete;
  const guarded = summary.guard !== null && !seen;
  const canRun = summary.state === 'ready' && work > 0 && !guarded && !start.busy;
  const run = async (): Promise<void> => {
    if (!canRun) return;
    const started = await start.run({ planId: summary.id, token: summary.token, deletionsSeen: seen });
    if (started) navigate(`/runs/${started.id}`);
  };
  const onDecide = (row: Row, decision: Decision): void => {
    void decide.run({ id: summary.id, what: { rows: [row.id], below: isFolder(row) }, decision });
    announce(texts.plan.decided(row.path, texts.plan.decision[decision]));
  };
  useShortcut('mod+enter', () => void run());
  useShortcut('/', () => searchBox.current?.querySelector('input')?.focus());
  const countOf = (name: ChipName): number => (name === 'all' ? summary.rows : counts[name]);
  const onSelect = useCallback((row: Row | null) => setSelected(row), []);
  const old = summary.state === 'ready' && now - summary.createdAt > OLD_MS;

  return (
    <div className={css['page']}>
      <div className={css['top']}>
        <p className={css['sentence']} data-testid="sentence"><Rich text={texts.plan.sentence({ ...counts, bytes: format.bytes(summary.bytes), target: sync.result })} /></p>
        {summary.guard && summary.state === 'ready' ? (
          <Banner bad title={texts.plan.guardTitle(summary.guard.deletes, summary.guard.total)} text={texts.plan.guardBody}>
            <Button onPress={() => setChip('delete')}>{texts.plan.guardShow}</Button>
            <Checkbox selected={seen} onChange={setSeen}>{texts.plan.guardCheck}</Checkbox>
          </Banner>
        ) : null}
        {summary.state === 'stale' || old ? <Banner title={summary.state === 'stale' ? texts.plan.stale : texts.plan.staleAge}><Button onPress={onAgain}>{texts.plan.again}</Button></Banner> : null}
        {problem}
        {decide.error ? <ErrorCard error={decide.error} /> : null}
        {start.error ? <ErrorCard error={start.error} onRetry={onAgain} /> : null}
        <div className={css['bar']}>
          <div role="group" aria-label={texts.plan.chipsLabel} style={{ display: 'flex', gap: 4, flexWrap: 'wrap' }}>
            {CHIPS.map((name) => <Chip key={name} label={texts.plan.chips[name]} count={format.number(countOf(name))} selected={chip === name} disabled={name !== 'all' && chip !== name && countOf(name) === 0} onPress={() => setChip(chip === name ? 'all' : name)} />)}
          </div>
          {chip !== 'all' && chip !== 'error' && !readOnly ? <Button look="quiet" onPress={() => void decide.run({ id: summary.id, what: { chip }, decision: chip === 'skipped' ? 'do' : 'skip' })}>{chip === 'skipped' ? texts.plan.doAll : texts.plan.skipAll}</Button> : null}
          <div className={css['search']} ref={searchBox}><Field label={texts.plan.search} hideLabel placeholder={texts.plan.search} value={search} onChange={setSearch} /></div>
        </div>
      </div>
      <div className={css['middle']}>
        {rows.total === 0 ? <Empty title={texts.plan.noMatch}><Button onPress={() => { setChip('all'); setSearch(''); }}>{texts.plan.clearFilter}</Button></Empty> : <PlanTable key={`${chip} ${search}`} rows={rows} readOnly={readOnly} onDecide={onDecide} onSelect={onSelect} />}
        <RowInspector row={selected} />
      </div>
      <div className={css['foot']}>
        <span>{rows.total >= 0 ? texts.plan.rows(rows.total) : ''}</span>
        {summary.state === 'running' ? <span>{texts.plan.running}</span> : summary.state === 'finished' ? <span>{texts.plan.finished}</span> : null}
        {(summary.state === 'running' || summary.state === 'finished') && sync.lastRun ? <Button onPress={() => navigate(`/runs/${sync.lastRun?.id ?? ''}`)}>{texts.plan.openRun}</Button> : null}
        <Button isDisabled={summary.state === 'running'} onPress={onAgain}>{texts.plan.again}</Button>
        {summary.state === 'ready' || summary.state === 'stale' ? <Button look="primary" isDisabled={!canRun} aria-keyshortcuts={isMac ? 'Meta+Enter' : 'Control+Enter'} onPress={() => void run()}>{texts.plan.run(work)}<span className="sr-only"> {keyLabel('mod+enter')}</span></Button> : null}
      </div>
    </div>
  );
}

function RowInspector({ row }: { readonly row: Row | null }) {
  const { texts } = usePreferences();
  if (!row) return <aside className={css['inspector']} aria-label={texts.plan.inspector} />;
  return (
    <aside className={css['inspector']} aria-label={texts.plan.inspector} tabIndex={0}>
      <h2>{row.path}</h2>
      {row.error ? <ErrorCard error={row.error} /> : null}
      <Facts title={texts.plan.columns.left} side={row.left} />
      <Facts title={texts.plan.columns.right} side={row.right} />
      <dl className={css['facts']}><dt>{texts.plan.columns.reason}</dt><dd>{texts.plan.reason[row.reason]}</dd><dt>{texts.plan.itemize}</dt><dd><code>{row.itemize}</code></dd></dl>
    </aside>
  );
}

function Facts({ title, side }: { readonly title: string; readonly side: z.output<typeof PlanSide> | null }) {
  const { texts, format } = usePreferences();
  return (
    <section>
      <h3 className={css['factsTitle']}>{title}</h3>
      {side ? (
        <dl className={css['facts']}>
          <dt>{texts.plan.kind}</dt><dd>{texts.trees.kinds[side.kind]}</dd>
          <dt>{texts.plan.size}</dt><dd title={format.number(side.size)}>{format.bytes(side.size)}</dd>
          <dt>{texts.plan.modified}</dt><dd>{format.dateTime(side.mtime)}</dd>
          <dt>{texts.plan.mode}</dt><dd><code>{(side.mode & 0o7777).toString(8).padStart(4, '0')}</code></dd>
          <dt>{texts.plan.ownerLabel}</dt><dd>{side.owner}</dd>
          {side.link === null ? null : <><dt>{texts.plan.link}</dt><dd><code>{side.link}</code></dd></>}
        </dl>
      ) : <p>{texts.plan.absent}</p>}
    </section>
  );
}
