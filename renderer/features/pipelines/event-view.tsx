// One event as a person reads it: its headers, and its body as text, JSON or hex.
import { useState } from 'react';
import { usePreferences } from '../../app/preferences.tsx';
import { Button } from '../../ui/kit.tsx';
import { hexOf, prettyJson, textOf } from '../cluster/bytes.ts';
import css from './pipelines.module.css';

export type BodyView = 'text' | 'json' | 'hex';

export function bodyText(body: Uint8Array, view: BodyView): string {
  if (view === 'hex') return hexOf(body);
  const text = textOf(body) ?? new TextDecoder().decode(body);
  return view === 'json' ? (prettyJson(text) ?? text) : text;
}

export function firstView(body: Uint8Array): BodyView {
  const text = textOf(body);
  if (text === null) return 'hex';
  return prettyJson(text) === null ? 'text' : 'json';
}

/** On one line, for a row of a table. */
export function bodyLine(body: Uint8Array): string {
  const text = textOf(body.subarray(0, 400));
  return text === null ? hexOf(body.subarray(0, 32)).replace(/\n/g, ' ') : text.replace(/\s+/g, ' ');
}

export function EventView({ headers, body, size }: { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array; readonly size: number }) {
  const { texts, format } = usePreferences();
  const t = texts.pipelines.tap;
  const [chosen, setChosen] = useState<BodyView | null>(null);
  const view = chosen ?? firstView(body);
  const entries = Object.entries(headers);
  return (
    <div className={css['event']}>
      <div>
        <h3>{t.headers}</h3>
        {entries.length === 0 ? <p className={css['soft']}>{t.noHeaders}</p> : <dl className={css['facts']}>{entries.map(([key, value]) => <div key={key} style={{ display: 'contents' }}><dt className="mono">{key}</dt><dd className="mono">{value}</dd></div>)}</dl>}
      </div>
      <div className={css['eventBody']}>
        <div className={css['bar']}><h3>{t.body} · {format.bytes(size)}</h3>{(['text', 'json', 'hex'] as const).map((name) => <Button key={name} look="quiet" aria-pressed={view === name} className={view === name ? (css['chosen'] ?? '') : ''} onPress={() => setChosen(name)}>{t.view[name]}</Button>)}</div>
        <pre tabIndex={0} data-testid="event-body">{bodyText(body, view)}</pre>
        {size > body.length ? <p className={css['soft']}>{t.cut}</p> : null}
      </div>
    </div>
  );
}
