// What can be done with a pipeline as a whole: start, stop, rename, remove.
import { useState } from 'react';
import type { Pipeline } from '../../../preload/contract/pipelines.ts';
import { useTexts } from '../../app/preferences.tsx';
import { navigate } from '../../app/router.ts';
import { useCall } from '../../data/hooks.ts';
import { Dialog, MoreMenu, type MenuEntry } from '../../ui/dialog.tsx';
import { Button, Checkbox, Field } from '../../ui/kit.tsx';
import { ErrorCard } from '../../ui/show.tsx';
import { isOn } from './words.ts';

export function PipelineMenu({ pipeline }: { readonly pipeline: Pipeline }) {
  const texts = useTexts();
  const t = texts.pipelines;
  const start = useCall('pipelines.start');
  const stop = useCall('pipelines.stop');
  const [open, setOpen] = useState<'rename' | 'remove' | null>(null);
  const entries: readonly MenuEntry[] = [
    isOn(pipeline) ? { id: 'stop', text: t.stop, act: () => void stop.run({ id: pipeline.id }) } : { id: 'start', text: t.start, disabled: pipeline.deployedAt === null, act: () => void start.run({ id: pipeline.id }) },
    { id: 'rename', text: t.rename, act: () => setOpen('rename') },
    { id: 'remove', text: t.remove, act: () => setOpen('remove') },
  ];
  return (
    <>
      <MoreMenu label={`${texts.common.more}: ${pipeline.name}`} entries={entries} />
      {open === 'rename' ? <RenameDialog pipeline={pipeline} onClose={() => setOpen(null)} /> : null}
      {open === 'remove' ? <RemoveDialog pipeline={pipeline} onClose={() => setOpen(null)} /> : null}
    </>
  );
}

function RenameDialog({ pipeline, onClose }: { readonly pipeline: Pipeline; readonly onClose: () => void }) {
  const texts = useTexts();
  const [name, setName] = useState(pipeline.name);
  const rename = useCall('pipelines.rename');
  const go = async (): Promise<void> => { if (name.trim() !== '' && (await rename.run({ id: pipeline.id, name: name.trim() }))) onClose(); };
  return (
    <Dialog title={texts.pipelines.rename} onClose={onClose} actions={<><Button onPress={onClose}>{texts.common.cancel}</Button><Button look="primary" isDisabled={name.trim() === '' || rename.busy} onPress={() => void go()}>{texts.common.save}</Button></>}>
      <form onSubmit={(event) => { event.preventDefault(); void go(); }}><Field label={texts.common.name} autoFocus value={name} onChange={setName} /></form>
      {rename.error ? <ErrorCard error={rename.error} /> : null}
    </Dialog>
  );
}

function RemoveDialog({ pipeline, onClose }: { readonly pipeline: Pipeline; readonly onClose: () => void }) {
  const texts = useTexts();
  const t = texts.pipelines;
  const [data, setData] = useState(false);
  const remove = useCall('pipelines.remove');
  const go = async (): Promise<void> => { if (await remove.run({ id: pipeline.id, data })) { onClose(); navigate('/pipelines', 'replace'); } };
  return (
    <Dialog title={t.removeTitle(pipeline.name)} onClose={onClose} actions={<><Button autoFocus onPress={onClose}>{texts.common.cancel}</Button><Button look="danger" isDisabled={remove.busy} onPress={() => void go()}>{texts.common.remove}</Button></>}>
      <p>{t.removeBody}</p>
      <Checkbox selected={data} onChange={setData}>{t.removeData}</Checkbox>
      {remove.error ? <ErrorCard error={remove.error} /> : null}
    </Dialog>
  );
}
