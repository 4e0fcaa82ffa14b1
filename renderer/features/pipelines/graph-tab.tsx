// The graph with its outline, palette, inspector, tap and problems; every gesture has a key.
import { Crosshair, FlaskConical, Link2, Plus } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { EdgeLive, Graph, GraphEdit, Layout, Lint, PartLive, Pipeline } from '../../../preload/contract/pipelines.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { navigate } from '../../app/router.ts';
import { useShortcut } from '../../app/shortcuts.ts';
import { useQuery, useTopic } from '../../data/hooks.ts';
import { MenuAt } from '../../ui/dialog.tsx';
import { Button } from '../../ui/kit.tsx';
import { announce } from '../../ui/live.ts';
import { Empty } from '../../ui/show.tsx';
import { AddDialog, PalettePanel, type AddChoice, type AddKind } from './add-dialog.tsx';
import { ConnectDialog } from './connect-dialog.tsx';
import type { DraftModel } from './draft-model.ts';
import { GraphCanvas } from './graph-canvas.tsx';
import { layoutOf, neighbour } from './graph-layout.ts';
import { Inspector } from './inspector.tsx';
import { LintList } from './lints.tsx';
import { firstProperties } from './new-part.ts';
import { Outline } from './outline.tsx';
import css from './pipelines.module.css';
import { SampleDialog } from './sample-dialog.tsx';
import { TapDrawer } from './tap-drawer.tsx';
import { changedNodes, edgeId, freeName, isOn, linksOf, nodeId, partOf, splitNode } from './words.ts';

type Ask = { readonly kind: 'add'; readonly kinds?: readonly AddKind[]; readonly from?: string } | { readonly kind: 'interceptor'; readonly source: string } | { readonly kind: 'connect'; readonly node: string } | { readonly kind: 'sample' };
interface Selection { readonly node: string | null; readonly edge: string | null }
const NOTHING: Selection = { node: null, edge: null };

