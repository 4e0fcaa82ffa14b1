// What can be done with a cluster as a whole: connect, rename, remove.
import { useState } from 'react';
import type { Cluster } from '../../../preload/contract/cluster.ts';
import { useTexts } from '../../app/preferences.tsx';
import { navigate } from '../../app/router.ts';
import { useCall } from '../../data/hooks.ts';
import { Dialog, MoreMenu, type MenuEntry } from '../../ui/dialog.tsx';
import { Button, Checkbox, Field } from '../../ui/kit.tsx';
import { ErrorCard } from '../../ui/show.tsx';
import { isOn } from './words.ts';

export function ClusterMenu({ cluster }: { readonly cluster: Cluster }) {
  const texts = useTexts();
  const t = texts.cluster;
  const connect = useCall(cluster.own ? 'clusters.start' : 'clusters.connect');
  const disconnect = useCall('clusters.disconnect');
  const [open, setOpen] = useState<'rename' | 'remove' | null>(null);
  const on = isOn(cluster) && cluster.own?.state !== 'failed';
  const entries: readonly MenuEntry[] = [
    on ? { id: 'off', text: cluster.own ? t.own.off : t.disconnect, act: () => void disconnect.run({ id: cluster.id }) } : { id: 'on', text: cluster.own ? t.own.on : t.connect, act: () => void connect.run({ id: cluster.id }) },
    { id: 'copy', text: t.copyConnect, act: () => void navigator.clipboard.writeText(cluster.connectString) },
    { id: 'rename', text: t.rename, act: () => setOpen('rename') },
    { id: 'remove', text: t.remove, act: () => setOpen('remove') },
  ];
  return (
    <>
      <MoreMenu label={`${texts.common.more}: ${cluster.name}`} entries={entries} />
      {open === 'rename' ? <RenameDialog cluster={cluster} onClose={() => setOpen(null)} /> : null}
      {open === 'remove' ? <RemoveDialog cluster={cluster} onClose={() => setOpen(null)} /> : null}
    </>
  );
}

function RenameDialog({ cluster, onClose }: { readonly cluster: Cluster; readonly onClose: () => void }) {
  const texts = useTexts();
  const [name, setName] = useState(cluster.name);
  const rename = useCall('clusters.rename');
  const go = async (): Promise<void> => { if (name.trim() !== '' && (await rename.run({ id: cluster.id, name: name.trim() }))) onClose(); };
  return (
    <Dialog title={texts.cluster.rename} onClose={onClose} actions={<><Button onPress={onClose}>{texts.common.cancel}</Button><Button look="primary" isDisabled={name.trim() === '' || rename.busy} onPress={() => void go()}>{texts.common.save}</Button></>}>
      <form onSubmit={(event) => { event.preventDefault(); void go(); }}><Field label={texts.common.name} autoFocus value={name} onChange={setName} /></form>
      {rename.error ? <ErrorCard error={rename.error} /> : null}
    </Dialog>
  );
}

function RemoveDialog({ cluster, onClose }: { readonly cluster: Cluster; readonly onClose: () => void }) {
  const texts = useTexts();
  const t = texts.cluster;
  const [data, setData] = useState(false);
  const remove = useCall('clusters.remove');
  const go = async (): Promise<void> => { if (await remove.run({ id: cluster.id, data })) { onClose(); navigate('/cluster', 'replace'); } };
  return (
    <Dialog title={t.removeTitle(cluster.name)} onClose={onClose} actions={<><Button autoFocus onPress={onClose}>{texts.common.cancel}</Button><Button look="danger" isDisabled={remove.busy} onPress={() => void go()}>{texts.common.remove}</Button></>}>
      <p>{cluster.own ? t.removeOwnBody : t.removeBody}</p>
      {cluster.own ? <><Checkbox selected={data} onChange={setData}>{t.removeData}</Checkbox><p className="mono">{cluster.own.dataDir}</p></> : null}
      {remove.error ? <ErrorCard error={remove.error} /> : null}
    </Dialog>
  );
}
