// Who had which role when, as a strip for each member, elections marked across all of them, and below what happened in sentences.
import { useState } from 'react';
import type { Cluster, ClusterEvent, MemberRole } from '../../../preload/contract/cluster.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { useNow, useTopic } from '../../data/hooks.ts';
import { Choice } from '../../ui/kit.tsx';
import { Empty, ErrorCard, Skeleton } from '../../ui/show.tsx';
import css from './cluster.module.css';
import { Story } from './story.tsx';

const RANGES = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const;
type Range = keyof typeof RANGES;

export interface Segment { readonly from: number; readonly to: number; readonly role: MemberRole }

/** The roles of each member in time, the newest until `now`; before the first event nothing is known. */
export function segmentsOf(events: readonly ClusterEvent[], from: number, now: number): ReadonlyMap<string, readonly Segment[]> {
  const found = new Map<string, Segment[]>();
  for (const event of [...events].sort((a, b) => a.at - b.at)) {
    if (event.kind !== 'role' || event.role === null) continue;
    const list = found.get(event.member) ?? [];
    const last = list.at(-1);
    if (last) list[list.length - 1] = { ...last, to: event.at };
    list.push({ from: event.at, to: now, role: event.role });
    found.set(event.member, list);
  }
  return new Map([...found].sort(([a], [b]) => a.localeCompare(b, undefined, { numeric: true })).map(([name, list]) => [name, list.filter((segment) => segment.to >= from).map((segment) => ({ ...segment, from: Math.max(from, segment.from) }))]));
}

export function ElectionsTab({ cluster }: { readonly cluster: Cluster }) {
  const { texts, format } = usePreferences();
  const t = texts.cluster.elections;
  const topic = useTopic('clusters.events', { id: cluster.id });
  const [range, setRange] = useState<Range>('hour');
  const [focused, setFocused] = useState<string | null>(null);
  const now = Math.max(useNow(), ...(topic.value ?? []).map((event) => event.at));
  if (!topic.value) return topic.error ? <div className={css['page']}><ErrorCard error={topic.error} /></div> : <Skeleton rows={5} />;
  const events = [...topic.value].sort((a, b) => b.at - a.at);
  if (events.length === 0) return <Empty title={t.none} hint={t.noneHint} />;
  const from = now - RANGES[range];
  const segments = segmentsOf(events, from, now);
  const marks = events.filter((event) => event.kind === 'election' && event.at >= from);
  const left = (at: number): string => `${((Math.max(at, from) - from) / (now - from)) * 100}%`;
  const show = (id: string): void => { setFocused(id); document.getElementById(`story-${id}`)?.scrollIntoView({ block: 'center' }); };
  return (
    <div className={css['page']}>
      <section className={css['band']} aria-labelledby="timeline">
        <div className={css['bandHead']}><h2 id="timeline">{t.timeline}</h2><div className={css['range']}><Choice hideLabel label={t.range} value={range} options={(['hour', 'day', 'week'] as const).map((key) => [key, t.ranges[key]] as const)} onChange={setRange} /></div></div>
        <div className={css['timeline']}>
          {[...segments].map(([member, list]) => (
            <div key={member} className={css['lane']}>
              <b>{member}</b>
              <div className={css['track']} role="img" aria-label={list.map((segment) => t.segment(member, texts.cluster.role[segment.role], format.time(segment.from), segment.to === now ? t.now : format.time(segment.to))).join('; ')}>
                {list.map((segment) => <span key={segment.from} className={css['segment']} data-role={segment.role} style={{ left: left(segment.from), width: `${((segment.to - segment.from) / (now - from)) * 100}%` }} title={t.segment(member, texts.cluster.role[segment.role], format.time(segment.from), segment.to === now ? t.now : format.time(segment.to))}>{(segment.to - segment.from) / (now - from) > 0.08 ? texts.cluster.role[segment.role] : ''}</span>)}
              </div>
            </div>
          ))}
          <div className={css['lane']} aria-hidden={marks.length === 0}>
            <span />
            <div className={css['marks']}>{marks.map((mark) => <button key={mark.id} type="button" className={css['mark']} style={{ left: left(mark.at) }} aria-label={t.mark(format.time(mark.at))} title={t.mark(format.time(mark.at))} onClick={() => show(mark.id)} />)}</div>
          </div>
          <div className={css['lane']}><span /><div className={css['scale']}><span>{range === 'hour' ? format.time(from) : format.stamp(from)}</span><span>{t.now}</span></div></div>
        </div>
      </section>
      <section className={css['band']} aria-labelledby="stories"><h2 id="stories">{t.stories}</h2><ol className={css['panel']}>{events.slice(0, 200).map((event) => <Story key={event.id} event={event} focused={event.id === focused} />)}</ol></section>
    </div>
  );
}
