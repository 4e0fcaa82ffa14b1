// Import of a flume-conf.properties: what is in it, what speaks against it line by line, which of its agents it shall be. Its text is kept as it is.
import { useRef, useState } from 'react';
import type { Pipeline } from '../../../preload/contract/pipelines.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { useCall, useQuery } from '../../data/hooks.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Button, Field, Radios } from '../../ui/kit.tsx';
import { ErrorCard, Skeleton } from '../../ui/show.tsx';
import { count, LintList } from './lints.tsx';
import css from './pipelines.module.css';

const LARGEST = 2_000_000;

export interface Imported { readonly name: string; readonly text: string }

/** As the bytes are; what is not UTF-8 is read as Latin-1, as Java does. */
export async function readFile(file: File): Promise<Imported | null> {
  if (file.size > LARGEST) return null;
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = ((): string => {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      return new TextDecoder('latin1').decode(bytes);
    }
  })();
  return { name: file.name.replace(/\.(properties|conf|config|txt)$/i, ''), text };
}

export function ImportDialog({ first, onClose, onDone }: { readonly first: Imported | 'tooLarge' | null; readonly onClose: () => void; readonly onDone: (pipeline: Pipeline) => void }) {
  const { texts } = usePreferences();
  const t = texts.pipelines;
  const [file, setFile] = useState<Imported | null>(first === 'tooLarge' ? null : first);
  const [tooLarge, setTooLarge] = useState(first === 'tooLarge');
  const [pasted, setPasted] = useState('');
  const [name, setName] = useState(first && first !== 'tooLarge' ? first.name : '');
  const [agent, setAgent] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const text = file?.text ?? pasted;
  const asked = useQuery('pipelines.examine', text.trim() === '' ? null : { text, agent });
  const create = useCall('pipelines.create');
  const found = text.trim() === '' ? null : asked.value;
  const agents = found?.agents ?? [];
  const chosen = agents.some((one) => one.name === agent) ? agent : (agents[0]?.name ?? null);
  const shown = name.trim() || file?.name || chosen || '';
  const choose = async (picked: File | undefined): Promise<void> => {
    if (!picked) return;
    const read = await readFile(picked);
    setTooLarge(read === null);
    setFile(read);
    setAgent(null);
    if (read) setName(read.name);
  };
  const go = async (): Promise<void> => {
    if (chosen === null) return;
    const made = await create.run({ name: shown, text, agent: chosen, imported: true });
    if (made) onDone(made);
  };
  return (
    <Dialog wide title={t.importTitle} onClose={onClose} actions={<><Button onPress={onClose}>{texts.common.cancel}</Button><Button look="primary" isDisabled={chosen === null || create.busy} onPress={() => void go()}>{t.importAct}</Button></>}>
      <div className={css['chooser']}>
        <input ref={input} type="file" accept=".properties,.conf,.config,.txt,text/plain" aria-label={t.importChoose} className="sr-only" tabIndex={-1} onChange={(event) => void choose(event.target.files?.[0])} />
        <Button autoFocus onPress={() => input.current?.click()}>{t.importChoose}</Button>
        <span className={css['soft']}>{file ? <b>{file.name}</b> : t.importHint}</span>
      </div>
      {tooLarge ? <p role="alert">{t.importTooLarge}</p> : null}
      {file ? null : <Field label={t.importPaste} lines={6} mono value={pasted} onChange={setPasted} />}
      {asked.error ? <ErrorCard error={asked.error} onRetry={asked.again} /> : null}
      {text.trim() === '' ? null : !found ? <Skeleton rows={3} /> : agents.length === 0 ? <p role="alert">{t.importNone}</p> : (
        <div className={css['form']} data-testid="import-report">
          {agents.length > 1
            ? <Radios label={t.found(agents.length)} value={chosen ?? ''} options={agents.map((one) => [one.name, `${one.name}: ${t.foundParts(one)}`] as const)} onChange={setAgent} />
            : <p>{t.found(1)} <b>{agents[0]?.name}</b> · {agents[0] ? t.foundParts(agents[0]) : ''}</p>}
          <Field label={t.name} value={name} placeholder={shown} onChange={setName} />
          {found.lints.length === 0 ? <p className={css['soft']}>{t.report.clean}</p> : <><p className={css['soft']}>{count(found.lints, 'error') + count(found.lints, 'warning') > 0 ? t.report.later : ''}</p><LintList lints={found.lints} onFix={null} /></>}
        </div>
      )}
      {create.error ? <ErrorCard error={create.error} /> : null}
    </Dialog>
  );
}
