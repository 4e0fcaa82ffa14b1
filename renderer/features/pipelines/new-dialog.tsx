// A new pipeline: empty, or from a template.
import { useState } from 'react';
import type { Pipeline } from '../../../preload/contract/pipelines.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { useCall } from '../../data/hooks.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Button, Field, Radios } from '../../ui/kit.tsx';
import { ErrorCard } from '../../ui/show.tsx';
import css from './pipelines.module.css';
import { TEMPLATES, templateText, type TemplateName } from './templates.ts';

const GOOD_NAME = /^[^\s.=:#!\\]+$/;

export function NewDialog({ onClose, onDone }: { readonly onClose: () => void; readonly onDone: (pipeline: Pipeline) => void }) {
  const { texts } = usePreferences();
  const t = texts.pipelines;
  const [name, setName] = useState('');
  const [agent, setAgent] = useState('a1');
  const [template, setTemplate] = useState<TemplateName>('empty');
  const create = useCall('pipelines.create');
  const badAgent = !GOOD_NAME.test(agent);
  const shown = name.trim() === '' ? (template === 'empty' ? '' : t.template[template]) : name.trim();
  const go = async (): Promise<void> => {
    if (shown === '' || badAgent) return;
    const made = await create.run({ name: shown, text: templateText(template, agent), agent });
    if (made) onDone(made);
  };
  return (
    <Dialog title={t.newTitle} onClose={onClose} actions={<><Button onPress={onClose}>{texts.common.cancel}</Button><Button look="primary" isDisabled={shown === '' || badAgent || create.busy} onPress={() => void go()}>{t.create}</Button></>}>
      <form className={css['form']} onSubmit={(event) => { event.preventDefault(); void go(); }}>
        <div className={css['pair']}><Field label={t.name} autoFocus value={name} placeholder={shown} onChange={setName} /><Field label={t.agentName} mono value={agent} onChange={setAgent} error={badAgent ? t.inspector.nameTaken : null} /></div>
        <Radios label={t.begin} value={template} options={TEMPLATES.map((one) => [one, `${t.template[one]} – ${t.template[`${one}Hint`]}`] as const)} onChange={setTemplate} />
        <input type="submit" hidden />
      </form>
      {create.error ? <ErrorCard error={create.error} /> : null}
    </Dialog>
  );
}