export function GraphTab({ pipeline, draft }: { readonly pipeline: Pipeline; readonly draft: DraftModel }) {
  const { texts } = usePreferences();
  const t = texts.pipelines.graph;
  const graph = useMemo<Graph>(() => draft.examined?.graph ?? { agent: draft.agent ?? 'a1', sources: [], channels: [], sinks: [], groups: [] }, [draft.examined, draft.agent]);
  const lints = useMemo(() => draft.examined?.lints ?? [], [draft.examined]);
  const [chosen, setChosen] = useState<Selection>(NOTHING);
  const [inspecting, setInspecting] = useState(false);
  const [ask, setAsk] = useState<Ask | null>(null);
  const [tapped, setTapped] = useState<string | null>(null);
  const [menu, setMenu] = useState<{ readonly node: string; readonly element: Element } | null>(null);
  const { live, edges } = useLive(pipeline);
  const deployed = useQuery('pipelines.examine', draft.deployed ? { text: draft.deployed.text, agent: draft.deployed.agent } : null).value?.graph ?? null;
  const changed = useMemo(() => (draft.deployed ? changedNodes(graph, deployed) : new Set<string>()), [draft.deployed, graph, deployed]);
  const selected = chosen.node !== null && partOf(graph, chosen.node) ? chosen.node : null;
  const links = useMemo(() => linksOf(graph), [graph]);
  const selectedEdge = chosen.edge !== null && links.some(({ id }) => id === chosen.edge) ? chosen.edge : null;
  const root = useRef<HTMLDivElement>(null);
  const focusOutline = (): void => root.current?.querySelector<HTMLElement>('[data-testid=outline]')?.focus();

  const select = (node: string | null, edge: string | null): void => setChosen({ node, edge });
  const edit = (...edits: GraphEdit[]): Promise<boolean> => draft.edit(...edits);
  const inspect = (node: string): void => { select(node, null); setInspecting(true); };

  const add = async (choice: AddChoice, place?: { x: number; y: number }, from?: string): Promise<void> => {
    if (choice.kind === 'interceptor') {
      const source = selected && splitNode(selected).kind === 'source' ? splitNode(selected).name : graph.sources[0]?.name;
      if (source !== undefined) await addInterceptor(source, choice.type);
      return;
    }
    const name = freeName(graph, choice.kind);
    const id = nodeId(choice.kind, name);
    const edits: GraphEdit[] = [{ do: 'add', kind: choice.kind, name, properties: firstProperties(choice, graph, selected) }, ...linkEdits(from ?? loneNeighbour(graph, choice.kind), id)];
    if (place) draft.move({ ...(draft.step?.layout ?? {}), [id]: place });
    if (!(await edit(...edits))) return;
    announce(t.added(name));
    inspect(id);
  };
  const addInterceptor = async (source: string, type: string): Promise<void> => {
    const names = new Set(graph.sources.find(({ name }) => name === source)?.interceptors.map(({ name }) => name));
    let n = 1;
    while (names.has(`i${n}`)) n += 1;
    if (await edit({ do: 'addInterceptor', source, name: `i${n}`, type })) { announce(t.added(`i${n}`)); inspect(nodeId('source', source)); }
  };
  const connect = async (from: string, to: string): Promise<void> => {
    const edits = linkEdits(from, to);
    if (edits.length > 0 && (await edit(...edits))) { announce(t.connected(splitNode(from).name, splitNode(to).name)); select(null, edgeId(from, to)); }
  };
  const remove = async (): Promise<void> => {
    if (selectedEdge !== null) {
      const link = links.find(({ id }) => id === selectedEdge);
      if (link) await edit(...unlinkEdits(link.from, link.to));
      return setChosen(NOTHING);
    }
    if (selected === null) return;
    const { kind, name } = splitNode(selected);
    setInspecting(false);
    if (await edit({ do: 'remove', kind, name })) { announce(t.removed(name)); setChosen(NOTHING); }
  };
  const edgeToTap = (): string | null => {
    if (selectedEdge !== null) return selectedEdge;
    const near = selected === null ? undefined : (links.find(({ from }) => from === selected) ?? links.find(({ to }) => to === selected));
    return near?.id ?? links[0]?.id ?? null;
  };
  const tap = (): void => { const edge = edgeToTap(); if (edge !== null) setTapped(edge); };
  const placed = useMemo(() => layoutOf(graph, draft.step?.layout ?? {}), [graph, draft.step]);
  const along = (way: 'left' | 'right' | 'up' | 'down'): void => {
    const next = selected === null ? (graph.sources[0] ? nodeId('source', graph.sources[0].name) : null) : neighbour(placed, links, selected, way);
    if (next === null) return;
    select(next, null);
    announce(t.selected(splitNode(next).name));
  };
  const open = ask === null;
  const keyed: Readonly<Record<string, () => void>> = {
    ArrowRight: () => along('right'), ArrowLeft: () => along('left'), ArrowUp: () => along('up'), ArrowDown: () => along('down'),
    Enter: () => { if (selected !== null) setInspecting(true); }, Delete: () => void remove(), Backspace: () => void remove(),
    ContextMenu: () => menuHere(), F10: () => menuHere(),
  };
  const menuHere = (): void => {
    const element = root.current?.querySelector(`[data-row="${CSS.escape(selected ?? '')}"]`);
    if (selected !== null && element) setMenu({ node: selected, element });
  };
  const onKey = (event: KeyboardEvent): void => {
    const act = event.ctrlKey || event.metaKey || event.altKey || (event.key === 'F10' && !event.shiftKey) ? undefined : keyed[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  useShortcut('a', () => setAsk({ kind: 'add' }), open);
  useShortcut('/', () => setAsk({ kind: 'add' }), open);
  useShortcut('c', () => { if (selected !== null) setAsk({ kind: 'connect', node: selected }); }, open);
  useShortcut('t', tap, open);
  useShortcut('i', () => setInspecting(!inspecting), open);
  useShortcut('z', () => draft.undo(), open);
  useShortcut('shift+z', () => draft.redo(), open);
  // after a dialog the keys go on where they were
  const asked = useRef(false);
  useEffect(() => {
    if (ask !== null) asked.current = true;
    else if (asked.current) { asked.current = false; if (document.activeElement === document.body) focusOutline(); }
  }, [ask]);

  const lintCounts = useMemo(() => {
    const counts = new Map<string, number>();
    for (const lint of lints) if (lint.severity === 'error' && lint.node !== null) counts.set(lint.node, (counts.get(lint.node) ?? 0) + 1);
    return counts;
  }, [lints]);
  const scene = useMemo(() => ({
    live, edges, changed, selected, selectedEdge, lints: lintCounts, onTap: (edge: string) => setTapped(edge),
    onStage: (source: string) => { setChosen({ node: nodeId('source', source), edge: null }); setInspecting(true); },
  }), [live, edges, changed, selected, selectedEdge, lintCounts]);
  const part = partOf(graph, selected);
  const fix = (lint: Lint): void => void draft.fix(lint.index, lint.code);
  const empty = graph.sources.length + graph.channels.length + graph.sinks.length === 0;
  const sourceOfTap = tapped === null ? null : sourceFor(graph, tapped);
  return (
    <div ref={root} className={css['graphTab']} data-inspecting={(inspecting && part !== null) || undefined}>
      <div className={css['graphLeft']}>
        <div className={css['graphTools']}>
          <Button onPress={() => setAsk({ kind: 'add' })}><Plus size={14} aria-hidden />{t.addHere}</Button>
          <div>
            <Button isDisabled={selected === null || splitNode(selected).kind === 'sinkgroup'} onPress={() => { if (selected !== null) setAsk({ kind: 'connect', node: selected }); }}><Link2 size={14} aria-hidden />{t.connect}</Button>
            <Button isDisabled={!isOn(pipeline) || links.length === 0} onPress={tap}><Crosshair size={14} aria-hidden />{t.tap}</Button>
          </div>
          <Button isDisabled={graph.sources.length === 0} onPress={() => setAsk({ kind: 'sample' })}><FlaskConical size={14} aria-hidden />{texts.pipelines.sample.act}</Button>
        </div>
        {empty ? <p className={css['soft']}>{t.none}</p> : <Outline graph={graph} live={live} edges={edges} selected={selected} selectedEdge={selectedEdge} changed={changed} onSelect={select} onKey={onKey} />}
        <PalettePanel onChoose={(choice) => void add(choice)} />
      </div>
      <div className={css['graphMiddle']}>
        <div className={css['graphCanvas']} role="group" aria-label={t.label} aria-description={t.help} tabIndex={0} onKeyDown={onKey}>
          <GraphCanvas
            graph={graph} layout={draft.step?.layout ?? {}} scene={scene} onSelect={(node, edge) => { select(node, edge); if (node !== null) setInspecting(true); }}
            onMove={(node, place) => draft.move({ ...(draft.step?.layout ?? {}), [node]: { x: Math.round(place.x), y: Math.round(place.y) } } satisfies Layout)}
            onConnect={(from, to) => void connect(from, to)} onLoose={(from) => setAsk({ kind: 'add', kinds: nextKinds(from), from })} onTidy={() => draft.move({})} onMenu={(node, element) => setMenu({ node, element })}
            onDropType={(data, place) => { const cut = data.indexOf(' '); void add({ kind: data.slice(0, cut) as AddKind, type: data.slice(cut + 1) }, place); }}
          />
          {empty ? <div className={css['nothing']}><Empty title={t.none} hint={t.noneHint}><Button look="primary" onPress={() => setAsk({ kind: 'add' })}>{t.addHere}</Button></Empty></div> : null}
        </div>
        {tapped !== null ? <TapDrawer key={tapped} pipeline={pipeline} edge={tapped} source={sourceOfTap} onClose={() => { setTapped(null); focusOutline(); }} /> : lints.length > 0 ? <div className={css['graphLints']}><LintList lints={lints} onFix={fix} onShow={(lint) => navigate(`/pipelines/${pipeline.id}/text/${lint.line}`)} /></div> : null}
      </div>
      {inspecting && part ? <Inspector key={selected} graph={graph} part={part} live={live.get(selected ?? '') ?? null} lints={lints.filter(({ node }) => node === selected)} onEdit={edit} onFix={fix} onClose={() => { setInspecting(false); focusOutline(); }} onRenamed={(to) => select(nodeId(part.kind, to), null)} onAddInterceptor={() => setAsk({ kind: 'interceptor', source: part.name })} /> : null}
      {ask?.kind === 'add' ? <AddDialog title={t.addTitle} {...(ask.kinds ? { kinds: ask.kinds } : {})} onClose={() => setAsk(null)} onChoose={(choice) => void add(choice, undefined, ask.from)} /> : null}
      {ask?.kind === 'interceptor' ? <AddDialog title={t.addInterceptor(ask.source)} kinds={INTERCEPTORS} onClose={() => setAsk(null)} onChoose={(choice) => void addInterceptor(ask.source, choice.type)} /> : null}
      {ask?.kind === 'connect' ? <ConnectDialog graph={graph} node={ask.node} onClose={() => setAsk(null)} onConnect={(from, to) => void connect(from, to)} /> : null}
      {ask?.kind === 'sample' ? <SampleDialog pipeline={pipeline} draft={draft} graph={graph} source={part?.kind === 'source' ? part.name : null} onClose={() => setAsk(null)} /> : null}
      {menu ? <MenuAt label={t.menu} anchor={{ current: menu.element }} onClose={() => setMenu(null)} entries={[
        { id: 'inspect', text: t.inspect, hint: 'Enter', act: () => inspect(menu.node) },
        { id: 'connect', text: t.connect, hint: 'C', act: () => setAsk({ kind: 'connect', node: menu.node }) },
        { id: 'tap', text: t.tap, hint: 'T', disabled: !isOn(pipeline), act: tap },
        { id: 'remove', text: texts.common.remove, hint: 'Delete', act: () => void remove() },
      ]} /> : null}
    </div>
  );
}

const INTERCEPTORS: readonly AddKind[] = ['interceptor'];
const NO_PARTS: ReadonlyMap<string, PartLive> = new Map();
const NO_EDGES: ReadonlyMap<string, EdgeLive> = new Map();

function useLive(pipeline: Pipeline): { readonly live: ReadonlyMap<string, PartLive>; readonly edges: ReadonlyMap<string, EdgeLive> } {
  const value = useTopic('pipelines.live', { id: pipeline.id }).value;
  return useMemo(() => (value ? { live: new Map(value.parts.map((part) => [nodeId(part.kind, part.name), part])), edges: new Map(value.edges.map((edge) => [edge.id, edge])) } : { live: NO_PARTS, edges: NO_EDGES }), [value]);
}

/** As edits of the text; none for what cannot be connected. */
function linkEdits(from: string | null, to: string): GraphEdit[] {
  if (from === null) return [];
  const [a, b] = [splitNode(from), splitNode(to)];
  for (const [one, other] of [[a, b], [b, a]] as const) {
    if (one.kind === 'source' && other.kind === 'channel') return [{ do: 'connect', kind: 'source', name: one.name, channel: other.name }];
    if (one.kind === 'channel' && other.kind === 'sink') return [{ do: 'connect', kind: 'sink', name: other.name, channel: one.name }];
  }
  return [];
}

function unlinkEdits(from: string, to: string): GraphEdit[] {
  const [a, b] = [splitNode(from), splitNode(to)];
  return a.kind === 'source' ? [{ do: 'disconnect', kind: 'source', name: a.name, channel: b.name }] : [{ do: 'disconnect', kind: 'sink', name: b.name, channel: a.name }];
}

/** A new part goes to the only channel there is; a new first channel to the only source. */
function loneNeighbour(graph: Graph, kind: AddKind): string | null {
  const [channel, ...otherChannels] = graph.channels;
  if ((kind === 'source' || kind === 'sink') && channel && otherChannels.length === 0) return nodeId('channel', channel.name);
  const [source, ...otherSources] = graph.sources.filter(({ channels }) => channels.length === 0);
  return kind === 'channel' && source && otherSources.length === 0 ? nodeId('source', source.name) : null;
}

function nextKinds(from: string): readonly AddKind[] {
  const { kind } = splitNode(from);
  return kind === 'channel' ? ['sink', 'source'] : ['channel'];
}

/** Through which source an event of this edge could be sent again. */
function sourceFor(graph: Graph, edge: string): string | null {
  const [from = '', to = ''] = edge.split(' > ');
  const { kind, name } = splitNode(from);
  if (kind === 'source') return name;
  const channel = splitNode(from).kind === 'channel' ? name : splitNode(to).name;
  return graph.sources.find(({ channels }) => channels.includes(channel))?.name ?? null;
}
