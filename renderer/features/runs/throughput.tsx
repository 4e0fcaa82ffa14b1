// The last two minutes of throughput as an area; drawn once a second at most, redrawn from a ring of samples.
import { useEffect, useRef, useState } from 'react';
import css from './runs.module.css';

const SAMPLES = 120;
const WIDTH = 480;
const HEIGHT = 120;

export function Throughput({ rate, label }: { readonly rate: number; readonly label: string }) {
  const latest = useRef(rate);
  const [samples, setSamples] = useState<readonly number[]>([rate]);
  useEffect(() => { latest.current = rate; }, [rate]);
  useEffect(() => {
    const timer = setInterval(() => { if (!document.hidden) setSamples((old) => [...old.slice(1 - SAMPLES), latest.current]); }, 1000);
    return () => clearInterval(timer);
  }, []);
  const top = Math.max(1, ...samples) * 1.15;
  const points = samples.map((value, index) => `${((SAMPLES - samples.length + index) / (SAMPLES - 1)) * WIDTH},${HEIGHT - (value / top) * (HEIGHT - 8)}`);
  const start = ((SAMPLES - samples.length) / (SAMPLES - 1)) * WIDTH;
  return (
    <svg className={css['graph']} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      {[0.25, 0.5, 0.75].map((part) => <line key={part} x1="0" x2={WIDTH} y1={HEIGHT * part} y2={HEIGHT * part} stroke="var(--line)" vectorEffect="non-scaling-stroke" />)}
      <polygon points={`${start},${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`} fill="var(--accent-soft)" />
      <polyline points={points.join(' ')} fill="none" stroke="var(--accent)" strokeWidth="1.5" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
