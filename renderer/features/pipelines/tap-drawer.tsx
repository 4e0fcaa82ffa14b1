// A live look at one edge. Pause keeps what is there and counts what comes; a tap holds nothing up.
import { X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ErrorInfo } from '../../../preload/contract/errors.ts';
import type { EventShown, Pipeline } from '../../../preload/contract/pipelines.ts';
import { toErrorInfo } from '../../../preload/contract/sluice-error.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { useBackend, useCall, useQuery } from '../../data/hooks.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Button, Field, IconButton } from '../../ui/kit.tsx';
import { announce } from '../../ui/live.ts';
import { ErrorCard, Rich } from '../../ui/show.tsx';
import ui from '../../ui/ui.module.css';
import { bodyLine, EventView } from './event-view.tsx';
import css from './pipelines.module.css';
import { headerLines, isOn, splitNode } from './words.ts';

const KEPT = 300;

interface TapProps { readonly pipeline: Pipeline; readonly edge: string; /** The source that events of this edge can be sent through again. */ readonly source: string | null; readonly onClose: () => void }

export function TapDrawer({ pipeline, edge, source, onClose }: TapProps) {
  const { texts, format } = usePreferences();
  const t = texts.pipelines.tap;
  const on = isOn(pipeline);
  const [filter, setFilter] = useState('');
  const [asked, setAsked] = useState('');
  const tap = useTap(pipeline.id, edge, asked, on);
  const { paused } = tap;
  const [view, setView] = useState<'live' | 'past'>('live');
  const [chosen, setChosen] = useState<EventShown | null>(null);
  const [replaying, setReplaying] = useState<EventShown | null>(null);
  const past = useQuery('pipelines.passed', view === 'past' && on ? { id: pipeline.id, edge, search: asked } : null);
  const pin = useCall('pipelines.pin');
  const rows = view === 'live' ? tap.events : (past.value ?? []).map(({ event }) => event);
  const title = edge.split(' > ').map((node) => splitNode(node).name).join(' → ');
  const keep = async (event: EventShown): Promise<void> => {
    if (await pin.run({ id: pipeline.id, event: { ...event, id: crypto.randomUUID() } })) announce(t.pinned);
  };
  return (
    <section className={css['drawer']} aria-label={t.title(title)} data-testid="tap" data-edge={edge}>
      <header className={css['bar']}>
        <h2>{t.title(title)}</h2>
        <span className={css['pair2']}>{(['live', 'past'] as const).map((name) => <Button key={name} look="quiet" aria-pressed={view === name} className={view === name ? (css['chosen'] ?? '') : ''} onPress={() => { setView(name); setChosen(null); }}>{t[name]}</Button>)}</span>
        <span className={css['soft']} role="status" hidden={view === 'past'}>{t.sample(tap.oneIn)} · {t.seen(tap.seen)}{tap.dropped > 0 ? ` · ${t.dropped(tap.dropped)}` : ''}{paused ? ` · ${t.paused(tap.missed)}` : ''}</span>
        <form className={css['tapFilter']} onSubmit={(event) => { event.preventDefault(); setAsked(filter); }}><Field hideLabel label={t.filter} placeholder={t.filter} value={filter} onChange={setFilter} onBlur={() => setAsked(filter)} /></form>
        {view === 'live' ? <><Button aria-pressed={paused} onPress={tap.pause}>{paused ? t.resume : t.pause}</Button><Button look="quiet" onPress={tap.clear}>{t.clear}</Button></> : <Button onPress={past.again}>{texts.pipelines.letters.again}</Button>}
        <IconButton label={t.close} onPress={onClose}><X size={14} aria-hidden /></IconButton>
      </header>
      {tap.error ? <ErrorCard error={tap.error} onRetry={tap.again} /> : null}
      {pin.error ? <ErrorCard error={pin.error} /> : null}
      {past.error && view === 'past' ? <ErrorCard error={past.error} onRetry={past.again} /> : null}
      {!on ? <p className={css['soft']}>{t.notRunning}</p> : rows.length === 0 ? <p className={css['soft']}>{view === 'live' ? t.waiting : t.pastNone}</p> : (
        <div className={css['tapBody']}>
          <div className={css['tapTable']} tabIndex={0} role="group" aria-label={t.title(title)}>
            <table className={ui['table']}>
              <thead><tr>{view === 'past' ? <th className={ui['num']}>{t.number}</th> : null}<th>{t.columns.when}</th><th>{t.columns.headers}</th><th>{t.columns.body}</th><th className={ui['num']}>{t.columns.size}</th></tr></thead>
              <tbody>
                {rows.map((event) => (
                  <tr key={event.id} data-event={event.id} aria-selected={chosen?.id === event.id} className={chosen?.id === event.id ? (css['rowChosen'] ?? '') : ''} onClick={() => setChosen(event)}>
                    {view === 'past' ? <td className={ui['num']}>{event.id}</td> : null}<td className={css['stamp']}><button type="button" className={css['linkButton']} onClick={() => setChosen(event)}>{format.time(event.at)}</button></td><td><code className={css['clipHeaders']}>{headerLines(event.headers).replace(/\n/g, '  ')}</code></td><td><code className={css['clip']}>{bodyLine(event.body)}</code></td><td className={ui['num']}>{format.bytes(event.size)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {view === 'past' && !chosen ? <ReplayRange key={rows[0]?.id} pipeline={pipeline} edge={edge} title={title} newest={Number(rows[0]?.id ?? 1)} /> : null}
          {chosen ? (
            <div className={css['tapEvent']}>
              <div className={css['bar']}>
                <Button onPress={() => void keep(chosen)}>{t.pin}</Button>
                <Button onPress={() => saveEvent(chosen)}>{t.save}</Button>
                {source === null ? null : <Button onPress={() => setReplaying(chosen)}>{t.replay}</Button>}
              </div>
              <EventView key={chosen.id} {...chosen} />
            </div>
          ) : null}
        </div>
      )}
      {replaying && source !== null ? <ReplayDialog pipeline={pipeline} source={source} event={replaying} onClose={() => setReplaying(null)} /> : null}
    </section>
  );
}

interface Tapped { readonly events: readonly EventShown[]; readonly seen: number; readonly oneIn: number; readonly dropped: number; readonly missed: number; readonly paused: boolean; readonly pause: () => void; readonly error: ErrorInfo | null; readonly clear: () => void; readonly again: () => void }

/** Newest first. */
function useTap(id: string, edge: string, filter: string, on: boolean): Tapped {
  const backend = useBackend();
  const [events, setEvents] = useState<readonly EventShown[]>([]);
  const [figures, setFigures] = useState({ seen: 0, oneIn: 1, dropped: 0 });
  const [missed, setMissed] = useState(0);
  const [error, setError] = useState<ErrorInfo | null>(null);
  const [turn, setTurn] = useState(0);
  const [paused, setPaused] = useState(false);
  const held = useRef(false);
  const pause = (): void => {
    held.current = !paused;
    setPaused(!paused);
    setMissed(0);
  };
  useEffect(() => {
    if (!on) return;
    const abort = new AbortController();
    void (async () => {
      try {
        const api = await backend.ready();
        setEvents([]);
        let before = 0;
        for await (const item of api['pipelines.tap']({ id, edge, filter }, abort.signal)) {
          setError(null);
          setFigures({ seen: item.seen, oneIn: item.oneIn, dropped: item.dropped });
          const fresh = item.seen - before;
          before = item.seen;
          if (held.current) setMissed((old) => old + fresh);
          else if (item.events.length > 0) setEvents((old) => [...item.events.toReversed(), ...old].slice(0, KEPT));
        }
      } catch (thrown) {
        if (!abort.signal.aborted) setError(toErrorInfo(thrown));
      }
    })();
    return () => abort.abort();
  }, [backend, id, edge, filter, on, turn]);
  return { events, ...figures, missed, paused, pause, error, clear: () => setEvents([]), again: () => setTurn(turn + 1) };
}

function saveEvent(event: EventShown): void {
  const file = { headers: event.headers, body: new TextDecoder().decode(event.body), at: new Date(event.at).toISOString() };
  const url = URL.createObjectURL(new Blob([JSON.stringify(file, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `event-${event.at}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

function ReplayDialog({ pipeline, source, event, onClose }: { readonly pipeline: Pipeline; readonly source: string; readonly event: EventShown; readonly onClose: () => void }) {
  const { texts } = usePreferences();
  const t = texts.pipelines.tap;
  const inject = useCall('pipelines.inject');
  const go = async (): Promise<void> => {
    if (await inject.run({ id: pipeline.id, source, events: [{ headers: event.headers, body: event.body }] })) { announce(t.replayed(1)); onClose(); }
  };
  return (
    <Dialog title={t.replayTitle} onClose={onClose} actions={<><Button autoFocus onPress={onClose}>{texts.common.cancel}</Button><Button look="primary" isDisabled={inject.busy} onPress={() => void go()}>{t.replayAct}</Button></>}>
      <p><Rich text={t.replayBody(source)} /></p>
      <EventView {...event} />
      {inject.error ? <ErrorCard error={inject.error} /> : null}
    </Dialog>
  );
}

/** A stretch of the past along the edge once more; it is asked first. */
function ReplayRange({ pipeline, edge, title, newest }: { readonly pipeline: Pipeline; readonly edge: string; readonly title: string; readonly newest: number }) {
  const { texts } = usePreferences();
  const t = texts.pipelines.tap;
  const [first, setFirst] = useState(String(newest));
  const [last, setLast] = useState(String(newest));
  const [asking, setAsking] = useState(false);
  const replay = useCall('pipelines.replay');
  const count = /^\d+$/.test(first) && /^\d+$/.test(last) && Number(first) >= 1 ? Number(last) - Number(first) + 1 : 0;
  const go = async (): Promise<void> => {
    const done = await replay.run({ id: pipeline.id, edge, first: Number(first), last: Number(last) });
    if (done) { announce(t.replayed(done.count)); setAsking(false); }
  };
  return (
    <div className={css['tapEvent']}>
      <form className={css['otherKey']} onSubmit={(event) => { event.preventDefault(); if (count > 0) setAsking(true); }}>
        <Field label={t.range} inputMode="numeric" value={first} onChange={setFirst} /><Field label={t.rangeTo} inputMode="numeric" value={last} onChange={setLast} /><Button type="submit" isDisabled={count < 1}>{t.rangeAct(Math.max(0, count))}</Button>
      </form>
      {asking ? (
        <Dialog title={t.replayTitle} onClose={() => setAsking(false)} actions={<><Button autoFocus onPress={() => setAsking(false)}>{texts.common.cancel}</Button><Button look="primary" onPress={() => void go()}>{t.replayAct}</Button></>}>
          <p><Rich text={t.along(title)} /></p>
          {replay.error ? <ErrorCard error={replay.error} /> : null}
        </Dialog>
      ) : null}
    </div>
  );
}
