// The split view: local folders on the left, servers on the right, and all the ways to bring one onto the other.
import { Eye, EyeOff, FolderInput, FolderPlus, Plus, RefreshCw } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { PathShown, PlaceId } from '../../../preload/contract/domain.ts';
import { useShortcut } from '../../app/shortcuts.ts';
import { usePreferences, useTexts } from '../../app/preferences.tsx';
import { navigate } from '../../app/router.ts';
import { useBackend, useCall, useQuery, useTopic } from '../../data/hooks.ts';
import { Anchored, Dialog, MenuAt, type MenuEntry } from '../../ui/dialog.tsx';
import { Button, Field, IconButton } from '../../ui/kit.tsx';
import { ErrorCard } from '../../ui/show.tsx';
import { Compose } from './compose.tsx';
import type { Dropped } from './drag.ts';
import { nameWithPlace, useGoTo, withFound } from './go-to.tsx';
import { TargetDialog } from './target-dialog.tsx';
import { Tree } from './tree.tsx';
import css from './trees.module.css';
import { folderNode, placeNode, useTreeModel, type TreeModel, type TreeNode } from './tree-model.ts';

interface Composing { readonly source: PathShown; readonly target: PathShown; readonly anchor: { readonly current: Element | null } | null }

export function TreesScreen() {
  const texts = useTexts();
  const backend = useBackend();
  const { settings } = usePreferences();
  const change = useCall('settings.change');
  const resolveDropped = useCall('files.dropped');
  const roots = useCall('files.roots');
  const [composing, setComposing] = useState<Composing | null>(null);
  const [choosing, setChoosing] = useState<PathShown | null>(null);
  const [menu, setMenu] = useState<{ node: TreeNode; element: Element; model: TreeModel } | null>(null);
  const [making, setMaking] = useState<{ node: TreeNode; model: TreeModel } | null>(null);
  const active = useRef<TreeNode | null>(null);

  const begin = (source: PathShown, target: PathShown, anchor: Element | null): void => setComposing({ source, target, anchor: anchor ? { current: anchor } : null });
  const onDrop = async (what: Dropped, node: TreeNode, element: Element): Promise<void> => {
    const source = what.kind === 'folder' ? what.folder : await resolveDropped.run({ path: what.path });
    const target = node.at ?? (await roots.run({ place: node.place }))?.[0];
    if (source && target) begin(source, target, element);
  };
  const syncTo = (node: TreeNode | null): void => { if (node?.at && node.kind === 'folder') setChoosing(node.at); };
  useShortcut('mod+shift+s', () => syncTo(active.current));

  const entries: MenuEntry[] = menu ? [
    ...(menu.node.kind === 'folder' && menu.node.at ? [{ id: 'to', text: texts.trees.syncTo, icon: <FolderInput size={14} aria-hidden />, hint: 'Ctrl+Shift+S', act: () => syncTo(menu.node) }] : []),
    ...(menu.node.kind === 'folder' ? [{ id: 'new', text: texts.trees.newFolder, icon: <FolderPlus size={14} aria-hidden />, act: () => setMaking(menu) }] : []),
    ...(menu.node.kind !== 'file' ? [{ id: 'again', text: texts.trees.refresh, icon: <RefreshCw size={14} aria-hidden />, hint: 'F5', act: () => menu.model.refresh(menu.node) }] : []),
  ] : [];
  const shared = { backend, showHidden: settings.showHidden, onDrop, onActive: (node: TreeNode) => { active.current = node; }, onMenu: (node: TreeNode, element: Element, model: TreeModel) => setMenu({ node, element, model }) };

  return (
    <div className={css['page']}>
      <p className={css['hint']}>{texts.trees.hint}</p>
      <div className={css['panes']}>
        <LocalPane {...shared} extra={<IconButton label={texts.trees.showHidden} aria-pressed={settings.showHidden} onPress={() => void change.run({ showHidden: !settings.showHidden })}>{settings.showHidden ? <Eye size={16} aria-hidden /> : <EyeOff size={16} aria-hidden />}</IconButton>} />
        <PlacesPane {...shared} />
      </div>
      {resolveDropped.error ?? roots.error ? <Dialog title={texts.compose.title} onClose={() => { resolveDropped.clear(); roots.clear(); }}><ErrorCard error={(resolveDropped.error ?? roots.error)!} /></Dialog> : null}
      {menu && entries.length > 0 ? <MenuAt label={texts.trees.actionsFor(menu.node.name)} anchor={{ current: menu.element }} entries={entries} onClose={() => setMenu(null)} /> : null}
      {making?.node.at ? <NewFolder at={making.node.at} onClose={() => setMaking(null)} onDone={() => { making.model.refresh(making.node); setMaking(null); }} /> : null}
      {choosing ? <TargetDialog title={texts.trees.target(choosing.name || choosing.path)} onClose={() => setChoosing(null)} onChoose={(target) => { const source = choosing; setChoosing(null); begin(source, target, null); }} /> : null}
      {composing?.anchor ? <Anchored label={texts.compose.title} anchor={composing.anchor} className={css['compose']} onClose={() => setComposing(null)}><Compose {...composing} onClose={() => setComposing(null)} /></Anchored> : null}
      {composing && !composing.anchor ? <Dialog title={texts.compose.title} onClose={() => setComposing(null)}><Compose {...composing} onClose={() => setComposing(null)} /></Dialog> : null}
    </div>
  );
}

