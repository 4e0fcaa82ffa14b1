// Figures over the last ten minutes, and those of now by component.
import type { Pipeline } from '../../../preload/contract/pipelines.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { useTopic } from '../../data/hooks.ts';
import { Empty, Skeleton, State } from '../../ui/show.tsx';
import ui from '../../ui/ui.module.css';
import { Chart, type Line } from './chart.tsx';
import css from './pipelines.module.css';
import { countText, PART_TONES, rateText } from './words.ts';

export function MetricsTab({ pipeline }: { readonly pipeline: Pipeline }) {
  const { texts, format } = usePreferences();
  const t = texts.pipelines.metrics;
  const live = useTopic('pipelines.live', { id: pipeline.id }).value;
  const topic = useTopic('pipelines.samples', { id: pipeline.id });
  if (!topic.value || !live) return <Skeleton rows={6} />;
  const samples = [...topic.value].sort((a, b) => a.at - b.at);
  const last = samples.at(-1);
  if (!last) return <Empty title={t.none} />;
  const line = (label: string, look: Line['look'], value: (sample: (typeof samples)[number]) => number): Line => ({ label, look, points: samples.map((sample) => ({ at: sample.at, value: value(sample) })) });
  const rate = (value: number): string => texts.pipelines.perSecond(rateText(value, format));
  const percent = (value: number): string => `${format.number(Math.round(value * 100))} %`;
  const channels = [...new Set(samples.flatMap(({ fills }) => Object.keys(fills)))].slice(0, 6);
  return (
    <div className={css['page']}>
      <Chart title={t.throughput} now={last.at} least={1} text={rate} lines={[line(t.in, 'one', (sample) => sample.in), line(t.out, 'two', (sample) => sample.out)]} summary={t.chart(t.throughput, `${rate(last.in)}, ${rate(last.out)}`)} />
      <Chart title={t.lag} now={last.at} least={10} text={(value) => countText(Math.round(value), format)} lines={[line(texts.pipelines.columns.lag, 'one', (sample) => sample.lag)]} summary={t.chart(t.lag, countText(last.lag, format))} />
      {channels.map((channel) => <Chart key={channel} title={`${t.fill}: ${channel}`} now={last.at} least={1} text={percent} lines={[line(channel, 'one', (sample) => sample.fills[channel] ?? 0)]} summary={t.chart(`${t.fill}: ${channel}`, percent(last.fills[channel] ?? 0))} />)}
      <section className={css['band']}>
        <h2>{t.perPart}</h2>
        <div className={css['panel']}>
          <table className={ui['table']}>
            <thead><tr><th>{t.columns.name}</th><th>{t.columns.state}</th><th className={ui['num']}>{t.columns.in}</th><th className={ui['num']}>{t.columns.inRate}</th><th className={ui['num']}>{t.columns.out}</th><th className={ui['num']}>{t.columns.outRate}</th><th className={ui['num']}>{t.columns.errors}</th></tr></thead>
            <tbody>
              {live.parts.map((part) => (
                <tr key={`${part.kind} ${part.name}`}>
                  <td>{texts.pipelines.kind[part.kind]} <b>{part.name}</b></td><td><State tone={PART_TONES[part.state]} word={texts.pipelines.partState[part.state]} /></td>
                  <td className={ui['num']}>{countText(part.in, format)}</td><td className={ui['num']}>{rateText(part.inRate, format)}</td><td className={ui['num']}>{countText(part.out, format)}</td><td className={ui['num']}>{rateText(part.outRate, format)}</td><td className={ui['num']}>{countText(part.errors, format)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
      <details className={css['panel']}>
        <summary className={css['summary']}>{t.counters}</summary>
        <table className={ui['table']}><tbody>{live.parts.flatMap((part) => Object.entries(part.counters).map(([name, value]) => <tr key={`${part.kind} ${part.name} ${name}`}><td>{part.name}</td><td><code>{name}</code></td><td className={ui['num']}>{format.number(value)}</td></tr>))}</tbody></table>
      </details>
    </div>
  );
}
