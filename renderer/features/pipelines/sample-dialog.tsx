// Try with a sample: one event through the interceptors and the selector of the draft, with what each step makes of it. Nothing is delivered.
import { useState } from 'react';
import type { DryRun, EventDraft, Graph, Pipeline } from '../../../preload/contract/pipelines.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { useCall, useQuery } from '../../data/hooks.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Button, Choice, Field } from '../../ui/kit.tsx';
import { ErrorCard } from '../../ui/show.tsx';
import type { DraftModel } from './draft-model.ts';
import { bodyLine, bodyText, firstView } from './event-view.tsx';
import css from './pipelines.module.css';
import { headerLines, headersOf } from './words.ts';

export function SampleDialog({ pipeline, draft, graph, source: first, onClose }: { readonly pipeline: Pipeline; readonly draft: DraftModel; readonly graph: Graph; readonly source: string | null; readonly onClose: () => void }) {
  const { texts } = usePreferences();
  const t = texts.pipelines.sample;
  const [source, setSource] = useState(first ?? graph.sources[0]?.name ?? '');
  const [body, setBody] = useState('hello');
  const [headers, setHeaders] = useState('');
  const [kept, setKept] = useState<EventDraft | null>(null);
  const pins = useQuery('pipelines.pins', { id: pipeline.id });
  const unpin = useCall('pipelines.unpin');
  const run = useCall('pipelines.dryRun');
  const [answer, setAnswer] = useState<DryRun | null>(null);
  const go = async (): Promise<void> => {
    if (run.busy) return;
    const event = kept ?? { headers: headersOf(headers), body: new TextEncoder().encode(body) };
    setAnswer(await run.run({ text: draft.text, agent: draft.agent, source, events: [event] }));
  };
  const take = (event: EventDraft): void => {
    setHeaders(headerLines(event.headers));
    setBody(bodyText(event.body, firstView(event.body) === 'hex' ? 'hex' : 'text'));
    setKept(event);
  };
  return (
    <Dialog wide title={t.title} onClose={onClose} actions={<><Button onPress={onClose}>{texts.common.close}</Button><Button look="primary" isDisabled={source === ''} onPress={() => void go()}>{t.run}</Button></>}>
      <p className={css['soft']}>{t.hint}</p>
      <form className={css['form']} onSubmit={(event) => { event.preventDefault(); void go(); }}>
        {graph.sources.length > 1 ? <Choice label={t.source} value={source} options={graph.sources.map(({ name }) => [name, name] as const)} onChange={setSource} /> : null}
        <Field label={t.body} lines={3} autoFocus value={body} onChange={(text) => { setBody(text); setKept(null); }} />
        <Field label={t.headers} lines={2} mono value={headers} onChange={(text) => { setHeaders(text); setKept(null); }} />
      </form>
      <section>
        <h3>{t.pinned}</h3>
        {pins.value && pins.value.length > 0 ? (
          <ul className={css['pins']}>{pins.value.map((event) => <li key={event.id}><button type="button" className={css['linkButton']} onClick={() => take(event)}>{bodyLine(event.body).slice(0, 120)}</button><Button look="quiet" onPress={() => void unpin.run({ id: pipeline.id, event: event.id }).then(() => pins.again())}>{t.unpin}</Button></li>)}</ul>
        ) : <p className={css['soft']}>{t.noPins}</p>}
      </section>
      {run.error ? <ErrorCard error={run.error} /> : null}
      {answer ? <Steps answer={answer} /> : null}
    </Dialog>
  );
}

function Steps({ answer }: { readonly answer: DryRun }) {
  const { texts } = usePreferences();
  const t = texts.pipelines.sample;
  return (
    <section data-testid="dry-run">
      <h3>{t.steps}</h3>
      <ol className={css['steps']}>
        {answer.steps.map((step, index) => (
          <li key={index} data-step={step.name}>
            <div><b>{step.name}</b> <span className={css['soft']}>{texts.pipelines.kind[step.kind]} {step.type}</span></div>
            {step.error ? <ErrorCard error={step.error} /> : step.after.length === 0 ? <p>{t.dropped}</p> : step.after.map((event, at) => <Changed key={at} before={step.before[at] ?? null} after={event} />)}
          </li>
        ))}
        {answer.routes.length === 0 ? <li>{t.nowhere}</li> : answer.routes.map((route) => <li key={route.channel} data-route={route.channel}><b>{t.to(route.channel)}</b>{route.optional ? ` (${t.optional})` : ''}: {texts.pipelines.events(route.events.length)}{route.events.map((event, at) => <pre key={at} tabIndex={0}>{bodyText(event.body, firstView(event.body))}</pre>)}</li>)}
      </ol>
    </section>
  );
}

/** Which headers came, changed or went, and the body if it did. */
export function changesOf(before: EventDraft | null, after: EventDraft): readonly { readonly name: string; readonly what: 'added' | 'changed' | 'removed'; readonly value: string }[] {
  const was = before?.headers ?? {};
  return [
    ...Object.entries(after.headers).flatMap(([name, value]) => (was[name] === value ? [] : [{ name, what: Object.hasOwn(was, name) ? ('changed' as const) : ('added' as const), value }])),
    ...Object.keys(was).filter((name) => !Object.hasOwn(after.headers, name)).map((name) => ({ name, what: 'removed' as const, value: was[name] ?? '' })),
  ];
}

function Changed({ before, after }: { readonly before: EventDraft | null; readonly after: EventDraft }) {
  const { texts } = usePreferences();
  const t = texts.pipelines.sample;
  const changes = changesOf(before, after);
  const sameBody = before !== null && before.body.length === after.body.length && before.body.every((byte, index) => byte === after.body[index]);
  if (changes.length === 0 && sameBody) return <p className={css['soft']}>{t.unchanged}</p>;
  return (
    <>
      {changes.length > 0 ? <ul className={css['headerChanges']}>{changes.map(({ name, what, value }) => <li key={name} data-what={what}><span>{t[what]}</span> <code>{name}={value}</code></li>)}</ul> : null}
      {sameBody ? null : <div className={css['sides']}>{before ? <div><h4>{t.before}</h4><pre tabIndex={0}>{bodyText(before.body, firstView(before.body))}</pre></div> : null}<div><h4>{t.after}</h4><pre tabIndex={0}>{bodyText(after.body, firstView(after.body))}</pre></div></div>}
    </>
  );
}