interface PaneProps {
  readonly backend: ReturnType<typeof useBackend>;
  readonly showHidden: boolean;
  readonly onDrop: (what: Dropped, node: TreeNode, element: Element) => Promise<void>;
  readonly onActive: (node: TreeNode) => void;
  readonly onMenu: (node: TreeNode, element: Element, model: TreeModel) => void;
}

function Pane({ title, label, roots, place, notice, extra, ...rest }: PaneProps & { readonly title: string; readonly label: string; readonly roots: readonly TreeNode[]; readonly place: PlaceId; readonly notice?: React.ReactNode; readonly extra?: React.ReactNode }) {
  const texts = useTexts();
  const servers = useTopic('servers.watch', {}).value;
  const [selected, setSelected] = useState<TreeNode | null>(null);
  const opener = useRef<TreeModel | null>(null);
  const select = (node: TreeNode): void => { setSelected(node); rest.onActive(node); };
  const goTo = useGoTo(selected?.place ?? place, (at) => nameWithPlace(at, servers), (node) => { select(node); opener.current?.open(node); });
  const all = useMemo(() => withFound(goTo.found, roots), [goTo.found, roots]);
  const model = useTreeModel(rest.backend, all, rest.showHidden);
  useEffect(() => { opener.current = model; }, [model]);
  return (
    <section className={css['pane']} aria-label={title}>
      <div className={css['head']}>
        <h2>{title}</h2>
        {goTo.field}
        <IconButton label={texts.trees.refresh} onPress={() => { const node = selected ?? all[0]; if (node && node.kind !== 'file') model.refresh(node); }}><RefreshCw size={15} aria-hidden /></IconButton>
        {extra}
      </div>
      <div className={css['notice']}>{goTo.error ? <ErrorCard error={goTo.error} /> : notice}</div>
      <Tree label={label} model={model} draggable selected={selected?.key ?? null} onSelect={select} onMenu={(node, element) => rest.onMenu(node, element, model)} onDrop={(what, node, element) => void rest.onDrop(what, node, element)} />
    </section>
  );
}

function LocalPane(props: PaneProps & { readonly extra: React.ReactNode }) {
  const texts = useTexts();
  const asked = useQuery('files.roots', { place: 'local' });
  const roots = useMemo(() => (asked.value ?? []).map((root) => ({ ...folderNode(root), name: root.path })), [asked.value]);
  return <Pane {...props} title={texts.trees.left} label={texts.trees.local} place="local" roots={roots} notice={asked.error ? <ErrorCard error={asked.error} onRetry={asked.again} /> : null} />;
}

function PlacesPane(props: PaneProps) {
  const texts = useTexts();
  const servers = useTopic('servers.watch', {}).value;
  const roots = useMemo(() => [...(servers ?? []).map((server) => placeNode(server.id, server.name)), placeNode('local', texts.common.thisComputer)], [servers, texts]);
  const add = <Button onPress={() => navigate('/servers/new')}><Plus size={14} aria-hidden />{texts.trees.addServer}</Button>;
  return <Pane {...props} title={texts.trees.right} label={texts.trees.places} place={servers?.[0]?.id ?? 'local'} roots={roots} extra={add} notice={servers?.length === 0 ? `${texts.trees.noServers} ${texts.trees.noServersHint}` : null} />;
}

function NewFolder({ at, onClose, onDone }: { readonly at: PathShown; readonly onClose: () => void; readonly onDone: () => void }) {
  const texts = useTexts();
  const [name, setName] = useState('');
  const make = useCall('files.makeFolder');
  const submit = async (): Promise<void> => { if (await make.run({ parent: at.ref, name })) onDone(); };
  return (
    <Dialog title={texts.trees.newFolder} onClose={onClose} actions={<><Button onPress={onClose}>{texts.common.cancel}</Button><Button look="primary" isDisabled={name === '' || make.busy} onPress={() => void submit()}>{texts.common.add}</Button></>}>
      <form onSubmit={(event) => { event.preventDefault(); if (name !== '') void submit(); }}><Field label={texts.trees.newFolderName} autoFocus value={name} onChange={setName} /></form>
      {make.error ? <ErrorCard error={make.error} /> : null}
    </Dialog>
  );
}
