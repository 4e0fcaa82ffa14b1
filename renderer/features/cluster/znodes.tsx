// The znode browser: tree on the left, the chosen znode on the right; the path above both.
import { ChevronRight } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { Cluster } from '../../../preload/contract/cluster.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { currentRoute, navigate, useRoute } from '../../app/router.ts';
import { useShortcut } from '../../app/shortcuts.ts';
import type { Api } from '../../data/api.ts';
import { useBackend } from '../../data/hooks.ts';
import { MenuAt } from '../../ui/dialog.tsx';
import { Field } from '../../ui/kit.tsx';
import { Empty } from '../../ui/show.tsx';
import css from './cluster.module.css';
import { cliLines, isOn, nameOfPath, parentOfPath, pathSteps } from './words.ts';
import { ZnodeDetailView } from './znode-detail.tsx';
import { ZnodeDialogs, type ZnodeAsk } from './znode-dialogs.tsx';
import { ZnodeModel } from './znode-model.ts';
import { ZnodeTree } from './znode-tree.tsx';
import { useChanges } from './znode-changes.ts';

/** The trees of this window: what is open and chosen stays while one looks at something else. */
const models = new Map<string, ZnodeModel>();
const chosen = new Map<string, string>();

function modelOf(id: string, ready: () => Promise<Api>): ZnodeModel {
  const found = models.get(id) ?? new ZnodeModel(id, ready);
  models.set(id, found);
  return found;
}

export function ZnodesTab({ cluster }: { readonly cluster: Cluster }) {
  const { texts } = usePreferences();
  const on = isOn(cluster);
  const everConnected = cluster.connection.state === 'connected' || cluster.connection.state === 'connectedReadOnly' || models.has(cluster.id);
  if (!on || !everConnected) return <Empty title={on ? texts.cluster.connection.connecting : texts.cluster.banner.off} {...(on ? {} : { hint: texts.cluster.banner.offText })} />;
  return <Browser key={cluster.id} cluster={cluster} />;
}

function Browser({ cluster }: { readonly cluster: Cluster }) {
  const { texts } = usePreferences();
  const t = texts.cluster.znodes;
  const backend = useBackend();
  const parts = useRoute();
  const model = useMemo(() => modelOf(cluster.id, () => backend.ready()), [cluster.id, backend]);
  useSyncExternalStore(model.subscribe, model.version);
  // the route names the znode, so that links, Back and Forward work
  const routed = parts.length > 3 ? `/${parts.slice(3).join('/')}` : null;
  const selected = routed ?? chosen.get(cluster.id) ?? '/';
  const [ask, setAsk] = useState<ZnodeAsk | null>(null);
  const [menu, setMenu] = useState<{ readonly path: string; readonly element: Element } | null>(null);
  const filterBox = useRef<HTMLDivElement>(null);
  const changes = useChanges(cluster.id, model);

  useEffect(() => { chosen.set(cluster.id, selected); model.reveal(selected); }, [cluster.id, model, selected]);
  const select = (path: string): void => {
    const route = `/cluster/${cluster.id}/znodes${path === '/' ? '' : path}`;
    chosen.set(cluster.id, path);
    if (currentRoute() !== route) navigate(route, path === '/' ? 'push' : 'replace');
  };
  const folder = model.isOpen(selected) ? selected : parentOfPath(selected);
  const filter = model.filterOf(folder);
  const totals = model.totals(folder);
  useShortcut('/', () => filterBox.current?.querySelector('input')?.focus());
  const afterDelete = (): void => { select(parentOfPath(selected)); model.refresh(parentOfPath(selected)); };

  return (
    <div className={css['browser']}>
      <div className={css['crumbBar']}>
        <nav aria-label={t.breadcrumbs}><ol className={css['crumbs']}>{pathSteps(selected).map((step, index) => <li key={step}>{index > 1 ? <ChevronRight size={12} aria-hidden /> : null}<button type="button" aria-current={step === selected ? 'location' : undefined} onClick={() => select(step)}>{nameOfPath(step)}</button></li>)}</ol></nav>
        <GoTo onGo={select} label={t.go} hint={t.goHint} />
      </div>
      <div className={css['treeSide']}>
        <div className={css['filter']} ref={filterBox}>
          <Field hideLabel label={t.filterIn(folder)} placeholder={t.filterIn(folder)} value={filter} onChange={(text) => model.filter(folder, text)} onKeyDown={(event) => { if (event.key === 'Escape') model.filter(folder, ''); }} />
          {filter !== '' && totals ? <span className={css['soft']}>{totals.total === 0 ? t.noMatch : `${totals.total.toLocaleString()} / ${totals.of.toLocaleString()}`}</span> : null}
        </div>
        <ZnodeTree model={model} selected={selected} onSelect={select} onMenu={(path, element) => setMenu({ path, element })} onDelete={() => { if (selected !== '/') setAsk({ kind: 'deleteTree', path: selected }); }} onCreate={() => setAsk({ kind: 'create', path: selected })} />
      </div>
      <ZnodeDetailView key={selected} cluster={cluster} path={selected} turn={changes.turnOf(selected)} gone={changes.isGone(selected)} onAsk={setAsk} />
      {menu ? (
        <MenuAt label={t.actions} anchor={{ current: menu.element }} onClose={() => setMenu(null)} entries={[
          { id: 'create', text: t.create, hint: 'Insert', act: () => setAsk({ kind: 'create', path: menu.path }) },
          { id: 'refresh', text: t.refresh, hint: 'F5', act: () => model.refresh(menu.path) },
          { id: 'path', text: t.copyPath, act: () => void navigator.clipboard.writeText(menu.path) },
          { id: 'line', text: t.copyLine, act: () => void navigator.clipboard.writeText(cliLines.get(menu.path)) },
          { id: 'export', text: t.export, act: () => setAsk({ kind: 'export', path: menu.path }) },
          { id: 'import', text: t.import, act: () => setAsk({ kind: 'import', path: menu.path }) },
          { id: 'delete', text: t.deleteTree, hint: 'Delete', disabled: menu.path === '/', act: () => setAsk({ kind: 'deleteTree', path: menu.path }) },
        ]} />
      ) : null}
      {ask ? <ZnodeDialogs cluster={cluster} ask={ask} onClose={() => setAsk(null)} onDeleted={afterDelete} onCreated={(path) => { model.open(parentOfPath(path)); model.refresh(parentOfPath(path)); select(path); }} /> : null}
    </div>
  );
}

function GoTo({ label, hint, onGo }: { readonly label: string; readonly hint: string; readonly onGo: (path: string) => void }) {
  const [text, setText] = useState('');
  const good = text === '/' || /^(\/[^/]+)+$/.test(text.trim());
  return <form className={css['goTo']} onSubmit={(event) => { event.preventDefault(); if (good) { onGo(text.trim()); setText(''); } }}><Field hideLabel label={label} placeholder={hint} mono value={text} onChange={setText} /></form>;
}
