// A line chart of our own: one or two lines over the same time, with what they are in words for those who do not see it.
import css from './pipelines.module.css';

export interface Line { readonly label: string; readonly points: readonly { readonly at: number; readonly value: number }[]; readonly look: 'one' | 'two' }

const WIDTH = 600;
const HEIGHT = 120;
/** What a chart reaches back, ms: as far as there is something, and no less than a minute. */
const LEAST_SPAN = 60_000;
const MOST_SPAN = 600_000;

interface ChartProps {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly now: number;
  /** At least this high. */
  readonly least: number;
  readonly text: (value: number) => string;
  readonly summary: string;
}

export function spanOf(lines: readonly Line[], now: number): number {
  const first = Math.min(now, ...lines.flatMap(({ points }) => points.slice(0, 1).map(({ at }) => at)));
  return Math.min(MOST_SPAN, Math.max(LEAST_SPAN, now - first));
}

export function pointsOf(points: Line['points'], now: number, span: number, top: number): string {
  return points.filter(({ at }) => now - at <= span).map(({ at, value }) => `${(((at - (now - span)) / span) * WIDTH).toFixed(1)},${(HEIGHT - (value / top) * (HEIGHT - 6)).toFixed(1)}`).join(' ');
}

export function Chart({ title, lines, now, least, text, summary }: ChartProps) {
  const top = Math.max(least, ...lines.flatMap(({ points }) => points.map(({ value }) => value))) * 1.08;
  const span = spanOf(lines, now);
  return (
    <figure className={css['chart']}>
      <figcaption><b>{title}</b>{lines.map((line) => <span key={line.label} data-look={line.look}><i aria-hidden />{line.label}: <b>{text(line.points.at(-1)?.value ?? 0)}</b></span>)}</figcaption>
      <div className={css['chartBody']}>
        <div className={css['axis']} aria-hidden><span>{text(top / 1.08)}</span><span>0</span></div>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={summary}>
          {[0.05, 0.5, 0.99].map((part) => <line key={part} x1="0" x2={WIDTH} y1={HEIGHT * part} y2={HEIGHT * part} vectorEffect="non-scaling-stroke" />)}
          {lines.map((line) => <polyline key={line.label} points={pointsOf(line.points, now, span, top)} data-look={line.look} fill="none" strokeWidth="1.5" vectorEffect="non-scaling-stroke" />)}
        </svg>
      </div>
    </figure>
  );
}
