// Before a deploy: which components start anew, which go on, what keeps its contents, and the lines that differ.
import type { DeployPlan, HistoryEntry, PartChange, Pipeline } from '../../../preload/contract/pipelines.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { useCall, useQuery } from '../../data/hooks.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Button } from '../../ui/kit.tsx';
import { announce } from '../../ui/live.ts';
import { ErrorCard, Rich, Skeleton, State, type Tone } from '../../ui/show.tsx';
import ui from '../../ui/ui.module.css';
import type { DraftModel } from './draft-model.ts';
import { LintRow } from './lints.tsx';
import css from './pipelines.module.css';
import { TextDiff } from './text-diff.tsx';
import { splitNode } from './words.ts';

const TONES: Record<PartChange['what'], Tone> = { added: 'ok', removed: 'bad', changed: 'warn', kept: 'idle' };

export function DeployDialog({ pipeline, draft, onClose, onDone }: { readonly pipeline: Pipeline; readonly draft: DraftModel; readonly onClose: () => void; readonly onDone: (entry: HistoryEntry) => void }) {
  const { texts } = usePreferences();
  const t = texts.pipelines.deploy;
  const plan = useQuery('pipelines.plan', { id: pipeline.id }, draft.rev);
  const deploy = useCall('pipelines.deploy');
  const blocked = (plan.value?.blocking.length ?? 0) > 0;
  const go = async (): Promise<void> => {
    if (deploy.busy) return; // the button keeps the focus, and with it Escape
    const done = await deploy.run({ id: pipeline.id, rev: draft.rev });
    if (!done) return;
    announce(t.done);
    onDone(done);
  };
  return (
    <Dialog wide title={t.title(pipeline.name)} onClose={onClose} actions={<><Button onPress={onClose}>{texts.common.cancel}</Button><Button key={plan.value ? 'ready' : 'waiting'} look="primary" autoFocus isDisabled={!plan.value || blocked} onPress={() => void go()}>{deploy.busy ? t.working : t.go}</Button></>}>
      {plan.error ? <ErrorCard error={plan.error} onRetry={plan.again} /> : null}
      {deploy.error ? <ErrorCard error={deploy.error} /> : null}
      {plan.value ? <PlanView plan={plan.value} first={pipeline.deployedAt === null} /> : plan.error ? null : <><p className={css['soft']}>{t.waiting}</p><Skeleton rows={3} /></>}
    </Dialog>
  );
}

function PlanView({ plan, first }: { readonly plan: DeployPlan; readonly first: boolean }) {
  const { texts } = usePreferences();
  const t = texts.pipelines.deploy;
  const restarts = plan.changes.filter((change) => change.restarts && change.what !== 'removed').length;
  const goesOn = plan.changes.filter((change) => !change.restarts).length;
  return (
    <>
      {plan.blocking.length > 0 ? <div className={css['blocking']} role="alert" data-testid="blocking"><p><b>{t.blocking(plan.blocking.length)}</b></p><ul className={css['lintList']}>{plan.blocking.map((lint) => <LintRow key={lint.index} lint={lint} onFix={null} />)}</ul></div> : null}
      <p data-testid="deploy-sentence">{first ? t.first : plan.before === plan.after ? t.nothing : <Rich text={t.sentence(restarts, goesOn)} />}</p>
      <section><h3>{t.changes}</h3><ChangeTable changes={plan.changes} /></section>
      {plan.before === plan.after ? null : <section><h3>{t.diff}</h3><TextDiff before={plan.before} after={plan.after} label={t.diff} /></section>}
    </>
  );
}

export function ChangeTable({ changes }: { readonly changes: readonly PartChange[] }) {
  const { texts } = usePreferences();
  const t = texts.pipelines.deploy;
  const order = { removed: 0, changed: 1, added: 2, kept: 3 } as const;
  return (
    <table className={ui['table']}>
      <thead className="sr-only"><tr><th>{t.changes}</th><th>{texts.pipelines.columns.state}</th><th>{t.restarts}</th><th>{t.keeps}</th></tr></thead>
      <tbody>
        {[...changes].sort((a, b) => order[a.what] - order[b.what]).map((change) => {
          const { kind, name } = splitNode(change.node);
          return (
            <tr key={change.node} data-change={change.node} data-what={change.what}>
              <td>{texts.pipelines.kind[kind]} <b>{name}</b>{change.keys.length > 0 ? <div className={css['soft']}>{t.keysChanged(change.keys.join(', '))}</div> : null}</td>
              <td><State tone={TONES[change.what]} word={t.what[change.what]} /></td>
              <td>{change.what === 'added' || change.what === 'removed' ? '' : change.restarts ? t.restarts : t.goesOn}</td>
              <td>{kind === 'channel' && change.what !== 'added' ? (change.keeps ? t.keeps : t.loses) : ''}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
