// What components complained of, and the events that were set aside: read, edited, re-submitted.
import { useState } from 'react';
import type { DeadLetter, Pipeline } from '../../../preload/contract/pipelines.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { useCall, useQuery, useTopic } from '../../data/hooks.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Button, Checkbox, Field } from '../../ui/kit.tsx';
import { announce } from '../../ui/live.ts';
import { ErrorCard, Skeleton, useErrorText } from '../../ui/show.tsx';
import ui from '../../ui/ui.module.css';
import { bodyLine, EventView } from './event-view.tsx';
import css from './pipelines.module.css';
import { headerLines, headersOf, splitNode } from './words.ts';

export function ErrorsTab({ pipeline }: { readonly pipeline: Pipeline }) {
  return <div className={css['page']}><Complaints pipeline={pipeline} /><Letters pipeline={pipeline} /></div>;
}

function Complaints({ pipeline }: { readonly pipeline: Pipeline }) {
  const { texts, format } = usePreferences();
  const t = texts.pipelines.errors;
  const errorText = useErrorText();
  const topic = useTopic('pipelines.problems', { id: pipeline.id });
  const clear = useCall('pipelines.clearProblems');
  const problems = [...(topic.value ?? [])].sort((a, b) => b.at - a.at);
  return (
    <section className={css['band']} aria-labelledby="complaints">
      <div className={css['bandHead']}><h2 id="complaints">{t.title}</h2>{problems.length > 0 ? <Button onPress={() => void clear.run({ id: pipeline.id })}>{t.clear}</Button> : null}</div>
      {!topic.value ? <Skeleton rows={3} /> : problems.length === 0 ? <p className={css['calm']}>{t.none}</p> : (
        <div className={css['panel']}>
          <table className={ui['table']}>
            <thead><tr><th>{t.columns.when}</th><th>{t.columns.node}</th><th>{t.columns.what}</th><th className={ui['num']}>{t.columns.times}</th></tr></thead>
            <tbody>{problems.map((problem) => { const text = errorText(problem.error); return <tr key={problem.id} data-code={problem.error.code}><td className={css['stamp']}>{format.time(problem.at)}</td><td>{splitNode(problem.node).name}</td><td className={css['wrap']}><b>{text.title}</b> {text.body} <span className={css['soft']}>{text.remedy}</span></td><td className={ui['num']}>{t.times(problem.times)}</td></tr>; })}</tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Letters({ pipeline }: { readonly pipeline: Pipeline }) {
  const { texts, format } = usePreferences();
  const t = texts.pipelines.letters;
  const asked = useQuery('pipelines.letters', { id: pipeline.id }, pipeline.state);
  const resubmit = useCall('pipelines.resubmit');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [open, setOpen] = useState<DeadLetter | null>(null);
  const [discarding, setDiscarding] = useState(false);
  const letters = asked.value?.letters ?? [];
  const picked = letters.filter(({ id }) => chosen.has(id));
  const done = (): void => { setChosen(new Set()); setOpen(null); setDiscarding(false); asked.again(); };
  const again = async (): Promise<void> => {
    const answer = await resubmit.run({ id: pipeline.id, letters: picked.map(({ id }) => ({ id, event: null })) });
    if (answer) { announce(t.resubmitted(answer.count)); done(); }
  };
  const toggle = (id: string, on: boolean): void => setChosen((old) => new Set(on ? [...old, id] : [...old].filter((other) => other !== id)));
  return (
    <section className={css['band']} aria-labelledby="letters" data-testid="letters">
      <div className={css['bandHead']}>
        <h2 id="letters">{t.title}{asked.value && asked.value.total > 0 ? <span className={css['soft']}> · {t.total(asked.value.total, letters.length)}</span> : null}</h2>
        {picked.length > 0 ? <><Button look="primary" isDisabled={resubmit.busy} onPress={() => void again()}>{t.resubmit(picked.length)}</Button><Button look="danger" onPress={() => setDiscarding(true)}>{t.discard(picked.length)}</Button></> : null}
        <Button onPress={asked.again}>{t.again}</Button>
      </div>
      {asked.error ? <ErrorCard error={asked.error} onRetry={asked.again} /> : null}
      {resubmit.error ? <ErrorCard error={resubmit.error} /> : null}
      {!asked.value ? asked.error ? null : <Skeleton rows={2} /> : letters.length === 0 ? <p className={css['calm']}>{t.none} {t.hint}</p> : (
        <div className={css['panel']}>
          <table className={ui['table']}>
            <thead><tr><th><Checkbox selected={picked.length === letters.length} onChange={(on) => setChosen(new Set(on ? letters.map(({ id }) => id) : []))}><span className="sr-only">{t.all}</span></Checkbox></th><th>{t.columns.when}</th><th>{t.columns.node}</th><th>{t.columns.reason}</th><th>{t.columns.body}</th><th><span className="sr-only">{texts.common.more}</span></th></tr></thead>
            <tbody>
              {letters.map((letter) => (
                <tr key={letter.id} data-letter={letter.id}>
                  <td><Checkbox selected={chosen.has(letter.id)} onChange={(on) => toggle(letter.id, on)}><span className="sr-only">{t.one}</span></Checkbox></td><td className={css['stamp']}>{format.stamp(letter.at)}</td><td>{letter.node}</td><td className={css['wrap']}>{letter.reason}</td><td><code className={css['clip']}>{bodyLine(letter.event.body)}</code></td><td className={ui['num']}><Button onPress={() => setOpen(letter)}>{t.edit}</Button></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {open ? <EditLetter pipeline={pipeline} letter={open} onClose={() => setOpen(null)} onDone={done} /> : null}
      {discarding ? <DiscardDialog pipeline={pipeline} letters={picked} onClose={() => setDiscarding(false)} onDone={done} /> : null}
    </section>
  );
}

function EditLetter({ pipeline, letter, onClose, onDone }: { readonly pipeline: Pipeline; readonly letter: DeadLetter; readonly onClose: () => void; readonly onDone: () => void }) {
  const { texts } = usePreferences();
  const t = texts.pipelines.letters;
  const original = new TextDecoder().decode(letter.event.body);
  const whole = letter.event.size === letter.event.body.length;
  const [body, setBody] = useState(original);
  const [headers, setHeaders] = useState(headerLines(letter.event.headers));
  const resubmit = useCall('pipelines.resubmit');
  const go = async (): Promise<void> => {
    const changed = body !== original || headers !== headerLines(letter.event.headers);
    const event = changed ? { headers: headersOf(headers), body: body === original ? letter.event.body : new TextEncoder().encode(body) } : null;
    const answer = await resubmit.run({ id: pipeline.id, letters: [{ id: letter.id, event }] });
    if (answer) { announce(t.resubmitted(answer.count)); onDone(); }
  };
  return (
    <Dialog wide title={t.editTitle} onClose={onClose} actions={<><Button onPress={onClose}>{texts.common.cancel}</Button><Button look="primary" isDisabled={resubmit.busy} onPress={() => void go()}>{t.editAct}</Button></>}>
      <p>{letter.reason}</p>
      {whole ? <div className={css['form']}><Field label={texts.pipelines.sample.body} lines={6} value={body} onChange={setBody} /><Field label={texts.pipelines.sample.headers} lines={3} mono value={headers} onChange={setHeaders} /></div> : <EventView {...letter.event} />}
      {resubmit.error ? <ErrorCard error={resubmit.error} /> : null}
    </Dialog>
  );
}

function DiscardDialog({ pipeline, letters, onClose, onDone }: { readonly pipeline: Pipeline; readonly letters: readonly DeadLetter[]; readonly onClose: () => void; readonly onDone: () => void }) {
  const { texts } = usePreferences();
  const t = texts.pipelines.letters;
  const discard = useCall('pipelines.discard');
  const go = async (): Promise<void> => { if (await discard.run({ id: pipeline.id, letters: letters.map(({ id }) => id) })) onDone(); };
  return (
    <Dialog title={t.discardTitle(letters.length)} onClose={onClose} actions={<><Button autoFocus onPress={onClose}>{texts.common.cancel}</Button><Button look="danger" isDisabled={discard.busy} onPress={() => void go()}>{texts.common.remove}</Button></>}>
      <p>{t.discardBody}</p>
      {discard.error ? <ErrorCard error={discard.error} /> : null}
    </Dialog>
  );
}
