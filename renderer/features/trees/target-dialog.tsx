// Choosing a folder by keyboard or pointer: every place in one tree.
import { useEffect, useMemo, useRef, useState } from 'react';
import type { PathShown } from '../../../preload/contract/domain.ts';
import { usePreferences, useTexts } from '../../app/preferences.tsx';
import { useBackend, useCall, useTopic } from '../../data/hooks.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Button } from '../../ui/kit.tsx';
import { ErrorCard } from '../../ui/show.tsx';
import { nameWithPlace, useGoTo, withFound } from './go-to.tsx';
import { Tree } from './tree.tsx';
import css from './trees.module.css';
import { placeNode, useTreeModel, type TreeModel, type TreeNode } from './tree-model.ts';

export function TargetDialog({ title, onChoose, onClose }: { readonly title: string; readonly onChoose: (folder: PathShown) => void; readonly onClose: () => void }) {
  const texts = useTexts();
  const { settings } = usePreferences();
  const servers = useTopic('servers.watch', {}).value;
  const places = useMemo(() => [...(servers ?? []).map((server) => placeNode(server.id, server.name)), placeNode('local', texts.common.thisComputer)], [servers, texts]);
  const [selected, setSelected] = useState<TreeNode | null>(null);
  const opener = useRef<TreeModel | null>(null);
  const goTo = useGoTo(selected?.place ?? 'local', (at) => nameWithPlace(at, servers), (node) => { setSelected(node); opener.current?.open(node); });
  const all = useMemo(() => withFound(goTo.found, places), [goTo.found, places]);
  const model = useTreeModel(useBackend(), all, settings.showHidden);
  useEffect(() => { opener.current = model; }, [model]);
  const roots = useCall('files.roots');
  const choose = async (node: TreeNode | null): Promise<void> => {
    if (!node || node.kind === 'file' || node.kind === 'note') return;
    const at = node.at ?? (await roots.run({ place: node.place }))?.[0];
    if (at) onChoose(at);
  };
  return (
    <Dialog title={title} onClose={onClose} wide actions={<><Button onPress={onClose}>{texts.common.cancel}</Button><Button look="primary" isDisabled={!selected || selected.kind === 'file' || selected.kind === 'note'} onPress={() => void choose(selected)}>{texts.trees.choose}</Button></>}>
      <p>{texts.trees.targetHint}</p>
      {goTo.field}
      {goTo.error ? <ErrorCard error={goTo.error} /> : null}
      <div className={css['chooser']}><Tree label={title} model={model} selected={selected?.key ?? null} onSelect={setSelected} onChoose={(node) => void choose(node)} /></div>
      {roots.error ? <ErrorCard error={roots.error} /> : null}
    </Dialog>
  );
}
