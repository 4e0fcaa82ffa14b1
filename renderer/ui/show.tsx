// What the kit only shows: errors, empty places, states, progress, paths, rich sentences.
import { AlertTriangle, CheckCircle2, Circle, CircleDot, Loader, OctagonAlert, PauseCircle } from 'lucide-react';
import { Fragment, useState, type ReactNode } from 'react';
import type { ErrorInfo } from '../../preload/contract/errors.ts';
import { usePreferences } from '../app/preferences.tsx';
import { Button, classes } from './kit.tsx';
import css from './ui.module.css';

/** Text with `**bold**` parts. */
export function Rich({ text }: { readonly text: string }) {
  return <>{text.split('**').map((part, index) => (index % 2 === 1 ? <b key={index}>{part}</b> : <Fragment key={index}>{part}</Fragment>))}</>;
}

export function useErrorText(): (error: ErrorInfo) => { readonly title: string; readonly body: string; readonly remedy: string } {
  const { errors } = usePreferences();
  return (error) => (errors[error.code] as (params: ErrorInfo['params']) => { title: string; body: string; remedy: string })(error.params);
}

/** Title = what; body = object and cause; remedy = what to do; details to copy. */
export function ErrorCard({ error, onRetry, actions }: { readonly error: ErrorInfo; readonly onRetry?: () => void; readonly actions?: ReactNode }) {
  const { texts } = usePreferences();
  const text = useErrorText()(error);
  const [open, setOpen] = useState(false);
  const details = [error.code, ...Object.entries(error.params).map(([key, value]) => `${key}: ${value}`), ...(error.detail ? [error.detail] : [])].join('\n');
  return (
    <div className={css['error']} role="alert" data-code={error.code}>
      <OctagonAlert size={16} aria-hidden />
      <div className={css['errorTitle']}>{text.title}</div>
      <div className={css['errorBody']}>{text.body}</div>
      <div className={css['errorRemedy']}>{text.remedy}</div>
      <div className={css['errorActions']}>
        {onRetry ? <Button onPress={onRetry}>{texts.common.retry}</Button> : null}
        {actions}
        <Button look="quiet" aria-expanded={open} onPress={() => setOpen(!open)}>{texts.common.details}</Button>
        {open ? <CopyButton text={details} label={texts.common.copyDetails} /> : null}
      </div>
      {open ? <pre className={css['errorDetails']} tabIndex={0}>{details}</pre> : null}
    </div>
  );
}

export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const { texts } = usePreferences();
  const [copied, setCopied] = useState(false);
  const copy = (): void => { void navigator.clipboard.writeText(text).then(() => setCopied(true)); };
  return <Button look="quiet" onPress={copy} onBlur={() => setCopied(false)}>{copied ? texts.common.copied : label}</Button>;
}

export function Empty({ title, hint, drawing, children }: { readonly title: string; readonly hint?: string; readonly drawing?: ReactNode; readonly children?: ReactNode }) {
  return <div className={css['empty']}>{drawing}<h2>{title}</h2>{hint ? <p>{hint}</p> : null}{children}</div>;
}

/** The gesture of the program, drawn: a folder goes over to a server. */
export function DragDrawing() {
  return (
    <svg width="180" height="72" viewBox="0 0 180 72" fill="none" stroke="var(--s7)" strokeWidth="1.5" aria-hidden>
      <rect x="4" y="6" width="64" height="60" rx="6" /><path d="M14 20h10l4 4h20v16H14z" fill="var(--accent-soft)" stroke="var(--accent)" /><path d="M14 50h34M14 56h24" />
      <path d="M52 32c20-14 44-14 62-2" stroke="var(--accent)" strokeDasharray="4 4" /><path d="m108 22 8 9-11 4" stroke="var(--accent)" />
      <rect x="112" y="6" width="64" height="60" rx="6" /><rect x="122" y="36" width="44" height="9" rx="2" fill="var(--accent-soft)" stroke="var(--accent)" /><rect x="122" y="48" width="44" height="9" rx="2" /><path d="M122 18h34M122 24h24" />
    </svg>
  );
}

export function Skeleton({ rows = 3 }: { readonly rows?: number }) {
  const { texts } = usePreferences();
  return (
    <div role="status" aria-label={texts.common.loading}>
      {Array.from({ length: rows }, (_, index) => <div key={index} className={css['skeleton']} style={{ width: `${70 - (index % 3) * 15}%`, margin: '8px 12px' }} />)}
    </div>
  );
}

export type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'idle';
const TONE_ICONS = { ok: CheckCircle2, warn: AlertTriangle, bad: OctagonAlert, info: CircleDot, idle: Circle } as const;

/** A state: icon and word, the colour only beside them. */
export function State({ tone, word, busy, paused }: { readonly tone: Tone; readonly word: string; readonly busy?: boolean; readonly paused?: boolean }) {
  const Icon = paused ? PauseCircle : busy ? Loader : TONE_ICONS[tone];
  return <span className={classes(css['state'], css[tone])}><Icon size={14} aria-hidden />{word}</span>;
}

/** Progress as a water level. `value` 0 to 1, null while unknown. */
export function Water({ value, label }: { readonly value: number | null; readonly label: string }) {
  const percent = value === null ? 0 : Math.round(Math.min(1, Math.max(0, value)) * 1000) / 10;
  return (
    <div className={css['water']} role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} {...(value === null ? {} : { 'aria-valuenow': percent })}>
      <div className={css['waterFill']} style={{ width: `${percent}%`, visibility: percent > 0 ? 'visible' : 'hidden' }} />
    </div>
  );
}

/** A path that gives way in its middle: the folders shrink first, the name last. */
export function Path({ path }: { readonly path: string }) {
  const cut = path.replace(/\/$/, '').lastIndexOf('/') + 1;
  return <span className={css['path']} title={path}><span className={css['pathDir']}>{path.slice(0, cut)}</span><span className={css['pathBase']}>{path.slice(cut)}</span></span>;
}

export function Banner({ title, text, bad, children }: { readonly title: string; readonly text?: string; readonly bad?: boolean; readonly children?: ReactNode }) {
  return (
    <div className={classes(css['banner'], bad && css['badBanner'])} role="status">
      <AlertTriangle size={16} aria-hidden /><div className={css['bannerText']}><b>{title}</b>{text}</div>{children}
    </div>
  );
}
